"""Reads of the forum. Each fetches and authorises together, in a number of queries that does not grow with the rows."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import F, Max, Min, OuterRef, QuerySet, Subquery, Window
from django.db.models.functions import RowNumber

from community.forum import permissions
from community.forum.models import Post, Reaction, Space, SpaceText, Tag, Topic
from community.forum.selectors import listing
from community.forum.selectors.following import level_for
from portal.accounts.models import Member, Standing
from portal.core.clock import now
from portal.core.errors import NotFound
from portal.core.prepared import hang, prepared

PAGE_SIZE = 20
FACES = 6
# Far beyond any real topic; a larger number in an address is a slip or a probe.
LAST_PAGE = 1_000_000


@dataclass(frozen=True)
class People:
    """Who takes part in a topic: the first faces, and how many there are."""

    faces: list[Standing]
    count: int


# ── Spaces ──────────────────────────────────────────────────────────────────────────────────────────────────────
def spaces_for(viewer: Member | None) -> list[Space]:
    """The spaces she may read, in the house's order, with their texts. Two queries."""
    return list(Space.objects.filter(permissions.visible_spaces(viewer)).prefetch_related("texts"))


def all_spaces() -> list[Space]:
    """Every space, closed ones too, for the workshop. Two queries."""
    return list(Space.objects.prefetch_related("texts"))


def space_at_the_desk(code: str) -> Space:
    """One space, whether open or closed, for whoever keeps spaces; raises NotFound."""
    space = Space.objects.filter(code=code).prefetch_related("texts").first()
    if space is None:
        raise NotFound
    return space


def get_space_for(viewer: Member | None, code: str) -> Space:
    """One space with its texts; raises NotFound for unknown and closed ones alike."""
    space = Space.objects.filter(permissions.visible_spaces(viewer), code=code).prefetch_related("texts").first()
    if space is None:
        raise NotFound
    return space


# ── Topics ──────────────────────────────────────────────────────────────────────────────────────────────────────
def _rows(viewer: Member | None) -> QuerySet[Topic]:
    """Topics as lists show them: author and last poster with their chips, and how far the viewer has read."""
    return listing.dressed(Topic.objects.annotate(read_to=listing.read_to(viewer)))


class _KnownCount(Paginator):
    """A paginator that is told the count, so that no page counts the rows."""

    def __init__(self, rows: Any, per_page: int, count: int) -> None:
        super().__init__(rows, per_page)
        self._count = count

    @property
    def count(self) -> int:
        return self._count


def _page_number(value: Any) -> int:
    text = str(value or 1)
    if not (text.isascii() and text.isdigit()) or not 1 <= int(text[:8]) <= LAST_PAGE:
        raise NotFound
    return int(text[:8])


def topics_of(space: Space, viewer: Member | None, page: Any = 1) -> Page:
    """One numbered page of a space's visible topics, pinned first, then by the newest answer. Three queries.

    Topics that she muted are left out, so her last page may be short. Raises NotFound for a page that does not exist.
    Hidden topics are listed apart: `hidden_topics_of`.
    """
    number = _page_number(page)
    rows = listing.query(listing.Wanted(viewer, space=space), at=now()).order_by("-pinned", "-last_posted_at", "-pk")
    paginator = _KnownCount(listing.dressed(rows), PAGE_SIZE, space.topic_count)
    if number > paginator.num_pages:
        raise NotFound
    found = paginator.page(number)
    found.object_list = listing.with_news(list(found.object_list), viewer)
    return found


def hidden_topics_of(space: Space, viewer: Member | None, limit: int = 20) -> list[Topic]:
    """The newest hidden topics of a space that she may see: her own; a moderator all. 3 queries at most."""
    if viewer is None:
        return []
    topics = _rows(viewer).filter(permissions.visible_topics(viewer), space=space, hidden_at__isnull=False)
    return listing.with_news(list(topics.order_by("-hidden_at")[:limit]), viewer)


def latest_topics(viewer: Member | None, limit: int = 10) -> list[Topic]:
    """The visible topics with the newest answers over all spaces that she may read. Three queries."""
    return listing.read(listing.Wanted(viewer), at=now(), size=limit).topics


def latest_by_space(viewer: Member | None, limit: int) -> list[Topic]:
    """The newest `limit` visible topics of each space that she may read, newest answer first. Three queries."""
    place = Window(RowNumber(), partition_by=F("space"), order_by=[F("last_posted_at").desc(), F("pk").desc()])
    topics = _rows(viewer).filter(permissions.visible_spaces(viewer, "space__"), hidden_at=None).annotate(place=place)
    return listing.with_news(list(topics.filter(place__lte=limit).order_by("-last_posted_at", "-pk")), viewer)


def nearby_topics(topic: Topic, viewer: Member | None, limit: int = 3) -> list[Topic]:
    """Other recent topics of the same space. One query."""
    return _nearby(topic.space_id, topic.pk, limit=limit)


@prepared
def _nearby(space: int, topic: int, *, limit: int) -> QuerySet[Topic]:
    others = Topic.objects.filter(space=space, hidden_at=None).exclude(pk=topic)
    ordered = others.only("public_id", "slug", "title", "author_id").order_by("-pinned", "-last_posted_at", "-pk")
    return ordered[:limit]


def topics_by(author: Member, viewer: Member | None, limit: int = 6) -> list[Topic]:
    """What a member began, newest first, as far as this viewer may read it; hidden ones never. Three queries."""
    topics = _rows(viewer).filter(permissions.visible_spaces(viewer, "space__"), author=author, hidden_at=None)
    return listing.with_news(list(topics.order_by("-pk")[:limit]), viewer)


def replies_by(author: Member, viewer: Member | None, limit: int = 6) -> list[Post]:
    """What a member answered, newest first, as far as this viewer may read it; hidden ones never. Two queries."""
    shown = Post.objects.filter(permissions.visible_spaces(viewer, "topic__space__"), topic__hidden_at=None)
    replies = shown.filter(author=author, hidden_at=None, number__gt=1).select_related("topic__space")
    return list(replies.prefetch_related("topic__space__texts").order_by("-pk")[:limit])


def get_topic_for(viewer: Member | None, public_id: str) -> Topic:
    """One topic with space, author, tags, and for her: `read_to` and the `level` that counts. 3 queries.

    Raises NotFound for unknown and hidden ones alike.
    """
    topic = _topic_for_all.one(public_id) if viewer is None else _topic_for.one(public_id, viewer.pk)
    if topic is None or not permissions.can_read_topic(viewer, topic):
        raise NotFound
    hang(topic.space, "texts", _texts(topic.space_id))
    hang(topic, "tags", _tags(topic.pk))
    return topic


@prepared
def _topic_for_all(public_id: str) -> QuerySet[Topic]:
    return _topics_alone(public_id, None)


@prepared
def _topic_for(public_id: str, viewer: int) -> QuerySet[Topic]:
    return _topics_alone(public_id, viewer)


def _topics_alone(public_id: str, viewer: int | None) -> QuerySet[Topic]:
    rows = Topic.objects.filter(public_id=public_id).select_related("space", "author__standing", "poll")
    return rows.annotate(read_to=listing.read_to(viewer), level=level_for(viewer))


@prepared
def _texts(space: int) -> QuerySet[SpaceText]:
    return SpaceText.objects.filter(space=space)


@prepared
def _tags(topic: int) -> QuerySet[Tag]:
    return Tag.objects.filter(topics=topic)


def joined_topic_for(viewer: Member | None, public_id: str) -> Topic:
    """The topic into which the one of that address went; raises NotFound if it went nowhere, or where she may not read.

    One query more than `get_topic_for`.
    """
    goal = Topic.objects.filter(public_id=public_id).values_list("merged_into__public_id", flat=True).first()
    if goal is None:
        raise NotFound
    return get_topic_for(viewer, goal)


def find_topic(topic_id: int) -> Topic | None:
    """A topic by primary key with its space, for broadcasts and subscribers, which ask permissions themselves."""
    found = Topic.objects.select_related("space", "author__standing").prefetch_related("tags")
    return found.filter(pk=topic_id).first()


def topic_ranges(viewer: Member | None, size: int) -> list[tuple[int, Any]]:
    """The topics she may read, cut by primary key into ranges of `size`: (number of the range, newest change in it).

    A topic keeps its range for ever. One query.
    """
    topics = Topic.objects.filter(permissions.visible_topics(viewer), hidden_at=None)
    ranges = topics.annotate(range=F("pk") / size).values("range").annotate(changed=Max("last_posted_at"))
    return [(row["range"], row["changed"]) for row in ranges.order_by("range")]


def topics_in_range(viewer: Member | None, number: int, size: int) -> list[Topic]:
    """The topics of one range of `topic_ranges`, oldest first, with what an address needs. One query."""
    topics = Topic.objects.filter(permissions.visible_topics(viewer), hidden_at=None)
    found = topics.filter(pk__gte=number * size, pk__lt=(number + 1) * size).order_by("pk")
    return list(found.only("public_id", "slug", "last_posted_at"))


def people_of(topic: Topic) -> People:
    """Who takes part, in the order they came. One query."""
    return People(faces=_faces(topic.pk), count=topic.people_count)


@prepared
def _faces(topic: int) -> QuerySet[Standing]:
    first = Post.objects.filter(topic=topic, hidden_at=None).values("author").annotate(came=Min("number"))
    faces = Standing.objects.annotate(
        came=Subquery(first.filter(author=OuterRef("pk")).order_by().values("came")[:1])
    ).filter(pk__in=first.values("author"))
    return faces.order_by("came")[:FACES]


# ── Posts ───────────────────────────────────────────────────────────────────────────────────────────────────────
def page_of(number: int) -> int:
    """The page on which a post stands. Hidden posts keep their places, so it never changes and is the same for all."""
    return max(0, number - 1) // PAGE_SIZE + 1


def page_count(topic: Topic) -> int:
    """How many pages a topic has."""
    return page_of(topic.next_number - 1)


def whole_posts() -> QuerySet[Post]:
    """Posts with everything that a fragment shows."""
    return Post.objects.select_related("author__standing", "topic__space", "reply_to__author__standing", "hidden_by")


def posts_of(topic: Topic, page: Any = 1) -> Page:
    """One numbered page of posts in their order, hidden ones in their places. One query.

    The page is a range of numbers: no offset is counted off, and a link to a post leads to the same page for ever.
    Raises NotFound for a page that does not exist.
    """
    number = _page_number(page)
    pages = _KnownCount([], PAGE_SIZE, topic.next_number - 1)
    if number > pages.num_pages:
        raise NotFound
    first = (number - 1) * PAGE_SIZE + 1
    rows = _posts(topic.pk, first, first + PAGE_SIZE)
    for post in rows:
        post.topic = topic  # the same object for all: its space is loaded
    return Page(rows, number, pages)


@prepared
def _posts(topic: int, first: int, end: int) -> QuerySet[Post]:
    posts = Post.objects.filter(topic=topic, number__gte=first, number__lt=end)
    return posts.select_related("author__standing", "reply_to__author__standing").order_by("number")


def posts_for_all(public_ids: Iterable[str]) -> list[Post]:
    """Those of these posts that a visitor may read, with author and topic. One query."""
    shown = permissions.visible_spaces(None, "topic__space__")
    rows = Post.objects.filter(shown, public_id__in=list(public_ids), hidden_at=None, topic__hidden_at=None)
    return list(rows.exclude(html="").select_related("author__standing", "topic"))


def get_post_for(viewer: Member | None, public_id: str, *, whole: bool = True) -> Post:
    """One post with topic and space; raises NotFound for unknown ones and for hidden ones that she may not see.

    `whole`: with everything that a fragment shows; without it only with what says who may do what.
    """
    post = _post_for.one(public_id, whole=whole)
    if post is None:
        raise NotFound
    permissions.check_read_post(viewer, post)
    return post


@prepared
def _post_for(public_id: str, *, whole: bool) -> QuerySet[Post]:
    rows = whole_posts() if whole else Post.objects.select_related("author", "topic__space")
    return rows.filter(public_id=public_id)


def reactions_by(viewer: Member | None, posts: Iterable[Post]) -> set[tuple[int, str]]:
    """Her reactions to these posts, as (post, kind). One query, none for a visitor."""
    if viewer is None:
        return set()
    return set(_reactions(viewer.pk, [post.pk for post in posts]))


@prepared
def _reactions(member: int, posts: list[int]) -> QuerySet[Reaction, tuple[int, str]]:
    return Reaction.objects.filter(member=member, post__in=posts).values_list("post_id", "kind")


def first_unread(topic: Topic) -> int:
    """The number of the first post that she has not read, for "jump to new"; 0 when she has read all or never began."""
    read_to = getattr(topic, "read_to", None)
    return read_to + 1 if read_to and read_to < topic.last_number else 0
