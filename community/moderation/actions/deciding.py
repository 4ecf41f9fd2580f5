"""A moderator decides a case: reports, waiting words, appeals."""

from collections.abc import Callable
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from community.chat.keeping import bring_back, take_away
from community.forum import actions as forum
from community.logbook import actions as logbook
from community.moderation import permissions
from community.moderation.actions import _parts, publishing
from community.moderation.actions.sanctioning import lift_locked
from community.moderation.locks import lock_case
from community.moderation.models import Case, Report
from portal import notifications
from portal.accounts import actions as accounts
from portal.accounts.models import Member, Profile
from portal.core.errors import Conflict, Invalid

Outcome = Case.Outcome
# What a moderator can say about each kind of case.
OUTCOMES: dict[str, tuple[str, ...]] = {
    Case.Kind.REPORTED: (Outcome.AGREED, Outcome.DISAGREED, Outcome.IGNORED),
    Case.Kind.HELD: (Outcome.PUBLISHED, Outcome.REJECTED),
    Case.Kind.APPEAL: (Outcome.UPHELD, Outcome.OVERTURNED),
}
NEEDS_REASON = {Outcome.AGREED, Outcome.REJECTED, Outcome.UPHELD, Outcome.OVERTURNED}


def decide(*, actor: Member, case: str, version: int, outcome: str, reason: str = "", at: datetime) -> Case:
    """Settles a case as it stood at `version`.

    agreed: the words are (or stay) put away. disagreed, ignored: they stand as before the reports, which lose their
    accuracy or not. published, rejected: waiting words become a post once, or do not. upheld, overturned: the decision
    appealed against stays or is taken back, points included.
    Raises NotFound, Forbidden, Invalid (`field` outcome, reason), Conflict: `stale` when somebody was faster, `claimed`
    while a colleague has it. Side effects: exactly one entry of the log, author and reporters are told. Of two at once
    one wins.
    """
    permissions.check_moderator(actor)
    with transaction.atomic():
        found = lock_case(case, version=version)
        permissions.check_decide(actor, found)
        if found.claimed_by_id not in (None, actor.pk):
            raise Conflict(_("A colleague looks after this. Take it over first, if it cannot wait."), code="claimed")
        if outcome not in OUTCOMES[found.kind]:
            raise Invalid(_("Choose what shall happen."), code="unknown_outcome", field="outcome")
        why = _parts.check_reason(reason, least=3 if outcome in NEEDS_REASON else 0)
        if not _EFFECTS[found.kind](found, actor, outcome, why, at):
            _log_alone(found, actor, outcome, why, at)
        return _parts.settle(found, actor=actor, outcome=outcome, reason=why, at=at)


def _log_alone(case: Case, actor: Member, outcome: str, why: str, at: datetime) -> None:
    """A decision that changed no words has an entry of its own; one that did has that of the change."""
    logbook.write(
        f"case_{outcome}", actor_id=actor.pk, at=at, reason=why, member_id=case.author_id, about=case.subject,
        post=case.post, topic=case.post.topic if case.post else None, message=case.message,
        before={"open": True}, after={"outcome": outcome},
    )  # fmt: skip


# ── Reports ─────────────────────────────────────────────────────────────────────────────────────────────────────
def _settle_reports(case: Case, actor: Member, outcome: str, why: str, at: datetime) -> bool:
    changed = _put_away(case, actor, why, at) if outcome == Outcome.AGREED else _put_back(case, actor, why, at)
    Report.objects.filter(case=case).update(outcome=outcome)
    for reporter_id in case.reports.exclude(reporter=None).order_by("reporter").values_list("reporter", flat=True):
        notifications.notify(
            member_id=reporter_id, kind="report_settled", subject=f"case:{case.pk}", args={"outcome": outcome}, at=at
        )
    return changed


def _put_away(case: Case, actor: Member, why: str, at: datetime) -> bool:
    if case.post is not None:
        if case.post.hidden_at is not None:
            return False
        forum.hide_post(actor=actor, post=case.post.public_id, reason=why, at=at)
        return True
    if case.message is not None:
        return take_away(actor=actor, message_id=case.message.pk, reason=why, at=at)
    return _empty_profile(case, actor, why, at)


def _put_back(case: Case, actor: Member, why: str, at: datetime) -> bool:
    """Only what the reports themselves put away comes back; what its author or a moderator hid meanwhile stays."""
    why = why or str(_("Looked at: these words may stay."))
    if not case.hid:
        return False
    if case.post is not None and case.post.hidden_at is not None and case.post.hidden_by_id is None:
        forum.restore_post(actor=actor, post=case.post.public_id, reason=why, at=at)
        return True
    if case.message is not None and case.message.removed_at is not None and case.message.removed_by_id is None:
        return bring_back(actor=actor, message_id=case.message.pk, reason=why, at=at)
    return False


def _empty_profile(case: Case, actor: Member, why: str, at: datetime) -> bool:
    """The words of a profile go; name and face stay, for they have rooms of their own."""
    member = accounts.lock_member(case.author_id)
    Member.objects.filter(pk=member.pk).update(bio="")
    Profile.objects.filter(member=member).update(city="")
    logbook.write(
        "empty_profile", actor_id=actor.pk, at=at, reason=why, member_id=member.pk,
        before={"words": len(member.bio)}, after={"words": 0},
    )  # fmt: skip
    return True


# ── Waiting words ───────────────────────────────────────────────────────────────────────────────────────────────
def _settle_held(case: Case, actor: Member, outcome: str, why: str, at: datetime) -> bool:
    (publishing.publish if outcome == Outcome.PUBLISHED else publishing.reject)(case, actor, why, at)
    return True


# ── Appeals ─────────────────────────────────────────────────────────────────────────────────────────────────────
def _settle_appeal(case: Case, actor: Member, outcome: str, why: str, at: datetime) -> bool:
    appeal = case.appeal
    appeal.answer = why
    appeal.save(update_fields=["answer"])
    changed = False
    if outcome == Outcome.OVERTURNED:
        if appeal.sanction is not None:
            changed = lift_locked(appeal.sanction, actor=actor, reason=why, at=at)
        elif case.post is not None and case.post.hidden_at is not None:
            forum.restore_post(actor=actor, post=case.post.public_id, reason=why, at=at)
            changed = True
        elif case.message is not None:
            changed = bring_back(actor=actor, message_id=case.message.pk, reason=why, at=at)
    notifications.notify(
        member_id=case.author_id, kind="appeal_settled", subject=case.subject, actor_id=None, at=at,
        args={"outcome": outcome, "case": case.public_id, "answer": why},
    )  # fmt: skip
    return changed


_EFFECTS: dict[str, Callable[[Case, Member, str, str, datetime], bool]] = {
    Case.Kind.REPORTED: _settle_reports,
    Case.Kind.HELD: _settle_held,
    Case.Kind.APPEAL: _settle_appeal,
}
