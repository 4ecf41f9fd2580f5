"""Finds bare addresses in running text, in one pass: what a linkifier must never do is look back."""

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from markdown_it.rules_core import StateCore
from markdown_it.token import Token

from community.markup.marks import picture_of

SCHEMES = frozenset({"http", "https", "mailto", "tel"})

# Every repetition is bounded or cannot match what follows it, so no text makes the search slower than linear.
_ADDRESS = re.compile(
    r"(?<![\w@])(?:https?://[^\s<>\"`|\\^{}]{1,2000}|[A-Za-z0-9_+-][\w.+-]{0,63}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,4})"
)
_CLOSERS = {")": "(", "]": "[", "»": "«", "”": "“"}


def is_safe(url: str) -> bool:
    """Whether an address may be a link here: absolute, and of a scheme that only opens a page, a mail or a call."""
    try:
        return urlsplit(url.strip()).scheme.lower() in SCHEMES
    except ValueError:  # such as the open bracket of an IPv6 address
        return False


def _trimmed(found: str) -> str:
    """Without the punctuation that belongs to the sentence: "(see https://may.vn/a)." """
    while found:
        last = found[-1]
        if last in ".,;:!?'*_~…" or (last in _CLOSERS and found.count(last) > found.count(_CLOSERS[last])):
            found = found[:-1]
        else:
            break
    return found


def _pieces(text: str) -> Iterator[Token]:
    at = 0
    for match in _ADDRESS.finditer(text):
        found = _trimmed(match.group())
        target = found if "://" in found else f"mailto:{found}"
        if not is_safe(target) or found.endswith("//"):
            continue
        if match.start() > at:
            yield Token("text", "", 0, content=text[at : match.start()])
        yield Token("link_open", "a", 1, attrs={"href": target})
        yield Token("text", "", 0, content=found)
        yield Token("link_close", "a", -1)
        at = match.start() + len(found)
    if at < len(text):
        yield Token("text", "", 0, content=text[at:])


def link_addresses(state: StateCore) -> None:
    """Core rule: turns bare addresses into links, outside of links that the writer made."""
    for block in state.tokens:
        if not block.children:
            continue
        kept: list[Token] = []
        inside = 0
        for token in block.children:
            inside += (token.type == "link_open") - (token.type == "link_close")
            if token.type == "text" and not inside:
                kept += _pieces(token.content)
            else:
                kept.append(token)
        block.children = kept


def pictures_to_links(state: StateCore) -> None:
    """Core rule: a picture of the house is shown; any other becomes a link with its description, or that alone inside
    a link."""
    for block in state.tokens:
        if block.children:
            block.children = list(_without_pictures(block.children))


def _without_pictures(tokens: list[Token]) -> Iterator[Token]:
    inside = 0
    for token in tokens:
        inside += (token.type == "link_open") - (token.type == "link_close")
        if token.type != "image":
            yield token
            continue
        source = str(token.attrs.get("src", ""))
        if own := picture_of(source):
            token.attrs = {"src": own[0], "alt": "", "width": own[1], "height": own[2], "loading": "lazy"}
            yield token
            continue
        words = Token("text", "", 0, content=token.content or source)
        if inside or not is_safe(source):
            yield words
        else:
            yield Token("link_open", "a", 1, attrs={"href": source})
            yield words
            yield Token("link_close", "a", -1)
