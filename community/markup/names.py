"""Who is named in a text, by the sign that everybody knows: "@" and the handle, in running words only."""

import re
from collections.abc import Iterator

from markdown_it.rules_core import StateCore
from markdown_it.token import Token

# A handle as accounts lets it be; not inside a word or an address, and it does not end on the sentence's own sign.
_NAMED = re.compile(r"(?<![\w@./-])@([a-z0-9_-]{2,29}[a-z0-9])(?![\w@])", re.IGNORECASE)


def _texts(tokens: list[Token]) -> Iterator[str]:
    """The running words: what is quoted, code and the words of links name nobody."""
    quoted = 0
    for block in tokens:
        quoted += (block.type == "blockquote_open") - (block.type == "blockquote_close")
        linked = 0
        for token in () if quoted else block.children or ():
            linked += (token.type == "link_open") - (token.type == "link_close")
            if token.type == "text" and not linked:
                yield token.content


def handles_in(tokens: list[Token]) -> list[str]:
    """Every handle that is named, each once, in the order of the text."""
    found = (match[1].lower() for text in _texts(tokens) for match in _NAMED.finditer(text))
    return list(dict.fromkeys(found))


def mark_people(state: StateCore) -> None:
    """Core rule: sets apart the names of members (`env["people"]`: handle to id), so that a page can tell them."""
    people: dict[str, int] = state.env.get("people") or {}
    quoted = 0
    for block in state.tokens if people else ():
        quoted += (block.type == "blockquote_open") - (block.type == "blockquote_close")
        if quoted or not block.children:
            continue
        kept: list[Token] = []
        linked = 0
        for token in block.children:
            linked += (token.type == "link_open") - (token.type == "link_close")
            kept += [token] if token.type != "text" or linked else _marked(token.content, people)
        block.children = kept


def _marked(text: str, people: dict[str, int]) -> Iterator[Token]:
    at = 0
    for match in _NAMED.finditer(text):
        member = people.get(match[1].lower())
        if member is None:
            continue
        yield Token("text", "", 0, content=text[at : match.start()])
        yield Token("named_open", "b", 1, attrs={"data-named": str(member)})
        yield Token("text", "", 0, content=match.group())
        yield Token("named_close", "b", -1)
        at = match.end()
    yield Token("text", "", 0, content=text[at:])
