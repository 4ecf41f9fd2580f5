"""Which tier points give on a day: a pure function of status points by calendar year, a ladder and the calendar.

The points of a year reach a tier at once; it holds to the end of the next year and `GRACE_DAYS` more. On the day after
that last day it falls one step, and one more step each year, for as long as no other year's points carry more.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from badges.ledger.calendar import counted_until
from badges.tiers.definitions import Step
from badges.tiers.models import Tier


@dataclass(frozen=True)
class Rung:
    """A tier with what it asks for at some time."""

    tier: Tier
    step: Step

    @property
    def rank(self) -> int:
        """0 is where everybody begins."""
        return self.tier.rank

    @property
    def threshold(self) -> int:
        """Status points of a calendar year."""
        return self.step.threshold

    @property
    def code(self) -> str:
        """The tier's own."""
        return self.tier.code


@dataclass(frozen=True)
class Earned:
    """What points give on a day. `until`: its last day, None on the lowest; `steps`: how often it fell to get there."""

    rung: Rung
    until: date | None
    steps: int = 0

    @property
    def weight(self) -> tuple[int, date]:
        """Of two, the heavier is shown: the higher one, of equals the one that lasts longer."""
        return (self.rung.rank, self.until or date.min)


def last_day(year: int) -> date:
    """The last day of a tier that the points of this calendar year reached."""
    return counted_until(year + 1)


def period_of(day: date) -> int:
    """The tier period of a day, named by the year in which most of it lies: from 31 January to 30 January."""
    return day.year if day > last_day(day.year - 2) else day.year - 1


def years_for(day: date, top: int) -> tuple[int, ...]:
    """The calendar years whose points can carry a tier on a day, where `top` is the highest rank of the ladder."""
    return tuple(range(period_of(day) - max(top, 1), day.year + 1))


def earned(points_by_year: Mapping[int, int], rungs: Sequence[Rung], day: date) -> Earned:
    """The tier that these net status points give on a day, its last day, and how many steps it fell since."""
    best = Earned(rungs[0], None)
    for year, points in points_by_year.items():
        if year > day.year:
            continue
        reached = max((r.rank for r in rungs if r.threshold <= points), default=0)
        steps = max(0, period_of(day) - year - 1)
        if reached > steps:
            found = Earned(rungs[reached - steps], last_day(year + steps), steps)
            best = max(best, found, key=lambda one: one.weight)
    return best


def tier_earned(points_by_year: Mapping[int, int], rungs: Sequence[Rung], day: date) -> tuple[Rung, date | None]:
    """As `earned`: the tier and its last day."""
    found = earned(points_by_year, rungs, day)
    return found.rung, found.until
