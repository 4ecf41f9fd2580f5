"""Members who give each other points, with the evidence: reads for the calendar that finds them and the page that shows
them.

An act is a reaction or a chosen answer that a rule heard, paid or not: who thanks beyond every cap is counted, too.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Count, F, Q, QuerySet
from django.utils import timezone

from badges.backtest.rings import COMMUNITY, Group, pairs_of, rings_of
from badges.earning.models import Evaluation, PendingEarning, Ring, Seat
from badges.ledger.models import Entry
from portal.accounts.models import Standing

State, Line = Ring.State, PendingEarning
LATELY, LINES = 50, 12


def window() -> timedelta:
    """How far back acts are counted."""
    return timedelta(days=settings.RING_DAYS)


def thanks(since: datetime, until: datetime) -> Counter[tuple[int, int]]:
    """How often each member thanked each other one from one moment to another, without what a moderator has found to be
    honest. Two queries, and one for each ring that was released in that time."""
    found = _acts(Q(), since, until)
    for ring in Ring.objects.filter(state=State.RELEASED, decided_at__gt=since).prefetch_related("seats"):
        inside = {seat.member_id for seat in ring.seats.all()}
        among = Q(event__actor__in=inside, member__in=inside)
        found.subtract(_acts(among, since, min(until, ring.decided_at or until)))
    return Counter({pair: acts for pair, acts in found.items() if acts > 0})


def _acts(which: Q, since: datetime, until: datetime) -> Counter[tuple[int, int]]:
    rows = Evaluation.objects.filter(
        which, event__name__in=COMMUNITY, event__occurred_at__gte=since, event__occurred_at__lt=until,
        event__actor__isnull=False,
    ).exclude(event__actor=F("member"))  # fmt: skip
    counted = rows.order_by().values_list("event__actor", "member").annotate(acts=Count("id"))
    return Counter({(giver, receiver): acts for giver, receiver, acts in counted if giver is not None})


def found_in(acts: Counter[tuple[int, int]]) -> list[Group]:
    """Rings, and the pairs that are in none of them, by the settings of the house."""
    rings = rings_of(acts, settings.RING_EDGE_ACTS, settings.RING_MOST, settings.RING_DENSITY / 100)
    inside = [set(ring.members) for ring in rings]
    pairs = [
        pair for pair in pairs_of(acts, settings.RING_PAIR_ACTS) if not any(set(pair.members) <= i for i in inside)
    ]
    return rings + pairs


def evidence_of(group: Iterable[int], acts: Counter[tuple[int, int]]) -> list[dict[str, int]]:
    """How often each of them thanked each other one; the busiest first."""
    members = set(group)
    inner = [(n, giver, receiver) for (giver, receiver), n in acts.items() if {giver, receiver} <= members]
    return [
        {"giver": giver, "receiver": receiver, "acts": n}
        for n, giver, receiver in sorted(inner, key=lambda one: (-one[0], one[1:]))
    ]


def held_together(row: PendingEarning, members: set[int]) -> bool:
    """Whether all who stand behind a line, and whose it is, are of these members; nobody behind it: no."""
    event = row.transaction.event
    actor = event.actor_id if event is not None else None
    backers = {actor} if actor is not None and actor != row.member_id else set(row.responders)
    return bool(backers) and row.member_id in members and backers <= members


@dataclass
class Way:
    """How often one thanked another."""

    giver: Standing | None
    receiver: Standing | None
    acts: int


@dataclass
class Shown:
    """A ring as the desk shows it. `lines`: what is held for its sake; `own`: the reader is one of its members."""

    ring: Ring
    members: list[Standing | None]
    ways: list[Way]
    lines: list[PendingEarning] = field(default_factory=list)
    points: dict[str, int] = field(default_factory=dict)
    own: bool = False

    @property
    def since(self) -> datetime:
        """The first day that was counted, in the reader's zone."""
        return timezone.localtime(self.ring.since)

    @property
    def key(self) -> str:
        """How it stood when the page was read: what a decision is about."""
        return f"{self.ring.version}.{len(self.lines)}"


def open_rings() -> QuerySet[Ring]:
    """Every ring that somebody should look at, the oldest first; to be cut into pages."""
    return Ring.objects.filter(state=State.OPEN).order_by("opened_at", "id")


def decided_rings() -> QuerySet[Ring]:
    """What became of rings, the newest first."""
    return Ring.objects.exclude(state=State.OPEN).select_related("decided_by").order_by("-decided_at", "-id")[:LATELY]


def shown(found: Iterable[Ring], *, reader_id: int) -> list[Shown]:
    """Rings with their members, evidence and lines. A constant number of queries."""
    rings = list(found)
    seats: dict[int, list[int]] = {ring.pk: [] for ring in rings}
    for seat in Seat.objects.filter(ring__in=rings).order_by("member"):
        seats[seat.ring_id].append(seat.member_id)
    lines: dict[int, list[PendingEarning]] = {ring.pk: [] for ring in rings}
    rows = PendingEarning.objects.filter(ring__in=rings).select_related(
        "transaction__event", "transaction__revision__rule"
    )
    for row in rows.order_by("-id"):
        if row.ring_id is not None:
            lines[row.ring_id].append(row)
    told = {one[part] for ring in rings for one in ring.evidence for part in ("giver", "receiver")}
    ids = told | {member for members in seats.values() for member in members}
    chips = {chip.member_id: chip for chip in Standing.objects.filter(member_id__in=ids)}
    sums = _sums([row for of in lines.values() for row in of])
    return [_one(ring, seats[ring.pk], lines[ring.pk], chips, sums, reader_id) for ring in rings]


def _one(
    ring: Ring, seats: list[int], lines: list[PendingEarning], chips: dict[int, Standing],
    sums: dict[int, dict[str, int]], reader_id: int,
) -> Shown:  # fmt: skip
    ways = [Way(chips.get(one["giver"]), chips.get(one["receiver"]), one["acts"]) for one in ring.evidence]
    held = [row for row in lines if row.state == Line.State.HELD] if ring.state == State.OPEN else lines
    points: Counter[str] = Counter()
    for row in held:
        points.update(sums.get(row.transaction_id, {}))
    return Shown(ring, [chips.get(one) for one in seats], ways, held, dict(points), reader_id in seats)


def _sums(rows: list[PendingEarning]) -> dict[int, dict[str, int]]:
    """What each posting gave its member, by point type. One query."""
    found: dict[int, dict[str, int]] = {}
    entries = Entry.objects.filter(
        transaction__in=[row.transaction_id for row in rows], account__member=F("transaction__member")
    )
    for posting, code, amount in entries.values_list("transaction", "point_type__code", "amount"):
        of = found.setdefault(posting, {})
        of[code] = of.get(code, 0) + amount
    return found
