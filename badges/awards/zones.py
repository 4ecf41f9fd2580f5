"""Which calendar a member's days are read from: pure reckoning over the zones that she asked for.

A new zone holds from her next midnight on, as the old zone's clock shows it, and at most once in seven days: asked for
sooner it waits for the first midnight after these. Who travels therefore loses no day, and nobody can make one by
turning the globe. The same asks give the same days, whenever they are read.
"""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import NamedTuple
from zoneinfo import ZoneInfo

WEEK, DAY = timedelta(days=7), timedelta(days=1)


class Ask(NamedTuple):
    """A zone that she asked for, at an instant; `old` is what she had until then."""

    at: datetime
    old: str
    new: str


class Held(NamedTuple):
    """A zone and the instant from which it held; the first one has held for ever (None)."""

    since: datetime | None
    zone: str


def midnight_after(at: datetime, zone: str) -> datetime:
    """The first midnight after an instant, by a zone's clock (or the first moment of a day that has no midnight)."""
    local = ZoneInfo(zone)
    day = at.astimezone(local).date() + DAY
    return datetime(day.year, day.month, day.day, tzinfo=local).astimezone(at.tzinfo)


def timeline(asks: Sequence[Ask], present: str) -> list[Held]:
    """The zones that held, one after the other. `present` is what her profile says, for who never asked."""
    if not asks:
        return [Held(None, present)]
    held = [Held(None, asks[0].old)]
    wish: tuple[datetime, str] | None = None
    for ask in sorted(asks):
        if wish is not None and wish[0] <= ask.at:
            held.append(Held(*wish))
        last = held[-1]
        begin = midnight_after(ask.at, last.zone)
        if last.since is not None and begin < last.since + WEEK:
            begin = midnight_after(last.since + WEEK - timedelta(microseconds=1), last.zone)
        # A newer wish takes the place of one that does not hold yet; back to what holds is no change at all.
        wish = (begin, ask.new) if ask.new != last.zone else None
    return [*held, Held(*wish)] if wish is not None else held


def zone_at(held: Sequence[Held], at: datetime) -> ZoneInfo:
    """The zone whose calendar counts at an instant."""
    return ZoneInfo(next(one.zone for one in reversed(held) if one.since is None or one.since <= at))


def unlived(held: Sequence[Held]) -> set[date]:
    """Days that her calendar never had, because a change of zone crossed the date line: nobody can miss them."""
    days: set[date] = set()
    for before, after in pairwise(held):
        assert after.since is not None
        last = (after.since - timedelta(microseconds=1)).astimezone(ZoneInfo(before.zone)).date()
        first = after.since.astimezone(ZoneInfo(after.zone)).date()
        days |= {last + DAY * n for n in range(1, (first - last).days)}
    return days
