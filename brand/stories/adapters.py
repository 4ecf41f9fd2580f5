"""Border post to Wagtail: its signals become our acts at once, and go no further."""

from typing import Any

from django.db import transaction
from django.dispatch import receiver
from wagtail.models import Page
from wagtail.signals import page_published, page_slug_changed, page_unpublished, post_page_move

from brand.stories import actions
from brand.stories.models import StoryPage
from portal.core.clock import now


@receiver(page_published, sender=StoryPage)
def story_published(instance: StoryPage, revision: Any = None, **_kwargs: Any) -> None:
    """A story went live, by hand or by schedule; its discussion is opened by whoever saved what is now public."""
    actor = getattr(revision, "user", None) or instance.owner
    with transaction.atomic():
        actions.announce_story(actor=actor, story=instance, at=now())


@receiver(page_unpublished, sender=StoryPage)
def story_unpublished(instance: StoryPage, **_kwargs: Any) -> None:
    """A story left the public's sight."""
    actions.withdraw_story(story=instance)


@receiver([post_page_move, page_slug_changed])
def pages_moved(instance: Page, **_kwargs: Any) -> None:
    """A story, or a page above it, has another address now: whatever leads to the story follows."""
    moved = StoryPage.objects.live().descendant_of(instance, inclusive=True).select_related("locale")
    with transaction.atomic():
        for story in moved:
            actions.keep_card(story=story)
