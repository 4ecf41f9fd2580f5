"""Rooms: which she may enter, what they are called, what is new in them, where she sits."""

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, Exists, F, IntegerField, OuterRef, Subquery, Value
from django.db.models.functions import Coalesce, Greatest
from django.utils.translation import get_language

from community.chat.models import Message, Room, RoomText, Seat
from community.chat.permissions import check_keep, visible_to
from community.chat.selectors.people import people_of
from community.chat.selectors.talk import UNREAD_SHOWN
from portal.accounts.blocks.selectors import folded_rows
from portal.accounts.models import Member, Standing
from portal.core.errors import NotFound
from portal.realtime import last_number

# The rail shows so many conversations, the newest first; the page of conversations shows all.
CONVERSATIONS = 15


@dataclass(frozen=True)
class RoomEntry:
    """A room as the rail shows it, in the reader's language. `people` are the others in a conversation."""

    room: Room
    name: str
    description: str
    unread: int
    muted: bool = False
    people: list[Standing] = field(default_factory=list)


def _rows(viewer: Member | int | None) -> Any:
    muted: Exists | Value = Value(False)
    if viewer is not None:
        muted = Exists(Seat.objects.filter(room=OuterRef("pk"), member=viewer, muted=True))
    return Room.objects.select_related("space").annotate(unread=_unread(viewer), muted=muted)


def rooms_for(viewer: Member | None, conversations: int = CONVERSATIONS) -> list[RoomEntry]:
    """All rooms she may enter, in order, then her newest conversations, with the number of unread words by others.

    A room in which she never sat has nothing unread (it would be noise to count what was said before she came), nor has
    one that she muted. A constant number of queries.
    """
    mine = _rows(viewer).filter(visible_to(viewer))
    found = list(mine.exclude(kind=Room.Kind.DIRECT).order_by("kind", "position", "pk"))
    if viewer is not None:
        direct = mine.filter(kind=Room.Kind.DIRECT)
        found += direct.order_by(F("last_message_at").desc(nulls_first=True), "-pk")[:conversations]
    return _entries(found, viewer)


def entry_of(room: Room, viewer: Member | None) -> RoomEntry:
    """One room as the rail shows it; who asks has looked that she may enter."""
    return _entries([_rows(viewer).get(pk=room.pk)], viewer)[0]


def _entries(rooms: list[Any], viewer: Member | None) -> list[RoomEntry]:
    texts = _texts(rooms)
    people = people_of([room.pk for room in rooms if room.is_direct], viewer)
    return [
        RoomEntry(
            room, *_said_of(room, texts, people), muted=room.muted,
            people=people.get(room.pk, []), unread=0 if room.muted else room.unread,
        )
        for room in rooms
    ]  # fmt: skip


def _said_of(room: Room, texts: dict[int, tuple[str, str]], people: dict[int, list[Standing]]) -> tuple[str, str]:
    if room.is_direct:
        others = [standing.known_as for standing in people.get(room.pk, [])]
        return ", ".join(others[:4]) + ("…" if len(others) > 4 else "") or room.code, ""
    return texts.get(room.pk, (room.code, ""))


def unread_by_room(member_id: int, room_ids: list[int]) -> dict[int, int]:
    """How many words by others each room holds that she has not read, 0 for a muted one; one query."""
    rows = _rows(member_id).filter(pk__in=room_ids).values_list("pk", "unread", "muted")
    return {room: 0 if muted else unread for room, unread, muted in rows}


def _unread(viewer: Member | int | None) -> Coalesce | Value:
    if viewer is None:
        return Value(0)
    seat = Seat.objects.filter(room=OuterRef("room"), member=viewer)
    # Who has no seat has nothing unread. (Greatest of NULL differs between databases, so none reaches it.)
    mark = Coalesce(Subquery(seat.values("last_read")[:1]), F("room__last_number"))
    from_number = Greatest(mark, F("room__last_number") - UNREAD_SHOWN)
    words = (
        Message.objects.filter(room=OuterRef("pk"), parent=None, removed_at=None)
        .exclude(author=viewer)
        .exclude(author__in=folded_rows(viewer if isinstance(viewer, int) else viewer.pk))
        .annotate(seen=from_number)
        .filter(number__gt=F("seen"))
        .order_by()
        .values("room")
        .annotate(total=Count("pk"))
        .values("total")
    )
    return Coalesce(Subquery(words, output_field=IntegerField()), Value(0))


def _texts(rooms: list[Room]) -> dict[int, tuple[str, str]]:
    """Name and purpose by room, in the reader's language, else in Vietnamese; a space's room bears the space's."""
    language = (get_language() or "vi").split("-")[0]
    chosen: dict[int, tuple[str, str]] = {}
    rows = RoomText.objects.filter(room__in=[room.pk for room in rooms], locale__in={language, "vi"})
    told = [(row.locale, row.room_id, row.name, row.description) for row in rows]
    of_spaces = Room.objects.filter(pk__in=[room.pk for room in rooms if room.space_id is not None])
    text = "space__texts__"
    told += of_spaces.exclude(space__texts=None).values_list(f"{text}locale", "pk", f"{text}name", f"{text}description")
    for _locale, room_id, name, description in sorted(told, key=lambda row: (row[0] == language, row[0] == "vi")):
        chosen[room_id] = (name, description)
    return chosen


def room_name(room: Room, viewer: Member | None = None) -> str:
    """The room's name in the reader's language."""
    people = people_of([room.pk], viewer) if room.is_direct else {}
    return _said_of(room, _texts([room]), people)[0]


def get_room_for(viewer: Member | None, code: str) -> Room:
    """The room by its code; raises NotFound when there is none that she may enter."""
    try:
        return Room.objects.select_related("space").get(visible_to(viewer), code=code)
    except Room.DoesNotExist:
        raise NotFound() from None


def get_house_room_for(viewer: Member, code: str) -> Room:
    """A room of the house for those who keep rooms, closed ones included; raises NotFound."""
    check_keep(viewer)
    room = Room.objects.filter(code=code, kind=Room.Kind.FREE).first()
    if room is None:
        raise NotFound()
    return room


def kept_rooms(viewer: Member) -> list[RoomEntry]:
    """Every room that is kept, closed ones too, for who keeps them; raises NotFound for others. Two queries."""
    check_keep(viewer)
    found = list(Room.objects.exclude(kind=Room.Kind.DIRECT).select_related("space").order_by("kind", "position", "pk"))
    texts = _texts(found)
    return [RoomEntry(room, *_said_of(room, texts, {}), unread=0) for room in found]


def get_kept_room_for(viewer: Member, code: str) -> Room:
    """A room of the house or of a space for those who keep rooms, closed ones included; raises NotFound."""
    check_keep(viewer)
    room = Room.objects.select_related("space").exclude(kind=Room.Kind.DIRECT).filter(code=code).first()
    if room is None:
        raise NotFound()
    return room


def get_room_by_id(viewer: Member | None, room_id: int) -> Room:
    """The same by the number that its stream carries."""
    try:
        return Room.objects.select_related("space").get(visible_to(viewer), pk=room_id)
    except Room.DoesNotExist:
        raise NotFound() from None


def readable_rooms(viewer: Member, room_ids: Collection[int]) -> dict[int, int]:
    """Of these rooms, those she may enter, each with the number after which its history begins for her. Two queries."""
    rooms = list(Room.objects.filter(visible_to(viewer), pk__in=room_ids).values_list("pk", "history"))
    seats = dict(Seat.objects.filter(room__in=room_ids, member=viewer).values_list("room", "from_number"))
    full = {pk: 0 for pk, history in rooms if history == Room.History.FULL}
    return full | {pk: seats[pk] for pk, history in rooms if history != Room.History.FULL and pk in seats}


def stream_end(room: Room) -> int:
    """The number of the room's newest live entry: what a page that is drawn now has seen."""
    return last_number(room.stream)


def seat_of(room: Room, viewer: Member | None) -> Seat | None:
    """Her seat in the room."""
    return Seat.objects.filter(room=room, member=viewer).first() if viewer is not None else None


def last_read(room: Room, viewer: Member | None) -> int | None:
    """How far she has read here; None when she never sat here."""
    seat = seat_of(room, viewer)
    return seat.last_read if seat is not None else None


def last_read_by_room(member_id: int, room_ids: list[int]) -> dict[int, int]:
    """The same for many rooms at once."""
    rows = Seat.objects.filter(member_id=member_id, room__in=room_ids)
    return dict(rows.values_list("room_id", "last_read"))
