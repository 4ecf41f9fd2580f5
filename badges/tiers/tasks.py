"""Tiers by the calendar: one whose last day is over falls to what the points give."""

from datetime import datetime

from django.db import transaction

from badges.ledger.locks import lock_member_accounts
from badges.tiers.actions import reassess
from badges.tiers.models import TierStatus
from portal.core.clock import programme_day
from portal.jobs.table import register


def end_tiers(at: datetime) -> int:
    """Looks again at every member whose tier's last day is over; returns how many. Idempotent."""
    over = TierStatus.objects.filter(valid_until__lt=programme_day(at)).values_list("member_id", flat=True)
    looked = 0
    for member_id in over.order_by("member_id"):
        with transaction.atomic():
            lock_member_accounts(member_id, ["status"])
            reassess(member_id=member_id, at=at)
        looked += 1
    return looked


register("end_tiers", "15 0 * * *", end_tiers)
