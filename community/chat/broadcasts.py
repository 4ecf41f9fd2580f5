"""What open pages hear of the chat: the room's stream, and a member's own reading marks."""

from datetime import datetime
from typing import Any

from django.template.loader import render_to_string
from django.utils import timezone

from community.chat import actions, selectors
from community.chat.models import Message, Room
from community.chat.permissions import visible_to
from portal.accounts.models import Member
from portal.realtime import StreamKind, register, register_act

KINDS = frozenset({"message_posted", "message_edited", "message_removed"})
MARKS = frozenset({"room_read"})


def is_own(viewer: Member | None, member_id: int) -> bool:
    """Whether she may hear of somebody's reading marks: only of her own."""
    return viewer is not None and viewer.pk == member_id


def may_listen(viewer: Member | None, room_id: int) -> bool:
    """Whether she may hear the room's stream: whoever may enter the room."""
    return Room.objects.filter(visible_to(viewer), pk=room_id).exists()


def message_data(message: Message) -> dict[str, Any]:
    """One message for anybody's open page: whose it is and what it looks like, in the active language.

    The fragment is neutral (nobody's own controls, the house's time zone); the page puts in what depends on its reader.
    """
    with timezone.override(timezone.get_default_timezone()):
        html = render_to_string("community/chat/_message.html", {"message": message})
    return {
        "message": message.public_id,
        "number": message.number,
        "author": message.author_id,
        "key": message.key,
        "html": html,
    }


def render_entries(room_id: int, entries: list[tuple[str, dict]]) -> list[dict]:
    """The present state of each entry's message: what was removed since is replayed as its empty place. One query."""
    rows = selectors.whole_messages().filter(room=room_id, pk__in={ref["message"] for _kind, ref in entries})
    data = {message.pk: message_data(message) for message in rows}
    return [data[ref["message"]] for _kind, ref in entries]


def render_marks(member_id: int, entries: list[tuple[str, dict]]) -> list[dict]:
    """How far she has read and how much is still new to her, for her other tabs. Two queries."""
    rooms = [ref["room"] for _kind, ref in entries]
    marks = selectors.last_read_by_room(member_id, rooms)
    unread = selectors.unread_by_room(member_id, rooms)
    return [{"room": room, "number": marks.get(room, 0), "unread": unread.get(room, 0)} for room in rooms]


def on_send(member: Member, room_id: int, frame: dict, at: datetime) -> dict:
    """The socket's door to `post_message`."""
    message = actions.post_message(
        actor=member, room_id=room_id, text=frame.get("text", ""), key=frame.get("key", ""), at=at
    )
    return message_data(message)


def on_read(member: Member, room_id: int, frame: dict, at: datetime) -> None:
    """The socket's door to `mark_read`."""
    number = frame.get("n")
    if isinstance(number, int) and not isinstance(number, bool):
        actions.mark_read(actor=member, room_id=room_id, number=number, at=at)


register(StreamKind("room", audience=may_listen, render=render_entries, kinds=KINDS))
register(StreamKind("member", audience=is_own, render=render_marks, kinds=MARKS))
register_act("room", "send", on_send)
register_act("room", "read", on_read)
