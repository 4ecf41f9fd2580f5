"""Challenges by the calendar: whose last day is over is counted for good."""

from datetime import date, datetime

from badges.challenges import judging
from badges.challenges.actions import close
from portal.core.clock import day_bounds


def close_challenges(at: datetime, *, day: date | None = None) -> int:
    """Closes every challenge whose last day was over on a day (default: that of `at`); returns how many. Idempotent."""
    until = at if day is None else min(at, day_bounds(day)[1])
    return sum(close(one, at) for one in judging.open_ones(at) if day_bounds(one.definition.last)[1] <= until)
