"""Rooms and the seats in them: opening, sitting down, reading, wanting quiet."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from community.chat.actions._parts import lock_room, take_seat
from community.chat.models import Room, RoomText, Seat
from community.chat.permissions import check_enter, check_keep
from community.chat.selectors import brand_scope, free_code, get_room_by_id
from portal import notifications
from portal.accounts.models import Member
from portal.core.errors import Invalid, NotFound
from portal.core.ids import public_id
from portal.core.text import clean_line
from portal.realtime import recheck_hearers, record, stream_name

# Who enters a room of the house hangs on these.
DOOR = ("live", "staff_only", "from_rank")


@transaction.atomic
def follow_space(*, space: Any) -> Room:
    """The room that belongs to a space, made with it and kept in its order. Idempotent."""
    room = Room.objects.filter(space=space).first() or Room(space=space, kind=Room.Kind.SPACE, code="")
    if not room.code:
        room.code = free_code(space.code)
    room.scope_id, room.position, room.icon = space.scope_id, space.position, space.icon
    room.save()
    return room


@transaction.atomic
def keep_room(*, actor: Member, room: Room | None, texts: Mapping[str, tuple[str, str]], **fields: Any) -> Room:
    """Opens a room of the house, or changes one; `texts` is name and purpose by language.

    Raises NotFound for whoever does not keep rooms, Invalid for rooms that are not the house's and without a Vietnamese
    name. How far back members read is settled when a room is opened: who read everything cannot unread it. Side effect:
    open pages of who may no longer enter lose the talk.
    """
    check_keep(actor)
    if room is not None:
        room = lock_room(room.pk)
        if room.kind != Room.Kind.FREE:
            raise Invalid(code="not_ours")
        fields.pop("history", None)
    if not clean_line(texts.get("vi", ("", ""))[0]):
        raise Invalid(code="no_name", field="name_vi")
    door = [getattr(room, name, None) for name in DOOR]
    room = room or Room(code=free_code(texts["vi"][0]), scope=brand_scope())
    for name, value in fields.items():
        setattr(room, name, value)
    room.save()
    for locale, (name, description) in texts.items():
        words = {"name": clean_line(name)[:80], "description": clean_line(description)[:300]}
        if words["name"]:
            RoomText.objects.update_or_create(room=room, locale=locale, defaults=words)
        elif locale != "vi":
            RoomText.objects.filter(room=room, locale=locale).delete()
    if door != [getattr(room, name) for name in DOOR]:
        recheck_hearers(room.stream)
    return room


@transaction.atomic
def keep_room_of_space(*, actor: Member, room: Room, live: bool) -> Room:
    """Closes the room of a space, or opens it again: the only thing that is not settled at the space itself.

    Raises NotFound for whoever does not keep rooms, Invalid for any other room. Side effect: open pages lose a room
    that closes. Idempotent.
    """
    check_keep(actor)
    room = lock_room(room.pk)
    if room.kind != Room.Kind.SPACE:
        raise Invalid(code="not_of_a_space")
    room.live = live
    room.save(update_fields=["live"])
    recheck_hearers(room.stream)
    return room


@transaction.atomic
def sit_down(*, actor: Member, room_id: int, at: datetime) -> Seat:
    """Takes a seat: from now on she reads what is said, where a room's history begins with that. Idempotent.

    Raises NotFound for a hidden room. Side effect, the first time: the room's page on her other tabs is told.
    """
    room = lock_room(room_id)
    check_enter(actor, room)
    seat, taken = take_seat(room, actor, at, last_read=room.last_number)
    if taken:
        record(stream_name("member", actor.pk), "room_read", {"room": room.pk})
    return seat


def mark_read(*, actor: Member, room_id: int, number: int, at: datetime) -> int:
    """Remembers how far she has read; returns the mark that now holds. It never falls, nor passes the newest message.

    Raises NotFound for a hidden room, and where she has to sit down first. Side effects, only when the mark rises: her
    seat (taken at the first time), an entry in her own stream, so that her other tabs follow, and what the inbox said
    of the room is read. Idempotent.
    """
    with transaction.atomic():
        room = get_room_by_id(actor, room_id)
        number = max(0, min(number, room.last_number))
        if room.begins_with_seat:
            seat, taken = _seat_or_refuse(room, actor), False
        else:
            seat, taken = Seat.objects.get_or_create(
                room=room, member=actor, defaults={"last_read": number, "joined_at": at}
            )
        if not taken and not Seat.objects.filter(pk=seat.pk, last_read__lt=number).update(last_read=number):
            seat.refresh_from_db(fields=["last_read"])
            return seat.last_read
        notifications.mark_read(member_id=actor.pk, subject=room.stream, at=at)
        record(stream_name("member", actor.pk), "room_read", {"room": room.pk})
    return number


def _seat_or_refuse(room: Room, actor: Member) -> Seat:
    seat = Seat.objects.filter(room=room, member=actor).first()
    if seat is None:
        raise NotFound()
    return seat


@transaction.atomic
def mute_room(*, actor: Member, room_id: int, muted: bool, at: datetime) -> Seat:
    """Wants no counts of a room, or wants them again; who names her is still told. Raises NotFound. Idempotent."""
    room = lock_room(room_id)
    check_enter(actor, room)
    seat, _taken = take_seat(room, actor, at, last_read=room.last_number)
    if seat.muted != muted:
        seat.muted = muted
        seat.save(update_fields=["muted"])
        record(stream_name("member", actor.pk), "rail_changed", {"room": room.pk})
    return seat


def new_code() -> str:
    """The address of a conversation: a random one, that tells nobody who sits in it."""
    return f"d-{public_id()}"
