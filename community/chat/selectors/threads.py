"""Threads: the replies under a message, who follows them, what is new there."""

from dataclasses import dataclass

from django.db.models import Exists, F, OuterRef, Q

from community.chat.models import Message, Room, Seat, ThreadSeat
from community.chat.permissions import check_read, visible_to
from community.chat.selectors.talk import PAGE, History, get_message_for, whole_messages
from portal.accounts.models import Member
from portal.core.errors import NotFound

THREADS = 50


@dataclass(frozen=True)
class ThreadEntry:
    """A thread that she follows, with how many replies are new to her."""

    message: Message
    new: int


def get_thread_for(viewer: Member | None, code: str, public_id: str) -> Message:
    """The message above a thread; raises NotFound for a hidden one and for a reply."""
    message = get_message_for(viewer, code, public_id)
    if message.is_reply:
        raise NotFound()
    return message


def replies(above: Message, viewer: Member | None, before: int | None = None, limit: int = PAGE) -> History:
    """The newest replies under a message, or those before a number; one query besides the rights. Raises NotFound."""
    check_read(viewer, above)
    rows = whole_messages().filter(parent=above)
    if before is not None:
        rows = rows.filter(number__lt=before)
    found = list(rows.order_by("-number")[: limit + 1])
    return History(found[:limit][::-1], has_older=len(found) > limit, has_newer=before is not None)


def thread_seat(above: Message, viewer: Member | None) -> ThreadSeat | None:
    """Her place under a message."""
    return ThreadSeat.objects.filter(message=above, member=viewer).first() if viewer is not None else None


def thread_marks(viewer: Member | int | None, message_ids: list[int]) -> dict[str, int]:
    """Public id to how far she has read, for the threads among these that she follows; one query."""
    if viewer is None or not message_ids:
        return {}
    rows = ThreadSeat.objects.filter(member=viewer, following=True, message__in=message_ids)
    return dict(rows.values_list("message__public_id", "last_read"))


def threads_of(viewer: Member) -> list[ThreadEntry]:
    """The threads that she follows and may read, the newest reply first. A constant number of queries."""
    rooms = Room.objects.filter(visible_to(viewer))
    rows = ThreadSeat.objects.filter(member=viewer, following=True, message__room__in=rooms, message__last_reply__gt=0)
    # As `permissions.reads_from`: where history begins with her seat, what was said before it is not hers to read.
    since = Seat.objects.filter(
        member=viewer, room=OuterRef("message__room"), from_number__lt=OuterRef("message__number")
    )
    rows = rows.filter(Q(message__room__history=Room.History.FULL) | Exists(since))
    seats = {seat.message_id: seat for seat in rows.order_by(F("message__replied_at").desc())[:THREADS]}
    found = whole_messages().filter(pk__in=seats).order_by(F("replied_at").desc(), "-pk")
    return [ThreadEntry(message, max(0, message.last_reply - seats[message.pk].last_read)) for message in found]
