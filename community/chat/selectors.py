"""Reads of the chat: rooms with what is new in them, a room's history, one message. Each authorises as it fetches."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Count, F, IntegerField, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce, Greatest
from django.utils.timezone import localdate
from django.utils.translation import get_language

from community.chat.models import Message, Room, RoomText, Seat
from community.chat.permissions import check_enter, visible_to
from portal.accounts.models import Member, Standing
from portal.core.errors import NotFound
from portal.realtime import stream_name
from portal.realtime.models import Stream

PAGE = 50
# Nobody counts further: the rail says "99+". It also bounds the work for a member who was away for a year.
UNREAD_SHOWN = 100
# Words of one person within this time need no second head.
FOLLOWS_WITHIN = timedelta(minutes=5)


@dataclass(frozen=True)
class RoomEntry:
    """A room as the rail shows it, in the reader's language."""

    room: Room
    name: str
    description: str
    unread: int


@dataclass(frozen=True)
class Line:
    """A message as it stands in the talk: under which day, whether new words begin here, whether it needs a head."""

    message: Message
    day: date | None
    begins_new: bool
    follows: bool
    own: bool


@dataclass(frozen=True)
class History:
    """A stretch of a room's messages, oldest first."""

    messages: list[Message]
    has_older: bool
    has_newer: bool

    @property
    def first(self) -> int:
        """The number of the oldest message here; 0 when there is none."""
        return self.messages[0].number if self.messages else 0

    @property
    def last(self) -> int:
        """The number of the newest message here; 0 when there is none."""
        return self.messages[-1].number if self.messages else 0


def rooms_for(viewer: Member | None) -> list[RoomEntry]:
    """All rooms she may enter, in order, with the number of unread words by others. Two queries for all of them.

    A room in which she never sat has nothing unread: it would be noise to count what was said before she came.
    """
    rooms = Room.objects.filter(visible_to(viewer)).annotate(unread=_unread(viewer))
    texts = _texts([room.pk for room in rooms])
    return [RoomEntry(room, *texts.get(room.pk, (room.code, "")), unread=room.unread) for room in rooms]


def unread_by_room(member_id: int, room_ids: list[int]) -> dict[int, int]:
    """How many words by others each room holds that she has not read; one query."""
    rooms = Room.objects.filter(pk__in=room_ids).annotate(unread=_unread(member_id))
    return dict(rooms.values_list("pk", "unread"))


def _unread(viewer: Member | int | None) -> Coalesce | Value:
    if viewer is None:
        return Value(0)
    seat = Seat.objects.filter(room=OuterRef("room"), member=viewer)
    # Who has no seat has nothing unread. (Greatest of NULL differs between databases, so none reaches it.)
    mark = Coalesce(Subquery(seat.values("last_read")[:1]), F("room__last_number"))
    from_number = Greatest(mark, F("room__last_number") - UNREAD_SHOWN)
    words = (
        Message.objects.filter(room=OuterRef("pk"), removed_at=None)
        .exclude(author=viewer)
        .annotate(seen=from_number)
        .filter(number__gt=F("seen"))
        .order_by()
        .values("room")
        .annotate(total=Count("pk"))
        .values("total")
    )
    return Coalesce(Subquery(words, output_field=IntegerField()), Value(0))


def _texts(room_ids: list[int]) -> dict[int, tuple[str, str]]:
    """Name and purpose by room, in the reader's language, else in Vietnamese."""
    language = (get_language() or "vi").split("-")[0]
    chosen: dict[int, tuple[str, str]] = {}
    rows = RoomText.objects.filter(room__in=room_ids, locale__in={language, "vi"})
    for row in sorted(rows, key=lambda row: row.locale == language):
        chosen[row.room_id] = (row.name, row.description)
    return chosen


def room_name(room: Room) -> str:
    """The room's name in the reader's language."""
    return _texts([room.pk]).get(room.pk, (room.code, ""))[0]


def get_room_for(viewer: Member | None, code: str) -> Room:
    """The room by its code; raises NotFound when there is none that she may enter."""
    try:
        return Room.objects.get(visible_to(viewer), code=code)
    except Room.DoesNotExist:
        raise NotFound() from None


def get_room_by_id(viewer: Member | None, room_id: int) -> Room:
    """The same by the number that its stream carries."""
    try:
        return Room.objects.get(visible_to(viewer), pk=room_id)
    except Room.DoesNotExist:
        raise NotFound() from None


def get_message_for(viewer: Member | None, code: str, public_id: str) -> Message:
    """A message of a room that she may enter, removed ones included; raises NotFound."""
    rows = whole_messages().select_related("room").filter(room__code=code, public_id=public_id)
    message = rows.first()
    if message is None:
        raise NotFound()
    check_enter(viewer, message.room)
    return message


def whole_messages() -> QuerySet[Message]:
    """Messages with their author's name chip, as fragments need them."""
    return Message.objects.select_related("author__standing")


def history(
    room: Room, viewer: Member | None, before: int | None = None, after: int | None = None, limit: int = PAGE
) -> History:
    """Messages older than `before`, or newer than `after`, or else the newest; one query. Raises NotFound.

    Removed messages keep their place as tombstones; their text is left out by whoever shows them.
    """
    check_enter(viewer, room)
    rows = whole_messages().filter(room=room)
    if after is not None:
        found = list(rows.filter(number__gt=after).order_by("number")[: limit + 1])
        return History(found[:limit], has_older=after > 0, has_newer=len(found) > limit)
    if before is not None:
        rows = rows.filter(number__lt=before)
    found = list(rows.order_by("-number")[: limit + 1])
    return History(found[:limit][::-1], has_older=len(found) > limit, has_newer=before is not None)


def lines(talk: History, viewer: Member | None, mark: int | None) -> list[Line]:
    """The messages with what stands between them, in the reader's zone: `chat-layout.js` does the same to a live page.

    `mark` is how far she has read: the line before the first word of others after it says that new words begin.
    """
    found: list[Line] = []
    previous: Message | None = None
    is_read = mark is None
    for message in talk.messages:
        own = viewer is not None and message.author_id == viewer.pk
        begins_new = not is_read and not own and message.number > (mark or 0)
        is_read = is_read or begins_new
        day = localdate(message.created_at)
        is_new_day = previous is None or localdate(previous.created_at) != day
        follows = not is_new_day and not begins_new and _goes_on(previous, message)
        found.append(Line(message, day if is_new_day else None, begins_new, follows, own))
        previous = message
    return found


def _goes_on(previous: Message | None, message: Message) -> bool:
    return (
        previous is not None
        and previous.author_id == message.author_id
        and message.created_at - previous.created_at < FOLLOWS_WITHIN
    )


def stream_end(room: Room) -> int:
    """The number of the room's newest live entry: what a page that is drawn now has seen."""
    return Stream.objects.filter(key=stream_name("room", room.pk)).values_list("last", flat=True).first() or 0


def last_read(room: Room, viewer: Member | None) -> int | None:
    """How far she has read here; None when she never sat here."""
    if viewer is None:
        return None
    return Seat.objects.filter(room=room, member=viewer).values_list("last_read", flat=True).first()


def last_read_by_room(member_id: int, room_ids: list[int]) -> dict[int, int]:
    """The same for many rooms at once."""
    rows = Seat.objects.filter(member_id=member_id, room__in=room_ids)
    return dict(rows.values_list("room_id", "last_read"))


def standings(member_ids: list[int], limit: int = 60) -> list[Standing]:
    """Name chips of the members present, by tier and name. Unknown and inactive ones are left out."""
    rows = Standing.objects.filter(Q(member__is_active=True), member__in=member_ids[: limit * 4])
    return list(rows.order_by("-tier_rank", "name")[:limit])


def said_lately(room: Room, author: Member, since: datetime) -> list[str]:
    """What she said in the room since then and has not taken back."""
    rows = Message.objects.filter(room=room, author=author, created_at__gte=since, removed_at=None)
    return list(rows.values_list("source", flat=True))
