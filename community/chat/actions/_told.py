"""Who hears of a message beyond those who have the room open: the named, the followers of a thread, the few."""

from datetime import datetime

from community.chat.models import ChatDay, ChatMention, Message, ThreadSeat
from community.chat.selectors import members_named
from portal.core.clock import programme_day
from portal.events.bus import publish
from portal.events.types.community import MessagePosted, TalkedInChat
from portal.realtime import record, stream_name


def note_mentions(message: Message) -> list[int]:
    """Stores who is named for the first time, at most ten a message; returns the ids of those who were not before."""
    named = [member_id for member_id in members_named(message.source) if member_id != message.author_id]
    known = set(message.mentions.values_list("member", flat=True))
    fresh = [member_id for member_id in named if member_id not in known]
    ChatMention.objects.bulk_create(ChatMention(message=message, member_id=member_id) for member_id in fresh)
    return fresh


def tell_those_concerned(message: Message, mentioned: list[int], at: datetime) -> None:
    """MessagePosted, only when somebody is to be told: a chat writes no event row a message."""
    if not (mentioned or message.is_reply or message.room.is_direct):
        return
    publish(
        MessagePosted(
            actor=message.author_id,
            message=message.pk,
            room=message.room_id,
            thread=message.parent_id,
            direct=message.room.is_direct,
            mentioned=tuple(mentioned),
        ),
        at=at,
    )


def tell_first_of_day(message: Message, at: datetime) -> None:
    """TalkedInChat with a member's first message of a programme day. What is said between a few earns nothing."""
    if message.room.is_direct:
        return
    day = programme_day(at)
    _row, first = ChatDay.objects.get_or_create(member=message.author, day=day)
    if first:
        publish(
            TalkedInChat(
                actor=message.author_id,
                member=message.author_id,
                room=message.room_id,
                message=message.pk,
                day=day.isoformat(),
            ),
            at=at,
        )


def sit_under(parent: Message, message: Message) -> None:
    """Whoever wrote above and whoever replies follows the thread, unless she said that she does not."""
    ThreadSeat.objects.get_or_create(message=parent, member_id=parent.author_id)
    seat, _taken = ThreadSeat.objects.get_or_create(message=parent, member_id=message.author_id)
    ThreadSeat.objects.filter(pk=seat.pk, last_read__lt=message.number).update(last_read=message.number)
    record(stream_name("member", message.author_id), "thread_read", {"message": parent.pk})
