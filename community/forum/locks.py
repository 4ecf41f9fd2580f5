"""The one home of the forum's locks. Order: topic, then space, then stream; whoever keeps it cannot deadlock."""

from collections.abc import Iterable

from django.db.models import QuerySet

from community.forum import permissions
from community.forum.models import Post, Space, Topic
from portal.accounts.models import Member
from portal.core.errors import Conflict, NotFound
from portal.core.prepared import prepared


def lock_topic(topic_id: int) -> Topic:
    """The topic's row, locked until the transaction ends, with its space."""
    topic = _topic.one(topic_id)
    if topic is None:
        raise Topic.DoesNotExist
    return topic


@prepared
def _topic(topic: int) -> QuerySet[Topic]:
    return Topic.objects.select_for_update(of=("self",)).select_related("space__scope").filter(pk=topic)


def lock_topic_for(actor: Member | None, public_id: str) -> Topic:
    """The locked topic of an address; raises NotFound when the actor may not read it."""
    topic = _addressed.one(public_id)
    if topic is None:
        raise NotFound
    permissions.check_read_topic(actor, topic)
    return topic


@prepared
def _addressed(public_id: str) -> QuerySet[Topic]:
    return Topic.objects.select_for_update(of=("self",)).select_related("space__scope").filter(public_id=public_id)


def lock_post_for(actor: Member | None, public_id: str) -> Post:
    """A post read under the lock of its topic, which guards all counters; `post.topic` is the locked row.

    Raises NotFound when the actor may not read it.
    """
    found = _post_at.one(public_id)
    if found is None:
        raise NotFound
    post = lock_post(found)
    permissions.check_read_post(actor, post)
    return post


def lock_post(post_id: int) -> Post:
    """A post under the lock of the topic in which it stands, which is `post.topic`.

    Raises Conflict when a moderator moves it to another topic at this very moment: to lock that one too, whatever its
    id, could make two wait crosswise.
    """
    place = _place_of.one(post_id)
    if place is None:
        raise Post.DoesNotExist
    topic, post = lock_topic(place), _post.one(post_id)
    if post is None or post.topic_id != topic.pk:
        raise Conflict
    post.topic = topic
    return post


@prepared
def _post_at(public_id: str) -> QuerySet[Post, int]:
    return Post.objects.filter(public_id=public_id).values_list("pk", flat=True)


@prepared
def _place_of(post: int) -> QuerySet[Post, int]:
    return Post.objects.filter(pk=post).values_list("topic_id", flat=True)


@prepared
def _post(post: int) -> QuerySet[Post]:
    return Post.objects.select_related("author").filter(pk=post)


def lock_topics(topic_ids: Iterable[int]) -> dict[int, Topic]:
    """Several topics by id, locked in ascending order of their ids."""
    return {topic_id: lock_topic(topic_id) for topic_id in sorted(topic_ids)}


def lock_space(space_id: int) -> Space:
    """The space's row; only after the topic's."""
    return Space.objects.select_for_update().get(pk=space_id)
