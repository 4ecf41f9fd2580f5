"""The weekly letter: found by a calendar job on Monday morning of each zone, sent by the worker, once a week."""

from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _
from django_tasks import task

from portal.accounts.models import Consent, Member
from portal.accounts.selectors import consent_given
from portal.core import clock, mail
from portal.digest import selectors
from portal.digest.models import Digest
from portal.jobs.table import register
from portal.notifications import LetterKind, bounces, register_letter
from portal.notifications.models import SentMail
from portal.notifications.tasks import letter_headers, unsubscribe_token

BATCH = 500
# A letter whose sending failed is tried again after this, the whole Monday long.
AGAIN = timedelta(hours=1)

register_letter(
    LetterKind(
        name=selectors.NAME,
        label=_("What happened in the week, on Monday morning"),
        icon="mail",
        # Who agreed to news by letter gets it until she says otherwise; everybody else may ask for it.
        wanted=lambda member: consent_given(member, Consent.Purpose.NEWS),
    )
)


def queue_weekly_letters(at: datetime) -> int:
    """Calendar job, every hour: one task for each member whose Monday morning it is. Returns how many were queued.

    The row (member, week) is written in the transaction that queues the task, so a second run, a second scheduler or a
    run that died half-way queues nobody twice.
    """
    queued = _try_again(at)
    for zone, week in selectors.due_zones(at).items():
        last = 0
        members = Member.objects.filter(zone=zone, is_active=True).exclude(digests__week=week).order_by("pk")
        while ids := list(members.filter(pk__gt=last).values_list("pk", flat=True)[:BATCH]):
            last = ids[-1]
            queued += sum(_queue(member.pk, week, at) for member in selectors.receivers(ids, week, at))
    return queued


def _queue(member_id: int, week: Any, at: datetime) -> bool:
    try:
        with transaction.atomic():
            row = Digest.objects.create(member_id=member_id, week=week, queued_at=at)
            send_weekly_letter.enqueue(digest_id=row.pk)
    except IntegrityError:
        return False
    return True


def write_now(*, member_id: int, at: datetime) -> bool:
    """Sends one member's letter of the week in which `at` lies, unless it went already; says whether it goes.

    Idempotent within the week; raises what the mail server raises.
    """
    monday = at.astimezone(clock.programme_zone()).date()
    monday -= timedelta(days=monday.weekday())
    row, _made = Digest.objects.get_or_create(member_id=member_id, week=monday, defaults={"queued_at": at})
    return bool(send_weekly_letter.call(digest_id=row.pk))


def _try_again(at: datetime) -> int:
    rows = selectors.still_waiting(at, longer_than=AGAIN)
    for row in rows:
        with transaction.atomic():
            Digest.objects.filter(pk=row.pk).update(queued_at=at)
            send_weekly_letter.enqueue(digest_id=row.pk)
    return len(rows)


@task()
def send_weekly_letter(digest_id: int) -> bool:
    """Sends one week's letter, unless it went, she wants it no more, or there is nothing to tell.

    It is marked as sent before it is handed to the mail server, and unmarked when the server fails: a process that dies
    in between loses one letter of one week, and never sends two.
    """
    row = Digest.objects.filter(pk=digest_id, sent_at=None, items=None).first()
    at = clock.now()
    if row is None:
        return False
    found = selectors.receivers_now(row, at)
    if found is None:
        return False
    with translation.override(found.language), timezone.override(selectors.local_time(found.zone, at).tzinfo):
        content = selectors.content_for(found, at=at)
        letter = _letter(found, row, content) if content.items else None
    if letter is None:
        Digest.objects.filter(pk=row.pk).update(items=0)
        return False
    if not Digest.objects.filter(pk=row.pk, sent_at=None).update(sent_at=at, items=content.items):
        return False
    try:
        sent = bounces.send(letter, member=found, at=at)
    except Exception:
        Digest.objects.filter(pk=row.pk).update(sent_at=None, items=None)
        raise
    if sent:
        SentMail.objects.get_or_create(key=_key(row), defaults={"member": found, "kind": selectors.NAME, "at": at})
    return sent


def _key(row: Digest) -> str:
    return f"{selectors.NAME}:{row.member_id}:{row.week.isoformat()}"


def _letter(member: Member, row: Digest, content: selectors.Content) -> Any:
    unsubscribe_url = mail.absolute(
        reverse("notifications:unsubscribe", args=[unsubscribe_token(member.pk, [selectors.NAME])])
    )
    context = {
        "name": member.get_short_name(),
        "lead": content.lead,
        "talks": [_talk(topic) for topic in content.topics],
        "stories": [{"title": s.title, "text": s.teaser, "minutes": s.minutes, "url": mail.absolute(s.get_url() or "")}
                    for s in content.stories],
        "lapsing": content.lapsing,
        "balance": content.balance,
        "meter": content.meter,
        "badge": content.badge,
        "badge_url": mail.absolute(reverse("badges:badge", args=[content.badge.badge.code])) if content.badge else "",
        "home_url": mail.absolute(reverse("my:home")),
        "community_url": mail.absolute(reverse("community:index")),
        "wishes_url": mail.absolute(reverse("notifications:wishes")),
        "unsubscribe_url": unsubscribe_url,
    }  # fmt: skip
    headers = letter_headers(_key(row), unsubscribe_url)
    return mail.compose("digest", to=member.email or "", language=member.language, context=context, headers=headers)


def _talk(topic: Any) -> dict[str, Any]:
    mark = topic.read_to or 0
    return {
        "title": topic.title,
        "url": mail.absolute(topic.get_absolute_url()),
        "space": topic.space.text.name,
        "by": topic.author.standing.known_as,
        "answers": topic.reply_count,
        "fresh": max(0, topic.last_number - mark) if mark else 0,
        "solved": topic.answer_id is not None,
    }


register("weekly_letters", "7 * * * *", queue_weekly_letters)
