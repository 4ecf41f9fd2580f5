"""Replying in a topic."""

from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from community.forum import counters, index, permissions, selectors, texts
from community.forum.actions import _parts, _words
from community.forum.locks import lock_topic_for
from community.forum.models import Post, Topic
from portal.accounts import pace
from portal.accounts.models import Member
from portal.core import gate
from portal.core.errors import DomainError, Invalid
from portal.core.ids import body_hash, check_key
from portal.core.prepared import prepared
from portal.core.writing import add, change
from portal.events.bus import publish
from portal.events.types.community import ReplyPosted


def post_reply(
    *,
    actor: Member,
    topic: str,
    body: str,
    key: str,
    at: datetime,
    reply_to: str = "",
    draft: int | None = None,
    limited: bool = True,
) -> Post:
    """Adds a reply to the topic of that public id, under the topic's lock; `reply_to` names the post it answers,
    `draft` is the sequence of the draft it was sent from (None: there was none).

    Raises NotFound, SignInRequired, Forbidden (muted, tier, locked, hidden), Invalid (`field` body, reply_to), TooMany,
    KeyReused, and Waits when a moderator has to read the words first. Side effects: counters, the author tracks the
    topic and has read up to here, ReplyPosted, open pages.
    `limited=False` is for trusted replays of the past only. Idempotent by (actor, key), also in parallel.
    """
    check_key(key)
    verdict = gate.Verdict({"body": body})
    if limited:
        verdict = gate.read("reply", verdict.texts, author=actor, at=at, waits=True)
    words = texts.check_body(verdict.texts["body"])
    digest = body_hash(["reply", topic, words.source, reply_to])
    if (kept := _parts.first_result(Post, actor, key, digest)) is not None:
        return kept
    found = selectors.get_topic_for(actor, topic)
    permissions.check_reply(actor, found, at=at)
    if limited:
        pace.spend("reply", actor)
    gate.hold(
        verdict, author=actor, key=key, at=at, verb="reply", space=found.space, topic=found, source=words.source,
        html=words.html, body_hash=digest, given={"topic": topic, "reply_to": reply_to},
        kept=lambda: _words.clear_draft(actor, f"topic-{found.public_id}", draft),
    )  # fmt: skip
    with transaction.atomic():
        locked = lock_topic_for(actor, topic)
        if (kept := _parts.first_result(Post, actor, key, digest)) is not None:
            return kept
        permissions.check_reply(actor, locked, at=at)
        answered = _answered(actor, locked, reply_to)
        post = add(Post(
            topic=locked, number=locked.next_number, author=actor, reply_to=answered, source=words.source,
            html=words.html, created_at=at, key=key, body_hash=digest,
        ))  # fmt: skip
        _count(locked, post, at)
        index.keep(post, locked)
        _parts.follow(locked.pk, actor.pk)
        _parts.raise_mark(locked.pk, actor.pk, post.number, at)
        _words.settle(actor, post, words, at=at)
        if draft is not None:
            _words.clear_draft(actor, f"topic-{locked.public_id}", draft)
        _tell(locked, post, at)
        gate.note(verdict, f"post:{post.pk}", author_id=actor.pk, words=words.source, at=at)
    return post


def _answered(actor: Member, topic: Topic, public_id: str) -> Post | None:
    if not public_id:
        return None
    try:
        answered = selectors.get_post_for(actor, public_id, whole=False)
    except DomainError:
        answered = None
    if answered is None or answered.topic_id != topic.pk or answered.hidden_at is not None:
        raise Invalid(code="reply_to_unknown", field="reply_to")
    return answered


def _count(topic: Topic, post: Post, at: datetime) -> None:
    known = _others_by.one(topic.pk, post.author_id, post.pk) is not None
    topic.last_number = topic.next_number
    topic.next_number += 1
    topic.reply_count += 1
    topic.people_count += 0 if known else 1
    if at >= topic.last_posted_at:
        topic.last_posted_at, topic.last_poster_id = at, post.author_id
    topic.version += 1
    change(topic, "next_number", "version", *counters.TOPIC_FIELDS)
    counters.note_post(topic.space_id, at)


@prepared
def _others_by(topic: int, author: int, but: int) -> QuerySet[Post, int]:
    return (
        Post.objects.filter(topic=topic, author=author, hidden_at=None).exclude(pk=but).values_list("pk", flat=True)[:1]
    )


def _tell(topic: Topic, post: Post, at: datetime) -> None:
    publish(
        ReplyPosted(
            actor=post.author_id,
            topic=topic.pk,
            post=post.pk,
            space=topic.space_id,
            author=post.author_id,
            topic_author=topic.author_id,
            title=topic.title,
            reply_to=post.reply_to_id,
            scope=topic.space.scope.code,
        ),
        at=at,
    )
    _parts.tell_pages(topic.pk, "reply_posted", post.pk)
    if post.number % selectors.PAGE_SIZE == 1:
        # A new page: every open page's pager changes, which no fragment for all can say.
        _parts.tell_pages(topic.pk, "topic_changed")
