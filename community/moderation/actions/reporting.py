"""A member says that something is wrong."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext, override

from community.chat.keeping import take_away
from community.forum.actions import hide_by_house
from community.moderation import permissions, scoring, selectors
from community.moderation.actions import _parts
from community.moderation.locks import lock_place, open_case
from community.moderation.models import Case, Report
from portal.accounts import pace
from portal.accounts.models import Member
from portal.core.errors import Invalid


@dataclass(frozen=True)
class Told:
    """A report, and whether it was made just now (False: she had reported this before)."""

    report: Report
    new: bool


def report(*, actor: Member, kind: str, public_id: str, reason: str, words: str = "", at: datetime) -> Told:
    """Reports a post, a message or a member's profile (`kind`) with a reason; "something else" needs words.

    Raises NotFound, SignInRequired, Forbidden (own words, suspended), Invalid (`field` reason, words), TooMany. Side
    effects: the case's score, moderators are told, and words whose open reports weigh enough are put away with the
    reason shown to their author. Idempotent: one active report a member and subject; a second changes nothing.
    """
    if reason not in Report.Reason.values or reason == Report.Reason.FILTER:
        raise Invalid(code="unknown_reason", field="reason")
    said = _parts.check_reason(words, field="words", least=3 if reason == Report.Reason.OTHER else 0, most=500)
    target = selectors.target_for(actor, kind, public_id)
    permissions.check_report(actor, target.author_id, at=at)
    if (before := selectors.own_open_report(actor, target.subject)) is not None:
        return Told(before, new=False)
    pace.spend("report", actor)
    with transaction.atomic():
        lock_place(Case(post=target.post, message=target.message))
        case, _new = open_case(Case.Kind.REPORTED, target.subject, opened_at=at, moved_at=at, **target.fields())
        made, new = Report.objects.get_or_create(
            case=case, reporter=actor,
            defaults={"reason": reason, "words": said, "weight": scoring.weight_of(actor), "at": at},
        )  # fmt: skip
        if new:
            add_weight(case, made.weight, at=at)
            _parts.tell_moderators(case, at=at, but=actor.pk)
    return Told(made, new=new)


def add_weight(case: Case, weight: float, *, at: datetime) -> None:
    """Raises a locked case's score; at the threshold the words are put away until a moderator has looked."""
    changed: dict[str, Any] = {"score": round(case.score + weight, 2)}
    if changed["score"] >= scoring.HIDE_AT and not case.hid and not pace.is_exempt(case.author):
        changed["hid"] = _put_away(case, at)
    _parts.move(case, at=at, **changed)


def _put_away(case: Case, at: datetime) -> bool:
    with override(case.author.language):
        why = gettext("Several members reported these words. They wait until a moderator has looked.")
    if case.post_id is not None:
        return hide_by_house(post_id=case.post_id, reason=why, at=at)
    if case.message_id is not None:
        return take_away(actor=None, message_id=case.message_id, reason=why, at=at)
    return False
