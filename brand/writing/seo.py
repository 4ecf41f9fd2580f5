"""What machines read of the brand's pages: structured data, the picture to share, and which pages are public."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject
from django.utils.translation import get_language
from wagtail.models import Page, Site

from brand.identity.dress import Dress, logo_url
from brand.identity.looks import Look
from brand.identity.selectors import identity_for, look_for
from portal.ui.seo import absolute, breadcrumb_list

SHARED = "fill-1200x630|format-jpeg|jpegquality-82"
# Where a page keeps the picture that stands for it, the most telling first; each type names its own.
PICTURES = ("share_picture", "cover", "picture", "hero_picture")


# ── Pages that the public may read ──────────────────────────────────────────────────────────────────────────────
def public_pages() -> Iterator[tuple[dict[str, str], datetime | None]]:
    """Every live page without a restriction: path by language, newest change. Queries do not grow with the pages."""
    site = Site.objects.filter(is_default_site=True).select_related("root_page").first()
    if site is None:
        return
    roots = [page.path for page in site.root_page.get_translations(inclusive=True)]
    pages = Page.objects.live().public().select_related("locale").order_by("path")
    by_key: dict[Any, dict[str, Page]] = {}
    for page in pages:
        if page.path.startswith(tuple(roots)):
            by_key.setdefault(page.translation_key, {})[page.locale.language_code] = page
    for versions in by_key.values():
        paths = {code: url for code, page in sorted(versions.items(), reverse=True) if (url := path_of(page))}
        changes = [page.last_published_at for page in versions.values() if page.last_published_at]
        if paths:
            yield paths, max(changes, default=None)


def path_of(page: Page) -> str:
    """The page's address on this site without scheme and host; "" for a page that has none."""
    parts = page.get_url_parts()
    return parts[2] if parts and parts[2] else ""


# ── Context ─────────────────────────────────────────────────────────────────────────────────────────────────────
def sharing(request: HttpRequest) -> dict[str, Any]:
    """Context processor: `share_card_url`, the drawn card of pages that have no picture; read only when asked."""
    return {"share_card_url": SimpleLazyObject(lambda: share_card(request))}


def share_card(request: HttpRequest) -> str:
    """The address of the drawn card of the brand that this page belongs to, in the page's language."""
    return Dress(look_for(request)).share_card_url


def described(page: Page, request: HttpRequest) -> dict[str, Any]:
    """The page's share picture and the way to it, for `share_head`; what it is says its own view (`structured`)."""
    image = share_image(page)
    if image:
        return {"share_image": image}
    kind = getattr(page, "card_kind", "")
    drawn = Dress(look_for(request)).page_card_url(kind, str(page.translation_key), page.title) if kind else ""
    return {"share_card_url": drawn} if drawn else {}


def share_image(page: Page) -> dict[str, Any] | None:
    """The page's picture, cut to the size in which it is shared; None for a page without one. Read once a page."""
    if not hasattr(page, "_share_image"):
        page._share_image = _cut_picture(page)
    found: dict[str, Any] | None = page._share_image
    return found


def _cut_picture(page: Page) -> dict[str, Any] | None:
    picture = next((found for name in PICTURES if (found := getattr(page, name, None)) is not None), None)
    if picture is None or not hasattr(picture, "get_rendition"):
        return None
    drawn = picture.get_rendition(SHARED)
    alt = getattr(page, "cover_alt", "") or page.title
    return {"url": drawn.url, "width": drawn.width, "height": drawn.height, "alt": alt, "rendition": drawn}


# ── Structured data ─────────────────────────────────────────────────────────────────────────────────────────────
def organization(identity: Look) -> dict[str, Any]:
    """The brand itself."""
    data: dict[str, Any] = {"@type": "Organization", "name": identity.name, "url": absolute("/")}
    slogan = identity.slogan(get_language() or "vi")
    return data | ({"slogan": slogan} if slogan else {}) | {"logo": absolute(logo_url(identity))}


def house(request: HttpRequest) -> list[dict[str, Any]]:
    """The brand and its site, for the front page."""
    identity = identity_for(request)
    site = {
        "@type": "WebSite",
        "name": identity.name,
        "url": absolute(f"/{get_language()}/"),
        "inLanguage": get_language(),
        "publisher": organization(identity),
    }
    return [organization(identity), site]


def article(page: Any, request: HttpRequest, image: dict[str, Any] | None) -> dict[str, Any]:
    """A story: headline, teaser, teller, days and picture. Days are ISO 8601."""
    publisher = organization(identity_for(request))
    data = {
        "@type": "Article",
        "headline": page.title[:110],
        "description": page.search_description or page.teaser,
        "inLanguage": page.locale.language_code,
        "mainEntityOfPage": absolute(path_of(page)),
        "datePublished": page.told_on.isoformat(),
        "author": {"@type": "Person", "name": page.told_by} if page.told_by else publisher,
        "publisher": publisher,
    }
    if page.last_published_at:
        data["dateModified"] = page.last_published_at.isoformat(timespec="seconds")
    if image:
        url = image["url"]
        data["image"] = [url if "://" in url else absolute(url)]
    return data


def steps_to(page: Page) -> list[dict[str, str]]:
    """From the front page to this one, as breadcrumbs show it; the page itself has no address. Read once a page."""
    if not hasattr(page, "_steps"):
        above = page.get_ancestors().filter(depth__gt=1).live().select_related("locale")
        page._steps = [*({"label": step.title, "url": path_of(step)} for step in above), {"label": page.title}]
    found: list[dict[str, str]] = page._steps
    return found


def trail(page: Page) -> dict[str, Any]:
    """The same way as structured data."""
    return breadcrumb_list((step["label"], step.get("url") or path_of(page)) for step in steps_to(page))
