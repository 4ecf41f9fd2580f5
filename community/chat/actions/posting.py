"""Saying something, changing it, taking it away."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from community.chat.actions._parts import (
    CHANGES,
    check_pace,
    clean_message,
    lock_message,
    lock_room,
    take_seat,
    tell_room,
)
from community.chat.actions._told import note_mentions, sit_under, tell_first_of_day, tell_those_concerned
from community.chat.actions._waiting import hold_change, hold_message
from community.chat.actions.pictures import take_pictures, waiting_pictures
from community.chat.models import ChatPicture, Message, Room
from community.chat.permissions import (
    check_answer,
    check_edit,
    check_enter,
    check_remove,
    check_remove_reported,
    check_send,
)
from community.chat.selectors import people_named, whole_messages
from community.logbook import actions as logbook
from community.markup import render_message
from portal.accounts.models import Member
from portal.core import gate
from portal.core.errors import Invalid, KeyReused
from portal.core.ids import body_hash, check_key
from portal.core.limits import hit
from portal.core.text import clean_line, fold


def post_message(
    *,
    actor: Member | None,
    room_id: int,
    text: str,
    key: str,
    at: datetime,
    live: bool = True,
    parent: str = "",
    pictures: list[str] | None = None,
) -> Message:
    """Says something in a room, or under a message there (`parent`, its public id), perhaps with pictures.

    Raises Invalid (empty, too long, bad key, nothing to answer, an unknown picture), NotFound, SignInRequired,
    Forbidden (muted, with the reason; apart from the other of two), TooMany, Conflict (the same words within ten
    seconds), KeyReused, and Waits when a moderator has to read the words first. Side effects: the next number of the
    room or of the thread, an entry in the room's stream, her seat, TalkedInChat with the first message of a programme
    day, MessagePosted when somebody is to be told.
    Idempotent by (actor, key): a repeat returns the first message, uncounted and unannounced. `live=False` is for
    loading what was said in the past: neither limits nor the check for repeated words apply.
    """
    check_key(key)
    verdict = gate.Verdict({"text": clean_message(text, has_picture=bool(pictures))})
    if live and actor is not None:
        verdict = gate.read("message", verdict.texts, author=actor, at=at, waits=True)
        if verdict.action == gate.HOLD:
            hold_message(actor, room_id, verdict, key=key, parent=parent, pictures=pictures or [], at=at)
    source = verdict.texts["text"]
    with transaction.atomic():
        room = lock_room(room_id)
        check_enter(actor, room)
        fingerprint = body_hash([room.code, source, *([parent, *(pictures or [])] if parent or pictures else [])])
        if actor is not None and (first := whole_messages().filter(author=actor, key=key).first()) is not None:
            return _same_or_refuse(first, fingerprint)
        check_send(actor, room, at)
        assert actor is not None
        above = _message_above(actor, room, parent, at)
        shown = waiting_pictures(actor, room, pictures or [])
        if live:
            check_pace(actor, room, source, at)
        taken = take_seat(room, actor, at, last_read=room.last_number)[1] if room.begins_with_seat else False
        message = _write(actor, room, above, source, key=key, body_hash=fingerprint, created_at=at)
        _settle(message, shown, at)
        gate.note(verdict, f"message:{message.pk}", author_id=actor.pk, words=source, at=at)
        if taken:
            message.room.refresh_from_db(fields=["last_number"])
    return message


def _message_above(actor: Member, room: Room, parent: str, at: datetime) -> Message | None:
    if not parent:
        return None
    above = Message.objects.select_related("parent").filter(room=room, public_id=str(parent)[:16]).first()
    if above is None:
        raise Invalid(_("The message that this answers is not here any more."), code="no_parent", field="parent")
    above.room = room
    check_answer(actor, above, at)
    return above


def _write(
    actor: Member, room: Room, above: Message | None, source: str, *, created_at: datetime, **more: str
) -> Message:
    """The row, with the next number of its place; both places' heads are brought up to date."""
    number = (above.last_reply if above else room.last_number) + 1
    message = Message.objects.create(
        room=room, parent=above, number=number, author=actor, source=source, folded=fold(source),
        html=render_message(source, people_named(source)), created_at=created_at, **more,
    )  # fmt: skip
    if above is None:
        Room.objects.filter(pk=room.pk).update(last_number=number, last_message_at=created_at)
        room.last_number, room.last_message_at = number, created_at
    else:
        above.last_reply, above.reply_count, above.replied_at = number, above.reply_count + 1, created_at
        above.save(update_fields=["last_reply", "reply_count", "replied_at"])
    return message


def _settle(message: Message, pictures: list[ChatPicture], at: datetime) -> None:
    take_pictures(message, pictures)
    if message.parent is not None:
        sit_under(message.parent, message)
    mentioned = note_mentions(message)
    tell_first_of_day(message, at)
    tell_those_concerned(message, mentioned, at)
    tell_room(message, "message_posted")


def _same_or_refuse(first: Message, fingerprint: str) -> Message:
    if first.body_hash != fingerprint:
        raise KeyReused()
    return first


def edit_message(*, actor: Member, message_id: int, text: str, at: datetime, limited: bool = True) -> Message:
    """Changes the words of one's own message within the window.

    Raises Invalid, NotFound (removed meanwhile, or a hidden room), Forbidden, TooMany, and Waits when a moderator has
    to read the change first. Side effects: an entry in the room's stream; who is named now and was not before is told;
    a change that waited is taken back. `limited=False` is for words that a moderator has read: neither gate, pace nor
    window. Idempotent: the same words again change nothing and announce nothing.
    """
    if limited:
        hit(CHANGES, actor.pk)
    with transaction.atomic():
        message = lock_message(message_id)
        check_edit(actor, message, at, late=not limited)
        verdict = gate.Verdict({"text": clean_message(text, has_picture=message.pictures.exists())})
        if limited:
            verdict = gate.read(
                "message", verdict.texts, author=actor, at=at, waits=not message.room.is_direct,
                before={"text": message.source}, about=f"message:{message.pk}",
            )  # fmt: skip
        if message.source == verdict.texts["text"]:
            return message
        if verdict.action != gate.HOLD:
            if limited:
                gate.overtake(f"message:{message.pk}", author_id=actor.pk, at=at)
            _reword(actor, message, verdict, at)
            return message
    hold_change(actor, message, verdict, at=at)
    return message


def _reword(actor: Member, message: Message, verdict: gate.Verdict, at: datetime) -> None:
    source = verdict.texts["text"]
    message.source, message.html, message.edited_at = source, render_message(source, people_named(source)), at
    message.folded = fold(source)
    message.save(update_fields=["source", "html", "folded", "edited_at"])
    mentioned = note_mentions(message)
    if mentioned:
        tell_those_concerned(message, mentioned, at)
    gate.note(verdict, f"message:{message.pk}", author_id=actor.pk, words=source, at=at)
    tell_room(message, "message_edited")


def remove_message(*, actor: Member, message_id: int, at: datetime, reason: str = "") -> Message:
    """Takes a message away: everybody sees its empty place, moderators may read the text for thirty days.

    A moderator who removes another's message says why; actor, time and reason stay on the row. Raises NotFound,
    Forbidden, Invalid (no reason). Side effects: an entry in the room's stream, it is no longer pinned, nor counted
    among the replies. Idempotent: a second removal changes nothing.
    """
    why = clean_line(reason)[:200]
    with transaction.atomic():
        message = lock_message(message_id)
        check_remove(actor, message)
        if message.removed_at is None:
            _take_away(actor, message, why, at)
    return message


def remove_reported(*, actor: Member, message_id: int, at: datetime, reason: str) -> Message:
    """The same for a moderator who reads a message through a report, in a conversation that is none of hers.

    Who calls this has looked that the report is there and has logged the reading. Raises Forbidden, Invalid, NotFound.
    """
    why = clean_line(reason)[:200]
    with transaction.atomic():
        message = lock_message(message_id)
        check_remove_reported(actor)
        if message.removed_at is None:
            _take_away(actor, message, why, at)
    return message


def _take_away(actor: Member, message: Message, why: str, at: datetime) -> None:
    if message.author_id != actor.pk and not why:
        raise Invalid(_("Say why it has to go. The reason is kept with the message."), field="reason")
    message.removed_at, message.removed_by, message.removed_reason = at, actor, why
    message.pinned_at = message.pinned_by = None
    message.save(update_fields=["removed_at", "removed_by", "removed_reason", "pinned_at", "pinned_by"])
    if message.parent is not None:
        message.parent.reply_count = message.parent.replies.filter(removed_at=None).count()
        message.parent.save(update_fields=["reply_count"])
    if message.author_id != actor.pk:
        logbook.write(
            "remove_message", actor_id=actor.pk, at=at, reason=why, message=message, member_id=message.author_id,
            before={"removed": False}, after={"removed": True},
        )  # fmt: skip
    tell_room(message, "message_removed")
