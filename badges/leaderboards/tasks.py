"""Boards by the calendar: a month that is over is counted for good."""

from datetime import date, datetime

from badges.leaderboards import selectors
from badges.leaderboards.actions import close_month
from badges.leaderboards.models import PeriodClosed
from badges.ledger.models import Transaction
from portal.core.clock import add_months


def close_boards(at: datetime, *, day: date | None = None) -> int:
    """Closes every month that was over on a day (default: that of `at`) and was not closed, the oldest first; returns
    how many boards. Idempotent.

    Catches up after a pause, however long.
    """
    newest = PeriodClosed.objects.filter(scope="").order_by("-month").values_list("month", flat=True).first()
    first = Transaction.objects.order_by("value_date").values_list("value_date", flat=True).first()
    month = newest or (first.replace(day=1) if first else selectors.month_of(at))
    closed = 0
    while month < (day.replace(day=1) if day else selectors.month_of(at)):
        for scope in ["", *(house.code for house in selectors.houses())]:
            closed += close_month(month=month, scope=scope, at=at)
        month = add_months(month, 1)
    return closed
