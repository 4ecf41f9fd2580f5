"""What open pages hear of the chat: the room's stream, and a member's own reading marks."""

from datetime import datetime
from typing import Any

from django.template.loader import render_to_string
from django.utils import timezone

from community.chat import actions, selectors
from community.chat.models import Message, Room
from community.chat.permissions import visible_to
from portal.accounts.models import Member
from portal.core.errors import NotFound
from portal.realtime import StreamKind, register, register_act

KINDS = frozenset({"message_posted", "message_edited", "message_removed", "message_reacted", "message_pinned"})
MARKS = frozenset({"room_read", "rail_changed"})
THREADS = frozenset({"thread_read"})


def is_own(viewer: Member | None, member_id: int) -> bool:
    """Whether she may hear of somebody's reading marks: only of her own."""
    return viewer is not None and viewer.pk == member_id


def may_listen(viewer: Member | None, room_id: int) -> bool:
    """Whether she may hear the room's stream: whoever may enter the room."""
    return Room.objects.filter(visible_to(viewer), pk=room_id).exists()


def message_data(message: Message) -> dict[str, Any]:
    """One message for anybody's open page: whose it is and what it looks like, in the active language.

    The fragment is neutral (nobody's own controls, the house's time zone); the page puts in what depends on its reader.
    A reply brings the line under its message along.
    """
    data = {
        "message": message.public_id,
        "number": message.number,
        "author": message.author_id,
        "key": message.key,
        "html": _fragment(message),
    }
    if message.parent is not None:
        message.parent.room = message.room
        data |= {"parent": message.parent.public_id, "above": _fragment(message.parent)}
    return data


def _fragment(message: Message) -> str:
    with timezone.override(timezone.get_default_timezone()):
        return render_to_string("community/chat/_message.html", {"message": message})


def _told(message: Message) -> dict[str, Any]:
    """Where each reads only from her seat on, a stream that all hear says only what to ask for."""
    if not message.room.begins_with_seat:
        return message_data(message)
    above = message.parent.public_id if message.parent is not None else ""
    return {"message": message.public_id, "number": message.number, "parent": above, "ask": True}


def render_entries(room_id: int, entries: list[tuple[str, dict]]) -> list[dict]:
    """The present state of each entry's message: what was removed since is replayed as its empty place. Two queries."""
    rows = selectors.whole_messages().select_related("parent__author__standing")
    rows = rows.prefetch_related("parent__pictures")
    found = rows.filter(room=room_id, pk__in={ref["message"] for _kind, ref in entries})
    data = {message.pk: _told(message) for message in found}
    return [data[ref["message"]] for _kind, ref in entries]


def render_marks(member_id: int, entries: list[tuple[str, dict]]) -> list[dict]:
    """How far she has read and how much is still new to her, for her other tabs. Two queries."""
    rooms = [ref["room"] for _kind, ref in entries]
    marks = selectors.last_read_by_room(member_id, rooms)
    unread = selectors.unread_by_room(member_id, rooms)
    return [{"room": room, "number": marks.get(room, 0), "unread": unread.get(room, 0)} for room in rooms]


def render_threads(member_id: int, entries: list[tuple[str, dict]]) -> list[dict]:
    """How far she has read a thread, `number` None when she does not follow it. Two queries."""
    ids = [ref["message"] for _kind, ref in entries]
    names = dict(Message.objects.filter(pk__in=ids).values_list("pk", "public_id"))
    marks = selectors.thread_marks(member_id, ids)
    return [{"message": names[pk], "number": marks.get(names[pk])} for pk in ids]


def on_send(member: Member, room_id: int, frame: dict, at: datetime) -> dict:
    """The socket's door to `post_message`."""
    message = actions.post_message(
        actor=member,
        room_id=room_id,
        text=frame.get("text", ""),
        key=frame.get("key", ""),
        at=at,
        parent=_word(frame.get("parent")),
        pictures=_words(frame.get("pictures")),
    )
    return message_data(message)


def _word(given: object) -> str:
    return given if isinstance(given, str) else ""


def _words(given: object) -> list[str]:
    return [word for word in given if isinstance(word, str)][:20] if isinstance(given, list) else []


def on_react(member: Member, room_id: int, frame: dict, at: datetime) -> dict:
    """The socket's door to `react` and `take_back_reaction`."""
    message = selectors.whole_messages().filter(room=room_id, public_id=_word(frame.get("message"))).first()
    if message is None:
        raise NotFound()
    act = actions.react if frame.get("on") is True else actions.take_back_reaction
    act(actor=member, message_id=message.pk, kind=_word(frame.get("kind")), at=at)
    return message_data(selectors.whole_messages().select_related("parent__author__standing").get(pk=message.pk))


def on_thread_read(member: Member, room_id: int, frame: dict, at: datetime) -> None:
    """The socket's door to `mark_thread_read`."""
    number = frame.get("n")
    message = Message.objects.filter(room=room_id, public_id=_word(frame.get("message"))).first()
    if message is not None and isinstance(number, int) and not isinstance(number, bool):
        actions.mark_thread_read(actor=member, message_id=message.pk, number=number, at=at)


def on_read(member: Member, room_id: int, frame: dict, at: datetime) -> None:
    """The socket's door to `mark_read`."""
    number = frame.get("n")
    if isinstance(number, int) and not isinstance(number, bool):
        actions.mark_read(actor=member, room_id=room_id, number=number, at=at)


register(StreamKind("room", audience=may_listen, render=render_entries, kinds=KINDS))
register(StreamKind("member", audience=is_own, render=render_marks, kinds=MARKS))
register(StreamKind("member", audience=is_own, render=render_threads, kinds=THREADS))
register_act("room", "send", on_send)
register_act("room", "read", on_read)
register_act("room", "react", on_react)
register_act("room", "thread_read", on_thread_read)
