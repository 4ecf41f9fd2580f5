"""The stories as RSS 2.0, one feed a language, for readers who would rather be told than come and look."""

import hashlib
from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.cache import get_conditional_response
from django.utils.feedgenerator import Enclosure, Rss201rev2Feed
from django.utils.html import escape
from django.utils.http import http_date, quote_etag
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from brand.identity.selectors import identity_for
from brand.stories import selectors
from brand.stories.models import StoryPage
from brand.writing import seo
from portal.core.mail import absolute

NEWEST = 20


@require_safe
@cache_control(public=True, max_age=600)
def stories(request: HttpRequest) -> HttpResponseBase:
    """The newest stories in the language of the address; 304 for a reader who has them already."""
    found = list(selectors.stories(get_language() or "vi")[:NEWEST])
    identity = identity_for(request)
    changed = max((story.last_published_at for story in found if story.last_published_at), default=None)
    tag = quote_etag(_fingerprint(found, identity.version))
    seconds = int(changed.timestamp()) if changed else None
    known = get_conditional_response(request, etag=tag, last_modified=seconds)
    if known is not None:
        return known
    feed = _feed(identity.name, identity.slogan(get_language() or "vi"), found)
    response = HttpResponse(feed.writeString("utf-8"), content_type="application/rss+xml; charset=utf-8")
    response["ETag"] = tag
    if changed:
        response["Last-Modified"] = http_date(changed.timestamp())
    return response


def _fingerprint(found: Sequence[StoryPage], version: str) -> str:
    """Changes when a story comes, goes or is published anew, and when the brand changes its name."""
    rows = [(story.pk, story.last_published_at and story.last_published_at.timestamp()) for story in found]
    return hashlib.sha256(repr((version, rows)).encode()).hexdigest()[:32]


def _feed(name: str, slogan: str, found: Sequence[StoryPage]) -> Rss201rev2Feed:
    here = absolute(reverse("stories:feed"))
    feed = Rss201rev2Feed(
        title=_("Stories of %(brand)s") % {"brand": name}, link=absolute(f"/{get_language()}/"), feed_url=here,
        description=slogan or name, language=get_language(),
    )  # fmt: skip
    for story in found:
        url = absolute(seo.path_of(story))
        feed.add_item(
            title=story.title, link=url, unique_id=url, unique_id_is_permalink=True, description=escape(story.teaser),
            author_name=story.told_by or None, pubdate=story.first_published_at, enclosures=_enclosures(story),
        )  # fmt: skip
    return feed


def _enclosures(story: StoryPage) -> list[Any]:
    image = seo.share_image(story)
    if image is None:
        return []
    url = image["url"]
    size = str(image["rendition"].file.size)
    return [Enclosure(url if "://" in url else absolute(url), size, "image/jpeg")]
