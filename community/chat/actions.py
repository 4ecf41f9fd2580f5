"""Writes of the chat. Every one locks the room's row first: numbers are gapless and all follow one order of locks."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from community.chat.models import ChatDay, Message, Room, Seat
from community.chat.permissions import check_edit, check_enter, check_remove, check_send, is_house
from community.chat.selectors import get_room_by_id, said_lately, whole_messages
from community.markup import render_message
from portal.accounts.models import Member
from portal.core.clock import programme_day
from portal.core.errors import Conflict, Invalid, KeyReused, NotFound
from portal.core.ids import body_hash, check_key
from portal.core.limits import Limit, hit
from portal.core.text import clean, clean_line, fold
from portal.events.bus import publish
from portal.events.types.community import TalkedInChat
from portal.realtime import record, stream_name

LONGEST = 4_000
IN_A_ROOM = Limit("chat_room", times=20, seconds=30)
EVERYWHERE = Limit("chat_member", times=60, seconds=60)
CHANGES = Limit("chat_change", times=30, seconds=60)
SAME_WORDS = timedelta(seconds=10)


def post_message(
    *, actor: Member | None, room_id: int, text: str, key: str, at: datetime, live: bool = True
) -> Message:
    """Says something in a room.

    Raises Invalid (empty, too long, bad key), NotFound, SignInRequired, Forbidden (muted, with the reason), TooMany,
    Conflict (the same words within ten seconds), KeyReused. Side effects: the next number of the room, an entry in the
    room's stream, and TalkedInChat with the member's first message of a programme day.
    Idempotent by (actor, key): a repeat returns the first message, uncounted and unannounced. `live=False` is for
    loading what was said in the past: neither limits nor the check for repeated words apply.
    """
    check_key(key)
    source = _clean_message(text)
    with transaction.atomic():
        room = _lock_room(room_id)
        check_enter(actor, room)
        fingerprint = body_hash([room.code, source])
        if actor is not None and (first := whole_messages().filter(author=actor, key=key).first()) is not None:
            return _same_or_refuse(first, fingerprint)
        check_send(actor, room, at)
        assert actor is not None
        if live:
            _check_pace(actor, room, source, at)
        message = Message.objects.create(
            room=room,
            number=room.last_number + 1,
            author=actor,
            source=source,
            html=render_message(source),
            created_at=at,
            key=key,
            body_hash=fingerprint,
        )
        Room.objects.filter(pk=room.pk).update(last_number=message.number, last_message_at=at)
        _tell_first_of_day(message, at)
        record(stream_name("room", room.pk), "message_posted", {"message": message.pk})
    return message


def edit_message(*, actor: Member, message_id: int, text: str, at: datetime) -> Message:
    """Changes the words of one's own message within the window.

    Raises Invalid, NotFound (removed meanwhile, or a hidden room), Forbidden, TooMany. Side effect: an entry in the
    room's stream. Idempotent: the same words again change nothing and announce nothing.
    """
    source = _clean_message(text)
    hit(CHANGES, actor.pk)
    with transaction.atomic():
        message = _lock_message(message_id)
        check_edit(actor, message, at)
        if message.source == source:
            return message
        message.source, message.html, message.edited_at = source, render_message(source), at
        message.save(update_fields=["source", "html", "edited_at"])
        record(stream_name("room", message.room_id), "message_edited", {"message": message.pk})
    return message


def remove_message(*, actor: Member, message_id: int, at: datetime, reason: str = "") -> Message:
    """Takes a message away: everybody sees its empty place, moderators may still read the text.

    A moderator who removes another's message says why; actor, time and reason stay on the row. Raises NotFound,
    Forbidden, Invalid (no reason). Side effect: an entry in the room's stream. Idempotent: a second removal changes
    nothing.
    """
    why = clean_line(reason)[:200]
    with transaction.atomic():
        message = _lock_message(message_id)
        check_remove(actor, message)
        if message.removed_at is not None:
            return message
        if message.author_id != actor.pk and not why:
            raise Invalid(_("Say why it has to go. The reason is kept with the message."), field="reason")
        message.removed_at, message.removed_by, message.removed_reason = at, actor, why
        message.save(update_fields=["removed_at", "removed_by", "removed_reason"])
        record(stream_name("room", message.room_id), "message_removed", {"message": message.pk})
    return message


def mark_read(*, actor: Member, room_id: int, number: int, at: datetime) -> int:
    """Remembers how far she has read; returns the mark that now holds. It never falls, nor passes the newest message.

    Raises NotFound for a hidden room. Side effects, only when the mark rises: her seat (taken at the first time), and
    an entry in her own stream, so that her other tabs follow. Idempotent.
    """
    with transaction.atomic():
        room = get_room_by_id(actor, room_id)
        number = max(0, min(number, room.last_number))
        seat, taken = Seat.objects.get_or_create(
            room=room, member=actor, defaults={"last_read": number, "joined_at": at}
        )
        if not taken and not Seat.objects.filter(pk=seat.pk, last_read__lt=number).update(last_read=number):
            seat.refresh_from_db(fields=["last_read"])
            return seat.last_read
        record(stream_name("member", actor.pk), "room_read", {"room": room.pk})
    return number


def _lock_room(room_id: int) -> Room:
    room = Room.objects.select_for_update(no_key=True).filter(pk=room_id).first()
    if room is None:
        raise NotFound()
    return room


def _lock_message(message_id: int) -> Message:
    room_id = Message.objects.filter(pk=message_id).values_list("room_id", flat=True).first()
    if room_id is None:
        raise NotFound()
    _lock_room(room_id)
    return whole_messages().select_related("room").get(pk=message_id)


def _clean_message(text: str) -> str:
    source = clean(text) if isinstance(text, str) else ""
    if not fold(source).strip():
        raise Invalid(_("There are no words in it yet."), code="empty", field="text")
    if len(source) > LONGEST:
        raise Invalid(
            _("That is %(length)d characters; a message holds %(most)d.") % {"length": len(source), "most": LONGEST},
            code="too_long",
            field="text",
        )
    return source


def _same_or_refuse(first: Message, fingerprint: str) -> Message:
    if first.body_hash != fingerprint:
        raise KeyReused()
    return first


def _check_pace(actor: Member, room: Room, source: str, at: datetime) -> None:
    """People of the house answer many at once, so the pace is not theirs to keep; nobody says the same twice."""
    if not is_house(actor):
        hit(IN_A_ROOM, f"{actor.pk}:{room.pk}")
        hit(EVERYWHERE, actor.pk)
    words = " ".join(source.casefold().split())
    if any(" ".join(said.casefold().split()) == words for said in said_lately(room, actor, at - SAME_WORDS)):
        raise Conflict(_("You just said that here."), code="repeated")


def _tell_first_of_day(message: Message, at: datetime) -> None:
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
