"""Writes of stories: read to the end, told to the world."""

import uuid
from datetime import datetime

from django.db import transaction

from brand.stories.models import StoryPage, StoryReading
from brand.stories.selectors import story_by_key
from portal.accounts.models import Member
from portal.cards.actions import put_card, withdraw_card
from portal.events import bus
from portal.events.types.brand import StoryPublished, StoryRead


def mark_read(*, actor: Member, story: uuid.UUID, at: datetime) -> bool:
    """Records that `actor` read the story to its end; True the first time, False ever after, in every language.

    Raises NotFound for a story that is not public. Side effects: StoryReading row, StoryRead event. Idempotent.
    """
    page = story_by_key(story)
    with transaction.atomic():
        _reading, first = StoryReading.objects.get_or_create(member=actor, story=story, defaults={"at": at})
        if first:
            bus.publish(StoryRead(actor=actor.pk, member=actor.pk, story=str(story), title=page.title), at=at)
    return first


def announce_story(*, story: StoryPage, at: datetime) -> None:
    """Tells that a story is public and puts its card; republishing tells nothing again, but keeps the card fresh."""
    with transaction.atomic():
        key = str(story.translation_key)
        bus.publish(StoryPublished(story=key, title=story.title), at=at, key=f"story_published:{key}")
        put_card(kind="story", ref=key, locale=story.locale.language_code, title=story.title, url=story.get_url() or "")


def withdraw_story(*, story: StoryPage) -> None:
    """Takes the card of an unpublished story away, so that nobody is led to a closed door."""
    withdraw_card(kind="story", ref=str(story.translation_key), locale=story.locale.language_code)
