"""The one clock of the house, and the calendar of the programme.

Edges (views, frames, tasks) call `now()` once and pass it on as `at=`; actions never ask for the time themselves.
"""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import timezone


def now() -> datetime:
    """The server's present instant, with a zone. Tests freeze this function."""
    return timezone.now()


def programme_zone() -> ZoneInfo:
    """The zone in which caps, tiers, expiry and budgets are counted."""
    return ZoneInfo(settings.PROGRAMME_ZONE)


def programme_day(at: datetime) -> date:
    """The programme's calendar day of an instant."""
    return at.astimezone(programme_zone()).date()


def day_bounds(day: date) -> tuple[datetime, datetime]:
    """The half-open span [start, end) of a programme day, as instants in UTC."""
    zone = programme_zone()
    start = datetime.combine(day, time.min, tzinfo=zone)
    end = datetime.combine(day + timedelta(days=1), time.min, tzinfo=zone)
    return start.astimezone(UTC), end.astimezone(UTC)


def year_bounds(year: int) -> tuple[datetime, datetime]:
    """The half-open span [start, end) of a programme calendar year, as instants in UTC."""
    return day_bounds(date(year, 1, 1))[0], day_bounds(date(year + 1, 1, 1))[0]


def add_months(day: date, months: int) -> date:
    """`day` moved by whole months; a day that the month lacks becomes its last (31 Jan + 1 month = 28 or 29 Feb)."""
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    month += 1
    last = (date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)).day
    return date(year, month, min(day.day, last))


def end_of_month(day: date) -> date:
    """The last day of the month that holds `day`."""
    return add_months(day.replace(day=1), 1) - timedelta(days=1)
