"""How far facts reach towards a condition: pure reckoning over rows, the same for awarding, losing and progress."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import NamedTuple

from badges.awards.definitions import Condition, Criteria


class Row(NamedTuple):
    """A fact as it is counted. `other` is None where there is no second person."""

    id: int
    metric: str
    target: str
    other: int | None
    day: date
    hour: int


class Reach(NamedTuple):
    """So many of so many."""

    have: int
    need: int

    @property
    def met(self) -> bool:
        """Whether it is enough."""
        return self.have >= self.need


class Heap(NamedTuple):
    """How much there is of one metric: facts, and the different targets, people and days in them."""

    times: int
    targets: int
    people: int
    days: int


def could_be_met(criteria: Criteria, heaps: Mapping[str, Heap]) -> bool:
    """Whether so much could be enough. Never False for what is met: hours, spans and targets only take away, and what
    differs within all metrics together is at most the sum of what differs within each."""
    return all(_at_most(one, heaps) >= one.at_least for one in criteria.all)


def _at_most(condition: Condition, heaps: Mapping[str, Heap]) -> int:
    kind = "days" if condition.count == "streak" else condition.count
    return sum(getattr(heaps[metric], kind) for metric in condition.metrics if metric in heaps)


def counted(condition: Condition, rows: Iterable[Row]) -> list[Row]:
    """The rows that a condition looks at."""
    begin, end = condition.hours or (0, 24)
    return [
        row
        for row in rows
        if row.metric in condition.metrics
        and begin <= row.hour < end
        and (not condition.targets or row.target in condition.targets)
    ]


def reach(condition: Condition, rows: Iterable[Row]) -> Reach:
    """How far the rows reach; with `within_days` inside the best span, wherever it lies."""
    found = counted(condition, rows)
    if condition.within_days is None:
        return Reach(_amount(condition.count, found), condition.at_least)
    return Reach(_best_span(condition.count, found, condition.within_days), condition.at_least)


def reaches(criteria: Criteria, rows: Sequence[Row]) -> list[Reach]:
    """How far each condition is reached, in their order."""
    return [reach(condition, rows) for condition in criteria.all]


def met(criteria: Criteria, rows: Sequence[Row]) -> bool:
    """Whether every condition is reached."""
    return all(one.met for one in reaches(criteria, rows))


def evidence(criteria: Criteria, rows: Sequence[Row], most: int = 50) -> list[int]:
    """The ids of the newest facts that were counted."""
    ids = {row.id for condition in criteria.all for row in counted(condition, rows)}
    return sorted(ids)[-most:]


def _amount(count: str, rows: Sequence[Row]) -> int:
    if count == "times":
        return len(rows)
    if count == "targets":
        return len({row.target for row in rows if row.target})
    if count == "people":
        return len({row.other for row in rows if row.other is not None})
    days = {row.day for row in rows}
    return len(days) if count == "days" else longest_run(days)


def _best_span(count: str, rows: Sequence[Row], span: int) -> int:
    """The most that any `span` days in a row hold. Each span that matters ends on a day on which something happened."""
    if count == "streak":
        return min(longest_run({row.day for row in rows}), span)
    rows = sorted(rows, key=lambda row: row.day)
    inside: Counter[object] = Counter()
    best = first = 0
    for row in rows:
        inside[_key(count, row)] += 1
        while rows[first].day.toordinal() <= row.day.toordinal() - span:
            gone = _key(count, rows[first])
            inside[gone] -= 1
            if not inside[gone]:
                del inside[gone]
            first += 1
        best = max(best, sum(1 for key in inside if key not in (None, "")))
    return best


def _key(count: str, row: Row) -> object:
    return {"times": row.id, "targets": row.target, "people": row.other, "days": row.day}[count]


def longest_run(days: Iterable[date]) -> int:
    """The most days in a row. Days are dates of a calendar, so a clock put forward or back breaks no run."""
    known = {day.toordinal() for day in days}
    best = 0
    for day in known:
        if day - 1 not in known:
            length = 1
            while day + length in known:
                length += 1
            best = max(best, length)
    return best


def present_run(days: Iterable[date], today: date) -> int:
    """The days in a row that still go on: up to today, or up to yesterday while today is young."""
    known, day = {d.toordinal() for d in days}, today.toordinal()
    day = day if day in known else day - 1
    length = 0
    while day - length in known:
        length += 1
    return length


def progress(criteria: Criteria, rows: Sequence[Row], today: date) -> list[Reach]:
    """As `reaches`, for a page: a streak shows the days that still go on, not a run that broke long ago."""
    shown = []
    for condition in criteria.all:
        one = reach(condition, rows)
        if condition.count == "streak" and not one.met:
            going = present_run({row.day for row in counted(condition, rows)}, today)
            one = Reach(min(going, one.need), one.need)
        shown.append(Reach(min(one.have, one.need), one.need))
    return shown
