"""When points lapse. Days are the programme's, and the last valid day counts in full."""

from datetime import date, timedelta

from badges.ledger.models import Lot, PointType
from portal.core.clock import add_months, end_of_month


def expiry_of(point_type: PointType, earned_on: date) -> date | None:
    """The last day on which points of this type, earned on that day, can be spent; None when they never lapse."""
    months = point_type.expires_after_months
    if months is None:
        return None
    return end_of_month(add_months(earned_on.replace(day=1), months))


def lapsed(lot: Lot, today: date) -> bool:
    """Whether the lot's last valid day is over. Judged by the date alone, so a late job lends nobody a day."""
    return lot.expires_on is not None and lot.expires_on < today


# A calendar year of status points closes with December; for so many days more, what is taken back still counts for it.
GRACE_DAYS = 30


def counted_until(year: int) -> date:
    """The last day on which taking points back changes what a calendar year counts for the tier."""
    return date(year, 12, 31) + timedelta(days=GRACE_DAYS)
