"""Border post to Wagtail and to letters: what was published is seen by the next page and the next letter."""

from typing import Any

from django.db import transaction
from django.db.models.signals import post_delete, post_save
from django.dispatch import receiver
from django.urls import reverse
from wagtail.signals import published, unpublished

from badges import api as badges
from brand.identity import drawing, selectors
from brand.identity.models import Identity
from portal.core import mail
from portal.core.clock import now
from portal.events import bus
from portal.events.types.brand import IdentityPublished
from portal.scopes.models import Scope


@receiver([published, unpublished], sender=Identity)
def look_published(instance: Identity, **_kwargs: Any) -> None:
    """Tells that a look changed, also to processes that share no cache with this one."""
    with transaction.atomic():
        bus.publish(IdentityPublished(scope=instance.scope.code), at=now())


@receiver([post_save, post_delete], sender=Identity)
@receiver([post_save, post_delete], sender=Scope)
def looks_changed(**_kwargs: Any) -> None:
    """Forgets the kept looks, at once for this transaction's own eyes and again when everybody may see it."""
    selectors.forget()
    transaction.on_commit(selectors.forget)


def signature() -> mail.Signature:
    """The head of letters: name, drawn picture and the two colours that letters wear."""
    look = selectors.house()
    shades = {name: light for name, (light, _dark) in look.tokens().items()}
    if not drawing.fonts_are_there():  # a letter must leave even where the front end was never built
        return mail.Signature(look.name)
    width, height = drawing.letter_size(look)
    return mail.Signature(
        name=look.name,
        picture=f"{reverse('identity:letter_head', args=[look.code])}?v={look.version}",
        width=width,
        height=height,
        act=shades["--color-act"],
        accent=shades["--color-accent"],
        paper=shades["--color-page"],
    )


@badges.enamels
def palette_of(scope_id: int | None) -> dict[str, str]:
    """The colours that a house's medals are enamelled in; the brand's own for what belongs to no house."""
    return selectors.dressed(f"#{scope_id}" if scope_id is not None else "").look.colours


# Letters leave from the worker, which has no request: they are signed by the brand itself.
mail.sign_with(signature)
