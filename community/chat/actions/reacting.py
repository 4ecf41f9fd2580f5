"""Answers without words: a cup of tea, or feeling the same."""

from datetime import datetime

from django.db import transaction

from community.chat.actions._parts import REACTIONS, lock_message, tell_room
from community.chat.models import Message, MessageReaction
from community.chat.permissions import check_react
from portal.accounts.models import Member
from portal.core.errors import Invalid
from portal.core.limits import hit


def react(*, actor: Member | None, message_id: int, kind: str, at: datetime, live: bool = True) -> Message:
    """Reacts to a message. Raises Invalid, NotFound, SignInRequired, Forbidden (own words, muted), TooMany.

    Side effect: an entry in the room's stream. Idempotent: once per kind, however often she presses.
    """
    return _change(actor, message_id, kind, at, live=live, on=True)


def take_back_reaction(*, actor: Member | None, message_id: int, kind: str, at: datetime) -> Message:
    """Takes a reaction back. Raises as `react` does. Idempotent."""
    return _change(actor, message_id, kind, at, live=True, on=False)


def _change(actor: Member | None, message_id: int, kind: str, at: datetime, *, live: bool, on: bool) -> Message:
    if kind not in MessageReaction.Kind.values:
        raise Invalid(code="unknown_reaction", field="kind")
    if live and actor is not None:
        hit(REACTIONS, actor.pk)
    with transaction.atomic():
        message = lock_message(message_id)
        check_react(actor, message, at)
        rows = MessageReaction.objects.filter(message=message, kind=kind)
        if on:
            _row, changed = rows.get_or_create(message=message, member=actor, kind=kind, defaults={"at": at})
        else:
            changed = bool(rows.filter(member=actor).delete()[0])
        if changed:
            recount(message)
            tell_room(message, "message_reacted")
    return message


def recount(message: Message) -> None:
    """Draws the numbers from the rows; the room is locked."""
    found: dict[str, list[int]] = {}
    rows = MessageReaction.objects.filter(message=message).order_by("pk")
    for kind, member in rows.values_list("kind", "member"):
        found.setdefault(kind, []).append(member)
    message.reactions = found
    message.save(update_fields=["reactions"])
