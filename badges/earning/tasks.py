"""Work by the calendar: waits that are over. Order matters: confirm first, then let lapse."""

from datetime import datetime, timedelta

from django.db import transaction

from badges.earning import actions, settling
from badges.earning.models import BarredGiver, PendingEarning
from badges.ledger.locks import lock_wallet
from portal.jobs.table import register

_BATCH = 200


def settle_waiting(at: datetime) -> int:
    """Confirms waits in time that are over and lets lapse what nobody answered; returns how many rows were settled.

    Idempotent and safe to run twice at once: each row is settled under its member's wallet lock.
    """
    settled = 0
    due = PendingEarning.objects.filter(state="open", until__lte=at).order_by("waits_for", "until", "id")
    for pk, member_id in list(due.values_list("pk", "member_id")[:_BATCH]):
        with transaction.atomic():
            lock_wallet(member_id)
            row = PendingEarning.objects.filter(pk=pk, state="open").first()
            if row is None:
                continue
            if row.waits_for == "time":
                settling.confirm(row, at=row.until)
            else:
                settling.lapse(row, at=at)
            settled += 1
    return settled


def sweep_barred(at: datetime) -> int:
    """Takes back what was still on its way when a giver was barred, another relay having had it in hand; returns how
    many lines. Looks at decisions of the last day. Idempotent."""
    fresh = BarredGiver.objects.filter(lifted_at=None, since__gte=at - timedelta(days=1)).order_by("pk")
    return sum(actions.take_back_given(bar, at=at) for bar in fresh)


register("sweep_barred", "*/5 * * * *", sweep_barred)
register("settle_waiting", "* * * * *", settle_waiting)
