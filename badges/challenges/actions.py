"""Writes of challenges: taking part, finishing, losing, and counting for good. The only place that gives a prize."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from badges.awards.listeners import Changes
from badges.awards.locks import lock_shelves
from badges.challenges import judging
from badges.challenges.judging import InForce
from badges.challenges.models import Challenge, Finish, Part
from badges.challenges.reckoning import finished, inside, window
from badges.ledger import actions as ledger
from badges.ledger.errors import NothingLeft
from badges.ledger.locks import lock_wallet
from badges.tiers.actions import reassess
from portal.accounts.models import Member
from portal.core.errors import Conflict, Forbidden, NotFound
from portal.events import bus
from portal.events.bus import Heard
from portal.events.types.badges import ChallengeFinished, ChallengeLost
from portal.notifications import notify, rescind, restore

KIND = "challenge"
LOST, AGAIN = "challenge_lost", "challenge_again"


@dataclass(frozen=True)
class Cause:
    """Why challenges are looked at: the moment, the event if it was one, and whether it is fresh enough to be news."""

    at: datetime
    event_id: int | None = None
    told: bool = True


def follow(changes: Changes, heard: Heard, told: bool) -> None:
    """Holds what changed of members' facts against the challenges that are open. The caller holds their shelves.

    Side effects: those of `_give` and `_take`, tiers. Idempotent: a prize is given once per challenge and member.
    """
    several = judging.open_ones(heard.occurred_at)
    if not several:
        return
    cause, moved = Cause(heard.occurred_at, heard.id, told), set()
    for member_id in sorted(changes):
        touched = [one for one in several if one.definition.metrics & changes[member_id]]
        moved |= _look(member_id, touched, cause)
    _reassess(moved, cause)


def _look(member_id: int, several: list[InForce], cause: Cause) -> set[int]:
    """Gives and takes what a member's facts say of these challenges; returns whose tier must be looked at."""
    several = [one for one in several if not one.definition.together]
    if not several:
        return set()
    facts = judging.facts_of(member_id, [one.definition for one in several])
    codes = [one.challenge.pk for one in several]
    rows = Finish.objects.filter(member_id=member_id, challenge__in=codes).select_related("revision", "challenge")
    finishes = {row.challenge_id: row for row in rows}
    asked = set(Part.objects.filter(member_id=member_id, challenge__in=codes).values_list("challenge_id", flat=True))
    moved = set()
    for one in several:
        finish = finishes.get(one.challenge.pk)
        # What was given is held against the revision under which it was given.
        definition = judging.definition_of(finish.revision) if finish is not None else one.definition
        reached = finished(definition, inside(definition, facts))
        if finish is None:
            takes_part = one.challenge.pk in asked if definition.asked else judging.is_for(
                definition, member_id, cause.at
            )  # fmt: skip
            if reached and takes_part:
                moved |= _give(one, member_id, cause)
        elif reached and finish.taken_at is not None:
            moved |= _give_again(finish, cause)
        elif not reached and finish.taken_at is None and definition.takes:
            moved |= _take(finish, cause)
    return moved


def _give(one: InForce, member_id: int, cause: Cause) -> set[int]:
    """The prize. Side effects: Finish, a posting under (challenge:<code>, member:<id>), ChallengeFinished, and where it
    is news a notification. Idempotent by challenge and member."""
    finish, made = Finish.objects.get_or_create(
        challenge=one.challenge, member_id=member_id,
        defaults={"revision": one.version, "event_id": cause.event_id, "at": cause.at},
    )  # fmt: skip
    if not made:
        return set()
    code, prize = one.challenge.code, one.definition.prize
    if prize:
        posting = ledger.earn(
            member_id=lock_wallet(member_id), amounts=prize, source=f"challenge:{code}", key=f"member:{member_id}",
            at=cause.at, subject=f"challenge:{code}",
        )  # fmt: skip
        Finish.objects.filter(pk=finish.pk).update(paid=posting.transaction)
    _say(finish, code, cause)
    if cause.told:
        args = {"challenge": code, "finish": finish.pk}
        notify(member_id=member_id, kind=KIND, subject=subject_of(finish), args=args, actor_id=None, at=cause.at)
    return {member_id} if "status" in prize else set()


def _take(finish: Finish, cause: Cause) -> set[int]:
    """Takes the prize back as a reversal. Side effects: the posting, ChallengeLost, the notification goes."""
    code, given = finish.challenge.code, finish.again_id or finish.paid_id
    if given is not None:
        lock_wallet(finish.member_id)
        try:
            finish.taken = ledger.reverse(
                transaction_id=given, source=f"challenge:{code}", key=f"lost:{finish.pk}:{finish.round}", at=cause.at,
                reason=LOST,
            ).transaction  # fmt: skip
        except NothingLeft:
            finish.taken = None  # somebody of the house took it back already
    finish.taken_at = cause.at
    finish.save(update_fields=["taken", "taken_at"])
    event = ChallengeLost(member=finish.member_id, challenge=code, finish=finish.pk, round=finish.round)
    bus.publish(event, at=cause.at, key=f"challenge_lost:{finish.pk}:{finish.round}")
    rescind(subject=subject_of(finish), kind=KIND, at=cause.at)
    return {finish.member_id} if given is not None else set()


def _give_again(finish: Finish, cause: Cause) -> set[int]:
    """What was taken back is hers again, without news. Side effects: the posting, ChallengeFinished."""
    code, taken = finish.challenge.code, finish.taken_id
    if taken is not None:
        lock_wallet(finish.member_id)
        try:
            finish.again = ledger.restore(
                transaction_id=taken, source=f"challenge:{code}", key=f"again:{finish.pk}:{finish.round}", at=cause.at,
                reason=AGAIN,
            ).transaction  # fmt: skip
        except NothingLeft:
            finish.taken = None  # all of it had been written off: there is nothing to give again
    finish.taken_at, finish.round = None, finish.round + 1
    finish.save(update_fields=["taken", "again", "taken_at", "round"])
    _say(finish, code, cause)
    restore(subject=subject_of(finish), kind=KIND, at=cause.at)
    return {finish.member_id} if taken is not None else set()


def _say(finish: Finish, code: str, cause: Cause) -> None:
    event = ChallengeFinished(member=finish.member_id, challenge=code, finish=finish.pk, round=finish.round)
    bus.publish(event, at=cause.at, key=f"challenge_finished:{finish.pk}:{finish.round}")


def _reassess(member_ids: Iterable[int], cause: Cause) -> None:
    """Tiers come last: whoever writes a name chip comes to the site's stream after the members' own."""
    for member_id in sorted(member_ids):
        reassess(member_id=lock_wallet(member_id), at=cause.at)


def subject_of(finish: Finish) -> str:
    """What her inbox calls it: hers alone."""
    return f"finish:{finish.pk}"


# ── Taking part ─────────────────────────────────────────────────────────────────────────────────────────────────
def take_part(*, actor: Member, code: str, at: datetime) -> Part:
    """She takes part, from now on or before it begins. What she did since its first day counts already.

    Raises NotFound for what is not in force, Conflict for what is over or needs no asking, Forbidden when it is for
    others. Side effects: a Part, and those of finishing when she has done it all. Idempotent.
    """
    with transaction.atomic():
        lock_shelves({actor.pk})
        one = _open_to(actor, code, at)
        part, _made = Part.objects.get_or_create(challenge=one.challenge, member=actor, defaults={"at": at})
        cause = Cause(at)
        _reassess(_look(actor.pk, [one], cause), cause)
    return part


def step_back(*, actor: Member, code: str, at: datetime) -> None:
    """She takes part no more. Raises NotFound, and Conflict when it is over or she has finished. Idempotent."""
    with transaction.atomic():
        lock_shelves({actor.pk})
        one = next((one for one in judging.open_ones(at) if one.challenge.code == code), None)
        if one is None:
            raise NotFound
        finished_it = Finish.objects.filter(challenge=one.challenge, member=actor).exists()
        if finished_it or at >= window(one.definition)[1]:
            raise Conflict
        Part.objects.filter(challenge=one.challenge, member=actor).delete()


def _open_to(actor: Member, code: str, at: datetime) -> InForce:
    one = next((one for one in judging.open_ones(at) if one.challenge.code == code), None)
    if one is None or actor.joined_at is None:
        raise NotFound
    if not one.definition.asked or at >= window(one.definition)[1]:
        raise Conflict(_("This challenge takes nobody in any more."))
    if not judging.is_for(one.definition, actor.pk, at):
        raise Forbidden(_("This challenge is for a circle of members that you are not in."))
    return one


# ── Counting for good ───────────────────────────────────────────────────────────────────────────────────────────
def look_at_all(one: InForce, cause: Cause) -> int:
    """Holds everybody who did anything of it against a challenge, each under her own shelf; returns how many finished.

    Idempotent. For what began when facts were there already, and once more before it is closed.
    """
    before = Finish.objects.filter(challenge=one.challenge).count()
    for member_id in judging.who_did(one.definition):
        with transaction.atomic():
            lock_shelves({member_id})
            _reassess(_look(member_id, [one], cause), cause)
    return Finish.objects.filter(challenge=one.challenge).count() - before


def close(one: InForce, at: datetime) -> bool:
    """Counts a challenge for good after its last day; False while its days last.

    Everybody's facts are looked at once more. A goal of all is counted once, and when it was reached everybody who
    added her share has the prize. Idempotent: killed in the middle it goes on where it was, with the same count.
    """
    if at < window(one.definition)[1]:
        return False
    cause = Cause(at)
    look_at_all(one, cause)
    if one.definition.together:
        _count_together(one, cause)
    Challenge.objects.filter(pk=one.challenge.pk, closed_at=None).update(closed_at=at)
    return True


def _count_together(one: InForce, cause: Cause) -> None:
    added = judging.added_by_each(one)
    Challenge.objects.filter(pk=one.challenge.pk, counted=None).update(counted=sum(added.values()))
    counted = Challenge.objects.values_list("counted", flat=True).get(pk=one.challenge.pk) or 0
    if counted < one.definition.steps[0].at_least:
        return
    for member_id in sorted(m for m, times in added.items() if times >= one.definition.share):
        with transaction.atomic():
            lock_shelves({member_id})
            _reassess(_give(one, member_id, cause), cause)


def merge(giver_id: int, receiver_id: int, heard: Heard) -> None:
    """What one account takes part in and finished is the other's from now on; what both finished stays as it was paid.

    The caller holds both shelves. Side effects: those of finishing, by what both did together. Idempotent.
    """
    Part.objects.filter(member_id=giver_id).exclude(
        challenge__in=Part.objects.filter(member_id=receiver_id).values("challenge")
    ).update(member_id=receiver_id)
    Part.objects.filter(member_id=giver_id).delete()
    both = Finish.objects.filter(member_id=receiver_id).values("challenge")
    Finish.objects.filter(member_id=giver_id).exclude(challenge__in=both).update(member_id=receiver_id)
    cause = Cause(heard.occurred_at, heard.id, told=False)
    _reassess(_look(receiver_id, judging.open_ones(heard.occurred_at), cause), cause)
