"""Finding talks: what a viewer may read, in the order in which it answers her. Rights are part of every query."""

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from heapq import nlargest
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone

from community.forum import permissions, selectors, texts
from community.forum.index import INDEX, plain
from community.forum.models import Post, Space, Topic
from portal.accounts.blocks.selectors import folded_rows
from portal.accounts.models import Member
from portal.core.finding import Asked, holding, newest, words
from portal.core.loosening import best_of, holding_some, loosened
from portal.core.marking import marked

# So many hits are counted and put in order; a person who finds more needs other words, not more pages.
MOST = 2_000
# Of what stands in more posts than these, only the newest so many are looked at first, and only titles are weighed.
NEAR = 5_000
# The same where only some of the words are asked for: what comes close is a help, not a list to go through.
MOST_LOOSE, NEAR_LOOSE = 800, 2_000
EXCERPT = 220


@dataclass(frozen=True)
class Narrowed:
    """What the search is narrowed to; empty values narrow nothing. A place that she may not enter holds nothing."""

    space: str = ""
    author: str = ""
    tag: str = ""
    after: date | None = None
    before: date | None = None
    solved: bool = False

    def __bool__(self) -> bool:
        return bool(self.space or self.author or self.tag or self.after or self.before or self.solved)


@dataclass(frozen=True)
class Talk:
    """A topic as a result: the post in it that answers best, and how many more of its posts do."""

    topic: Topic
    post: Post
    title: str
    words: str
    others: int
    score: int


@dataclass
class Talks:
    """What was found: one page of topics, how many there are in all, and whether more hits were left uncounted."""

    rows: list[Talk] = field(default_factory=list)
    total: int = 0
    capped: bool = False


def readable(viewer: Member | None) -> "QuerySet[Post]":
    """The posts that may be found: what everybody in a space that she may read sees there. Hidden ones never, her own
    neither: she finds them where they stand."""
    shown = permissions.visible_spaces(viewer, "topic__space__")
    return Post.objects.filter(shown, hidden_at=None, topic__hidden_at=None).exclude(html="")


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def _narrow(posts: "QuerySet[Post]", to: Narrowed) -> "QuerySet[Post]":
    if to.space:
        posts = posts.filter(topic__space__code=to.space)
    if to.author:
        name = to.author.removeprefix("@")
        posts = posts.filter(
            Q(author__handle__iexact=name) | Q(author__public_id=name) | Q(author__standing__name__iexact=name)
        )
    if to.tag:
        posts = _tagged(posts, to.tag)
    if to.solved:
        posts = posts.filter(topic__answer__isnull=False)
    if to.after:
        posts = posts.filter(created_at__gte=_midnight(to.after))
    if to.before:
        posts = posts.filter(created_at__lt=_midnight(to.before + timedelta(days=1)))
    return posts


def _tagged(posts: "QuerySet[Post]", tag: str) -> "QuerySet[Post]":
    """Tags are compared folded: any spelling of the tag finds it."""
    worn = Topic.tags.through.objects.filter(tag__fold=texts.tag_fold(tag))
    return posts.filter(topic__in=worn.values("topic"))


def find_talks(
    viewer: Member | None, asked: Asked, to: Narrowed, *, limit: int, offset: int = 0, loose: bool = False
) -> Talks:
    """Topics that hold everything asked, the best first, the newest first among equals; one page of them.

    `loose`: those that hold some of the telling words. Excerpts are read for the page only; the number of queries does
    not grow with what is found.
    """
    if not asked and not to:
        return Talks()
    posts = _narrow(readable(viewer), to)
    if loose:
        hits = _newest_loose(posts, asked)
        least = best_of([hit[-1] for hit in hits])
        found, capped = [hit for hit in hits[:MOST_LOOSE] if hit[-1] >= least], len(hits) > MOST_LOOSE
    else:
        hits = _newest(posts, asked)
        found, capped = hits[:MOST], len(hits) > MOST
    topics = _by_topic(found)
    page = topics[offset : offset + limit]
    return Talks(_shown(page, asked.telling if loose else asked), len(topics), capped)


def _newest(posts: "QuerySet[Post]", asked: Asked) -> list[tuple[int, int, int, datetime, int]]:
    """The newest hits. Of words that stand nearly everywhere only the newest rows are looked at, as long as enough of
    these are hers to read and fit what the search is narrowed to."""
    if not asked:
        return _hits(holding(posts, INDEX, asked))
    among = newest(INDEX, asked, NEAR)
    hits = _hits(holding(posts, INDEX, asked, coarse=among.more, among=among))
    if among.more and len(hits) <= MOST:
        hits = _hits(holding(posts, INDEX, asked, coarse=True))
    return hits


def _newest_loose(posts: "QuerySet[Post]", asked: Asked) -> list[tuple[int, int, int, datetime, int]]:
    """The same for those that hold some of it."""
    loose = loosened(posts, INDEX, asked)
    if loose is None:
        return []
    among, most = newest(INDEX, loose.half, NEAR_LOOSE), MOST_LOOSE
    hits = _hits(holding_some(posts, INDEX, loose, among=among), most)
    return _hits(holding_some(posts, INDEX, loose), most) if among.more and len(hits) <= most else hits


def _hits(rows: "QuerySet[Any]", most: int = MOST) -> list[tuple[int, int, int, datetime, int]]:
    """(post, topic, number, when, score) of the newest hits; ranking what is older would cost more than it tells."""
    return list(rows.order_by("-pk").values_list("pk", "topic_id", "number", "created_at", "score")[: most + 1])


def _by_topic(hits: list[tuple[int, int, int, datetime, int]]) -> list[tuple[int, int, int]]:
    """(post, how many more, score) for each topic, its best post standing for it; the best topic first."""
    best: dict[int, tuple[tuple[int, int, datetime], int, int]] = {}
    count: dict[int, int] = {}
    for post, topic, number, when, score in hits:
        # The question stands for its topic when an answer is no better.
        rank = (score, 1 if number == 1 else 0, when)
        count[topic] = count.get(topic, 0) + 1
        if topic not in best or rank > best[topic][0]:
            best[topic] = (rank, post, score)
    ordered = sorted([(rank[0], rank[2], post, topic) for topic, (rank, post, _score) in best.items()], reverse=True)
    return [(post, count[topic] - 1, score) for score, _when, post, topic in ordered]


def _shown(page: list[tuple[int, int, int]], asked: Asked, *, beginning: bool = False) -> list[Talk]:
    posts = (
        Post.objects.select_related("author__standing", "topic__space", "topic__author__standing")
        .prefetch_related("topic__space__texts")
        .in_bulk([post for post, _others, _score in page])
    )
    return [
        Talk(
            topic=posts[pk].topic,
            post=posts[pk],
            title=marked(posts[pk].topic.title, asked, beginning=beginning),
            words=marked(plain(posts[pk].html), asked, length=EXCERPT, beginning=beginning),
            others=others,
            score=score,
        )
        for pk, others, score in page
        if pk in posts
    ]


def suggest_topics(viewer: Member | None, asked: Asked, *, limit: int) -> list[Talk]:
    """Topics whose title holds the words typed so far, the last of them perhaps only begun. Two or three queries.

    Titles of somebody whom she blocked are left out: a suggestion has no room to lie folded.
    """
    first = readable(viewer).filter(number=1)
    if viewer is not None:
        first = first.exclude(author__in=folded_rows(viewer.pk))
    rows = holding(first, INDEX, asked, beginning=True, coarse=True, body=False).order_by("-pk")
    # Of very many titles the newest are weighed, as of posts: a database that sorts by weight weighs them all.
    found = rows.values_list("score", "topic__last_posted_at", "pk")[:MOST]
    page = [(pk, 0, score) for score, _at, pk in nlargest(limit, found)]
    return _shown(page, asked, beginning=True)


def topics_to_join(viewer: Member | None, given: Topic, asked: Asked, *, limit: int) -> list[Topic]:
    """Topics that may take the posts of this one: by the words of their titles, then by any of their words; asked for
    nothing, the latest of the same space. A topic that she may not join is in none. Six queries at most."""
    free = Topic.objects.filter(permissions.joinable_topics(viewer)).exclude(pk=given.pk)
    if not asked:
        found = list(free.filter(space=given.space_id).order_by("-last_posted_at", "-pk").values_list("pk")[:limit])
        return _whole(free, [pk for (pk,) in found])
    posts = readable(viewer).filter(topic__in=free)
    begun = holding(posts.filter(number=1), INDEX, asked, beginning=True, coarse=True, body=False)
    titles = begun.order_by("-score", "-topic__last_posted_at", "-pk").values_list("topic_id", flat=True)[:limit]
    anywhere = _by_topic(_hits(holding(posts, INDEX, asked, coarse=True))[:MOST])
    words = Post.objects.in_bulk([pk for pk, _others, _score in anywhere[:limit]], field_name="pk")
    ids = [*titles, *(words[pk].topic_id for pk, _others, _score in anywhere[:limit] if pk in words)]
    return _whole(free, list(dict.fromkeys(ids))[:limit])


def topic_to_join(viewer: Member | None, given: Topic, public_id: str) -> Topic | None:
    """The one with this id, when it may take the posts of this topic."""
    free = Topic.objects.filter(permissions.joinable_topics(viewer), public_id=public_id).exclude(pk=given.pk)
    return free.select_related("space").prefetch_related("space__texts").first()


def _whole(topics: "QuerySet[Topic]", ids: list[int]) -> list[Topic]:
    rows = topics.select_related("space").prefetch_related("space__texts").in_bulk(ids)
    return [rows[pk] for pk in ids if pk in rows]


def find_spaces(viewer: Member | None, asked: Asked, *, beginning: bool = False) -> list[Space]:
    """Spaces that she may read whose name holds everything asked. Two queries; there are few spaces."""

    def holds(space: Space) -> bool:
        names = [word.folded for word in words(space.text.name)]
        wanted = [word.folded for word in asked.words]
        begun = wanted[-1:] if beginning else []
        whole = wanted[:-1] if beginning else wanted
        return all(word in names for word in whole) and all(any(n.startswith(b) for n in names) for b in begun)

    return [space for space in selectors.spaces_for(viewer) if asked and holds(space)]
