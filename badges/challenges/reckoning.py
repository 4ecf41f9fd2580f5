"""How far a member is in a challenge: pure reckoning over her facts, the same for the prize, its loss and the page."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import NamedTuple

from badges.awards import counting
from badges.awards.counting import Reach, Row
from badges.awards.definitions import Condition, Criteria
from badges.challenges.definitions import Definition
from portal.core.clock import day_bounds


class Dated(NamedTuple):
    """A fact and when it happened."""

    at: datetime
    row: Row


def window(definition: Definition) -> tuple[datetime, datetime]:
    """The half-open span of the challenge, as instants."""
    return day_bounds(definition.first)[0], day_bounds(definition.last)[1]


def inside(definition: Definition, facts: Sequence[Dated]) -> list[Row]:
    """The facts of the challenge's days, in the order in which they happened."""
    begin, end = window(definition)
    return [fact.row for fact in sorted(facts, key=lambda one: (one.at, one.row.id)) if begin <= fact.at < end]


def reaches(definition: Definition, rows: Sequence[Row]) -> list[Reach]:
    """How far each step is reached by rows in the order in which they happened.

    One after the other, a step counts only what came after the one before it was reached.
    """
    found: list[Reach] = []
    for step in definition.steps:
        if definition.in_turn and found and not found[-1].met:
            found.append(Reach(0, step.at_least))
            continue
        found.append(counting.reach(step, rows))
        if definition.in_turn and found[-1].met:
            rows = rows[needed(step, rows) :]
    return found


def needed(step: Condition, rows: Sequence[Row]) -> int:
    """How many of the first rows are enough for a step that all of them reach. More rows never reach less, so the
    number is found by halving."""
    low, high = 1, len(rows)
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if counting.reach(step, rows[:middle]).met else (middle + 1, high)
    return low


def finished(definition: Definition, rows: Sequence[Row]) -> bool:
    """Whether every step is reached."""
    return all(one.met for one in reaches(definition, rows))


def progress(definition: Definition, rows: Sequence[Row], today: date) -> list[Reach]:
    """As `reaches`, for a page: never more than is needed, and of days in a row those that still go on."""
    found = []
    for step, one in zip(definition.steps, reaches(definition, rows), strict=True):
        shown = one
        if step.count == "streak" and not one.met and one.have:
            [shown] = counting.progress(Criteria((step,)), rows, today)
        found.append(Reach(min(shown.have, shown.need), shown.need))
    return found
