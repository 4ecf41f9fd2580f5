"""Threads: following the replies under a message, and how far they are read."""

from datetime import datetime

from django.db import transaction

from community.chat.actions._parts import lock_message
from community.chat.models import Message, ThreadSeat
from community.chat.permissions import check_read
from portal import notifications
from portal.accounts.models import Member
from portal.core.errors import NotFound
from portal.realtime import record, stream_name


def _thread(actor: Member, message_id: int) -> Message:
    message = lock_message(message_id)
    check_read(actor, message)
    if message.is_reply:
        raise NotFound()
    return message


@transaction.atomic
def follow_thread(*, actor: Member, message_id: int, following: bool) -> ThreadSeat:
    """Hears of new replies under a message, or hears no more. Raises NotFound. Idempotent.

    Side effect: her other tabs follow. Following begins with what is there: nothing of it is new.
    """
    message = _thread(actor, message_id)
    seat, taken = ThreadSeat.objects.get_or_create(
        message=message, member=actor, defaults={"following": following, "last_read": message.last_reply}
    )
    if not taken and seat.following != following:
        seat.following, seat.last_read = following, max(seat.last_read, message.last_reply)
        seat.save(update_fields=["following", "last_read"])
    record(stream_name("member", actor.pk), "thread_read", {"message": message.pk})
    return seat


@transaction.atomic
def mark_thread_read(*, actor: Member, message_id: int, number: int, at: datetime) -> int:
    """Remembers how far she has read under a message; returns the mark that now holds. It never falls.

    A mark of a thread she does not follow is not kept. Raises NotFound. Side effects, only when it rises: an entry in
    her own stream, and what the inbox said of these replies is read. Idempotent.
    """
    message = _thread(actor, message_id)
    number = max(0, min(number, message.last_reply))
    risen = ThreadSeat.objects.filter(message=message, member=actor, last_read__lt=number).update(last_read=number)
    if risen:
        notifications.mark_read(member_id=actor.pk, subject=f"message:{message.pk}", at=at)
        record(stream_name("member", actor.pk), "thread_read", {"message": message.pk})
    mark = ThreadSeat.objects.filter(message=message, member=actor).values_list("last_read", flat=True).first()
    return mark or 0
