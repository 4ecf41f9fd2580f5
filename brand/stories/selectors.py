"""Reads of stories. Only what is live and public reaches a page."""

import uuid
from dataclasses import dataclass

from django.db.models import QuerySet

from brand.stories.models import StoryPage, StoryReading
from community import api as community
from portal.accounts.models import Member
from portal.core.errors import NotFound
from portal.scopes.models import Scope


def stories(locale: str, scope: Scope | None = None) -> "QuerySet[StoryPage]":
    """Live, public stories in one language, newest first, covers included; with a scope those of that sub-brand."""
    shelf = StoryPage.objects.live().public().filter(locale__language_code=locale)
    if scope is not None:
        shelf = shelf.filter(scope=scope)
    return (
        shelf.select_related("cover", "locale", "scope")
        .prefetch_related("cover__renditions")
        .order_by("-told_on", "-pk")
    )


def next_after(story: StoryPage, others: list[StoryPage]) -> StoryPage | None:
    """The story to read next: the one told before this one, else the newest of the others."""
    earlier = (other for other in others if (other.told_on, other.pk) < (story.told_on, story.pk))
    return next(earlier, others[0] if others else None)


@dataclass(frozen=True)
class Talk:
    """The discussion of a story as its page shows it."""

    title: str
    url: str
    replies: int
    people: int


def talk_about(viewer: Member | None, story: uuid.UUID) -> Talk | None:
    """The discussion of a story, or None while there is none that this viewer may read. One query."""
    topic = community.discussion_of(str(story))
    if topic is None or not community.can_read_topic(viewer, topic):
        return None
    return Talk(topic.title, topic.get_absolute_url(), topic.reply_count, topic.people_count)


def story_by_key(key: uuid.UUID) -> StoryPage:
    """A live, public story in any language by its translation key; raises NotFound otherwise."""
    story = StoryPage.objects.live().public().filter(translation_key=key).order_by("locale__language_code").first()
    if story is None:
        raise NotFound
    return story


def has_read(viewer: Member | None, key: uuid.UUID) -> bool:
    """Whether the viewer read the story to its end before."""
    return viewer is not None and StoryReading.objects.filter(member=viewer, story=key).exists()


def read_by(member: Member) -> "QuerySet[StoryReading, uuid.UUID]":
    """The keys of the stories that she read to the end, as a subquery."""
    return StoryReading.objects.filter(member=member).values_list("story", flat=True)
