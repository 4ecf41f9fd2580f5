"""Words of the chat that a moderator reads before others do. Between a few people nothing waits: nobody reads along."""

from datetime import datetime

from community.chat.actions._parts import check_pace
from community.chat.models import Message, Room
from community.chat.permissions import check_enter, check_send
from portal.accounts.models import Member
from portal.core import gate
from portal.core.errors import NotFound
from portal.core.ids import body_hash


def hold_message(
    actor: Member, room_id: int, verdict: gate.Verdict, *, key: str, parent: str, pictures: list[str], at: datetime
) -> None:
    """Hands a new message over, after the rights and the pace that any message has to pass; raises Waits.

    Comes back only for a key that has brought forth its message: the words were read meanwhile. Raises Invalid in a
    conversation.
    """
    room = Room.objects.select_related("space").filter(pk=room_id).first()
    if room is None:
        raise NotFound
    check_enter(actor, room)
    if Message.objects.filter(author=actor, key=key).exists():
        return
    check_send(actor, room, at)
    if room.is_direct:
        gate.refuse(verdict)
    source, given = verdict.texts["text"], {"parent": parent, "pictures": pictures}
    check_pace(actor, room, source, at)
    gate.hold(
        verdict, author=actor, key=key, at=at, verb="message", room=room, source=source, given=given,
        body_hash=body_hash([room.code, source, given]),
    )  # fmt: skip


def hold_change(actor: Member, message: Message, verdict: gate.Verdict, *, at: datetime) -> None:
    """Hands other words for a message over; always raises Waits, outside the transaction that looked at it."""
    gate.hold(
        verdict, author=actor, at=at, verb="reword", about=f"message:{message.pk}", before=message.source,
        room=message.room, message=message, source=verdict.texts["text"],
    )  # fmt: skip
