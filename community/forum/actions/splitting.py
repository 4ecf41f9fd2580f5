"""Making a topic of its own out of posts of another: moderators' work, with a reason."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from community.forum import counters, index, permissions, selectors, texts
from community.forum.actions import _parts, answering
from community.forum.actions.merging import BATCH, check_version, take
from community.forum.locks import lock_topics
from community.forum.models import Level, Post, ReadMark, Space, Topic, Watch
from portal.accounts.models import Member
from portal.core.errors import Conflict, Invalid
from portal.core.ids import public_id
from portal.events.bus import publish
from portal.events.types.community import PostsMoved


def split_topic(
    *,
    actor: Member,
    topic: str,
    posts: Collection[str],
    title: str,
    space: str,
    version: int,
    reason: str,
    at: datetime,
) -> Topic:
    """Makes a new topic of replies of another, in their order; the first of them opens it, its author is the topic's.

    The old topic keeps the gaps: a number is never given twice. Answers across both lose the sign of what they answer,
    for one of both may be closed to a reader. `version` is the one that the moderator saw. Raises NotFound, Forbidden,
    Invalid (`field` posts, title, reason), Conflict (code `stale`) when the topic moved on meanwhile. Side effects:
    numbers of both topics and spaces, words for finding, PostsMoved, AnswerUnaccepted if the answer leaves, reading
    marks and followers of the new topic, one entry of the moderation log, open pages. What earned points stays.
    """
    why, title = texts.check_reason(reason, required=True), texts.check_title(title)
    found = selectors.get_topic_for(actor, topic)
    permissions.check_join(actor, found)
    goal = selectors.get_space_for(actor, space)
    with transaction.atomic():
        locked = lock_topics((found.pk,))[found.pk]
        check_version(locked, version)
        permissions.check_join(actor, locked)
        chosen = _chosen(locked, posts)
        made = _move(actor, locked, _open(locked, chosen[0], goal, title), chosen, at)
        _parts.log(
            actor, "split_topic", locked, post=chosen[0], reason=why, at=at,
            before={"topic": locked.title}, after={"topic": title, "posts": len(chosen)},
        )  # fmt: skip
        publish(
            PostsMoved(
                actor=actor.pk, topic=locked.pk, into=made.pk, posts=tuple(post.pk for post in chosen),
                before=locked.title, title=title,
            ),
            at=at,
        )  # fmt: skip
        for topic_id in (locked.pk, made.pk):
            _parts.tell_pages(topic_id, "topic_changed")
    return made


def _chosen(topic: Topic, public_ids: Collection[str]) -> list[Post]:
    posts = list(Post.objects.filter(topic=topic, public_id__in=public_ids).order_by("number"))
    if len(posts) != len(set(public_ids)):
        raise Conflict(_("This topic moved on while you were reading. Here is how it stands now."), code="stale")
    if not posts:
        raise Invalid(_("Choose the posts that belong together."), code="none_chosen", field="posts")
    if posts[0].is_first:
        raise Invalid(_("The first post stays: its topic stands and falls with it."), code="the_first", field="posts")
    if posts[0].hidden_at is not None:
        raise Invalid(_("The new topic has to begin with words that everyone can read."), code="hidden", field="posts")
    return posts


def _open(topic: Topic, opening: Post, space: Space, title: str) -> Topic:
    """The new topic's row, still without posts; as old as the words that open it."""
    return Topic.objects.create(
        space=space, author_id=opening.author_id, title=title, slug=texts.slug(title), language=topic.language,
        created_at=opening.created_at, last_posted_at=opening.created_at, last_poster_id=opening.author_id,
        key=f"split-{public_id()}", body_hash="",
    )  # fmt: skip


def _move(actor: Member, old: Topic, made: Topic, posts: list[Post], at: datetime) -> Topic:
    places = [post.number for post in posts]
    if old.answer_id in {post.pk for post in posts}:
        answering.withdraw(actor, old, at=at, why="moved")
    take(posts, made)
    index.keep_first(made)
    here, there = Post.objects.filter(topic=old), Post.objects.filter(topic=made)
    here.filter(reply_to__in=there.values("pk")).update(reply_to=None)
    there.filter(reply_to__in=here.values("pk")).update(reply_to=None)
    for topic in (old, made):
        counters.recount_topic(topic)
        topic.version += 1
        topic.save(update_fields=[*counters.TOPIC_FIELDS, "next_number", "answer", "version"])
    for space_id in sorted({old.space_id, made.space_id}):
        counters.recount_space(space_id)
    _follow(old, made, posts)
    _mark(old, made, places, at)
    return made


def _follow(old: Topic, made: Topic, posts: list[Post]) -> None:
    """Who wrote what moved hears of it as before; whoever opens a topic watches it, unless she muted the old one."""
    authors = {post.author_id for post in posts}
    levels = dict(Watch.objects.filter(topic=old, member__in=authors).values_list("member", "level"))
    if levels.get(made.author_id) != Level.MUTED:
        levels[made.author_id] = Level.WATCHING
    Watch.objects.bulk_create(
        [Watch(topic=made, member_id=pk, level=levels.get(pk, Level.TRACKING)) for pk in sorted(authors)],
        batch_size=BATCH,
    )


def _mark(old: Topic, made: Topic, places: list[int], at: datetime) -> None:
    """Who had read the moved posts in the old topic has read them in the new one."""
    marks = ReadMark.objects.filter(topic=old, last_number__gte=places[0]).values_list("member", "last_number")
    fresh = [
        ReadMark(topic=made, member_id=pk, last_number=sum(1 for place in places if place <= number), at=at)
        for pk, number in marks
    ]
    ReadMark.objects.bulk_create(fresh, batch_size=BATCH)
