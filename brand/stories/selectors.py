"""Reads of stories. Only what is live and public reaches a page."""

import uuid

from django.db.models import QuerySet

from brand.stories.models import StoryPage, StoryReading
from portal.accounts.models import Member
from portal.core.errors import NotFound


def stories(locale: str) -> "QuerySet[StoryPage]":
    """Live, public stories in one language, newest first, covers included."""
    return (
        StoryPage.objects.live()
        .public()
        .filter(locale__language_code=locale)
        .select_related("cover", "locale")
        .prefetch_related("cover__renditions")
        .order_by("-told_on", "-pk")
    )


def story_by_key(key: uuid.UUID) -> StoryPage:
    """A live, public story in any language by its translation key; raises NotFound otherwise."""
    story = StoryPage.objects.live().public().filter(translation_key=key).order_by("locale__language_code").first()
    if story is None:
        raise NotFound
    return story


def has_read(viewer: Member | None, key: uuid.UUID) -> bool:
    """Whether the viewer read the story to its end before."""
    return viewer is not None and StoryReading.objects.filter(member=viewer, story=key).exists()
