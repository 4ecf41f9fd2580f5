"""Taking a message away for the house, and bringing one back: what reports and moderation's decisions do."""

from datetime import datetime

from django.db import transaction

from community.chat.actions._parts import lock_message, tell_room
from community.chat.models import Message
from community.logbook import actions as logbook
from portal.accounts.models import Member


def _recount(message: Message) -> None:
    if message.parent is not None:
        message.parent.reply_count = message.parent.replies.filter(removed_at=None).count()
        message.parent.save(update_fields=["reply_count"])


def take_away(*, actor: Member | None, message_id: int, reason: str, at: datetime) -> bool:
    """Takes a message away (without an actor: because of reports) with a reason; says whether it stood there.

    The caller has asked for the right. Side effects: log, the room's stream. Idempotent.
    """
    with transaction.atomic():
        message = lock_message(message_id)
        if message.removed_at is not None:
            return False
        message.removed_at, message.removed_by, message.removed_reason = at, actor, reason[:200]
        message.pinned_at = message.pinned_by = None
        message.save(update_fields=["removed_at", "removed_by", "removed_reason", "pinned_at", "pinned_by"])
        logbook.write(
            "remove_message", actor_id=actor.pk if actor else None, at=at, reason=reason, message=message,
            member_id=message.author_id, before={"removed": False}, after={"removed": True},
        )  # fmt: skip
        _recount(message)
        tell_room(message, "message_removed")
    return True


def bring_back(*, actor: Member, message_id: int, reason: str, at: datetime) -> bool:
    """Brings back a message that somebody else than its author took away; says whether anything changed.

    The caller has asked for the right. Side effects: log, the room's stream. Idempotent.
    """
    with transaction.atomic():
        message = lock_message(message_id)
        if message.removed_at is None or message.removed_by_id == message.author_id:
            return False
        before = {"removed": True, "by": message.removed_by_id, "reason": message.removed_reason}
        message.removed_at, message.removed_by, message.removed_reason = None, None, ""
        message.save(update_fields=["removed_at", "removed_by", "removed_reason"])
        logbook.write(
            "restore_message", actor_id=actor.pk, at=at, reason=reason, message=message, member_id=message.author_id,
            before=before, after={"removed": False},
        )  # fmt: skip
        _recount(message)
        tell_room(message, "message_edited")
    return True
