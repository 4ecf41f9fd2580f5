"""What several acts share: reasons, telling moderators, and how a case moves on."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from community.moderation.models import Case
from portal import notifications
from portal.accounts import roles
from portal.accounts.models import Member
from portal.core.errors import Invalid
from portal.core.text import clean, clean_line

REASON_MOST = 300
# All that waits is one item in a moderator's inbox, whose count rises.
QUEUE = "moderation:queue"


def check_reason(
    value: Any, *, field: str = "reason", least: int = 3, most: int = REASON_MOST, lines: bool = False
) -> str:
    """A moderator's or member's words to an act; raises Invalid when they say nothing or too much."""
    words = (clean if lines else clean_line)(value) if isinstance(value, str) else ""
    if sum(1 for letter in words if letter.isalnum()) < least:
        raise Invalid(
            _("Please say why, in a few words. They are read by whom it concerns."), code="reason", field=field
        )
    if len(words) > most:
        raise Invalid(
            _("That is too long. Up to %(most)d characters fit.") % {"most": most}, code="reason", field=field
        )
    return words


def moderators() -> list[int]:
    """Ids of those who keep the talk kind, in order."""
    return list(Member.objects.filter(roles.moderators(), is_active=True).order_by("pk").values_list("pk", flat=True))


def tell_moderators(case: Case, *, at: datetime, but: int | None = None) -> None:
    """One unread item for each moderator, however much waits."""
    for member_id in moderators():
        if member_id not in (but, case.author_id):
            notifications.notify(member_id=member_id, kind="to_moderate", subject=QUEUE, args={"case": case.pk}, at=at)


def move(case: Case, *, at: datetime, **changed: Any) -> Case:
    """Writes what changed about a locked case and raises its version."""
    for field, value in changed.items():
        setattr(case, field, value)
    case.version += 1
    case.moved_at = at
    case.save(update_fields=[*changed, "version", "moved_at"])
    return case


def settle(case: Case, *, actor: Member | None, outcome: str, reason: str, at: datetime) -> Case:
    """Closes a locked case; the item in the inboxes goes when nothing waits any more."""
    by = actor if actor is not None and actor.pk != case.author_id else None
    move(case, at=at, outcome=outcome, settled_at=at, settled_by=by, reason=reason)
    if not Case.objects.filter(outcome="").exists():
        notifications.rescind(subject=QUEUE, kind="to_moderate", at=at)
    return case
