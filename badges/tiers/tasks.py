"""Tiers by the calendar: one whose last day is over falls, and who may still keep hers is told in time."""

from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef

from badges.ledger.locks import lock_member_accounts
from badges.tiers.actions import WARN_DAYS, reassess, warn, warning_due
from badges.tiers.models import TierStatus, TierWarning
from portal.core.clock import programme_day


def end_tiers(at: datetime, *, day: date | None = None) -> int:
    """Looks again at every member whose tier's last day was over on a day (default: that of `at`); returns how many.
    Idempotent."""
    over = TierStatus.objects.filter(valid_until__lt=day or programme_day(at)).values_list("member_id", flat=True)
    looked = 0
    for member_id in over.order_by("member_id"):
        with transaction.atomic():
            lock_member_accounts(member_id, ["status"])
            reassess(member_id=member_id, at=at)
        looked += 1
    return looked


def warn_of_ends(at: datetime) -> int:
    """Tells everybody whose tier falls in 60, 30 or 7 days and who was not told so yet; returns how many. Idempotent,
    and late it tells the most urgent alone."""
    day, told = programme_day(at), 0
    here = TierStatus.objects.filter(
        member__is_active=True, member__joined_at__isnull=False, member__left_at=None, valid_until__gte=day,
        valid_until__lt=day + timedelta(days=max(WARN_DAYS)),
    )  # fmt: skip
    days_of_ends = {until for until in here.values_list("valid_until", flat=True) if until is not None}
    for until in sorted(days_of_ends):
        days = warning_due(until, day)
        known = TierWarning.objects.filter(member=OuterRef("member"), until=until, days__lte=days, over_at=None)
        rows = here.filter(valid_until=until).exclude(Exists(known))
        for member_id in list(rows.order_by("member_id").values_list("member_id", flat=True)):
            with transaction.atomic():
                lock_member_accounts(member_id, ["status"])
                reassess(member_id=member_id, at=at)
                told += warn(member_id=member_id, at=at)
    return told
