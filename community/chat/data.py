"""What the chat knows about a member: for her export, and for erasing her."""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from community.chat.actions import forget_pictures
from community.chat.actions._parts import tell_room
from community.chat.actions.reacting import recount
from community.chat.models import ChatDay, ChatMention, ChatPicture, Message, MessageReaction, Room, Seat, ThreadSeat
from community.chat.selectors import people_named
from community.markup import render_message
from portal.accounts.models import Member
from portal.core.personal_data import DataType, register, rows
from portal.core.text import fold

SAID = ("public_id", "room__code", "room__kind", "parent__public_id", "source", "created_at", "edited_at")


def _said(member: Member) -> list[dict[str, Any]]:
    return rows(Message.objects.filter(author=member), *SAID, "removed_at", "removed_reason")


def _erase_letters(member: Member) -> None:
    """Her words between a few go with her: they were meant for these few, not for the house. Their places stay."""
    mine = Message.objects.filter(author=member, room__kind=Room.Kind.DIRECT)
    forget_pictures(ChatPicture.objects.filter(message__in=mine))
    for message in mine.select_related("room").order_by("room", "pk"):
        gone = {"source": "", "html": "", "folded": "", "body_hash": "", "removed_reason": ""}
        Message.objects.filter(pk=message.pk).update(**gone)
        tell_room(message, "message_edited")


def _erase_names(member: Member) -> None:
    """Where others named her, her handle goes; their words stay."""
    handle = member.handle or ""
    for mention in ChatMention.objects.filter(member=member).select_related("message__room").order_by("message"):
        message = mention.message
        if handle and message.source:
            message.source = _without(message.source, handle)
            message.folded = fold(message.source)
            message.html = render_message(message.source, people_named(message.source))
            message.save(update_fields=["source", "folded", "html"])
            tell_room(message, "message_edited")
    ChatMention.objects.filter(member=member).delete()


def _without(source: str, handle: str) -> str:
    found = source.lower().find(f"@{handle}")
    while found >= 0:
        source = f"{source[:found]}@…{source[found + len(handle) + 1 :]}"
        found = source.lower().find(f"@{handle}")
    return source


def _erase_reactions(member: Member) -> None:
    """Takes her reactions out of the numbers too."""
    mine = MessageReaction.objects.filter(member=member)
    touched = list(Message.objects.filter(reaction_rows__member=member).select_related("room").distinct())
    with transaction.atomic():
        mine.delete()
        for message in touched:
            recount(message)
            tell_room(message, "message_reacted")


def _forget_visits(member: Member) -> None:
    """A seat in a conversation stays, without a name: it tells the others that somebody sat there."""
    Seat.objects.filter(member=member).exclude(room__kind=Room.Kind.DIRECT).delete()
    ThreadSeat.objects.filter(member=member).delete()
    ChatDay.objects.filter(member=member).delete()


def _forget_waiting(member: Member) -> None:
    forget_pictures(ChatPicture.objects.filter(owner=member, message=None))
    ChatPicture.objects.filter(owner=member).update(words="")


# Before the profile loses the handle by which others named her.
register(
    DataType(
        "chat_names",
        _("Where you were named in the chat"),
        ("community.ChatMention",),
        lambda member: rows(ChatMention.objects.filter(member=member), "message__public_id", "message__created_at"),
        _erase_names,
    )
)
register(
    DataType(
        "messages",
        _("What you said in rooms and conversations"),
        ("community.Message",),
        _said,
        _erase_letters,
        keeps=_("What was said in open rooms stays in its talk, without your name"),
    )
)
register(
    DataType(
        "chat_pictures",
        _("Pictures you sent in the chat"),
        ("community.ChatPicture",),
        lambda member: rows(
            ChatPicture.objects.filter(owner=member), "public_id", "room__code", "message__public_id", "words", "at"
        ),
        _forget_waiting,
    )
)
register(
    DataType(
        "chat_reactions",
        _("Your reactions in the chat"),
        ("community.MessageReaction",),
        lambda member: rows(MessageReaction.objects.filter(member=member), "message__public_id", "kind", "at"),
        _erase_reactions,
    )
)
register(
    DataType(
        "visits",
        _("Rooms you visited, threads you follow"),
        ("community.Seat", "community.ThreadSeat", "community.ChatDay"),
        lambda member: [
            *rows(Seat.objects.filter(member=member), "room__code", "last_read", "joined_at", "muted", "left_at"),
            *rows(ThreadSeat.objects.filter(member=member), "message__public_id", "following", "last_read"),
            *rows(ChatDay.objects.filter(member=member), "day"),
        ],
        _forget_visits,
    )
)
