"""Joining two topics: moderators' work, with a reason."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from community.forum import counters, index, permissions, selectors, texts
from community.forum.actions import _parts, answering
from community.forum.ballots import Poll
from community.forum.locks import lock_topics
from community.forum.models import Level, Post, ReadMark, Topic, Watch
from community.forum.writing import Draft
from portal.accounts.models import Member
from portal.core.errors import Conflict, Forbidden, Invalid, NotFound
from portal.events.bus import publish
from portal.events.types.community import PostsMoved

BATCH = 500


def merge_topics(*, actor: Member, topic: str, into: str, version: int, reason: str, at: datetime) -> Topic:
    """Moves all posts of a topic, hidden ones too, to the end of another, in the order of their time.

    The emptied topic is closed and put away for everybody; its address leads to the other one, which is returned. Who
    followed it follows the other, unless she muted that; who had read all of both has read all. `version` is the one
    that the moderator saw. Raises NotFound, Forbidden (also for a topic with a poll or one that belongs to a story:
    both hang on their topic's first post), Invalid (`field` into, reason), Conflict (code `stale`) when the topic moved
    on meanwhile. Side effects: numbers of both topics and spaces, words for finding, PostsMoved, AnswerUnaccepted if
    the topic had an answer, one entry of the moderation log, open pages of both. What earned points stays as it is.
    """
    why = texts.check_reason(reason, required=True)
    found = selectors.get_topic_for(actor, topic)
    permissions.check_join(actor, found)
    goal = _goal(actor, found, into)
    with transaction.atomic():
        rows = lock_topics((found.pk, goal.pk))
        given, taking = rows[found.pk], rows[goal.pk]
        check_version(given, version)
        check_version(taking, taking.version)
        permissions.check_join(actor, given)
        permissions.check_join(actor, taking)
        _check_stands_free(given)
        posts = _move(actor, given, taking, at)
        _parts.log(
            actor, "merge_topics", taking, post=None, reason=why, at=at,
            before={"topic": given.title}, after={"topic": taking.title, "posts": len(posts)},
        )  # fmt: skip
        publish(
            PostsMoved(
                actor=actor.pk, topic=given.pk, into=taking.pk, posts=posts, before=given.title, title=taking.title
            ),
            at=at,
        )
        for topic_id in sorted(rows, key=str):
            if topic_id == given.pk:
                _parts.ask_hearers(topic_id)
            _parts.tell_pages(topic_id, "topic_changed")
    return taking


def check_version(topic: Topic, version: int) -> None:
    """Raises Conflict (code `stale`) when a locked topic is not as the moderator saw it."""
    if topic.version != version or topic.merged_into_id is not None:
        raise Conflict(_("This topic moved on while you were reading. Here is how it stands now."), code="stale")


def take(posts: list[Post], goal: Topic) -> None:
    """Gives posts of a locked topic to another, in this order, with its next numbers. The caller saves both topics."""
    for number, post in enumerate(posts, start=goal.next_number):
        post.topic, post.number = goal, number
    Post.objects.bulk_update(posts, ["topic", "number"], batch_size=BATCH)
    goal.next_number += len(posts)


def _goal(actor: Member, found: Topic, into: str) -> Topic:
    try:
        goal = selectors.get_topic_for(actor, into)
    except NotFound:
        raise Invalid(_("No topic that you can read has this address."), code="unknown", field="into") from None
    if goal.pk == found.pk:
        raise Invalid(_("This is the topic itself. Choose another one."), code="itself", field="into")
    permissions.check_join(actor, goal)
    return goal


def _check_stands_free(topic: Topic) -> None:
    """What hangs on a topic's first post cannot stand in the middle of another."""
    if Poll.objects.filter(topic=topic).exists() or topic.key.startswith("story:"):
        raise Forbidden(
            _("A poll or a story belongs to this topic and would lose its place. Move the other topic into this one."),
            code="not_free",
        )


def _move(actor: Member, given: Topic, taking: Topic, at: datetime) -> tuple[int, ...]:
    """All that changes hands; returns the posts."""
    ends = {given.pk: given.last_number, taking.pk: taking.last_number}
    posts = list(Post.objects.filter(topic=given).order_by("created_at", "number").defer("source"))
    opening = next(post for post in posts if post.is_first)
    take(posts, taking)
    index.keep(opening, taking)
    if given.answer_id is not None:
        answering.withdraw(actor, given, at=at, why="moved")
    given.locked, given.pinned, given.hidden_at, given.merged_into = True, False, at, taking
    Topic.objects.filter(merged_into=given).update(merged_into=taking)
    for topic in (given, taking):
        counters.recount_topic(topic)
        topic.version += 1
    given.save(
        update_fields=[
            *counters.TOPIC_FIELDS, "answer", "locked", "pinned", "hidden_at", "merged_into", "version",
        ]
    )  # fmt: skip
    taking.save(update_fields=[*counters.TOPIC_FIELDS, "next_number", "version"])
    for space_id in sorted({given.space_id, taking.space_id}):
        counters.recount_space(space_id)
    _join_watches(given, taking)
    _join_marks(given, taking, ends, at)
    _join_drafts(given, taking)
    return tuple(post.pk for post in posts)


def _join_watches(given: Topic, taking: Topic) -> None:
    """Followers of the one follow the other, at the higher of both levels. What is muted on either side stays out."""
    chosen = dict(Watch.objects.filter(topic=taking).values_list("member", "level"))
    fresh, raised = [], {}
    for watch in Watch.objects.filter(topic=given).exclude(level=Level.MUTED):
        level = chosen.get(watch.member_id)
        if level is None:
            fresh.append(Watch(topic=taking, member_id=watch.member_id, level=watch.level))
        elif Level.MUTED < level < watch.level:
            raised.setdefault(watch.level, []).append(watch.member_id)
    Watch.objects.bulk_create(fresh, batch_size=BATCH, ignore_conflicts=True)
    for level, members in raised.items():
        Watch.objects.filter(topic=taking, member__in=members).update(level=level)
    Watch.objects.filter(topic=given).delete()


def _join_marks(given: Topic, taking: Topic, ends: dict[int, int], at: datetime) -> None:
    """Who had read both to their ends has nothing new; for everybody else the moved posts wait at the end."""
    done = ReadMark.objects.filter(topic=given, last_number__gte=ends[given.pk]).values("member")
    both = ReadMark.objects.filter(topic=taking, last_number__gte=ends[taking.pk], member__in=done)
    both.update(last_number=taking.last_number, at=at)
    ReadMark.objects.filter(topic=given).delete()


def _join_drafts(given: Topic, taking: Topic) -> None:
    """An answer begun in the one waits in the other, unless she began one there too."""
    place = f"topic-{taking.public_id}"
    busy = list(Draft.objects.filter(key=place).values_list("member", flat=True))
    Draft.objects.filter(key=f"topic-{given.public_id}").exclude(member__in=busy).update(key=place)
