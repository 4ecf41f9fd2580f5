"""The one home of the forum's locks. Order: topic, then space, then stream; whoever keeps it cannot deadlock."""

from community.forum import permissions
from community.forum.models import Post, Space, Topic
from portal.accounts.models import Member
from portal.core.errors import NotFound


def lock_topic(topic_id: int) -> Topic:
    """The topic's row, locked until the transaction ends, with its space."""
    return Topic.objects.select_for_update(of=("self",)).select_related("space").get(pk=topic_id)


def lock_topic_for(actor: Member | None, public_id: str) -> Topic:
    """The locked topic of an address; raises NotFound when the actor may not read it."""
    topic = Topic.objects.select_for_update(of=("self",)).select_related("space").filter(public_id=public_id).first()
    if topic is None:
        raise NotFound
    permissions.check_read_topic(actor, topic)
    return topic


def lock_post_for(actor: Member | None, public_id: str) -> Post:
    """A post read under the lock of its topic, which guards all counters; `post.topic` is the locked row.

    Raises NotFound when the actor may not read it.
    """
    found = Post.objects.filter(public_id=public_id).values_list("pk", "topic_id").first()
    if found is None:
        raise NotFound
    topic = lock_topic(found[1])
    post = Post.objects.select_related("author").get(pk=found[0])
    post.topic = topic
    permissions.check_read_post(actor, post)
    return post


def lock_space(space_id: int) -> Space:
    """The space's row; only after the topic's."""
    return Space.objects.select_for_update().get(pk=space_id)
