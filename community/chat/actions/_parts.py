"""What several writes of the chat share: locks, limits, the gate that words pass, what the streams are told."""

from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from community.chat.models import Message, Room, Seat
from community.chat.selectors import said_lately, whole_messages
from portal.accounts import pace
from portal.accounts.models import Member
from portal.core.errors import Conflict, Invalid, NotFound
from portal.core.limits import Limit
from portal.core.text import clean, fold
from portal.realtime import record

LONGEST = 4_000
CHANGES = Limit("chat_change", times=30, seconds=60)
REACTIONS = Limit("chat_reaction", times=60, seconds=60)
SAME_WORDS = timedelta(seconds=10)


def lock_room(room_id: int) -> Room:
    """The room's row, locked until the transaction ends: the first lock of every write here."""
    room = Room.objects.select_for_update(no_key=True, of=("self",)).select_related("space").filter(pk=room_id).first()
    if room is None:
        raise NotFound()
    return room


def lock_message(message_id: int) -> Message:
    """A message as it is once its room is locked; raises NotFound."""
    room_id = Message.objects.filter(pk=message_id).values_list("room_id", flat=True).first()
    if room_id is None:
        raise NotFound()
    room = lock_room(room_id)
    message = whole_messages().select_related("parent").get(pk=message_id)
    message.room = room
    return message


def clean_message(text: str, *, has_picture: bool = False) -> str:
    """The words as they are stored; raises Invalid for none (a picture speaks for itself) and for too many."""
    source = clean(text) if isinstance(text, str) else ""
    if not fold(source).strip():
        if has_picture:
            return ""
        raise Invalid(_("There are no words in it yet."), code="empty", field="text")
    if len(source) > LONGEST:
        raise Invalid(
            _("That is %(length)d characters; a message holds %(most)d.") % {"length": len(source), "most": LONGEST},
            code="too_long",
            field="text",
        )
    return source


def check_pace(actor: Member, room: Room, source: str, at: datetime) -> None:
    """People of the house answer many at once, so the pace is not theirs to keep; nobody says the same twice.

    Between a few people the same words may stand twice: "ok" is an answer to each of two questions.
    """
    pace.spend("message", actor, places=(f"{room.pk}",))
    words = " ".join(source.casefold().split())
    if room.is_direct or not words:
        return
    if any(" ".join(said.casefold().split()) == words for said in said_lately(room, actor, at - SAME_WORDS)):
        raise Conflict(_("You just said that here."), code="repeated")


def take_seat(room: Room, member: Member, at: datetime, *, last_read: int = 0) -> tuple[Seat, bool]:
    """Her seat, and whether she has just taken it. What was said before stays before it. The room is locked."""
    return Seat.objects.get_or_create(
        room=room,
        member=member,
        defaults={"last_read": max(last_read, 0), "joined_at": at, "from_number": room.last_number},
    )


def tell_room(message: Message, kind: str) -> None:
    """An entry in the room's stream; last in the transaction."""
    record(message.room.stream, kind, {"message": message.pk})
