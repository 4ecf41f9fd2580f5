"""Trust levels: reckoned once a day from what members did, or set by hand."""

from datetime import datetime

from django.db import transaction

from community.logbook import actions as logbook
from community.moderation import permissions, trust
from community.moderation.actions import _parts
from portal.accounts import actions as accounts
from portal.accounts.models import Member
from portal.core.errors import Invalid, NotFound


def set_trust(*, actor: Member, member: str, level: int | None, reason: str, at: datetime) -> Member:
    """Sets a member's level by hand, which the reckoning then leaves alone; None hands it back to the reckoning.

    Level 4 is only ever given here. Raises NotFound, Forbidden (herself, people of the house), Invalid (`field` level,
    reason). Side effect: one entry of the log. Idempotent.
    """
    person = Member.objects.filter(public_id=member).first()
    if person is None:
        raise NotFound
    permissions.check_sanction(actor, person)
    if level is not None and not 0 <= level <= trust.HIGHEST:
        raise Invalid(code="unknown_level", field="level")
    why = _parts.check_reason(reason)
    with transaction.atomic():
        locked = accounts.lock_member(person.pk)
        before = {"level": locked.trust_level, "by_hand": locked.trust_locked}
        after = {"level": locked.trust_level if level is None else level, "by_hand": level is not None}
        if before == after:
            return locked
        locked.trust_level, locked.trust_locked, locked.trust_since = after["level"], level is not None, at
        locked.save(update_fields=["trust_level", "trust_locked", "trust_since"])
        logbook.write(
            "set_trust", actor_id=actor.pk, at=at, reason=why, member_id=locked.pk, before=before, after=after
        )
    return locked


def reckon(*, at: datetime) -> int:
    """Raises and lowers everybody's level by the rules of `trust`; returns how many changed. Idempotent for one day."""
    changed = 0
    for member_id, level in trust.due(at):
        rows = Member.objects.filter(pk=member_id, trust_locked=False).exclude(trust_level=level)
        changed += rows.update(trust_level=level, trust_since=at)
    return changed
