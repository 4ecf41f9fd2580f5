"""Members who give each other points: found by the calendar, held, and decided by a moderator."""

from collections import Counter
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from badges.earning import settling
from badges.earning.models import PendingEarning, Ring, Seat
from badges.ledger.locks import lock_wallet
from badges.programme import permissions, rings
from badges.programme.actions.waiting import NOTE_LONGEST
from portal.accounts.models import Member
from portal.core.errors import Conflict, Forbidden, Invalid, NotFound
from portal.core.text import clean_line
from portal.notifications import notify

State = Ring.State
HELD, LOOKED = PendingEarning.State.HELD, "points_looked_at"


def look_for_rings(until: datetime, *, at: datetime) -> int:
    """Finds pairs and rings in the thanks of the last days up to a moment, and holds what they have from each other and
    still waits; returns how many lines.

    Side effects: Ring and Seat rows, a notification for who has such a line. Nothing is posted, nothing that is
    confirmed is touched. Idempotent: a ring that is open is opened once, and its evidence kept up to date.
    """
    since = until - rings.window()
    acts = rings.thanks(since, until)
    return sum(_hold(set(group.members), acts, since, at) for group in rings.found_in(acts))


@transaction.atomic
def _hold(members: set[int], acts: Counter[tuple[int, int]], since: datetime, at: datetime) -> int:
    """Opens a ring, or finds the open one that these members are in, and holds what waits between its members."""
    members = {lock_wallet(member_id) for member_id in sorted(members)}
    if len(members) < 2:  # two accounts of one person, merged since
        return 0
    ring = _open(members, acts, since, at)
    seated = set(ring.seats.values_list("member_id", flat=True))
    waiting = PendingEarning.objects.filter(state=PendingEarning.State.OPEN, member__in=members)
    rows = [
        row for row in waiting.select_related("transaction__event").order_by("pk") if rings.held_together(row, seated)
    ]
    held = [row for row in rows if settling.hold(row, ring_id=ring.pk, at=at)]
    for member_id in sorted({row.member_id for row in held}):
        args = {"became": "held", "lines": sum(row.member_id == member_id for row in held)}
        notify(member_id=member_id, kind=LOOKED, subject=f"ring:{ring.pk}", args=args, actor_id=None, at=at)
    return len(held)


def _open(members: set[int], acts: Counter[tuple[int, int]], since: datetime, at: datetime) -> Ring:
    """The open ring of these members, or a larger one that they are in, with the newest evidence."""
    ring = _larger(members)
    evidence = rings.evidence_of(members, acts)
    if ring is None:
        mark = "-".join(map(str, sorted(members)))
        ring, made = Ring.objects.get_or_create(
            mark=mark, state=State.OPEN, defaults={"evidence": evidence, "since": since, "opened_at": at}
        )
        if made:
            Seat.objects.bulk_create(Seat(ring=ring, member_id=member_id) for member_id in sorted(members))
            return ring
    evidence = rings.evidence_of(ring.seats.values_list("member_id", flat=True), acts)
    if evidence != ring.evidence:
        ring.evidence, ring.since, ring.version = evidence, min(since, ring.since), ring.version + 1
        ring.save(update_fields=["evidence", "since", "version"])
    return ring


def _larger(members: set[int]) -> Ring | None:
    open_ones = Ring.objects.select_for_update(of=("self",)).filter(state=State.OPEN, seats__member=min(members))
    for ring in open_ones.order_by("id"):
        if members <= set(ring.seats.values_list("member_id", flat=True)):
            return ring
    return None


@transaction.atomic
def decide_ring(*, actor: Member, ring_id: int, key: str, honest: bool, note: str, at: datetime) -> int:
    """A moderator says that a ring is honest (what is held for it is confirmed) or that it trades (it lapses); returns
    how many lines. `key` says how it stood when it was read.

    Raises Forbidden for who does not keep the talk and for one's own ring; NotFound; Conflict when it was decided or
    changed meanwhile, and then nothing is written; Invalid (`note`). Side effects: who, when and why on the ring and
    each line; postings; tier; a notification for each owner. Sent twice by the same hand it is one decision.
    """
    permissions.check_decide_rings(actor)
    why = clean_line(note)
    if not why or len(why) > NOTE_LONGEST:
        words = _("Say in a line of up to %(limit)d letters why. The member reads it.")
        raise Invalid(words % {"limit": NOTE_LONGEST}, field="note")
    seats = list(Seat.objects.filter(ring=ring_id).order_by("member").values_list("member_id", flat=True))
    if not seats:
        raise NotFound
    if actor.pk in seats:
        raise Forbidden(_("Nobody decides about her own points."), code="own_points")
    for member_id in seats:
        lock_wallet(member_id)
    ring = Ring.objects.select_for_update(of=("self",)).get(pk=ring_id)
    became = State.RELEASED if honest else State.REJECTED
    if ring.state == became and (ring.decided_by_id, ring.note) == (actor.pk, why):
        return 0
    rows = list(PendingEarning.objects.filter(ring=ring, state=HELD).order_by("pk"))
    if ring.state != State.OPEN or key != f"{ring.version}.{len(rows)}":
        raise Conflict
    ring.state, ring.decided_by, ring.decided_at, ring.note, ring.version = became, actor, at, why, ring.version + 1
    ring.save(update_fields=["state", "decided_by", "decided_at", "note", "version"])
    for row in rows:
        if honest:
            settling.confirm(row, at=at, by=actor.pk, note=why)
        else:
            settling.lapse(row, at=at, by=actor.pk, note=why)
    for member_id in sorted({row.member_id for row in rows}):
        args = {"became": str(became.value), "note": why}
        notify(member_id=member_id, kind=LOOKED, subject=f"ring:{ring.pk}", args=args, actor_id=None, at=at)
    return len(rows)
