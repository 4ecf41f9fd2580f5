"""How far a topic has been read."""

from datetime import datetime

from django.db import transaction

from community.forum import selectors
from community.forum.actions import _parts
from community.forum.models import ReadMark, Space, Tag, Topic
from community.forum.selectors import listing
from portal import notifications
from portal.accounts.models import Member
from portal.realtime import record, stream_name

# So many topics are marked as read at once; who has more behind her presses again.
AT_ONCE = 2_000


def mark_read(*, actor: Member, topic: str, number: int, at: datetime) -> int:
    """Notes that the actor has read up to a post's number; returns the mark, which only rises.

    Raises NotFound. Side effects: what waits in her inbox about this topic is read, her other open pages hear of it.
    Idempotent.
    """
    found = selectors.get_topic_for(actor, topic)
    before = getattr(found, "read_to", None) or 0
    number = max(0, min(number, found.next_number - 1))
    with transaction.atomic():
        if number > before:
            _parts.raise_mark(found.pk, actor.pk, number, at)
        notifications.mark_read(member_id=actor.pk, subject=stream_name("topic", found.pk), at=at)
        if number > before:
            _tell(actor, found.pk)
    return max(number, before)


def mark_unread(*, actor: Member, topic: str, number: int, at: datetime) -> Topic:
    """Sets the mark back to before a post, so that it waits for her again: the one way in which a mark falls.

    Raises NotFound. Side effects: her open lists hear of it. Idempotent.
    """
    found = selectors.get_topic_for(actor, topic)
    number = max(1, min(number, found.last_number))
    with transaction.atomic():
        ReadMark.objects.update_or_create(topic=found, member=actor, defaults={"last_number": number - 1, "at": at})
        _tell(actor, found.pk)
    return found


@transaction.atomic
def mark_all_read(*, actor: Member, at: datetime, space: Space | None = None, tag: Tag | None = None) -> int:
    """Marks every topic in which words wait for her (here, or in the whole house) as read; returns how many.

    Up to `AT_ONCE`, the newest first. Side effects: their news leave her inbox, her open lists hear of it. Idempotent.
    """
    rows = listing.waiting(listing.Wanted(actor, space=space, tag=tag), at=at)[:AT_ONCE]
    found = list(rows.values_list("pk", "last_number"))
    marks = [ReadMark(topic_id=pk, member=actor, last_number=number, at=at) for pk, number in found]
    ReadMark.objects.bulk_create(
        marks, update_conflicts=True, unique_fields=["topic", "member"], update_fields=["last_number", "at"]
    )
    notifications.mark_many_read(member_id=actor.pk, subjects=[stream_name("topic", pk) for pk, _n in found], at=at)
    if found:
        _tell(actor, 0)
    return len(found)


def _tell(member: Member, topic_id: int) -> None:
    """Her own open pages hear it: what one device has read waits on no other."""
    record(stream_name("member", member.pk), "read", {"topic": topic_id})
