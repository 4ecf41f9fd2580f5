"""Following a topic, and how far it has been read."""

from datetime import datetime

from django.db import transaction

from community.forum import selectors
from community.forum.actions import _parts
from community.forum.models import Topic, Watch
from portal import notifications
from portal.accounts.models import Member
from portal.core.errors import Invalid
from portal.realtime import stream_name


def watch(*, actor: Member, topic: str, level: str, at: datetime) -> Topic:
    """Follows (`following`) or silences (`muted`) a topic, or forgets about it (empty level).

    Raises NotFound, Invalid (`field` level). Idempotent.
    """
    if level not in ("", *Watch.Level.values):
        raise Invalid(code="unknown_level", field="level")
    with transaction.atomic():
        found = selectors.get_topic_for(actor, topic)
        if level:
            Watch.objects.update_or_create(topic=found, member=actor, defaults={"level": level})
        else:
            Watch.objects.filter(topic=found, member=actor).delete()
    return found


def mark_read(*, actor: Member, topic: str, number: int, at: datetime) -> int:
    """Notes that the actor has read up to a post's number; returns the mark, which only rises.

    Raises NotFound. Side effects: what waits in her inbox about this topic is read. Idempotent.
    """
    found = selectors.get_topic_for(actor, topic)
    before = getattr(found, "read_to", None) or 0
    number = max(0, min(number, found.next_number - 1))
    with transaction.atomic():
        if number > before:
            _parts.raise_mark(found.pk, actor.pk, number, at)
        notifications.mark_read(member_id=actor.pk, subject=stream_name("topic", found.pk), at=at)
    return max(number, before)
