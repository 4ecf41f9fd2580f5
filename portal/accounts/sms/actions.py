"""Asking for a text: limits first, then a row and a task, in one transaction. No page ever waits for a gateway."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.urls import reverse
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from portal.accounts.sms import words
from portal.accounts.sms.models import TextDay, TextMessage
from portal.accounts.sms.tasks import send_text
from portal.core.clock import programme_day
from portal.core.errors import TooMany
from portal.core.mail import absolute

State = TextMessage.State
# (by what, how many, in which time): a person who mistypes stays under them, a machine does not.
NUMBER_LIMITS = ((1, timedelta(seconds=20)), (5, timedelta(hours=1)), (10, timedelta(days=1)))
ASKER_LIMITS = ((20, timedelta(hours=1)), (60, timedelta(days=1)))
TOO_MANY = _("A text just left, or too many have. Give it a while before you ask for another.")


def asker_of(address: str) -> str:
    """The keyed hash under which a visitor's address is counted."""
    return salted_hmac("portal.sms.asker", address).hexdigest()[:32] if address else ""


def check_limits(*, to: str, address: str, at: datetime) -> None:
    """Raises TooMany when the number, the visitor's address or the house itself has had its share. Writes nothing."""
    for field, value, limits in (("to", to, NUMBER_LIMITS), ("asker", asker_of(address), ASKER_LIMITS)):
        if not value:
            continue
        newest = list(
            TextMessage.objects.filter(**{field: value}, created_at__gt=at - limits[-1][1])
            .order_by("-created_at")
            .values_list("created_at", flat=True)[: limits[-1][0]]
        )
        for most, span in limits:
            if len(newest) >= most and newest[most - 1] > at - span:
                raise TooMany(TOO_MANY, retry_after=int((newest[most - 1] + span - at).total_seconds()) + 1)
    day = TextDay.objects.filter(day=programme_day(at)).first()
    if day is not None and day.used >= settings.SMS_DAILY_CAP:
        raise TooMany(TOO_MANY, retry_after=3600)


@transaction.atomic
def ask(*, to: str, kind: str, language: str, address: str, at: datetime, code: str = "") -> TextMessage:
    """Puts a text in the queue; raises TooMany past a limit, and then nothing is written.

    Known and unknown numbers take the same way: a row and a task each. Side effects: TextMessage, TextDay, a task. Not
    idempotent: each asking is a text, which is what the limits count.
    """
    TextDay.objects.get_or_create(day=programme_day(at))
    TextDay.objects.select_for_update().get(day=programme_day(at))
    check_limits(to=to, address=address, at=at)
    TextDay.objects.filter(day=programme_day(at)).update(used=F("used") + 1)
    answered = TextMessage.objects.filter(to=to, kind="unknown", created_at__gt=at - timedelta(days=1)).exists()
    leaves = kind != "unknown" or not answered
    url = absolute(reverse("account_signup"))
    body = words.compose(kind, language=language, code=code, url=url)
    row = TextMessage.objects.create(
        to=to, kind=kind, body=body if leaves else "", state=State.DUE if leaves else State.SKIPPED,
        asker=asker_of(address), created_at=at, due_at=at,
    )  # fmt: skip
    send_text.enqueue(row.pk)
    return row


def forget(*, to: str) -> int:
    """Erases what is kept about texts to a number; the day's count stays. Returns how many rows went."""
    return TextMessage.objects.filter(to=to).delete()[0]
