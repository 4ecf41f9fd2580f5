"""The one query behind every list of topics: page, data, feed and the numbers in the tabs ask it and cannot differ.

`Wanted` says what is asked for; `query` is the list, `read` a page of it, `counters` how much is new. All know the
viewer. Pages after the first are found by where the one before ended (a key set), not by counting rows off: the
thousandth costs what the first costs.
"""

from collections import Counter
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from django.core import signing
from django.db.models import Count, Exists, F, IntegerField, OuterRef, Q, QuerySet, Subquery, Value

from community.forum import permissions
from community.forum.models import Level, ReadMark, Space, Tag, Topic
from community.forum.selectors.following import level_for
from portal.accounts.models import Member
from portal.core.clock import now
from portal.core.errors import NotFound, SignInRequired

PAGE_SIZE = 20
LATEST, NEW, UNREAD, HOT, TOP, UNANSWERED = KINDS = ("latest", "new", "unread", "hot", "top", "unanswered")
# Lists of what she herself has not seen: a visitor has none.
PERSONAL = frozenset({NEW, UNREAD})
PERIODS: dict[str, timedelta | None] = {
    "day": timedelta(days=1), "week": timedelta(days=7), "month": timedelta(days=30), "year": timedelta(days=365),
    "all": None,
}  # fmt: skip
# A topic is new for two days, and never older than her own first day here.
NEW_FOR = timedelta(days=2)
# What she never opened stops calling out after a while; nobody owes the house what was said long ago.
UNOPENED_FOR = timedelta(days=40)
# The tabs say "99+" beyond this; nobody reads a larger number, and counting ends there.
COUNTED = 100
_ORDERS = {
    LATEST: "last_posted_at", UNANSWERED: "created_at", NEW: "created_at", UNREAD: "last_posted_at", HOT: "hot_score",
    TOP: "top_score",
}  # fmt: skip


@dataclass(frozen=True)
class Wanted:
    """One list: whose eyes, which kind, where, since when, and from where on (`cursor` of the page before)."""

    viewer: Member | None
    kind: str = LATEST
    space: Space | None = None
    tag: Tag | None = None
    period: str = "week"
    cursor: str = ""


@dataclass(frozen=True)
class Listing:
    """A page of a list. `following` is the cursor of the next page, "" at the end."""

    topics: list[Topic]
    following: str


def read_to(viewer: Member | int | None) -> Any:
    """How far this viewer has read a topic, as an expression; None where she never opened it."""
    if viewer is None:
        return Value(None, output_field=IntegerField())
    return Subquery(ReadMark.objects.filter(topic=OuterRef("pk"), member=viewer).values("last_number")[:1])


def query(wanted: Wanted, *, at: datetime) -> QuerySet[Topic]:
    """The whole list in its order. Hidden topics and those that she muted are in none; system topics follow the space.

    Raises NotFound for a kind or period that there is not, SignInRequired for a visitor's "new" and "unread".
    """
    if wanted.kind not in KINDS or wanted.period not in PERIODS:
        raise NotFound
    if wanted.viewer is None and wanted.kind in PERSONAL:
        raise SignInRequired
    topics = Topic.objects.filter(permissions.visible_spaces(wanted.viewer, "space__"), hidden_at=None)
    if wanted.space is not None:
        topics = topics.filter(space=wanted.space)
    if wanted.tag is not None:
        topics = topics.filter(Exists(Topic.tags.through.objects.filter(topic=OuterRef("pk"), tag=wanted.tag)))
    if wanted.viewer is not None:
        topics = topics.annotate(read_to=read_to(wanted.viewer), level=level_for(wanted.viewer))
        topics = topics.exclude(level=Level.MUTED)
    else:
        topics = topics.annotate(read_to=read_to(None))
    order = _ORDERS[wanted.kind]
    return topics.filter(_of_kind(wanted, at)).order_by(f"-{order}", "-pk")


def _of_kind(wanted: Wanted, at: datetime) -> Q:
    viewer, kind = wanted.viewer, wanted.kind
    if kind == UNANSWERED:
        return Q(reply_count=0)
    if kind == HOT:
        return Q(hot_score__gt=0)
    if kind == TOP:
        span = PERIODS[wanted.period]
        return Q(top_score__gt=0) & (Q(created_at__gte=at - span) if span is not None else Q())
    if viewer is not None and kind == NEW:
        since = max(at - NEW_FOR, viewer.joined_at or at)
        return Q(created_at__gte=since, read_to=None) & ~Q(author=viewer)
    if viewer is not None and kind == UNREAD:
        return Q(level__gte=Level.TRACKING, read_to__isnull=False, last_number__gt=F("read_to"))
    return Q()


def waiting(wanted: Wanted, *, at: datetime) -> QuerySet[Topic]:
    """Every topic of a place in which visible words wait for her, as the rows of lists mark them; newest first."""
    since = _unread_since(wanted.viewer, at)
    return query(replace(wanted, kind=LATEST, cursor=""), at=at).filter(
        Q(last_number__gt=F("read_to")) | Q(read_to=None, last_posted_at__gt=since)
    )


def waiting_by_space(viewer: Member | None, *, at: datetime) -> dict[int, int]:
    """In how many topics of each space words wait for her, of the newest few hundred. One query, none for a visitor."""
    if viewer is None:
        return {}
    rows = waiting(Wanted(viewer), at=at).values_list("space_id", flat=True)[: COUNTED * 3]
    return dict(Counter(rows))


def _unread_since(viewer: Member | None, at: datetime) -> datetime:
    joined = viewer.joined_at if viewer is not None else None
    return max(joined or at, at - UNOPENED_FOR)


def read(wanted: Wanted, *, at: datetime, size: int = PAGE_SIZE) -> Listing:
    """One page with all that a row shows. Three queries, whatever its length and however far back it lies."""
    order = _ORDERS.get(wanted.kind, "")
    topics = query(wanted, at=at)
    if wanted.cursor:
        value, pk = _open(wanted, at)
        topics = topics.filter(Q(**{order: value}, pk__lt=pk) | Q(**{f"{order}__lt": value}))
    rows = list(dressed(topics)[: size + 1])
    shown = with_news(rows[:size], wanted.viewer)
    return Listing(shown, _close(wanted, shown[-1], order) if len(rows) > size else "")


def dressed(topics: QuerySet[Topic]) -> QuerySet[Topic]:
    """Topics with author, last poster, space and tags, as rows show them."""
    return topics.select_related("author__standing", "last_poster__standing", "space").prefetch_related(
        "space__texts", "tags"
    )


def with_news(rows: list[Topic], viewer: Member | None) -> list[Topic]:
    """Marks in each row whether words wait behind her mark (where she has none: since she joined), and how many."""
    since = _unread_since(viewer, now())
    for topic in rows:
        mark = topic.read_to  # type: ignore[attr-defined]
        unread = topic.last_number > mark if mark is not None else topic.last_posted_at > since
        topic.unread = viewer is not None and unread  # type: ignore[attr-defined]
        topic.waiting = topic.last_number - mark if topic.unread and mark else 0  # type: ignore[attr-defined]
        topic.next_unread = (mark or 0) + 1  # type: ignore[attr-defined]
    return rows


def counters(wanted: Wanted, *, at: datetime) -> dict[str, int]:
    """How many topics are new and unread for her in this space or tag, up to COUNTED. Two queries; {} for a visitor."""
    if wanted.viewer is None:
        return {}
    return {kind: query(replace(wanted, kind=kind), at=at).order_by()[:COUNTED].count() for kind in (NEW, UNREAD)}


def pinned(space: Space, viewer: Member | None, *, at: datetime) -> list[Topic]:
    """What lies on top of a space's list. Three queries."""
    topics = query(Wanted(viewer, LATEST, space=space), at=at).filter(pinned=True)
    return with_news(list(dressed(topics)), viewer)


def topic_counts(viewer: Member | None) -> dict[int, int]:
    """How many visible topics each readable space holds for this viewer. One query."""
    topics = Topic.objects.filter(permissions.visible_spaces(viewer, "space__"), hidden_at=None)
    return dict(topics.values_list("space").annotate(Count("pk")).order_by())


# ── Cursors ─────────────────────────────────────────────────────────────────────────────────────────────────────
def _close(wanted: Wanted, last: Topic, order: str) -> str:
    """Where a page ended, signed, so that an address cannot be made to ask for anything else."""
    value = getattr(last, order)
    return signing.dumps(
        [wanted.kind, value.isoformat() if isinstance(value, datetime) else value, last.pk], salt=_SALT
    )


def _open(wanted: Wanted, at: datetime) -> tuple[Any, int]:
    try:
        kind, value, pk = signing.loads(wanted.cursor[:300], salt=_SALT)
    except (signing.BadSignature, ValueError, TypeError):
        raise NotFound from None
    if kind != wanted.kind:
        raise NotFound
    return (datetime.fromisoformat(value) if isinstance(value, str) else value), pk


_SALT = "forum.listing"
