"""Choosing the answer to a question, choosing another, and taking the choice back."""

from datetime import datetime

from django.db import transaction

from community.forum import limits, permissions, selectors
from community.forum.actions import _parts
from community.forum.locks import lock_post_for, lock_topic_for
from community.forum.models import Post, Topic
from community.forum.writing import Acceptance
from portal.accounts.models import Member
from portal.events.bus import publish
from portal.events.types.community import AnswerAccepted, AnswerUnaccepted


def accept_answer(*, actor: Member, post: str, at: datetime, limited: bool = True) -> Topic:
    """Chooses the post of that public id as the answer to its question; another answer chosen before is let go.

    Raises NotFound, SignInRequired, Forbidden (neither who asked nor a moderator, no question, hidden, the question
    itself), TooMany. Side effects: AnswerAccepted (and AnswerUnaccepted for the one before), open pages.
    Idempotent: the chosen answer stays chosen and nothing is told again.
    """
    permissions.check_accept(actor, selectors.get_post_for(actor, post, whole=False), at=at)
    if limited:
        limits.spend(limits.ANSWER, actor.pk)
    with transaction.atomic():
        locked = lock_post_for(actor, post)
        permissions.check_accept(actor, locked, at=at)
        topic = locked.topic
        if topic.answer_id == locked.pk:
            return topic
        withdraw(actor, topic, at=at, why="replaced")
        chosen = Acceptance.objects.create(topic=topic, post=locked, by=actor, at=at)
        topic.answer = locked
        topic.version += 1
        topic.save(update_fields=["answer", "version"])
        publish(AnswerAccepted(actor=actor.pk, acceptance=chosen.pk, **_about(topic, locked)), at=at)
        _parts.tell_pages(topic.pk, "topic_changed")
    return topic


def unaccept_answer(*, actor: Member, topic: str, at: datetime, limited: bool = True) -> Topic:
    """Takes the choice of an answer back: the question is open again.

    Raises NotFound, SignInRequired, Forbidden, TooMany. Side effects: AnswerUnaccepted, open pages. Idempotent.
    """
    permissions.check_choose(actor, selectors.get_topic_for(actor, topic), at=at)
    if limited:
        limits.spend(limits.ANSWER, actor.pk)
    with transaction.atomic():
        locked = lock_topic_for(actor, topic)
        permissions.check_choose(actor, locked, at=at)
        if locked.answer_id is None:
            return locked
        withdraw(actor, locked, at=at, why="withdrawn")
        locked.version += 1
        locked.save(update_fields=["answer", "version"])
        _parts.tell_pages(locked.pk, "topic_changed")
    return locked


def withdraw(actor: Member | None, topic: Topic, *, at: datetime, why: str) -> bool:
    """Ends the present choice of a locked topic and says so; the caller saves the topic. Says whether there was one."""
    chosen = Acceptance.objects.select_related("post").filter(topic=topic, withdrawn_at=None).first()
    topic.answer = None
    if chosen is None:
        return False
    chosen.withdrawn_at, chosen.withdrawn_by = at, actor
    chosen.save(update_fields=["withdrawn_at", "withdrawn_by"])
    publish(
        AnswerUnaccepted(
            actor=actor.pk if actor else None, acceptance=chosen.pk, why=why, **_about(topic, chosen.post)
        ),
        at=at,
    )
    return True


def choose_again(post: Post, *, hidden_at: datetime, at: datetime) -> bool:
    """Renews a choice that ended when its post was hidden, unless another answer was chosen meanwhile; says whether.

    The post's topic is locked. Side effect: AnswerAccepted by whoever chose it first.
    """
    topic = post.topic
    ended = Acceptance.objects.filter(topic=topic, post=post, withdrawn_at=hidden_at).order_by("pk").last()
    if ended is None or topic.answer_id is not None:
        return False
    chosen = Acceptance.objects.create(topic=topic, post=post, by_id=ended.by_id, at=at)
    topic.answer = post
    topic.save(update_fields=["answer"])
    publish(AnswerAccepted(actor=ended.by_id, acceptance=chosen.pk, **_about(topic, post)), at=at)
    return True


def _about(topic: Topic, post: Post) -> dict:
    """What both facts say. An answer to one's own question helps, and is thanked by nobody's points."""
    helper = post.author_id if post.author_id != topic.author_id else None
    return {
        "topic": topic.pk, "post": post.pk, "author": post.author_id, "topic_author": topic.author_id,
        "helper": helper, "title": topic.title,
    }  # fmt: skip
