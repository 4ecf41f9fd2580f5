"""Writes of stories: read to the end, told to the world."""

import logging
import uuid
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

from brand.stories.models import StoryPage, StoryReading
from brand.stories.selectors import story_by_key
from community import api as community
from portal.accounts.models import Member
from portal.cards.actions import put_card, withdraw_card
from portal.core.errors import DomainError, NotFound
from portal.events import bus
from portal.events.types.brand import StoryPublished, StoryRead

logger = logging.getLogger(__name__)


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


def announce_story(*, actor: Member | None, story: StoryPage, at: datetime) -> None:
    """Tells that a story is public, puts its card, and opens its discussion when it asks for one.

    Side effects: StoryPublished and the topic, each once per story whatever the language and however often it is
    published; the card is made anew each time. Without an actor who may write in the chosen space no topic is opened;
    the log says so, and the next publication tries again. Idempotent.
    """
    with transaction.atomic():
        key = str(story.translation_key)
        # The event comes first: its key is unique, so two languages published at once wait for each other here.
        bus.publish(StoryPublished(story=key, title=story.title), at=at, key=f"story_published:{key}")
        keep_card(story=story)
        if story.opens_talk and community.discussion_of(key) is None:
            _open_talk(actor, story, key, at)


def keep_card(*, story: StoryPage) -> None:
    """Makes the card say what the story is called and where it stands now. Idempotent."""
    put_card(
        kind="story", ref=str(story.translation_key), locale=story.locale.language_code, title=story.title,
        url=story.get_url() or "",
    )  # fmt: skip


def _open_talk(actor: Member | None, story: StoryPage, key: str, at: datetime) -> None:
    language = story.locale.language_code
    with override(language):
        words = _("“%(title)s” has been told. What stayed with you, and what does it remind you of?")
        source = f"{story.teaser}\n\n{words % {'title': story.title}}"
    try:
        if actor is None:
            raise NotFound
        with transaction.atomic():
            community.open_discussion(
                story=key, actor=actor, space_code=story.talk_space, title=story.title, source=source, at=at,
                language=language,
            )  # fmt: skip
    except DomainError as error:
        logger.warning("story_talk_not_opened", extra={"story": key, "reason": error.code})


def withdraw_story(*, story: StoryPage) -> None:
    """Takes the card of an unpublished story away, so that nobody is led to a closed door."""
    withdraw_card(kind="story", ref=str(story.translation_key), locale=story.locale.language_code)
