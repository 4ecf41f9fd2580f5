"""What the brand's pages show besides their own words, and the end of a story."""

import uuid
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language
from django.views.decorators.http import require_POST
from wagtail.models import Page

from badges import api as badges
from brand.stories import actions, selectors
from brand.stories.models import HomePage, StoryIndexPage, StoryPage
from brand.writing import seo
from brand.writing.models import reads_for
from community import api as community
from portal.accounts.viewers import member_or_refuse, viewer
from portal.core.clock import now


@require_POST
def read_to_the_end(request: HttpRequest, story: uuid.UUID) -> HttpResponse:
    """A reader reached the last line. 204 whether or not it was the first time."""
    actions.mark_read(actor=member_or_refuse(request), story=story, at=now())
    return HttpResponse(status=204)


@reads_for(HomePage)
def home_context(page: Page, request: HttpRequest) -> dict[str, Any]:
    """Newest story, what people talk about, and the way up."""
    reader = viewer(request)
    locale = get_language() or "vi"
    shelf = list(selectors.stories(locale)[:3])
    return {
        "lead_story": shelf[0] if shelf else None,
        "more_stories": shelf[1:],
        "topics": community.latest_topics(reader, limit=4),
        "tiers": badges.tiers(),
        "reading_pays": badges.offer("story_read").get("spend", 0),
        "ways": badges.ways(),
        "alternate_urls": alternates(page),
        "structured": seo.house(request),
    }


@reads_for(StoryIndexPage)
def index_context(page: Page, request: HttpRequest) -> dict[str, Any]:
    """All stories in the reader's language."""
    return {
        "stories": selectors.stories(get_language() or "vi"),
        "reading_pays": badges.offer("story_read").get("spend", 0),
        "alternate_urls": alternates(page),
    }


@reads_for(StoryPage)
def story_context(page: Page, request: HttpRequest) -> dict[str, Any]:
    """What reading pays, whether this reader was here before, and where to go next."""
    others = [s for s in selectors.stories(get_language() or "vi")[:6] if s.pk != page.pk]
    return {
        "reading_pays": badges.offer("story_read").get("spend", 0),
        "was_read": selectors.has_read(viewer(request), page.translation_key),
        "others": others[:2],
        "alternate_urls": alternates(page),
        "structured": [seo.article(page, request, seo.share_image(page)), seo.trail(page)],
        "og_type": "article",
    }


def alternates(page: Page) -> dict[str, str]:
    """The page's address in each other language in which it is live. One query and its address."""
    found = page.get_translations(inclusive=True).live().select_related("locale")
    return {p.locale.language_code: p.get_url() or "" for p in found}
