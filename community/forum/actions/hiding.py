"""Taking words out of the public's sight, and bringing them back."""

from datetime import datetime

from django.db import transaction

from community.forum import counters, index, permissions, texts
from community.forum.actions import _parts, answering
from community.forum.locks import lock_post, lock_post_for
from community.forum.models import Post
from portal.accounts.models import Member
from portal.events.bus import publish
from portal.events.types.community import PostHidden, PostRestored


def _settle(post: Post) -> None:
    """Recounts after the post appeared or vanished; the first post takes its topic along."""
    topic = post.topic
    if post.is_first:
        topic.hidden_at = post.hidden_at
    counters.recount_topic(topic)
    topic.version += 1
    topic.save(update_fields=[*counters.TOPIC_FIELDS, "hidden_at", "version"])
    counters.recount_space(topic.space_id)
    index.keep(post, topic)


def hide_post(*, actor: Member, post: str, at: datetime, reason: str = "") -> Post:
    """Hides a post: its author at will, a moderator with a reason that the author can read.

    The first post takes its topic along. Raises NotFound, Forbidden, Invalid (`field` reason). Side effects: counters,
    moderation log, PostHidden (points are reversed, notifications taken back), open pages. Idempotent: a hidden post
    stays as it is.
    """
    with transaction.atomic():
        locked = lock_post_for(actor, post)
        permissions.check_hide(actor, locked)
        reason = texts.check_reason(reason, required=locked.author_id != actor.pk)
        if locked.hidden_at is not None:
            return locked
        _hide(locked, actor, reason, at)
    return locked


def _hide(locked: Post, actor: Member | None, reason: str, at: datetime) -> None:
    locked.hidden_at, locked.hidden_by, locked.hidden_reason = at, actor, reason
    locked.save(update_fields=["hidden_at", "hidden_by", "hidden_reason"])
    # Told first, and by itself: what being chosen paid hangs on the choice, which `restore_post` may renew.
    if locked.topic.answer_id == locked.pk and answering.withdraw(actor, locked.topic, at=at, why="hidden"):
        locked.topic.save(update_fields=["answer"])
        _parts.tell_pages(locked.topic_id, "topic_changed")
    _settle(locked)
    _parts.log(
        actor, "hide_post", locked.topic, post=locked, reason=reason, at=at,
        before={"hidden": False}, after={"hidden": True},
    )  # fmt: skip
    actor_id = actor.pk if actor is not None else None
    publish(
        PostHidden(actor=actor_id, topic=locked.topic_id, post=locked.pk, author=locked.author_id, reason=reason),
        at=at,
    )
    _parts.tell_pages(locked.topic_id, "topic_changed" if locked.is_first else "post_hidden", locked.pk)


def hide_by_house(*, post_id: int, reason: str, at: datetime) -> bool:
    """Hides a post without a moderator, until one has looked: for reports that weigh enough. Says whether it stood.

    The caller has judged. Side effects as `hide_post`, with nobody as actor. Idempotent.
    """
    with transaction.atomic():
        locked = lock_post(post_id)
        if locked.hidden_at is not None:
            return False
        _hide(locked, None, reason, at)
    return True


def restore_post(*, actor: Member, post: str, at: datetime, reason: str = "") -> Post:
    """Brings a hidden post back: a moderator any, with a reason; an author what she hid herself.

    An answer whose choice ended only because it was hidden is chosen again, unless another one was meanwhile. Raises
    NotFound, Forbidden, Invalid (`field` reason). Side effects: counters, moderation log, PostRestored (and then
    AnswerAccepted), open pages. Idempotent: a visible post stays as it is.
    """
    with transaction.atomic():
        locked = lock_post_for(actor, post)
        permissions.check_restore(actor, locked)
        reason = texts.check_reason(reason, required=locked.author_id != actor.pk)
        if locked.hidden_at is None:
            return locked
        before, since = {"hidden": True, "by": locked.hidden_by_id, "reason": locked.hidden_reason}, locked.hidden_at
        locked.hidden_at, locked.hidden_by, locked.hidden_reason = None, None, ""
        locked.save(update_fields=["hidden_at", "hidden_by", "hidden_reason"])
        _settle(locked)
        _parts.log(
            actor, "restore_post", locked.topic, post=locked, reason=reason, at=at,
            before=before, after={"hidden": False},
        )  # fmt: skip
        publish(PostRestored(actor=actor.pk, topic=locked.topic_id, post=locked.pk, author=locked.author_id), at=at)
        chosen = answering.choose_again(locked, hidden_at=since, at=at)
        _parts.tell_pages(locked.topic_id, "topic_changed" if locked.is_first else "post_restored", locked.pk)
        if chosen:
            _parts.tell_pages(locked.topic_id, "topic_changed")
    return locked
