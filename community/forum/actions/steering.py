"""Closing, opening and pinning topics: moderators' work, always with a reason or a log line."""

from datetime import datetime

from django.db import transaction

from community.forum import permissions, texts
from community.forum.actions import _parts
from community.forum.locks import lock_topic_for
from community.forum.models import Topic
from portal.accounts.models import Member


def set_locked(*, actor: Member, topic: str, locked: bool, reason: str, at: datetime) -> Topic:
    """Closes a topic to further replies, or opens it again, with a reason.

    Raises NotFound, Forbidden, Invalid (`field` reason). Side effects: moderation log, open pages. Idempotent.
    """
    return _set(actor, topic, "locked", locked, texts.check_reason(reason, required=True), at)


def set_pinned(*, actor: Member, topic: str, pinned: bool, at: datetime) -> Topic:
    """Puts a topic on top of its space's list, or lets it go. Raises and does as `set_locked`, without a reason."""
    return _set(actor, topic, "pinned", pinned, "", at)


def _set(actor: Member, public_id: str, field: str, value: bool, reason: str, at: datetime) -> Topic:
    with transaction.atomic():
        topic = lock_topic_for(actor, public_id)
        permissions.check_steer(actor, topic)
        before = getattr(topic, field)
        if before == value:
            return topic
        setattr(topic, field, value)
        topic.version += 1
        topic.save(update_fields=[field, "version"])
        _parts.log(
            actor, f"set_{field}", topic, post=None, reason=reason, before={field: before}, after={field: value}, at=at
        )
        _parts.tell_pages(topic.pk, "topic_changed")
    return topic
