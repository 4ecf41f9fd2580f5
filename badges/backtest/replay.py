"""Replays the log of events through two worlds at once: the rules as they were, and with drafts in force over a window.

Nothing is written. The log only grows and no row of it changes, so its highest number at the start is a snapshot of
it: no transaction stays open while it is read, which would hold up every writer on SQLite and the vacuum on PostgreSQL.
"""

import pickle
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from badges.backtest.lines import CONFIRMED, HELD, LAPSED, REVERSED, ByHand, Looked
from badges.backtest.rulebook import Drafted, Rulebook
from badges.backtest.world import World
from badges.campaigns.definitions import Terms
from badges.earning.models import PendingEarning, Ring
from portal.events.bus import heard_by
from portal.events.models import DomainEvent
from portal.events.types.base import Event, registry

CHUNK = 2_000
Progress = Callable[[int], None]


@dataclass
class Replayed:
    """Both worlds at the end of the window. `draft` is `base` where no rule was drafted. `events`: how many were in the
    window; `before`: how many older ones were heard first, to know what was used up and what waited by then."""

    base: World
    draft: World
    events: int
    before: int


@dataclass(frozen=True)
class Log:
    """A stretch of the log: what the programme hears up to its highest number now, of what happened before `until`."""

    last: int
    until: datetime
    total: int

    @classmethod
    def up_to(cls, until: datetime) -> "Log":
        """The log as it stands. Two queries."""
        last = DomainEvent.objects.order_by("-id").values_list("id", flat=True).first() or 0
        return cls(last, until, _heard(last, until).count())

    def read(self) -> Iterator[tuple[int, Event, datetime]]:
        """Number, fact and instant of each event, in the order in which they were told; read in batches by number."""
        after = 0
        rows = _heard(self.last, self.until).order_by("id")
        columns = ("id", "name", "actor_id", "payload", "occurred_at")
        while chunk := list(rows.filter(id__gt=after).values_list(*columns)[:CHUNK]):
            for number, name, actor, payload, at in chunk:
                yield number, registry[name].from_payload(payload, actor), at
            after = chunk[-1][0]


def _heard(last: int, until: datetime) -> QuerySet[DomainEvent]:
    return DomainEvent.objects.filter(name__in=heard_by("earning"), id__lte=last, occurred_at__lt=until)


BECAME = {"activated": CONFIRMED, "lapsed": LAPSED, "reversed": REVERSED}


def decided_by_hand(until: datetime) -> list[ByHand]:
    """What people of the house decided about points that waited, and what was held until they did. Two queries."""
    rows = PendingEarning.objects.filter(transaction__source__startswith="rule:", transaction__event__isnull=False)
    columns = ("transaction__event_id", "transaction__source", "transaction__member_id")
    decided = rows.filter(decided_by__isnull=False, settled_at__lt=until).values_list("settled_at", "state", *columns)
    held = rows.filter(held_at__lt=until).values_list("held_at", *columns)
    found = [
        ByHand(at, event, source.removeprefix("rule:"), member, HELD)
        for at, event, source, member in held.order_by("held_at", "id")
        if at is not None and event is not None
    ]
    return found + [
        ByHand(at, event, source.removeprefix("rule:"), member, BECAME[state])
        for at, state, event, source, member in decided.order_by("settled_at", "id")
        if at is not None and event is not None
    ]


def looked_at() -> list[Looked]:
    """Which members were looked at together, and from when to when. Two queries."""
    return [
        Looked(frozenset(seat.member_id for seat in ring.seats.all()), ring.opened_at, ring.decided_at)
        for ring in Ring.objects.prefetch_related("seats").order_by("id")
    ]


def replay(
    log: Log, *, drafts: Mapping[str, Drafted], since: datetime, progress: Progress | None = None,
    campaigns: Mapping[str, Terms] | None = None,
) -> Replayed:  # fmt: skip
    """Hears the whole log up to the window's end; from `since` on a second world hears it by the drafts.

    `campaigns`: what drafted campaigns say, by code; they run from `since` to the window's end. `progress` is told how
    many events were heard; what it raises ends the replay. Reads only.
    """
    rules = Rulebook.in_force()
    drafted = rules.with_drafts(drafts, since, campaigns) if drafts or campaigns else None
    base = World(decided_by_hand(log.until), looked_at())
    draft: World | None = None
    inside = done = 0
    for number, event, at in log.read():
        counts = at >= since
        if counts:
            inside += 1
            if drafted is not None and draft is None:
                # Up to here both are the same world. It is plain data, so this is a copy, and a quick one.
                draft = pickle.loads(pickle.dumps(base, pickle.HIGHEST_PROTOCOL))  # noqa: S301
        base.hear(number, event, at, rules, inside=counts)
        if draft is not None and drafted is not None:
            draft.hear(number, event, at, drafted, inside=counts)
        done += 1
        if progress is not None and done % 200 == 0:
            progress(done)
    for world in (base, draft):
        if world is not None:
            world.pass_time(log.until)
    return Replayed(base, draft or base, inside, done - inside)
