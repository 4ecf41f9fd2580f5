"""What was said: a room's history in pages, the lines between messages, one message, what is pinned."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Q, QuerySet
from django.utils.timezone import localdate

from community.chat.models import ChatPicture, Message, Room
from community.chat.permissions import can_enter, can_read, check_enter, check_read, reads_from
from portal.accounts.models import Member
from portal.core.errors import NotFound

PAGE = 50
# Nobody counts further: the rail says "99+". It also bounds the work for a member who was away for a year.
UNREAD_SHOWN = 100
# Words of one person within this time need no second head.
FOLLOWS_WITHIN = timedelta(minutes=5)


@dataclass(frozen=True)
class Line:
    """A message as it stands in the talk: under which day, whether new words begin here, whether it needs a head."""

    message: Message
    day: date | None
    begins_new: bool
    follows: bool
    own: bool
    # The kinds of thanks that she gave; None where she gives none: for a visitor, for her own and for removed words.
    thanked: frozenset[str] | None
    # How many replies under it are new to her; 0 for a thread that she does not follow.
    new_replies: int = 0
    # How far she has read them; None for a thread that she does not follow.
    thread_read: int | None = None


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


def get_message_for(viewer: Member | None, code: str, public_id: str) -> Message:
    """A message of a room that she may enter and whose history reaches that far for her; removed ones included.

    Raises NotFound.
    """
    message = whole_messages().select_related("parent").filter(room__code=code, public_id=public_id).first()
    if message is None:
        raise NotFound()
    check_read(viewer, message)
    return message


def get_picture_for(viewer: Member | None, public_id: str) -> ChatPicture:
    """A picture whose message she may read and that still stands; one that waits is its owner's. Raises NotFound."""
    rows = ChatPicture.objects.select_related("message__parent", "message__room__space", "room__space")
    picture = rows.filter(public_id=public_id).first()
    if picture is None:
        raise NotFound()
    message = picture.message
    if message is None:
        own = viewer is not None and picture.owner_id == viewer.pk and can_enter(viewer, picture.room)
    else:
        own = message.removed_at is None and can_read(viewer, message)
    if not own:
        raise NotFound()
    return picture


def whole_messages() -> QuerySet[Message]:
    """Messages with what fragments need: the author's name chip, the room, the pictures (one more query)."""
    return Message.objects.select_related("author__standing", "room__space").prefetch_related("pictures")


def history(
    room: Room, viewer: Member | None, before: int | None = None, after: int | None = None, limit: int = PAGE
) -> History:
    """Messages older than `before`, or newer than `after`, or else the newest; one query. Raises NotFound.

    Where the history begins with a seat, what lies before it is not there at all. Removed messages keep their place as
    tombstones; their text is left out by whoever shows them. Replies stand under their message and not here.
    """
    check_enter(viewer, room)
    begins = reads_from(viewer, room)
    if begins is None:
        return History([], has_older=False, has_newer=False)
    rows = whole_messages().filter(room=room, parent=None, number__gt=begins)
    if after is not None:
        found = list(rows.filter(number__gt=after).order_by("number")[: limit + 1])
        return History(found[:limit], has_older=after > begins, has_newer=len(found) > limit)
    if before is not None:
        rows = rows.filter(number__lt=before)
    found = list(rows.order_by("-number")[: limit + 1])
    return History(found[:limit][::-1], has_older=len(found) > limit, has_newer=before is not None)


def pinned(room: Room, viewer: Member | None) -> list[Message]:
    """What is kept at the top of the room, the newest pin first, as far as she reads back. Two queries."""
    begins = reads_from(viewer, room)
    if begins is None:
        return []
    rows = whole_messages().filter(room=room, pinned_at__isnull=False, removed_at=None, number__gt=begins)
    return list(rows.order_by("-pinned_at", "-pk"))


def reported_context(message: Message, n: int = 5) -> list[Message]:
    """A reported message with the `n` before and after it in its own place, oldest first, whoever may enter there.

    Nobody's rights are asked: whoever calls this shows it to a moderator, through a report alone, and logs the reading.
    Of a conversation she sees this much and no more.
    """
    rows = whole_messages().filter(room=message.room_id, parent=message.parent_id)
    near = Q(number__gte=message.number - n, number__lte=message.number + n)
    return list(rows.filter(near).order_by("number"))


def lines(talk: History, viewer: Member | None, mark: int | None, threads: dict[str, int] | None = None) -> list[Line]:
    """The messages with what stands between them, in the reader's zone: `chat-layout.js` does the same to a live page.

    `mark` is how far she has read: the line before the first word of others after it says that new words begin.
    `threads` is how far she has read the threads that she follows, by public id.
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
        read = (threads or {}).get(message.public_id)
        new = max(0, message.last_reply - read) if read is not None else 0
        thanked = None if own else _thanked(viewer, message)
        found.append(Line(message, day if is_new_day else None, begins_new, follows, own, thanked, new, read))
        previous = message
    return found


def _thanked(viewer: Member | None, message: Message) -> frozenset[str] | None:
    if viewer is None or message.removed_at is not None:
        return None
    return frozenset(kind for kind, people in message.reactions.items() if viewer.pk in people)


def _goes_on(previous: Message | None, message: Message) -> bool:
    return (
        previous is not None
        and previous.author_id == message.author_id
        and message.created_at - previous.created_at < FOLLOWS_WITHIN
    )


def said_lately(room: Room, author: Member, since: datetime) -> list[str]:
    """What she said in the room since then and has not taken back."""
    rows = Message.objects.filter(room=room, author=author, created_at__gte=since, removed_at=None)
    return list(rows.values_list("source", flat=True))
