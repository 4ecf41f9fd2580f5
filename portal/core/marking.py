"""What was found, marked: the words that were asked inside a title or the part of a text that tells most."""

import unicodedata
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe

from portal.core.finding import WORD, Asked, folded_word


@dataclass(frozen=True)
class _Hit:
    start: int
    end: int
    word: str


def _hits(text: str, asked: Asked, *, beginning: bool) -> list[_Hit]:
    wanted = {word.folded for word in asked.words}
    begun = asked.words[-1].folded if beginning and asked.words else ""
    found = []
    for match in WORD.finditer(text):
        folded = folded_word(match.group().lower())
        if folded in wanted:
            found.append(_Hit(match.start(), match.end(), folded))
        elif begun and folded.startswith(begun):
            found.append(_Hit(match.start(), match.end(), begun))
    return _without_lookalikes(text, found, asked) if asked.has_accents else found


def _without_lookalikes(text: str, found: list[_Hit], asked: Asked) -> list[_Hit]:
    """Where the very word that she typed stands, those that only look like it without accents are noise."""
    typed: dict[str, set[str]] = {}
    for word in asked.words:
        typed.setdefault(word.folded, set()).add(word.exact)
    here = {hit.word for hit in found if text[hit.start : hit.end].lower() in typed.get(hit.word, ())}
    return [hit for hit in found if hit.word not in here or text[hit.start : hit.end].lower() in typed[hit.word]]


def _best_start(hits: list[_Hit], length: int) -> _Hit:
    best, most = hits[0], (0, 0)
    for place, hit in enumerate(hits):
        near = [other for other in hits[place : place + 40] if other.end - hit.start <= length]
        # Different words first, then words side by side: "cà phê" beats a lone "cà" and a far "phê".
        close = sum(1 for one, other in pairwise(near) if other.start - one.end <= 2)
        if (len({other.word for other in near}), close) > most:
            best, most = hit, (len({other.word for other in near}), close)
    return best


def marked(text: str, asked: Asked, *, length: int = 0, beginning: bool = False) -> SafeString:
    """The text with what was asked in `<mark>`, all else escaped; with a length, the part of it that tells most."""
    text = unicodedata.normalize("NFC", text)
    hits = _hits(text, asked, beginning=beginning)
    first, last = 0, len(text)
    if length and last > length:
        begin = _best_start(hits, length).start if hits else 0
        first = 0 if begin < length // 3 else _word_start(text, begin - length // 5)
        last = _word_end(text, min(len(text), first + length))
    pieces: list[Any] = ["…" if first else ""]
    place = first
    for start, end in _runs(text, [hit for hit in hits if hit.start >= first and hit.end <= last]):
        pieces += [conditional_escape(text[place:start]), format_html("<mark>{}</mark>", text[start:end])]
        place = end
    pieces += [conditional_escape(text[place:last].rstrip() if last < len(text) else text[place:last])]
    return mark_safe("".join(pieces) + ("…" if last < len(text) else ""))  # noqa: S308  (every piece is escaped above)


def _runs(text: str, hits: list[_Hit]) -> list[tuple[int, int]]:
    runs: list[tuple[int, int]] = []
    for hit in hits:
        if runs and text[runs[-1][1] : hit.start] == " ":
            runs[-1] = (runs[-1][0], hit.end)
        else:
            runs.append((hit.start, hit.end))
    return runs


def _word_start(text: str, place: int) -> int:
    space = text.find(" ", max(0, place))
    return space + 1 if 0 <= space < place + 40 else max(0, place)


def _word_end(text: str, place: int) -> int:
    if place >= len(text):
        return len(text)
    space = text.rfind(" ", 0, place)
    return space if space > place - 40 else place
