"""What a link of the brand's pages may be: no rows, no requests."""

import re
from html import unescape
from html.parser import HTMLParser

import nh3
from wagtail.rich_text import expand_db_html

SCHEMES = frozenset({"http", "https", "mailto", "tel"})
TAGS = {"p", "br", "b", "strong", "i", "em", "h3", "ul", "ol", "li", "a"}
_SCHEME = re.compile(r"([a-z][a-z0-9+.\-]*):(.*)", re.DOTALL)
# Browsers drop these inside an address, so `java\tscript:` would run.
_UNSEEN = re.compile(r"[\x00-\x20\x7f-\xa0\u200b-\u200f\u2028-\u202f\u2060-\u206f\ufeff\ufffd]+")


def is_allowed(address: str) -> bool:
    """Whether an address may stand in a page: http, https, mailto, tel, or a path of this house."""
    bare = _UNSEEN.sub("", unescape(address)).lower()
    if found := _SCHEME.match(bare):
        scheme, rest = found.groups()
        return scheme in SCHEMES and bool(rest.strip("/"))
    return bare.startswith(("/", "#")) and not bare.startswith(("//", "/\\"))


class _Anchors(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.addresses: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Collects where a link leads; a link to a page of the house names the page, not an address."""
        if tag == "a" and dict(attrs).get("href"):
            self.addresses.append(dict(attrs)["href"] or "")


def refused_in(source: str) -> list[str]:
    """The addresses in a stored rich text that may not stand there."""
    anchors = _Anchors()
    anchors.feed(source)
    return [address for address in anchors.addresses if not is_allowed(address)]


def shown(source: str) -> str:
    """A stored rich text as HTML for the page: what the editor offers and nothing else, whatever was stored.

    Nothing stored is trusted: rows may come from an import, a migration or an older editor.
    """
    return nh3.clean(
        expand_db_html(source), tags=TAGS, attributes={"a": {"href"}}, url_schemes=set(SCHEMES), link_rel="noopener"
    )
