"""What privacy does by the calendar and in the worker. Each bears being run twice."""

import logging
from datetime import datetime

from django.db import transaction
from django_tasks import task

from portal.accounts import leaving
from portal.core import clock
from portal.jobs.table import register
from portal.privacy import actions
from portal.privacy.models import Export

logger = logging.getLogger(__name__)


@task()
def gather_export(export_id: int) -> bool:
    """Writes the file of one request, unless it was withdrawn meanwhile or is there already."""
    export = Export.objects.select_related("member").filter(pk=export_id).first()
    if export is None or not export.member.is_active:
        return False
    actions.write_export(export=export, at=clock.now())
    return True


def erase_left(at: datetime) -> int:
    """Calendar job: erases the personal data of members whose days of grace are over; returns how many.

    Each in a transaction of her own: one that fails is logged and tried again next time, the others are done.
    """
    erased = 0
    for member_id in leaving.due(at):
        try:
            with transaction.atomic():
                # Asked again under the lock: she may have come back since the list was made.
                if actions.lock_member(member_id).left_at is None:
                    continue
                actions.erase(actor=None, member_id=member_id, at=at)
            erased += 1
        except Exception:
            logger.exception("erasing failed", extra={"member": member_id})
    return erased


def drop_old_exports(at: datetime) -> int:
    """Calendar job: deletes exports a week after they were ready, and requests that never became a file."""
    old = Export.objects.filter(expires_at__lte=at) | Export.objects.filter(
        ready_at=None, asked_at__lte=at - actions.KEPT
    )
    return actions.drop_exports(list(old))


register("erase_left", "41 2 * * *", erase_left)
register("drop_old_exports", "23 * * * *", drop_old_exports)
