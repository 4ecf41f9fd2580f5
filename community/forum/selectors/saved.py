"""Reads of what a member keeps at hand. A post that she may no longer read stays kept and shows nothing of itself."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from community import markup
from community.forum import permissions
from community.forum.models import Bookmark, Post
from portal.accounts.models import Member
from portal.core.prepared import prepared

PAGE_SIZE = 20
EXCERPT = 240


@dataclass(frozen=True)
class Saved:
    """One kept post; `readable` says whether its words may be shown to her now."""

    bookmark: Bookmark
    post: Post
    readable: bool
    words: str


@dataclass(frozen=True)
class SavedPage:
    """A page of kept posts, and the key of the next page (0 at the end)."""

    rows: list[Saved]
    following: int
    count: int


def _rows(viewer: Member) -> QuerySet[Bookmark]:
    kept = Bookmark.objects.filter(member=viewer).select_related("post__author__standing", "post__topic__space")
    return kept.prefetch_related("post__topic__space__texts")


def saved_by(viewer: Member, *, before: int = 0, size: int = PAGE_SIZE) -> SavedPage:
    """What she keeps, newest first, from below the bookmark `before`. Three queries."""
    kept = _rows(viewer).filter(pk__lt=before) if before else _rows(viewer)
    rows = list(kept.order_by("-pk")[: size + 1])
    shown = [_shown(viewer, row) for row in rows[:size]]
    count = Bookmark.objects.filter(member=viewer).count()
    return SavedPage(shown, rows[size - 1].pk if len(rows) > size else 0, count)


def _shown(viewer: Member, row: Bookmark) -> Saved:
    readable = permissions.can_read_post(viewer, row.post) and bool(row.post.html)
    return Saved(row, row.post, readable, markup.excerpt(row.post.html, EXCERPT) if readable else "")


def bookmark_of(viewer: Member, post: Post) -> Bookmark | None:
    """Her bookmark of a post. One query."""
    return Bookmark.objects.filter(member=viewer, post=post).first()


@prepared
def _saved(member: int, posts: list[int]) -> QuerySet[Bookmark, int]:
    return Bookmark.objects.filter(member=member, post__in=posts).values_list("post_id", flat=True)


def saved_among(viewer: Member | None, posts: Iterable[Post]) -> set[int]:
    """Which of these posts she keeps, by primary key. One query, none for a visitor."""
    if viewer is None:
        return set()
    return set(_saved(viewer.pk, [post.pk for post in posts]))


def due_reminders(at: datetime, limit: int = 500) -> list[Bookmark]:
    """Bookmarks whose moment has come, the oldest first. One query."""
    rows = Bookmark.objects.filter(remind_at__lte=at).select_related("post__topic__space", "member__standing")
    return list(rows.order_by("remind_at", "pk")[:limit])
