"""Keys are made, rotated and revoked here; each act leaves a line in the workshop's log."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from wagtail.log_actions import log

from portal.accounts.models import Member
from portal.api import secrets
from portal.api.models import ApiKey, Scope
from portal.api.permissions import check_keep_keys
from portal.core.errors import Conflict, Invalid, NotFound
from portal.core.ids import check_key
from portal.core.text import clean_line

MADE, ROTATED, REVOKED = "api_key.made", "api_key.rotated", "api_key.revoked"
GRACE_HOURS = 24 * 30
NOTED_EVERY = timedelta(minutes=1)


def make_key(
    *, actor: Member, name: str, scopes: Sequence[str], mode: str, at: datetime, key: str,
    expires_at: datetime | None = None,
) -> tuple[ApiKey, str]:  # fmt: skip
    """A new key and its secret, which is told this once.

    `key` is the form's idempotency key: sent again raises Conflict (`made_already`), for nobody knows the secret any
    more. Raises Forbidden, Invalid (`field`). Side effects: a line in the workshop's log.
    """
    check_keep_keys(actor)
    name = clean_line(name)
    if not name or len(name) > 80:
        raise Invalid(_("Say what the key is for, in at most 80 letters."), field="name")
    if not scopes or set(scopes) - set(Scope.values):
        raise Invalid(_("Choose what the key opens."), field="scopes")
    if mode not in ApiKey.Mode.values:
        raise Invalid(_("Choose what kind of key it is."), field="mode")
    if expires_at is not None and expires_at <= at:
        raise Invalid(_("The last moment must lie ahead."), field="expires_at")
    with transaction.atomic():
        return _issue(actor, name, sorted(set(scopes)), mode, at, check_key(key), expires_at, MADE)


def _issue(
    actor: Member, name: str, scopes: list[str], mode: str, at: datetime, key: str, expires_at: datetime | None,
    act: str,
) -> tuple[ApiKey, str]:  # fmt: skip
    secret = secrets.fresh(mode)
    fresh = {
        "name": name, "maker": actor, "mode": mode, "prefix": secret.prefix, "secret_hash": secret.hash,
        "scopes": scopes, "created_at": at, "expires_at": expires_at,
    }  # fmt: skip
    row, created = ApiKey.objects.get_or_create(request_key=key, defaults=fresh)
    if not created:
        words = _("This key was made already. Its secret was shown once and is kept nowhere.")
        raise Conflict(words, code="made_already")
    log(instance=row, action=act, user=actor, data={"prefix": row.prefix, "scopes": scopes, "mode": mode})
    return row, secret.text


def rotate_key(*, actor: Member, public_id: str, grace_hours: int, at: datetime, key: str) -> tuple[ApiKey, str]:
    """A new secret with the same name and scopes; the old one ends after `grace_hours` (0 to 720), or earlier if it
    would have ended earlier.

    Raises Forbidden, NotFound, Invalid, Conflict for a key that has ended or was rotated before. Idempotent as
    `make_key`. Side effects: a line in the workshop's log for either key.
    """
    check_keep_keys(actor)
    if isinstance(grace_hours, bool) or not 0 <= grace_hours <= GRACE_HOURS:
        raise Invalid(_("Choose between no hours and 30 days."), field="grace_hours")
    with transaction.atomic():
        old = _locked(public_id)
        if old.replaced_by_id is not None or not old.is_valid(at):
            raise Conflict
        row, secret = _issue(actor, old.name, old.scopes, old.mode, at, check_key(key), old.expires_at, MADE)
        ends = at + timedelta(hours=grace_hours)
        old.expires_at = min(ends, old.expires_at) if old.expires_at else ends
        old.replaced_by = row
        old.save(update_fields=["expires_at", "replaced_by"])
        log(instance=old, action=ROTATED, user=actor, data={"prefix": old.prefix, "hours": grace_hours})
    return row, secret


def revoke_key(*, actor: Member, public_id: str, at: datetime) -> None:
    """The key opens nothing from now on. Idempotent: a revoked key stays as it is. Raises Forbidden, NotFound."""
    check_keep_keys(actor)
    with transaction.atomic():
        row = _locked(public_id)
        if row.revoked_at is not None:
            return
        row.revoked_at, row.revoked_by = at, actor
        row.save(update_fields=["revoked_at", "revoked_by"])
        log(instance=row, action=REVOKED, user=actor, data={"prefix": row.prefix})


def _locked(public_id: str) -> ApiKey:
    row = ApiKey.objects.select_for_update().filter(public_id=public_id).first()
    if row is None:
        raise NotFound
    return row


def note_use(row: ApiKey, *, at: datetime) -> None:
    """Keeps when a key was used last, to a minute: most requests write nothing."""
    if row.last_used_at is None or at - row.last_used_at >= NOTED_EVERY:
        stale = Q(last_used_at=None) | Q(last_used_at__lte=at - NOTED_EVERY)
        ApiKey.objects.filter(stale, pk=row.pk).update(last_used_at=at)
