"""The denormalised numbers of topics, posts and spaces: raised one by one, and counted anew where that is simpler.

All of it runs under the topic's lock. `drift` names what does not add up; tests and operators ask it.
"""

from collections import Counter
from datetime import datetime

from django.db.models import Count, F, Max, Q, QuerySet

from community.forum.locks import lock_space
from community.forum.models import Post, Reaction, Space, Topic
from community.logbook.models import ModerationEntry
from portal.core.prepared import prepared
from portal.core.writing import change


def recount_topic(topic: Topic) -> None:
    """Sets a locked topic's numbers from its visible posts. Saves nothing; the caller saves `TOPIC_FIELDS`."""
    shown = Post.objects.filter(topic=topic, hidden_at=None).order_by("number")
    posts = list(shown.only("number", "author", "reactions", "created_at"))
    # By the clock: what came from another topic stands at the end, however old it is.
    newest = max(posts, key=lambda post: (post.created_at, post.number), default=None)
    topic.reply_count = sum(1 for post in posts if not post.is_first)
    topic.people_count = len({post.author_id for post in posts})
    topic.reaction_count = sum(sum(post.reactions.values()) for post in posts)
    if newest is not None:
        topic.last_posted_at, topic.last_poster_id = newest.created_at, newest.author_id
        topic.last_number = posts[-1].number


TOPIC_FIELDS = ["reply_count", "people_count", "reaction_count", "last_posted_at", "last_poster", "last_number"]


def count_new_topic(space_id: int, at: datetime) -> None:
    """One topic more in a space."""
    Space.objects.filter(pk=space_id).update(topic_count=F("topic_count") + 1)
    note_post(space_id, at)


def note_post(space_id: int, at: datetime) -> None:
    """Somebody wrote in a space at this instant; a replayed past does not turn its clock back."""
    Space.objects.filter(Q(last_posted_at=None) | Q(last_posted_at__lt=at), pk=space_id).update(last_posted_at=at)


def recount_space(space_id: int) -> None:
    """Locks a space and sets its numbers from its visible topics. Call it after the topic has been saved."""
    space = lock_space(space_id)
    shown = Topic.objects.filter(space=space, hidden_at=None)
    space.topic_count = shown.count()
    space.last_posted_at = shown.aggregate(newest=Max("last_posted_at"))["newest"]
    space.save(update_fields=["topic_count", "last_posted_at"])


def reaction_counts(post: Post) -> dict[str, int]:
    """The post's reactions by kind, counted from their rows."""
    return dict(_by_kind(post.pk))


@prepared
def _by_kind(post: int) -> QuerySet[Reaction, tuple[str, int]]:
    return Reaction.objects.filter(post=post).values_list("kind").annotate(number=Count("pk")).order_by("kind")


def recount_reactions(post: Post) -> None:
    """Counts a post's reactions from their rows, under its topic's lock, so no number of clicks can make it drift."""
    topic, before = post.topic, sum(post.reactions.values())
    post.reactions = reaction_counts(post)
    change(post, "reactions")
    if post.hidden_at is None:
        topic.reaction_count += sum(post.reactions.values()) - before
    topic.version += 1
    change(topic, "reaction_count", "version")


def _numbered(topic: Topic, numbers: list[int], *, torn: bool) -> bool:
    """Whether no number is missing, except where posts were taken out: numbers are never given twice."""
    if topic.merged_into_id is not None:
        return not numbers
    if torn:
        return numbers[:1] == [1] and numbers[-1] < topic.next_number
    return numbers == list(range(1, topic.next_number))


def drift() -> list[str]:
    """Every stored number that differs from what the rows say, as a sentence each; empty when all is right."""
    wrong: list[str] = []
    reactions: dict[int, dict[str, int]] = {}
    for post_id, kind, number in Reaction.objects.values_list("post_id", "kind").annotate(n=Count("pk")):
        reactions.setdefault(post_id, {})[kind] = number
    torn = set(ModerationEntry.objects.filter(act="split_topic").values_list("topic_id", flat=True))
    for topic in Topic.objects.order_by("pk"):
        posts = list(Post.objects.filter(topic=topic).order_by("number"))
        if not _numbered(topic, [post.number for post in posts], torn=topic.pk in torn):
            wrong.append(f"topic {topic.pk}: post numbers have gaps")
        for post in posts:
            if {kind: n for kind, n in post.reactions.items() if n} != reactions.get(post.pk, {}):
                wrong.append(f"post {post.pk}: reactions {post.reactions}, counted {reactions.get(post.pk, {})}")
        stored = [getattr(topic, field) for field in ("reply_count", "people_count", "reaction_count")]
        shown = [post for post in posts if post.hidden_at is None]
        counted = [
            sum(1 for post in shown if not post.is_first),
            len({post.author_id for post in shown}),
            sum(sum(reactions.get(post.pk, {}).values()) for post in shown),
        ]
        if shown and topic.last_number != shown[-1].number:
            wrong.append(f"topic {topic.pk}: last number {topic.last_number}, counted {shown[-1].number}")
        if stored != counted:
            wrong.append(f"topic {topic.pk}: {stored}, counted {counted}")
    topics = Counter(Topic.objects.filter(hidden_at=None).values_list("space_id", flat=True))
    for space in Space.objects.order_by("pk"):
        if space.topic_count != topics[space.pk]:
            wrong.append(f"space {space.pk}: {space.topic_count} topics, counted {topics[space.pk]}")
    return wrong
