"""Badges by the calendar: whole years in the house, by each member's own day."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import Exists, OuterRef

from badges.awards.models import Fact
from portal.accounts.models import Member
from portal.core.clock import add_months
from portal.events import bus
from portal.events.types.badges import YearCompleted
from portal.jobs.table import register

_BATCH = 500


def whole_years(joined: date, today: date) -> int:
    """How many years lie between two days; who joined on 29 February has her day on the 28th where there is none."""
    years = max(today.year - joined.year, 0)
    return years if years == 0 or add_months(joined, 12 * years) <= today else years - 1


def tell_years(at: datetime) -> int:
    """Tells YearCompleted for every year that is over and was not told yet; returns how many were told.

    Idempotent: each year of a member has its key. Catches up after a pause, however long.
    """
    told, years = 0, 0
    first = Member.objects.filter(joined_at__isnull=False).order_by("joined_at").first()
    if first is None or first.joined_at is None:
        return 0
    while (years := years + 1) <= whole_years(first.joined_at.date(), at.date() + timedelta(days=1)):
        for member in _candidates(years, at):
            assert member.joined_at is not None
            zone = ZoneInfo(member.zone)
            joined, today = member.joined_at.astimezone(zone).date(), at.astimezone(zone).date()
            if whole_years(joined, today) >= years:
                with transaction.atomic():
                    event = YearCompleted(member=member.pk, years=years)
                    bus.publish(event, at=_moment(member.joined_at, years), key=f"year_completed:{member.pk}:{years}")
                told += 1
    return told


def _moment(joined_at: datetime, years: int) -> datetime:
    """The same moment so many years later."""
    day = add_months(joined_at.date(), 12 * years)
    return joined_at.replace(year=day.year, month=day.month, day=day.day)


def _candidates(years: int, at: datetime) -> list[Member]:
    """Members who may have completed so many years and of whom nothing says so yet; a day early, for other zones."""
    latest = add_months(at.date(), -12 * years) + timedelta(days=2)
    counted = Fact.objects.filter(member_id=OuterRef("pk"), metric="year_here", target=f"year:{years}")
    return list(
        Member.objects.filter(joined_at__date__lte=latest, is_active=True, left_at=None)
        .filter(~Exists(counted))
        .order_by("pk")[:_BATCH]
    )


register("tell_years", "10 * * * *", tell_years)
