"""What several verbs share."""

from collections.abc import Iterable
from datetime import datetime
from typing import TypeVar

from community.forum.models import ModerationEntry, Post, ReadMark, Topic, Watch
from portal.accounts.models import Member
from portal.core.errors import KeyReused
from portal.core.text import clean_line
from portal.realtime import record, stream_name

Kept = TypeVar("Kept", Topic, Post)


def tell_pages(topic_id: int, kind: str, post_id: int | None = None) -> None:
    """Records a change for the topic's open pages. Last step of an action: it locks the stream."""
    record(stream_name("topic", topic_id), kind, {} if post_id is None else {"post": post_id})


def first_result(model: type[Kept], actor: Member, key: str, digest: str) -> Kept | None:
    """What this key brought forth before; raises KeyReused when it came with another body."""
    kept = model._default_manager.filter(author=actor, key=key).first()
    if kept is not None and kept.body_hash != digest:
        raise KeyReused
    return kept


def follow(topic_id: int, member_id: int) -> None:
    """Whoever writes in a topic follows it, unless she has muted it."""
    Watch.objects.get_or_create(topic_id=topic_id, member_id=member_id)


def raise_mark(topic_id: int, member_id: int, number: int, at: datetime) -> None:
    """Raises the reading mark to `number`; it never falls. Under the topic's lock, or with one row to lose at worst."""
    raised = ReadMark.objects.filter(topic_id=topic_id, member_id=member_id, last_number__lt=number).update(
        last_number=number, at=at
    )
    if not raised:
        ReadMark.objects.get_or_create(
            topic_id=topic_id, member_id=member_id, defaults={"last_number": number, "at": at}
        )


def log(
    actor: Member, act: str, topic: Topic, *, reason: str, before: dict, after: dict, at: datetime, post: Post | None
) -> None:
    """Adds the moderation log's row beside the change."""
    ModerationEntry.objects.create(
        actor=actor, act=act, topic=topic, post=post, reason=reason, before=before, after=after, at=at
    )


def clean_tags(tags: Iterable[str]) -> list[str]:
    """At most five different tags, each one short line."""
    kept: list[str] = []
    for tag in tags:
        line = clean_line(tag)[:30] if isinstance(tag, str) else ""
        if line and line not in kept:
            kept.append(line)
    return kept[:5]
