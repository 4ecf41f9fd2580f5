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
from portal.accounts.selectors import last_seen
from portal.core import clock, mail
from portal.jobs.table import register
from portal.notifications import bounces, registry, selectors
from portal.notifications.actions import MAIL_DELAY
from portal.notifications.models import Notification, SentMail

BATCH = 500
UNSUBSCRIBE = "notification-letters"
TOO_LATE = timedelta(days=1)
# Whoever looked at the site within this span sees the bell; a letter would only repeat it.
HERE = timedelta(minutes=10)
# More letters about items than this in a day are no service; the inbox has the rest.
DAILY_MOST = 20
# The heaps of what others said: nothing of them goes to whose account rests.
TALK = ("replies", "mentions", "thanks")
WELCOME_WITHIN = timedelta(days=1)


@transaction.atomic
def queue_due_letters(at: datetime) -> int:
    """Calendar job, every minute: turns due items into one task per member and subject, in this very transaction.

    At most one letter per member and subject in ten minutes: what comes sooner waits its turn. Who was here within the
    last ten minutes gets it ten minutes after she left, if she has not read it by then; at most twenty letters a day;
    none while letters come back. Returns the number of letters queued. Running twice queues nothing twice: a queued
    item is no longer due.
    """
    queued = 0
    # After a long standstill old news is left to the inbox, instead of a flood of letters.
    selectors.due_mail(at - TOO_LATE).update(mail_due_at=None)
    due = list(selectors.due_mail(at).select_for_update(of=("self",)).order_by("member_id", "subject", "pk")[:BATCH])
    members = sorted({row.member_id for row in due})
    seen, sent = last_seen(members), selectors.letters_of_the_day(members, at)
    stopped = bounces.stopped(members, at)
    for (member_id, subject), group in groupby(due, key=lambda row: (row.member_id, row.subject)):
        ids = [row.pk for row in group]
        rows = Notification.objects.filter(pk__in=ids)
        if member_id in stopped or sent.get(member_id, 0) >= DAILY_MOST:
            rows.update(mail_due_at=None)
            continue
        if (here := seen.get(member_id)) is not None and here > at - HERE:
            rows.update(mail_due_at=here + HERE)
            continue
        last = selectors.mailed_lately(member_id, subject, at=at, span=MAIL_DELAY)
        if last is not None:
            rows.update(mail_due_at=last + MAIL_DELAY)
            continue
        rows.update(mail_due_at=None)
        send_notice.enqueue(member_id=member_id, ids=ids, key=f"notice:{member_id}:{ids[-1]}:{int(at.timestamp())}")
        sent[member_id] = sent.get(member_id, 0) + 1
        queued += 1
    return queued


@task()
def send_notice(member_id: int, ids: list[int], key: str) -> bool:
    """Sends one letter about some items, unless she read them, lost the right to see them or wants no letters.

    Whose account rests gets none of the talk, only what concerns herself and the programme.
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
    at = clock.now()
    if member.suspended_until is not None and member.suspended_until > at:
        rows = [row for row in rows if registry.kind_of(row.kind).group not in TALK]
    if not rows:
        return False
    if _is_here(member_id, at):
        # She came between the queue and the worker: the bell has told her, or will.
        Notification.objects.filter(pk__in=[row.pk for row in rows]).update(mail_due_at=at + HERE)
        return False
    if bounces.stopped([member_id], at) or not bounces.send(_notice(member, rows, key), member=member, at=at):
        return False
    with transaction.atomic():
        SentMail.objects.get_or_create(key=key, defaults={"member": member, "kind": "notice", "at": at})
        Notification.objects.filter(pk__in=[row.pk for row in rows]).update(mailed_at=at)
    return True


def _is_here(member_id: int, at: datetime) -> bool:
    here = last_seen([member_id]).get(member_id)
    return here is not None and here > at - HERE


def _notice(member: Member, rows: list[Notification], key: str) -> Any:
    with translation.override(member.language):
        lines = [_line(selectors.shown(row)) for row in rows]
        token = unsubscribe_token(member.pk, sorted({row.kind for row in rows}))
        unsubscribe_url = mail.absolute(reverse("notifications:unsubscribe", args=[token]))
    headers = letter_headers(key, unsubscribe_url)
    context = {"lines": lines, "unsubscribe_url": unsubscribe_url, "name": member.get_short_name()}
    return mail.compose("notice", to=member.email or "", language=member.language, context=context, headers=headers)


def _line(item: dict[str, Any]) -> dict[str, Any]:
    """An item as a letter tells it: how many it stands for is said once, by its sentence or behind it."""
    said = str(item["count"]) in str(item["title"])
    return {**item, "url": mail.absolute(item["url"]), "count": 1 if said else item["count"]}


def letter_headers(key: str, unsubscribe_url: str) -> dict[str, str]:
    """What every letter that nobody typed carries: one click ends it (RFC 8058), and machines do not answer it."""
    domain = settings.SITE_URL.split("://", 1)[-1].split(":")[0].split("/")[0]
    return {
        "List-Unsubscribe": f"<{unsubscribe_url}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        # The same letter keeps its name when it has to be sent again, so that mail programs show it once.
        "Message-ID": f"<{key.replace(':', '-')}@{domain}>",
        "Auto-Submitted": "auto-generated",
    }


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
