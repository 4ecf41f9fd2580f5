"""Tells those whom a message concerns: the few of a conversation, the named, a thread's followers. Exactly once."""

from collections.abc import Sequence
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from community.chat import permissions, selectors
from community.chat.models import Message, Seat, ThreadSeat
from portal import notifications
from portal.accounts.blocks import selectors as blocks
from portal.accounts.chips import FORMER
from portal.accounts.models import Member
from portal.events.bus import Heard, durable
from portal.events.types.community import MessagePosted
from portal.notifications import Kind
from portal.notifications.models import Notification
from portal.realtime import present_members

SUBSCRIBER = "chat_tellers"
DIRECT, NAMED, THREAD = "direct", "chat_mention", "chat_reply"


# ── Kinds ───────────────────────────────────────────────────────────────────────────────────────────────────────
def _rows() -> Any:
    return Message.objects.select_related("parent", "room__space")


def _shows(member: Member, message: Message | None) -> bool:
    return message is not None and message.removed_at is None and permissions.can_read(member, message)


def _visible(member: Member, subject: str, args: dict[str, Any]) -> bool:
    return _shows(member, _rows().filter(pk=args.get("message")).first())


def _visible_many(member: Member, items: Sequence[Notification]) -> set[int]:
    """Three queries, whatever the inbox holds: the messages, her rooms, her seats in rooms that begin with one."""
    messages = _rows().in_bulk([item.args.get("message") for item in items])
    rooms = selectors.readable_rooms(member, {message.room_id for message in messages.values()})
    return {
        item.pk
        for item in items
        if (message := messages.get(item.args.get("message"))) is not None
        and message.removed_at is None
        and (message.parent or message).number > rooms.get(message.room_id, message.room.last_number)
    }


def _name(item: Notification) -> str:
    standing = getattr(item.actor, "standing", None)
    return standing.known_as if standing is not None else str(FORMER)


def _url(item: Notification) -> str:
    return reverse("chat:message", args=[item.args["room"], item.args["place"]])


def _direct_sentence(item: Notification) -> str:
    if item.count == 1:
        return _("%(name)s wrote to you") % {"name": _name(item)}
    words = ngettext(
        "%(count)s new message in a conversation, the last by %(name)s",
        "%(count)s new messages in a conversation, the last by %(name)s",
        item.count,
    )
    return words % {"count": item.count, "name": _name(item)}


def _named_sentence(item: Notification) -> str:
    return _("%(name)s named you in the chat") % {"name": _name(item)}


def _thread_sentence(item: Notification) -> str:
    if item.count == 1:
        return _("%(name)s answered under a message that you follow") % {"name": _name(item)}
    words = ngettext(
        "%(count)s new answer under a message that you follow, the last by %(name)s",
        "%(count)s new answers under a message that you follow, the last by %(name)s",
        item.count,
    )
    return words % {"count": item.count, "name": _name(item)}


for _kind, _label, _icon, _sentence, _group in (
    (DIRECT, gettext_lazy("Messages that only a few of us read"), "mail", _direct_sentence, "replies"),
    (NAMED, gettext_lazy("Somebody names me in the chat"), "at-sign", _named_sentence, "mentions"),
    (THREAD, gettext_lazy("Answers under messages that I follow"), "reply", _thread_sentence, "replies"),
):
    notifications.register(
        Kind(
            name=_kind,
            label=_label,
            icon=_icon,
            sentence=_sentence,
            url=_url,
            visible=_visible,
            visible_many=_visible_many,
            group=_group,
        )
    )


# ── Ears ────────────────────────────────────────────────────────────────────────────────────────────────────────
@durable(SUBSCRIBER, MessagePosted)
def tell_those_concerned(heard: Heard) -> None:
    """Each once, for the strongest reason: she is named, it is her conversation, she follows the thread.

    Who has the room before her is not told what she sees; a muted room tells only who is named; nobody hears of
    somebody she blocked. Rights are asked again by `notify`.
    """
    event: MessagePosted = heard.event  # type: ignore[assignment]
    message = selectors.whole_messages().select_related("parent").filter(pk=event.message, removed_at=None).first()
    if message is None:
        return
    reasons = _reasons(event, message)
    here = set(present_members(message.room.stream))
    apart = blocks.who_blocked(message.author_id, reasons)
    for member_id in sorted(set(reasons) - here - apart - {message.author_id}):
        kind, subject = reasons[member_id]
        notifications.notify(
            member_id=member_id,
            kind=kind,
            subject=subject,
            args={"message": message.pk, "room": message.room.code, "place": message.public_id},
            actor_id=message.author_id,
            at=heard.occurred_at,
        )


def _reasons(event: MessagePosted, message: Message) -> dict[int, tuple[str, str]]:
    found: dict[int, tuple[str, str]] = {}
    above = message.parent
    place = f"message:{above.pk}" if above is not None else message.room.stream
    muted = set(Seat.objects.filter(room=message.room, muted=True).values_list("member", flat=True))
    if above is not None:
        under = ThreadSeat.objects.filter(message=above, following=True, last_read__lt=message.number)
        found |= dict.fromkeys(set(under.values_list("member", flat=True)) - muted, (THREAD, place))
    elif event.direct:
        places = Seat.objects.filter(room=message.room, left_at=None, last_read__lt=message.number)
        found |= dict.fromkeys(set(places.values_list("member", flat=True)) - muted, (DIRECT, place))
    return found | dict.fromkeys(event.mentioned, (NAMED, place))
