"""Writes of the inbox: tell, take back, bring back, mark read, wish."""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, OperationalError, transaction
from django.db.models import F, QuerySet

from portal import realtime
from portal.accounts.blocks import selectors as blocks
from portal.accounts.models import Member
from portal.core.errors import NotFound
from portal.core.prepared import prepared
from portal.core.writing import add
from portal.notifications import registry, selectors
from portal.notifications.models import Notification, Preference

MAIL_DELAY = timedelta(minutes=10)


def _tell_open_pages(member_id: int, notification_id: int = 0) -> None:
    """Wakes the bell on open pages. Id 0 says only that the count changed."""
    realtime.record(realtime.stream_name("member", member_id), "notification", {"id": notification_id})


def _unread(member_id: int, kind: str, subject: str) -> QuerySet[Notification]:
    return Notification.objects.filter(member_id=member_id, kind=kind, subject=subject, read_at=None, rescinded_at=None)


@transaction.atomic
def notify(
    *,
    member_id: int,
    kind: str,
    subject: str,
    args: dict[str, Any] | None = None,
    actor_id: int | None = None,
    at: datetime,
) -> Notification | None:
    """Tells a member something, once: while an item of this kind and subject waits unread, its count rises instead.

    Says nothing (returns None) about her own acts and those of somebody she blocked, to closed accounts and who leaves,
    when she may not see the subject, and when she wants this kind nowhere. Mail becomes due ten minutes later unless
    she reads first. Whoever tells several members in one transaction goes through them in the order of their ids, so
    that two tellers cannot lock each other out.
    Raises LookupError for an unregistered kind.
    """
    known = registry.kind_of(kind)
    args = args or {}
    member = _here.one(member_id)
    if member is None or actor_id == member_id or not known.visible(member, subject, args):
        return None
    if actor_id is not None and blocks.has_blocked(member_id, actor_id):
        return None
    site, mail = selectors.wish(member_id, known)
    if not site and not mail:
        return None
    fresh = {"args": args, "actor_id": actor_id, "updated_at": at}
    # Between a missed update and a refused insert another may have read or told: then the same is tried again.
    for _attempt in range(5):
        if _unread(member_id, kind, subject).update(count=F("count") + 1, **fresh):
            row = _unread(member_id, kind, subject).get()
            break
        try:
            with transaction.atomic():
                due = at + MAIL_DELAY if mail else None
                fields = {"member_id": member_id, "kind": kind, "subject": subject, "created_at": at}
                row = add(Notification(mail_due_at=due, **fields, **fresh))
            break
        except IntegrityError:
            continue
    else:
        raise OperationalError("the inbox gave way five times")  # the relay puts the delivery off and tries again
    if site:
        _tell_open_pages(member_id, row.pk)
    return row


@prepared
def _here(member: int) -> QuerySet[Member]:
    return Member.objects.filter(pk=member, is_active=True, left_at=None).select_related("standing")


@transaction.atomic
def rescind(*, subject: str, kind: str | None = None, at: datetime) -> int:
    """Takes back what was told about a subject (hidden, deleted), waiting mail included. Idempotent."""
    rows = Notification.objects.filter(subject=subject, rescinded_at=None)
    if kind is not None:
        rows = rows.filter(kind=kind)
    touched = sorted(set(rows.filter(read_at=None).values_list("member_id", flat=True)))
    count = rows.update(rescinded_at=at)
    for member_id in touched:
        _tell_open_pages(member_id)
    return count


@transaction.atomic
def restore(*, subject: str, kind: str | None = None, at: datetime) -> int:
    """Brings back what `rescind` took, read or unread as it was; an item told anew meanwhile stays the only unread one.

    Mail that was due meanwhile is not sent late: the moment has passed.
    """
    rows = Notification.objects.filter(subject=subject, rescinded_at__isnull=False)
    if kind is not None:
        rows = rows.filter(kind=kind)
    count = 0
    for row in rows.order_by("member_id", "pk"):
        if row.read_at is None and _unread(row.member_id, row.kind, row.subject).exists():
            continue
        Notification.objects.filter(pk=row.pk).update(rescinded_at=None, mail_due_at=None)
        count += 1
        if row.read_at is None:
            _tell_open_pages(row.member_id, row.pk)
    return count


@transaction.atomic
def readdress(*, subject: str, to: str, at: datetime, posts: Collection[int] | None = None, **args: Any) -> int:
    """Lets what was told about a subject be about another, with these args: its words stand there now.

    With `posts`, only what names one of them (`args["post"]`). An unread item that meets one of its kind joins it.
    Returns how many there were. Idempotent.
    """
    rows = [
        row
        for row in Notification.objects.filter(subject=subject).order_by("member_id", "pk")
        if posts is None or row.args.get("post") in posts
    ]
    for row in rows:
        row.args = {**row.args, **args}
        there = _unread(row.member_id, row.kind, to).exclude(pk=row.pk).first()
        if there is None or row.read_at is not None or row.rescinded_at is not None:
            row.subject = to
            row.save(update_fields=["subject", "args"])
            continue
        newer = max(there, row, key=lambda item: item.updated_at)
        fresh = {"args": newer.args, "actor_id": newer.actor_id, "updated_at": newer.updated_at}
        Notification.objects.filter(pk=row.pk).update(rescinded_at=at)
        Notification.objects.filter(pk=there.pk).update(count=F("count") + row.count, **fresh)
    for member_id in sorted({row.member_id for row in rows if row.read_at is None and row.rescinded_at is None}):
        _tell_open_pages(member_id)
    return len(rows)


@transaction.atomic
def mark_read(*, member_id: int, subject: str | None = None, group: str = "", at: datetime) -> int:
    """Marks her unread items about a subject, or of one heap (neither: all), as read; waiting mail falls away.

    Idempotent.
    """
    rows = Notification.objects.filter(member_id=member_id, read_at=None)
    if subject is not None:
        rows = rows.filter(subject=subject)
    if group:
        rows = rows.filter(kind__in=registry.in_group(group))
    count = rows.update(read_at=at, mail_due_at=None)
    if count:
        _tell_open_pages(member_id)
    return count


@transaction.atomic
def mark_many_read(*, member_id: int, subjects: list[str], at: datetime) -> int:
    """As `mark_read`, for many subjects in one step. Idempotent."""
    rows = Notification.objects.filter(member_id=member_id, read_at=None, subject__in=subjects)
    count = rows.update(read_at=at, mail_due_at=None)
    if count:
        _tell_open_pages(member_id)
    return count


@transaction.atomic
def open_item(*, member: Member, notification_id: int, at: datetime) -> str:
    """Marks one item of hers as read and returns where it leads; raises NotFound for foreign or hidden ones."""
    row = selectors.inbox(member.pk).filter(pk=notification_id).first()
    if row is None or not selectors.visible(member, [row]):
        raise NotFound
    if Notification.objects.filter(pk=row.pk, read_at=None).update(read_at=at, mail_due_at=None):
        _tell_open_pages(member.pk)
    return registry.kind_of(row.kind).url(row)


@transaction.atomic
def turn_item(*, member: Member, notification_id: int, read: bool, at: datetime) -> Notification:
    """Puts one item of hers among the read or back among what waits; raises NotFound for foreign and hidden ones.

    An item of which a newer one waits already stays read: there is never more than one unread of a kind and subject.
    No letter comes of it. Idempotent.
    """
    row = selectors.inbox(member.pk).filter(pk=notification_id).first()
    if row is None or not selectors.visible(member, [row]):
        raise NotFound
    if (row.read_at is not None) == read:
        return row
    try:
        with transaction.atomic():
            Notification.objects.filter(pk=row.pk).update(read_at=at if read else None, mail_due_at=None)
    except IntegrityError:
        return row
    row.read_at = at if read else None
    _tell_open_pages(member.pk)
    return row


@transaction.atomic
def set_wishes(*, member_id: int, wishes: dict[str, tuple[bool, bool]]) -> None:
    """Stores per kind where she wants to hear it, as (site, mail); refused mail that waits is dropped. Idempotent."""
    for kind, (site, mail) in wishes.items():
        Preference.objects.update_or_create(member_id=member_id, kind=kind, defaults={"site": site, "mail": mail})
    refused = [kind for kind, (_site, mail) in wishes.items() if not mail]
    Notification.objects.filter(member_id=member_id, kind__in=refused, mailed_at=None).update(mail_due_at=None)


@transaction.atomic
def end_letters(*, member_id: int, kinds: list[str]) -> None:
    """No more letters of these kinds; what the site shows stays as she wished. Idempotent."""
    if not Member.objects.filter(pk=member_id).exists():
        return
    for kind in kinds:
        Preference.objects.update_or_create(member_id=member_id, kind=kind, defaults={"mail": False})
    Notification.objects.filter(member_id=member_id, kind__in=kinds, mailed_at=None).update(mail_due_at=None)


@transaction.atomic
def forget_wish(*, member_id: int, name: str) -> None:
    """Lets a letter go back to what is meant for who never chose. Idempotent."""
    Preference.objects.filter(member_id=member_id, kind=name).delete()


@transaction.atomic
def move_inbox(*, giver_id: int, receiver_id: int, at: datetime) -> int:
    """Everything in one account's inbox goes to another of the same person; returns how many items moved.

    What both have unread stays one item, the receiver's. Idempotent: an empty inbox moves nothing.
    """
    items = Notification.objects.filter(member_id=giver_id)
    for item in items.filter(read_at=None, rescinded_at=None):
        if _unread(receiver_id, item.kind, item.subject).exists():
            Notification.objects.filter(pk=item.pk).update(rescinded_at=at, mail_due_at=None)
    moved = items.update(member_id=receiver_id)
    if moved:
        _tell_open_pages(receiver_id)
    return moved
