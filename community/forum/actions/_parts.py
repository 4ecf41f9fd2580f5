"""What several verbs share."""

from datetime import datetime
from typing import TypeVar

from django.db.models import QuerySet

from community.forum.models import Level, Post, ReadMark, Topic, Watch
from community.logbook import actions as logbook
from portal.accounts.models import Member
from portal.core import gate
from portal.core.errors import KeyReused
from portal.core.prepared import prepared
from portal.core.writing import add_all
from portal.realtime import recheck_hearers, record, stream_name

Kept = TypeVar("Kept", Topic, Post)


def tell_pages(topic_id: int, kind: str, post_id: int | None = None) -> None:
    """Records a change for the topic's open pages. Last step of an action: it locks the stream."""
    record(stream_name("topic", topic_id), kind, {} if post_id is None else {"post": post_id})


def ask_hearers(topic_id: int) -> None:
    """Whoever has the topic open, visitors too, proves her right to hear it. As `tell_pages`, a last step."""
    recheck_hearers(stream_name("topic", topic_id))


def first_result(model: type[Kept], actor: Member | None, key: str, digest: str) -> Kept | None:
    """What this key brought forth before, nothing for a visitor; raises KeyReused when it came with another body."""
    kept = _made_by.one(actor.pk, key, model=model) if actor is not None else None
    if kept is not None and kept.body_hash != digest:
        raise KeyReused
    return kept


@prepared
def _made_by(author: int, key: str, *, model: type[Kept]) -> QuerySet[Kept]:
    return model._default_manager.filter(author=author, key=key)


def follow(topic_id: int, member_id: int, level: Level = Level.TRACKING) -> None:
    """Whoever answers in a topic tracks it, whoever opens it watches it; what she chose herself stays."""
    add_all([Watch(topic_id=topic_id, member_id=member_id, level=level)], ignore=True)


def raise_mark(topic_id: int, member_id: int, number: int, at: datetime) -> None:
    """Raises the reading mark to `number`; it never falls. Under the topic's lock, or with one row to lose at worst."""
    raised = ReadMark.objects.filter(topic_id=topic_id, member_id=member_id, last_number__lt=number).update(
        last_number=number, at=at
    )
    if not raised:
        add_all([ReadMark(topic_id=topic_id, member_id=member_id, last_number=number, at=at)], ignore=True)


def log(
    actor: Member | None,
    act: str,
    topic: Topic,
    *,
    reason: str,
    before: dict,
    after: dict,
    at: datetime,
    post: Post | None,
) -> None:
    """Adds the moderation log's row beside the change; without an actor the house itself acted."""
    author_id = post.author_id if post is not None else topic.author_id
    logbook.write(
        act, actor_id=actor.pk if actor else None, at=at, reason=reason, topic=topic, post=post, member_id=author_id,
        before=before, after=after,
    )  # fmt: skip


def note(verdict: gate.Verdict, topic: Topic, at: datetime) -> None:
    """Tells moderators of a new topic whose words were let pass with a mark."""
    if verdict.action == gate.FLAG:
        opening = topic.posts.get(number=1)
        words = f"{topic.title}\n\n{opening.source}"
        gate.note(verdict, f"post:{opening.pk}", author_id=topic.author_id, words=words, at=at)
