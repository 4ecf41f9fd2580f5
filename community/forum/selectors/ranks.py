"""What the calendar needs to reckon scores: the topics that changed or still cool, and what counts in each."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Count, F, Q

from community.forum.models import Post, Reaction, ReadMark, Topic
from community.forum.ranking import RECENT, Recent

# Newest replies that are looked at; a topic with more than these within a week is hot by any reckoning.
LOOKED_AT = 200


@dataclass
class Facts:
    """What counts in one topic."""

    likes: int = 0
    first_likes: int = 0
    posts: int = 0
    readers: int = 0
    recent: list[Recent] = field(default_factory=list)


def to_rank(limit: int) -> list[Topic]:
    """Topics whose score may not be what is stored: changed since it was reckoned, and the warmest. Two queries."""
    rows = Topic.objects.only("pk", "created_at", "version", "hidden_at")
    changed = rows.filter(~Q(version=F("ranked_version"))).order_by("pk")[:limit]
    warm = rows.filter(hot_score__gt=0).order_by("-hot_score")[:limit]
    return list({topic.pk: topic for topic in [*changed, *warm]}.values())


def facts_of(topics: list[Topic], *, at: datetime) -> dict[int, Facts]:
    """The facts of these topics: without hidden posts, members who left and members who are silenced. Four queries."""
    ids = [topic.pk for topic in topics]
    facts: dict[int, Facts] = defaultdict(Facts)
    heard = Q(member__is_active=True) & (Q(member__muted_until=None) | Q(member__muted_until__lte=at))
    likes: dict[int, int] = {}
    rows = Reaction.objects.filter(heard, post__topic__in=ids, post__hidden_at=None)
    for topic, post, number, thanks in rows.values_list("post__topic", "post", "post__number").annotate(n=Count("pk")):
        facts[topic].likes += thanks
        facts[topic].first_likes += thanks if number == 1 else 0
        likes[post] = thanks
    spoke = Q(author__is_active=True) & (Q(author__muted_until=None) | Q(author__muted_until__lte=at))
    shown = Post.objects.filter(topic__in=ids, hidden_at=None)
    for topic, posts in shown.values_list("topic").annotate(n=Count("pk")).order_by():
        facts[topic].posts = posts
    recent = shown.filter(spoke, number__gt=1, created_at__gte=at - RECENT).order_by("-created_at")
    for topic, post, when, author in recent.values_list("topic", "pk", "created_at", "author"):
        if len(facts[topic].recent) < LOOKED_AT:
            facts[topic].recent.append(Recent(when, author, likes.get(post, 0)))
    marks = ReadMark.objects.filter(topic__in=ids).values_list("topic").annotate(n=Count("pk")).order_by()
    for topic, readers in marks:
        facts[topic].readers = readers
    return facts
