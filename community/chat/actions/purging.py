"""The end of what was taken away: after thirty days not even moderators read it."""

from datetime import datetime, timedelta

from django.db import transaction

from community.chat.actions.pictures import forget_pictures
from community.chat.models import ChatPicture, Message

KEPT = timedelta(days=30)
AT_ONCE = 200


def purge_removed(at: datetime) -> int:
    """Deletes words and pictures of messages that were removed thirty days ago; their empty places stay.

    In small transactions, so that nobody waits. Idempotent; returns how many went.
    """
    gone = 0
    due = Message.objects.filter(removed_at__lt=at - KEPT, purged_at=None).order_by("pk")
    while ids := list(due.values_list("pk", flat=True)[:AT_ONCE]):
        with transaction.atomic():
            forget_pictures(ChatPicture.objects.filter(message__in=ids))
            gone += Message.objects.filter(pk__in=ids).update(source="", html="", folded="", body_hash="", purged_at=at)
    return gone
