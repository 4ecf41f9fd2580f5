"""Plots of a rehearsal as the pieces of inline SVG: paths and bars in a box of 1000 by 100. No rows, no words."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

WIDE, HIGH = 1000, 100
# More days than this are shown week by week, in the plot and in its table alike.
DAILY = 62


@dataclass(frozen=True)
class Bar:
    """A bucket of the histogram: its place, its height in the box, and what it stands for."""

    low: int | None
    high: int | None
    members: int
    x: int
    y: int
    wide: int
    tall: int

    @property
    def way(self) -> str:
        """Whether it is for members who gain, who lose, or who stay."""
        if (self.high or 0) < 0 or self.low is None:
            return "less"
        return "more" if self.low > 0 else "same"


@dataclass
class DayPlot:
    """Points a day (or a week): the base as an area, the draft as a line over it. `rows` are its table."""

    rows: list[tuple[date, int, int]] = field(default_factory=list)
    weekly: bool = False

    @property
    def most(self) -> int:
        """The highest value of both; at least 1."""
        return max([1, *(max(base, draft) for _day, base, draft in self.rows)])

    def _steps(self, values: Sequence[int]) -> str:
        width = WIDE / max(len(values), 1)
        tops = [HIGH - round(value * HIGH / self.most, 2) for value in values]
        parts = [f"V{top:g}H{round((place + 1) * width, 1):g}" for place, top in enumerate(tops)]
        return "".join(parts)

    @property
    def area(self) -> str:
        """The path of the base, closed along the ground."""
        return f"M0 {HIGH}{self._steps([base for _day, base, _draft in self.rows])}V{HIGH}Z"

    @property
    def line(self) -> str:
        """The path of the draft."""
        return f"M0 {HIGH}{self._steps([draft for _day, _base, draft in self.rows])}"


def plot_of(days: Sequence[Sequence[Any]]) -> DayPlot:
    """The plot of `[iso day, base, draft]`; long windows by weeks that begin on Mondays."""
    rows = [(date.fromisoformat(day), base, draft) for day, base, draft in days]
    if len(rows) <= DAILY:
        return DayPlot(rows)
    weeks: dict[date, list[int]] = {}
    for day, base, draft in rows:
        sums = weeks.setdefault(max(day - timedelta(days=day.weekday()), rows[0][0]), [0, 0])
        sums[0] += base
        sums[1] += draft
    return DayPlot([(day, *sums) for day, sums in weeks.items()], weekly=True)


def bars_of(buckets: Sequence[Sequence[Any]]) -> list[Bar]:
    """The histogram of `[from, to, members]`, from the first bucket that holds somebody to the last.

    Whoever stays is no bar: they are most, and would hide the others.
    """
    moved = [bucket for bucket in buckets if (bucket[0], bucket[1]) != (0, 0)]
    held = [place for place, bucket in enumerate(moved) if bucket[2]]
    moved = moved[held[0] : held[-1] + 1] if held else []
    most, width = max([1, *(n for _low, _high, n in moved)]), WIDE // max(len(moved), 1)
    bars = []
    for place, (low, high, members) in enumerate(moved):
        tall = max(round(members * HIGH / most), 2 if members else 0)
        bars.append(Bar(low, high, members, place * width + 6, HIGH - tall, width - 12, tall))
    return bars
