"""What stories show besides their own words, where they are shown elsewhere, and the end of a story."""

import uuid
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language
from django.views.decorators.http import require_POST
from wagtail.models import Page

from badges import api as badges
from brand.stories import actions, selectors
from brand.stories.models import StoryIndexPage, StoryPage
from brand.writing import seo
from brand.writing.living import reads_for_block
from brand.writing.living_blocks import NewestStoriesBlock, WelcomeBlock
from brand.writing.models import alternates, finds_scope, reads_for, says_farewell_for
from portal.accounts.viewers import member_or_refuse, viewer
from portal.core.clock import now
from portal.scopes.models import Scope


@require_POST
def read_to_the_end(request: HttpRequest, story: uuid.UUID) -> HttpResponse:
    """A reader reached the last line. 204 whether or not it was the first time."""
    actions.mark_read(actor=member_or_refuse(request), story=story, at=now())
    return HttpResponse(status=204)


@finds_scope
def scope_of_story(page: Page) -> Scope | None:
    """A story may belong to a sub-brand wherever it stands."""
    return page.scope if isinstance(page, StoryPage) else None


@reads_for(StoryIndexPage)
def index_context(page: Page, request: HttpRequest) -> dict[str, Any]:
    """All stories in the reader's language; on a sub-brand's shelf its own."""
    return {
        "stories": selectors.stories(language(), request.brand_scope),  # type: ignore[attr-defined]
        "reading_pays": reading_pays(),
        "alternate_urls": alternates(page),
    }


@reads_for(StoryPage)
def story_context(page: Page, request: HttpRequest) -> dict[str, Any]:
    """What reading pays, whether this reader was here before, the talk about it, and where to go next."""
    others = [s for s in selectors.stories(language())[:6] if s.pk != page.pk]
    return {
        "reading_pays": reading_pays(),
        "was_read": selectors.has_read(viewer(request), page.translation_key),
        "talk": selectors.talk_about(viewer(request), page.translation_key),
        "next_story": selectors.next_after(page, others),
        "alternate_urls": alternates(page),
        "structured": [seo.article(page, request, seo.share_image(page)), seo.trail(page)],
        "og_type": "article",
    }


@says_farewell_for(StoryPage)
def story_gone(page: Page, request: HttpRequest) -> dict[str, Any]:
    """A story that was taken down: its talk goes on, and other stories are there."""
    return {
        "talk": selectors.talk_about(viewer(request), page.translation_key),
        "others": list(selectors.stories(language())[:2]),
    }


@reads_for_block(NewestStoriesBlock)
def newest_stories(values: list[Any], request: HttpRequest) -> None:
    """The newest stories of the house, or of the page's sub-brand."""
    scope = getattr(request, "brand_scope", None)
    shelf = list(selectors.stories(language(), scope)[: max(value["count"] or 3 for value in values)])
    pays = reading_pays()
    for value in values:
        chosen = shelf[: value["count"] or 3]
        value.alive = {"lead": chosen[0] if chosen else None, "more": chosen[1:], "reading_pays": pays}


@reads_for_block(WelcomeBlock)
def welcome(values: list[Any], request: HttpRequest) -> None:
    """The story of the season, as the second way in."""
    story = selectors.stories(language()).first()
    for value in values:
        value.alive = {"story": story}


def language() -> str:
    """The language that the reader chose."""
    return get_language() or "vi"


def reading_pays() -> int:
    """What a story read to its end brings today."""
    return badges.offer("story_read").get("spend", 0)
