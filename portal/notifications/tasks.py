"""Letters of the inbox: found by a calendar job when they are due, sent by the worker, each once."""

from datetime import datetime, timedelta
from itertools import groupby
from typing import Any

from django.conf import settings
from django.core import signing
from django.db import transaction
from django.urls import reverse
from django.utils import translation
from django_tasks import task

from portal.accounts.models import Member
from portal.core import clock, mail
from portal.jobs.table import register
from portal.notifications import registry, selectors
from portal.notifications.actions import MAIL_DELAY
from portal.notifications.models import Notification, SentMail

BATCH = 500
UNSUBSCRIBE = "notification-letters"
TOO_LATE = timedelta(days=1)
WELCOME_WITHIN = timedelta(days=1)


@transaction.atomic
def queue_due_letters(at: datetime) -> int:
    """Calendar job, every minute: turns due items into one task per member and subject, in this very transaction.

    At most one letter per member and subject in ten minutes: what comes sooner waits its turn. Returns the number of
    letters queued. Running twice queues nothing twice: a queued item is no longer due.
    """
    queued = 0
    # After a long standstill old news is left to the inbox, instead of a flood of letters.
    selectors.due_mail(at - TOO_LATE).update(mail_due_at=None)
    due = selectors.due_mail(at).select_for_update(of=("self",)).order_by("member_id", "subject", "pk")[:BATCH]
    for (member_id, subject), group in groupby(due, key=lambda row: (row.member_id, row.subject)):
        ids = [row.pk for row in group]
        rows = Notification.objects.filter(pk__in=ids)
        last = selectors.mailed_lately(member_id, subject, at=at, span=MAIL_DELAY)
        if last is not None:
            rows.update(mail_due_at=last + MAIL_DELAY)
            continue
        rows.update(mail_due_at=None)
        send_notice.enqueue(member_id=member_id, ids=ids, key=f"notice:{member_id}:{ids[-1]}:{int(at.timestamp())}")
        queued += 1
    return queued


@task()
def send_notice(member_id: int, ids: list[int], key: str) -> bool:
    """Sends one letter about some items, unless she read them, lost the right to see them or wants no letters.

    A run that was cut off between sending and noting it may send once more; a run after the note sends nothing.
    """
    member = Member.objects.filter(pk=member_id, is_active=True, left_at=None).first()
    # An account that a shop opened has no address until somebody claims it.
    if member is None or not member.email or SentMail.objects.filter(key=key).exists():
        return False
    waiting = selectors.inbox_with_silenced(member_id).filter(pk__in=ids, read_at=None)
    rows = [
        row
        for row in selectors.visible(member, list(waiting))
        if selectors.wish(member_id, registry.kind_of(row.kind))[1]
    ]
    if not rows:
        return False
    _notice(member, rows, key).send()
    at = clock.now()
    with transaction.atomic():
        SentMail.objects.get_or_create(key=key, defaults={"member": member, "kind": "notice", "at": at})
        Notification.objects.filter(pk__in=[row.pk for row in rows]).update(mailed_at=at)
    return True


def _notice(member: Member, rows: list[Notification], key: str) -> Any:
    with translation.override(member.language):
        lines = [{**line, "url": mail.absolute(line["url"])} for line in (selectors.shown(row) for row in rows)]
        token = unsubscribe_token(member.pk, sorted({row.kind for row in rows}))
        unsubscribe_url = mail.absolute(reverse("notifications:unsubscribe", args=[token]))
    domain = settings.SITE_URL.split("://", 1)[-1].split(":")[0]
    headers = {
        "List-Unsubscribe": f"<{unsubscribe_url}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        # The same letter keeps its name when it has to be sent again, so that mail programs show it once.
        "Message-ID": f"<{key.replace(':', '-')}@{domain}>",
        "Auto-Submitted": "auto-generated",
    }
    context = {"lines": lines, "unsubscribe_url": unsubscribe_url, "name": member.get_short_name()}
    return mail.compose("notice", to=member.email or "", language=member.language, context=context, headers=headers)


def unsubscribe_token(member_id: int, kinds: list[str]) -> str:
    """What a letter carries so that one click without sign-in ends letters of these kinds, and nothing else."""
    return signing.dumps([member_id, kinds], salt=UNSUBSCRIBE, compress=True)


def read_unsubscribe_token(token: str) -> tuple[int, list[str]] | None:
    """Whose letters of which kinds the token ends; None for a forged one. It stays good: letters are kept for years."""
    try:
        member_id, kinds = signing.loads(token, salt=UNSUBSCRIBE)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    return int(member_id), [str(kind) for kind in kinds]


@task()
def send_welcome(member_id: int) -> bool:
    """The letter after joining, once. Somebody who joined long ago (replayed history) is not greeted as new."""
    member = Member.objects.filter(pk=member_id, is_active=True, left_at=None).first()
    key, at = f"welcome:{member_id}", clock.now()
    if member is None or member.joined_at is None or at - member.joined_at > WELCOME_WITHIN:
        return False
    if SentMail.objects.filter(key=key).exists():
        return False
    with translation.override(member.language):
        links = {
            "home_url": mail.absolute(reverse("my:home")),
            "community_url": mail.absolute(reverse("community:index")),
            "stories_url": mail.absolute(f"/{member.language}/stories/"),
        }
    name = member.get_short_name()
    mail.compose("welcome", to=member.email or "", language=member.language, context={"name": name, **links}).send()
    SentMail.objects.get_or_create(key=key, defaults={"member": member, "kind": "welcome", "at": at})
    return True


register("notification_letters", "* * * * *", queue_due_letters)
