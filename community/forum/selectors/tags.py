"""Reads of tags. A tag is there for whom one of its visible topics is there: gated words leave no trace in the list."""

from dataclasses import dataclass

from django.db.models import Count, Exists, OuterRef, QuerySet

from community.forum import permissions, texts
from community.forum.models import Tag, Topic
from portal.accounts.models import Member
from portal.core.errors import NotFound

MOST = 300


@dataclass(frozen=True)
class Counted:
    """A tag and how many topics wear it that this viewer may read."""

    tag: Tag
    count: int


def _shown(viewer: Member | None) -> QuerySet[Topic]:
    return Topic.objects.filter(permissions.visible_spaces(viewer, "space__"), hidden_at=None)


def get_tag_for(viewer: Member | None, slug: str) -> Tag:
    """The tag of that address, if the viewer may read a topic that wears it; else NotFound. One query."""
    worn = _shown(viewer).filter(tags=OuterRef("pk"))
    found = Tag.objects.filter(Exists(worn), slug=slug).first()
    if found is None:
        raise NotFound
    return found


def tags_for(viewer: Member | None, limit: int = MOST) -> list[Counted]:
    """The tags that this viewer meets, the most worn first. Two queries."""
    worn = _shown(viewer).filter(tags__isnull=False).values("tags").annotate(number=Count("pk"))
    counts = list(worn.order_by("-number", "tags").values_list("tags", "number")[:limit])
    rows = Tag.objects.in_bulk([pk for pk, _number in counts])
    return [Counted(rows[pk], number) for pk, number in counts]


def suggestions(viewer: Member | None, begun: str, limit: int = 8) -> list[Tag]:
    """Tags that this viewer meets and that hold the letters typed so far, beginnings first. One query."""
    folded = texts.tag_fold(begun)
    worn = _shown(viewer).filter(tags=OuterRef("pk"))
    found = Tag.objects.filter(Exists(worn), fold__contains=folded).order_by("fold")[: limit * 4]
    return sorted(found, key=lambda tag: (not tag.fold.startswith(folded), tag.fold))[:limit]
