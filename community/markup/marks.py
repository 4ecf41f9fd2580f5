"""The house's own marks in Markdown: @names, quotes that remember their source, pictures of the house.

`@handle` names a member (nowhere in code, links or quotes). A quote whose first line is `[quote:<post>]` repeats words
of that post. `![words](upload:<picture>/<width>x<height>)` shows a picture that a member sent.
"""

import re
from collections.abc import Collection, Iterator

from markdown_it.renderer import RendererHTML
from markdown_it.rules_core import StateCore
from markdown_it.token import Token

ID = "[2-9a-hjkmnp-z]{12}"
_NAME = re.compile(r"(?<![\w@./-])@([A-Za-z0-9_-]{3,30})(?![\w@-])")
_QUOTE = re.compile(rf"\[quote:({ID})\][ \t]*(?:\n|$)")
_UPLOAD = re.compile(rf"upload:({ID})/([1-9][0-9]{{0,4}})x([1-9][0-9]{{0,4}})")
_PICTURE = re.compile(rf"/pictures/({ID})\.webp")
_PERSON = re.compile(r"/people/[a-z0-9_-]{3,30}/")
_QUOTED = re.compile(rf'<blockquote data-quote="({ID})">')
_EDGE = re.compile(r"<blockquote\b[^>]*>|</blockquote>")


def is_upload(url: str) -> bool:
    """Whether an address names a picture of the house."""
    return _UPLOAD.fullmatch(url) is not None


def picture_of(url: str) -> tuple[str, str, str] | None:
    """Where a picture of the house is fetched, its width and its height."""
    match = _UPLOAD.fullmatch(url)
    return (f"/pictures/{match[1]}.webp", match[2], match[3]) if match else None


def own_address(url: str) -> str | None:
    """A relative address that our own marks make; None for any other, which no post may hold."""
    return url if _PICTURE.fullmatch(url) or _PERSON.fullmatch(url) else None


def mark_quotes(state: StateCore) -> None:
    """Core rule before the inline parser: a quote's first line that names its source becomes an attribute."""
    for at, token in enumerate(state.tokens[:-2]):
        first = state.tokens[at + 2]
        if token.type == "blockquote_open" and first.type == "inline" and (match := _QUOTE.match(first.content)):
            token.attrSet("data-quote", match[1])
            first.content = first.content[match.end() :]
            if not first.content:
                state.tokens[at + 1].hidden = state.tokens[at + 3].hidden = True


def mark_names(state: StateCore) -> None:
    """Core rule: `@handle` in running text becomes a token of its own, outside of links and quotes."""
    depth = 0
    for block in state.tokens:
        depth += (block.type == "blockquote_open") - (block.type == "blockquote_close")
        if not block.children or depth:
            continue
        kept: list[Token] = []
        inside = 0
        for token in block.children:
            inside += (token.type == "link_open") - (token.type == "link_close")
            kept += _named(token.content) if token.type == "text" and not inside else [token]
        block.children = kept


def _named(text: str) -> Iterator[Token]:
    at = 0
    for match in _NAME.finditer(text):
        if match.start() > at:
            yield Token("text", "", 0, content=text[at : match.start()])
        yield Token("mention", "a", 0, content=match[1])
        at = match.end()
    if at < len(text):
        yield Token("text", "", 0, content=text[at:])


def names_in(tokens: list[Token]) -> list[str]:
    """The handles that are named, lower case, each once, in their order."""
    found = [child.content.lower() for block in tokens for child in block.children or [] if child.type == "mention"]
    return list(dict.fromkeys(found))


def quotes_in(tokens: list[Token]) -> list[str]:
    """The public ids of the posts that are quoted, each once."""
    return list(dict.fromkeys(str(token.attrs["data-quote"]) for token in tokens if "data-quote" in token.attrs))


def pictures_in(tokens: list[Token]) -> list[str]:
    """The public ids of the house's pictures that are shown, each once."""
    sources = (
        str(child.attrs.get("src", "")) for block in tokens for child in block.children or [] if child.type == "image"
    )
    return list(dict.fromkeys(match[1] for source in sources if (match := _PICTURE.fullmatch(source))))


def show_name(self: RendererHTML, tokens: list[Token], at: int, options: object, env: dict) -> str:
    """Renderer rule: a known handle is a link to its member's page, any other stays text."""
    handle = tokens[at].content
    if handle.lower() not in env.get("known", ()):
        return f"@{handle}"
    return f'<a class="mention" href="/people/{handle.lower()}/">@{handle}</a>'


def quoted(html: str) -> list[str]:
    """The posts that rendered HTML quotes."""
    return _QUOTED.findall(html)


def _spans(html: str) -> Iterator[tuple[str, int, int, int]]:
    """Each outermost quote of another post: its source, where it begins, where its words begin, where it ends."""
    source, depth, begin, inner = "", 0, 0, 0
    for edge in _EDGE.finditer(html):
        if not source:
            if match := _QUOTED.fullmatch(edge.group()):
                source, depth, begin, inner = match[1], 1, edge.start(), edge.end()
            continue
        depth += -1 if edge.group().startswith("</") else 1
        if depth == 0:
            yield source, begin, inner, edge.end()
            source = ""


def replace_quotes(html: str, instead: dict[str, str], drop: str | None = None) -> str:
    """Rendered HTML in which quotes of the posts in `instead` read so, at any depth; with `drop`, all others become
    that."""
    parts, at = [], 0
    for source, begin, inner, end in _spans(html):
        new = instead.get(source, drop)
        if new is None:
            new = html[begin:inner] + replace_quotes(html[inner:end], instead)
        parts += [html[at:begin], new]
        at = end
    return "".join([*parts, html[at:]])


def head_quotes(html: str, heads: dict[str, str]) -> str:
    """Rendered HTML in which each quote begins with a line that says whose words they are."""
    return _QUOTED.sub(lambda match: match.group() + heads.get(match[1], ""), html)


def blank_quotes(source: str, posts: Collection[str]) -> str:
    """Markdown without the words that it quotes from these posts; the empty quotes stay, and keep their source."""
    kept: list[str] = []
    dropping = False
    for line in source.split("\n"):
        match = re.fullmatch(rf"\s*>\s*\[quote:({ID})\]\s*", line)
        if match:
            dropping = match[1] in posts
            kept.append(line)
        elif not (dropping and line.lstrip().startswith(">")):
            dropping = False
            kept.append(line)
    return "\n".join(kept)
