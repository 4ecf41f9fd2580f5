"""The renderer: markdown-it-py parses, nh3 lets through what is on the list."""

import html
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass

import nh3
from django.utils.translation import ngettext
from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock, table
from markdown_it.rules_core import StateCore
from markdown_it.token import Token

from community.markup import marks
from community.markup.links import SCHEMES, is_safe, link_addresses, pictures_to_links
from community.markup.names import handles_in, mark_people
from portal.core.errors import Invalid

BODY_LIMIT = 20_000
MESSAGE_LIMIT = 4_000
# Deeper than a person means it, and each level costs the reader's browser.
DEEPEST = 12
# A table fills up missing cells, so two characters a row could ask for a hundred cells each.
MOST_CELLS = 1_000

_INLINE = {"a", "br", "code", "em", "s", "strong"}
_BLOCKS = {
    "blockquote", "h3", "h4", "h5", "hr", "li", "ol", "p", "pre", "table", "tbody", "td", "th", "thead", "tr", "ul",
}  # fmt: skip
_POST = nh3.Cleaner(
    tags=_INLINE | _BLOCKS | {"img"},
    attributes={
        "a": {"href", "title"},
        "ol": {"start"},
        "blockquote": {"data-quote"},
        "img": {"src", "alt", "width", "height", "loading"},
    },
    allowed_classes={"a": {"mention"}},
    # Pictures come from this house alone, whatever a writer asks for.
    attribute_filter=lambda tag, name, value: marks.own_address(value) if (tag, name) == ("img", "src") else value,
    url_schemes=set(SCHEMES),
    url_relative=marks.own_address,
    link_rel="nofollow ugc noopener",
)
_MESSAGE = nh3.Cleaner(
    tags=_INLINE | {"blockquote", "p", "b"},
    attributes={"a": {"href"}, "b": {"data-named"}},
    url_schemes=set(SCHEMES),
    url_relative="deny",
    link_rel="nofollow ugc noopener",
)
_WORDS = nh3.Cleaner(tags=set())
_BREAKS = re.compile(r"<(?:br|/p|/li|/h\d|/td|/th|/pre|/blockquote)>")
_SPACES = re.compile(r"\s+")


def _lower_headings(state: StateCore) -> None:
    """Below the page's title and the post's own heading; three levels are enough for a post."""
    for token in state.tokens:
        if token.type in ("heading_open", "heading_close"):
            token.tag = f"h{min(int(token.tag[1]) + 2, 5)}"


def _bounded_table(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    columns = state.src[state.bMarks[start] : state.eMarks[start]].count("|") + 1
    return table(state, start, min(end, start + 2 + MOST_CELLS // columns), silent)


def _parser(preset: str, *rules: str) -> MarkdownIt:
    parser = MarkdownIt(preset, {"html": False, "breaks": True, "maxNesting": DEEPEST}).enable(list(rules))
    parser.validateLink = lambda url: is_safe(url) or marks.is_upload(url)  # type: ignore[method-assign]
    parser.core.ruler.push("addresses", link_addresses)
    parser.core.ruler.push("pictures", pictures_to_links)
    return parser


def _post_parser() -> MarkdownIt:
    parser = _parser("commonmark", "table", "strikethrough")
    parser.block.ruler.at("table", _bounded_table, {"alt": ["paragraph", "reference"]})
    parser.core.ruler.push("headings", _lower_headings)
    parser.core.ruler.before("inline", "quotes", marks.mark_quotes)
    parser.core.ruler.push("names", marks.mark_names)
    parser.add_render_rule("mention", marks.show_name)
    return parser


_post = _post_parser()
_message = _parser(
    "zero",
    "autolink", "backticks", "emphasis", "entity", "escape", "link", "newline", "strikethrough",
    "blockquote", "balance_pairs", "fragments_join",
)  # fmt: skip
_message.core.ruler.push("people", mark_people)


def _check_length(source: str, limit: int) -> None:
    if len(source) > limit:
        over = len(source) - limit
        raise Invalid(
            ngettext(
                "This is %(over)s character too long. Please shorten it.",
                "This is %(over)s characters too long. Please shorten it.",
                over,
            )
            % {"over": over},
            code="too_long",
            field="body",
            limit=limit,
        )


@dataclass(frozen=True)
class Parsed:
    """A post's Markdown, read once: whom it names (handles), which posts it quotes, which pictures it shows."""

    tokens: list[Token]
    names: list[str]
    quotes: list[str]
    pictures: list[str]

    def html(self, known: Collection[str] = ()) -> str:
        """The safe HTML; of the names, those in `known` become links to their members' pages."""
        return _POST.clean(_post.renderer.render(self.tokens, _post.options, {"known": known})).strip()


def parse(source: str) -> Parsed:
    """Reads a post. Raises Invalid when the source is longer than 20,000 characters."""
    _check_length(source, BODY_LIMIT)
    tokens = _post.parse(source)
    return Parsed(tokens, marks.names_in(tokens), marks.quotes_in(tokens), marks.pictures_in(tokens))


def render(source: str, known: Collection[str] = ()) -> str:
    """The safe HTML of a post. Raises Invalid when the source is longer than 20,000 characters."""
    return parse(source).html(known)


def render_message(source: str, people: Mapping[str, int] | None = None) -> str:
    """The safe HTML of a chat message, inline marks and quotes only. Raises Invalid beyond 4,000 characters.

    `people` (handle to member) are those who are named in it: their handles stand apart.
    """
    _check_length(source, MESSAGE_LIMIT)
    return _MESSAGE.clean(_message.render(source, {"people": dict(people or {})})).strip()


def named_handles(source: str) -> list[str]:
    """The handles that a chat message names, each once, not those in quotes, code and links. Costs a parse."""
    if "@" not in source or len(source) > MESSAGE_LIMIT:
        return []
    return handles_in(_message.parse(source))


def excerpt(rendered: str, length: int = 160) -> str:
    """The plain words of rendered HTML on one line, cut at a word with an ellipsis.

    Words that are quoted from another post are left out: who may read this one may not always read that one.
    """
    rendered = marks.replace_quotes(rendered, {}, "")
    words = _SPACES.sub(" ", html.unescape(_WORDS.clean(_BREAKS.sub(" ", rendered)))).strip()
    if len(words) <= length:
        return words
    cut = words[: length - 1]
    return (cut.rsplit(" ", 1)[0] if " " in cut else cut).rstrip(" ,.;:") + "…"
