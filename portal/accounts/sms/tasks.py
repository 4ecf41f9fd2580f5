"""Texts leave here, are tried again while they are worth it, and are forgotten after a month."""

import logging
from datetime import datetime, timedelta

from django.db.models import F
from django_tasks import task

from portal.accounts.sms.backends import NotSent, backend
from portal.accounts.sms.models import TextMessage
from portal.core import clock
from portal.jobs.table import register

logger = logging.getLogger(__name__)
State = TextMessage.State
WAITS = (timedelta(seconds=30), timedelta(minutes=1), timedelta(minutes=3))
# A code is good for ten minutes: a text that comes later only puzzles.
WORTH = timedelta(minutes=8)
KEEP = timedelta(days=30)


@task(priority=20)
def send_text(text_id: int) -> None:
    """Sends one text that is due. A failure is kept on its row and tried again by `resend_texts`; never raises."""
    row = TextMessage.objects.filter(pk=text_id, state=State.DUE).first()
    if row is None or row.due_at > clock.now():
        return
    try:
        backend().send(row.to, row.body)
    except NotSent as failed:
        _put_off(row, str(failed))
        return
    TextMessage.objects.filter(pk=row.pk).update(
        state=State.SENT, sent_at=clock.now(), body="", error="", attempts=F("attempts") + 1
    )


def _put_off(row: TextMessage, why: str) -> None:
    logger.warning("sms_not_sent", extra={"text": row.pk, "why": why, "attempt": row.attempts + 1})
    at = clock.now()
    row.attempts, row.error = row.attempts + 1, why[:200]
    row.due_at = at + WAITS[min(row.attempts, len(WAITS)) - 1]
    if row.attempts > len(WAITS) or row.due_at > row.created_at + WORTH:
        row.state, row.body = State.FAILED, ""
    row.save(update_fields=["attempts", "error", "due_at", "state", "body"])


def resend_texts(at: datetime) -> int:
    """Calendar job: puts texts back in the queue whose time has come again, also those of a worker that died."""
    due = TextMessage.objects.filter(state=State.DUE, due_at__lte=at - timedelta(seconds=20)).order_by("due_at")
    ids = list(due.values_list("pk", flat=True)[:200])
    for pk in ids:
        send_text.enqueue(pk)
    return len(ids)


def prune_texts(at: datetime) -> None:
    """Calendar job: forgets texts after a month."""
    TextMessage.objects.filter(created_at__lt=at - KEEP).delete()


register("resend_texts", "* * * * *", resend_texts)
register("prune_texts", "25 3 * * *", prune_texts)
