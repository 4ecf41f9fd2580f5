"""Writes of the identity outside the admin: installation, the demo, programs."""

from typing import Any

from django.db import transaction

from brand.identity import selectors
from brand.identity.models import Identity
from brand.identity.permissions import check_edit
from portal.accounts.models import Member
from portal.core.errors import Invalid
from portal.scopes.models import Scope


@transaction.atomic
def publish_identity(*, actor: Member | None, scope: Scope, values: dict[str, Any]) -> Identity:
    """Gives a scope these values (those not named stay) and publishes them; `actor` None is the house itself.

    Raises Forbidden for a member without the right, Invalid (`field`, `offer` in details) for a colour that could not
    be read, ValidationError for a value of the wrong form. Side effects: a revision, Wagtail's `published`, whereupon
    pages follow. Idempotent but for the revision.
    """
    if actor is not None:
        check_edit(actor)
    identity = Identity.objects.select_for_update().filter(scope=scope).first() or Identity(scope=scope, live=False)
    for name, value in values.items():
        setattr(identity, name, value)
    identity.full_clean()
    for part, trouble in selectors.troubles(identity).items():
        raise Invalid(field=f"color_{part}", offer=trouble.offer)
    if identity.pk is None:
        identity.save()
    identity.save_revision(user=actor, log_action=True).publish(user=actor)
    identity.refresh_from_db()
    return identity
