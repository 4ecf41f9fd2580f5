"""What stands in a public page's head for search engines and for whoever shares it: `{% load seo %}`."""

from html import unescape
from typing import Any

from django import template
from django.conf import settings
from django.http import HttpRequest
from django.template.context import Context
from django.utils.html import format_html, format_html_join, strip_tags
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from portal.ui import seo

register = template.Library()
DESCRIPTION = 300
_GAP = SafeString("\n")


def _words(content: str) -> str:
    """Rendered words as plain text on one line."""
    return " ".join(unescape(strip_tags(content)).split())


def _cut(words: str) -> str:
    return words if len(words) <= DESCRIPTION else words[: DESCRIPTION - 1].rsplit(" ", 1)[0] + "…"


@register.simple_block_tag
def page_title(content: str, site_name: Any = "") -> SafeString:
    """The page's title with the site's name behind it, and the title alone for those who share the page."""
    words = _words(content)
    return format_html('<title>{0} · {1}</title>\n<meta property="og:title" content="{0}">', words, site_name)


@register.simple_block_tag
def page_description(content: str, site_name: Any = "") -> SafeString:
    """What the page is about, for a search result and for a shared card; a page that says nothing gets the house's."""
    house = _("%(name)s: stories, talk and thanks that are kept in plain sight.")
    words = _cut(_words(content)) or house % {"name": site_name}
    return format_html('<meta name="description" content="{0}">\n<meta property="og:description" content="{0}">', words)


@register.simple_tag(takes_context=True)
def share_head(context: Context) -> SafeString:
    """Canonical address, languages, what a shared card shows, and structured data.

    Reads of the context, all optional: `canonical` (full address; else this path without its query), `alternate_urls`
    (path by language, where not every language has this page), `og_type`, `share_image` (`url`, `width`, `height`,
    `alt`), `share_card_url` for pages without a picture, `structured` (a list of schema.org objects).
    """
    request: HttpRequest | None = context.get("request")
    if request is None:
        return SafeString("")
    canonical = str(context.get("canonical") or seo.absolute(request.path))
    path = canonical.removeprefix(settings.SITE_URL.rstrip("/"))
    versions = seo.language_versions(path, context.get("alternate_urls"))
    rows = [
        format_html('<link rel="canonical" href="{}">', canonical),
        *_languages(versions),
        *_card(context, canonical),
        *(seo.json_ld(data) for data in context.get("structured") or ()),
    ]
    return mark_safe(_GAP.join(rows))  # noqa: S308  (each row is built by format_html)


def _languages(versions: dict[str, str]) -> list[SafeString]:
    rows = [format_html('<link rel="alternate" hreflang="{}" href="{}">', code, url) for code, url in versions.items()]
    home = versions.get(settings.LANGUAGE_CODE) or next(iter(versions.values()), "")
    if home:
        rows.append(format_html('<link rel="alternate" hreflang="x-default" href="{}">', home))
    own = get_language() or settings.LANGUAGE_CODE
    others = [(seo.OG_LOCALES[code],) for code in versions if code != own and code in seo.OG_LOCALES]
    rows.append(format_html('<meta property="og:locale" content="{}">', seo.OG_LOCALES.get(own, own)))
    if others:
        rows.append(format_html_join(_GAP, '<meta property="og:locale:alternate" content="{}">', others))
    return rows


def _card(context: Context, canonical: str) -> list[SafeString]:
    image = context.get("share_image") or _drawn_card(context)
    rows = [
        ("og:type", context.get("og_type") or "website"), ("og:url", canonical),
        ("og:site_name", str(context.get("site_name", ""))),
    ]  # fmt: skip
    if image:
        rows += [("og:image", _full(image["url"]))]
        rows += [(f"og:image:{part}", image[part]) for part in ("width", "height", "alt") if image.get(part)]
    kind = "summary_large_image" if image else "summary"
    head = [format_html('<meta property="{}" content="{}">', name, str(value)) for name, value in rows]
    return [*head, format_html('<meta name="twitter:card" content="{}">', kind)]


def _drawn_card(context: Context) -> dict[str, Any] | None:
    url = str(context.get("share_card_url") or "")
    return {"url": url, "width": 1200, "height": 630, "alt": str(context.get("site_name", ""))} if url else None


def _full(url: str) -> str:
    return url if "://" in url else seo.absolute(url)
