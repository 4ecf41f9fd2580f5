"""What the house keeps at the top of a room."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from community.chat.actions._parts import lock_message, tell_room
from community.chat.models import Message
from community.chat.permissions import check_pin
from portal.accounts.models import Member
from portal.core.errors import Invalid

MOST = 20


@transaction.atomic
def pin_message(*, actor: Member, message_id: int, at: datetime) -> Message:
    """Keeps a message at the top of its room. Raises NotFound, Forbidden, Invalid past twenty. Idempotent."""
    message = lock_message(message_id)
    check_pin(actor, message)
    if message.pinned_at is None:
        if Message.objects.filter(room=message.room, pinned_at__isnull=False).count() >= MOST:
            raise Invalid(_("Twenty messages are pinned already. Let one go first."), code="full")
        message.pinned_at, message.pinned_by = at, actor
        message.save(update_fields=["pinned_at", "pinned_by"])
        tell_room(message, "message_pinned")
    return message


@transaction.atomic
def unpin_message(*, actor: Member, message_id: int) -> Message:
    """Lets it go. Raises NotFound, Forbidden. Idempotent."""
    message = lock_message(message_id)
    check_pin(actor, message)
    if message.pinned_at is not None:
        message.pinned_at = message.pinned_by = None
        message.save(update_fields=["pinned_at", "pinned_by"])
        tell_room(message, "message_pinned")
    return message
