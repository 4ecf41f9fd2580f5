"""The map of the house for crawlers: what a visitor may read, each page with its other languages, and nothing else."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from xml.etree import ElementTree as Xml

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import translation
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from brand.writing import seo as writing
from community import api as community
from portal.core.errors import NotFound
from portal.core.mail import absolute

# Two languages make twice as many addresses; the protocol allows 50,000 in a file.
TOPICS_IN_A_FILE = 2_000
_MAP = "http://www.sitemaps.org/schemas/sitemap/0.9"
_XHTML = "http://www.w3.org/1999/xhtml"


@dataclass(frozen=True)
class Entry:
    """One thing in all its languages: path by language, and when it changed last."""

    paths: dict[str, str]
    changed: datetime | None = None


@require_safe
@cache_control(public=True, max_age=3600)
def index(request: HttpRequest) -> HttpResponse:
    """`/sitemap.xml`: which maps there are."""
    root = Xml.Element("sitemapindex", xmlns=_MAP)
    files: list[tuple[str, datetime | None]] = [(reverse("sitemap_pages"), None), (reverse("sitemap_spaces"), None)]
    files += [
        (reverse("sitemap_topics", args=[number]), changed)
        for number, changed in community.public_topic_ranges(TOPICS_IN_A_FILE)
    ]
    for path, changed in files:
        _add(Xml.SubElement(root, "sitemap"), absolute(path), changed)
    return _answer(root)


@require_safe
@cache_control(public=True, max_age=3600)
def pages(request: HttpRequest) -> HttpResponse:
    """The brand's own pages, as far as they are live and open to all."""
    return _answer(_urlset(Entry(paths, changed) for paths, changed in writing.public_pages()))


@require_safe
@cache_control(public=True, max_age=3600)
def spaces(request: HttpRequest) -> HttpResponse:
    """The community's front page and its open spaces."""
    open_spaces = community.public_spaces()
    newest = max((space.last_posted_at for space in open_spaces if space.last_posted_at), default=None)
    entries = [Entry(_in_each_language("community:index"), newest)]
    entries += [Entry(_in_each_language("community:space", space.code), space.last_posted_at) for space in open_spaces]
    return _answer(_urlset(entries))


@require_safe
@cache_control(public=True, max_age=3600)
def topics(request: HttpRequest, number: int) -> HttpResponse:
    """One file of topics."""
    found = community.public_topics(number, TOPICS_IN_A_FILE)
    if not found:
        raise NotFound
    rows = ((_in_each_language("community:topic", t.public_id, t.slug or "-"), t.last_posted_at) for t in found)
    return _answer(_urlset(Entry(paths, changed) for paths, changed in rows))


def _in_each_language(name: str, *args: str) -> dict[str, str]:
    found = {}
    for code, _name in settings.LANGUAGES:
        with translation.override(code):
            found[code] = reverse(name, args=args)
    return found


def _urlset(entries: Iterable[Entry]) -> Xml.Element:
    root = Xml.Element("urlset", {"xmlns": _MAP, "xmlns:xhtml": _XHTML})
    for entry in entries:
        versions = {code: absolute(path) for code, path in entry.paths.items()}
        default = versions.get(settings.LANGUAGE_CODE) or next(iter(versions.values()))
        for url in versions.values():
            node = Xml.SubElement(root, "url")
            _add(node, url, entry.changed)
            for code, other in [*versions.items(), ("x-default", default)]:
                Xml.SubElement(node, "xhtml:link", {"rel": "alternate", "hreflang": code, "href": other})
    return root


def _add(node: Xml.Element, url: str, changed: datetime | None) -> None:
    Xml.SubElement(node, "loc").text = url
    if changed is not None:
        Xml.SubElement(node, "lastmod").text = changed.isoformat(timespec="seconds")


def _answer(root: Xml.Element) -> HttpResponse:
    body = Xml.tostring(root, encoding="utf-8", xml_declaration=True)
    # Crawlers read it; nobody should find it among the results.
    return HttpResponse(body, content_type="application/xml; charset=utf-8", headers={"X-Robots-Tag": "noindex"})
