"""Vietnamese-grade finding: what somebody typed, folded words in tables of their own, and what was found, marked.

An index is a table with four columns of words, parted by spaces: of the title and of the body, each folded (no
accents, đ as d) and as written (lower case, NFC). A migration lays FTS5 over it on SQLite, and a generated `tsvector`
with GIN on PostgreSQL, so that whoever writes the row has written the index in the same transaction. Both databases
answer the same questions in the same order: a rank is counted from yes and no, never from a database's own formula.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from math import log2
from typing import Any

from django.db import connection
from django.db.models import BooleanField, Case, Func, IntegerField, QuerySet, Value, When
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe

from portal.core.text import fold

# What a person asks in one breath; the rest is left out, and the page says so.
MOST_LETTERS, MOST_WORDS = 120, 12
LONGEST_WORD = 60
_WORD = re.compile("(?:[^\\W_]|[\u0300-\u036f])+")
_QUOTED = re.compile(r'"([^"]*)"|“([^”]*)”')
_MARKED = re.compile("[^\x00-\x7f]")
# Words that say nothing about what is looked for; only where some words must be left out.
_IDLE = frozenset((
    "a", "an", "and", "are", "as", "at", "be", "by", "can", "do", "for", "from", "have", "how", "i", "in", "is",
    "it", "my", "of", "on", "or", "that", "the", "this", "to", "was", "what", "when", "where", "which", "who",
    "why", "will", "with", "you", "your", "ai", "anh", "bao", "bi", "cac", "cach", "cai", "cho", "chu", "co", "con",
    "cua", "da", "de", "den", "di", "duoc", "em", "gi", "hay", "khi", "khong", "la", "lai", "lam", "len", "luc",
    "ma", "may", "minh", "moi", "mot", "nao", "nay", "nhung", "nhu", "o", "phai", "qua", "ra", "rat", "roi", "sao",
    "se", "tai", "the", "thi", "toi", "trong", "tu", "va", "van", "vao", "voi", "xin",
))  # fmt: skip


# ── Words ───────────────────────────────────────────────────────────────────────────────────────────────────────
@lru_cache(maxsize=50_000)
def _folded(word: str) -> str:
    return fold(word)


def _tidy(value: str) -> str:
    return unicodedata.normalize("NFC", unicodedata.normalize("NFKC", value))


@dataclass(frozen=True)
class Word:
    """A word as typed (lower case, NFC) and folded."""

    exact: str
    folded: str


def words(value: str) -> list[Word]:
    """The words of a text in their order; full-width letters and NFD are the letters that they show."""
    found = (match.group().lower()[:LONGEST_WORD] for match in _WORD.finditer(_tidy(value)))
    return [Word(word, _folded(word)) for word in found if _folded(word)]


def columns(title: str, body: str) -> dict[str, str]:
    """The four columns of an index row for a title and a body of plain words."""
    in_title, in_body = words(title), words(body)
    return {
        "title_fold": " ".join(word.folded for word in in_title),
        "title_exact": " ".join(word.exact for word in in_title),
        "body_fold": " ".join(word.folded for word in in_body),
        "body_exact": " ".join(word.exact for word in in_body),
    }


COLUMNS = ("title_fold", "title_exact", "body_fold", "body_exact")


# ── What is asked ───────────────────────────────────────────────────────────────────────────────────────────────
@dataclass(frozen=True)
class Asked:
    """What somebody typed: single words, and phrases in quotation marks, which must stand together."""

    text: str
    terms: tuple[tuple[Word, ...], ...]
    cut: bool = False

    @property
    def words(self) -> tuple[Word, ...]:
        """Every word of it."""
        return tuple(word for term in self.terms for word in term)

    @property
    def has_accents(self) -> bool:
        """Whether she took the trouble to type accents: then they count."""
        return any(word.exact != word.folded and _MARKED.search(word.exact) for word in self.words)

    @property
    def telling(self) -> "Asked":
        """The same without the words that say nothing about what is looked for; whole when all are such."""
        kept = tuple((word,) for word in self.words if word.folded not in _IDLE)
        return Asked(self.text, kept or self.terms, self.cut)

    def __bool__(self) -> bool:
        return bool(self.terms)


def ask(value: Any) -> Asked:
    """Reads what was typed; never raises. What is too long is cut, and `cut` says so."""
    text = " ".join(str(value or "").replace("\x00", "").split())
    whole, text = text, text[:MOST_LETTERS].strip()
    terms: list[tuple[Word, ...]] = []
    count, place = 0, 0
    for match in [*_QUOTED.finditer(text), None]:
        loose = text[place : match.start() if match else len(text)]
        terms += [(word,) for word in words(loose)]
        if match is not None:
            place = match.end()
            if together := tuple(words(match.group(1) or match.group(2) or "")):
                terms.append(together)
    kept: list[tuple[Word, ...]] = []
    for term in dict.fromkeys(terms):
        if count + len(term) <= MOST_WORDS:
            kept.append(term)
            count += len(term)
    return Asked(text, tuple(kept), cut=len(whole) > len(text) or len(kept) < len(dict.fromkeys(terms)))


# ── Questions to an index ───────────────────────────────────────────────────────────────────────────────────────
@dataclass(frozen=True)
class Part:
    """Words that stand together: in the title, the body, or either; the last may be a beginning only."""

    words: tuple[str, ...]
    exact: bool = False
    title: bool = True
    body: bool = True
    beginning: bool = False

    def _names(self) -> list[str]:
        way = "exact" if self.exact else "fold"
        return [f"{place}_{way}" for place, wanted in (("title", self.title), ("body", self.body)) if wanted]

    def sqlite(self) -> str:
        """As FTS5 reads it. Words hold letters and digits only, so none can end the quotation."""
        return f'{{{" ".join(self._names())}}} : "{" ".join(self.words)}"{" *" if self.beginning else ""}'

    def postgresql(self) -> str:
        """As `to_tsquery` reads it; the weights A to D are the four columns."""
        weights = "".join("ABCD"[COLUMNS.index(name)] for name in self._names())
        ends = [f"'{word}':{weights}" for word in self.words[:-1]]
        return "(" + " <-> ".join([*ends, f"'{self.words[-1]}':{'*' if self.beginning else ''}{weights}"]) + ")"


@dataclass(frozen=True)
class Wanted:
    """Parts that must all be there, or (`some`) of which one is enough."""

    parts: tuple["Part | Wanted", ...]
    some: bool = False

    def sqlite(self) -> str:
        """As FTS5 reads it."""
        return "(" + (" OR " if self.some else " AND ").join(part.sqlite() for part in self.parts) + ")"

    def postgresql(self) -> str:
        """As `to_tsquery` reads it."""
        return "(" + (" | " if self.some else " & ").join(part.postgresql() for part in self.parts) + ")"


@dataclass(frozen=True)
class Index:
    """A table of words: its name, and the column that names the row it speaks of (its primary key)."""

    table: str
    key: str


class Holds(Func):
    """Whether the index holds what is wanted for the row whose key is given; a condition for any queryset."""

    def __init__(
        self, key: Any, *, index: Index, wanted: "Part | Wanted", since: int = 0, most: int = 0, **extra: Any
    ) -> None:
        super().__init__(key, output_field=BooleanField(), **extra)
        self.index, self.wanted, self.since, self.most = index, wanted, since, most

    def as_sql(self, compiler: Any, connection: Any, **_extra: Any) -> tuple[str, tuple[Any, ...]]:  # type: ignore[override]
        """`key IN (…)`, so that the planner may begin with the index. All names are constants of this house."""
        key, params = compiler.compile(self.source_expressions[0])
        table = self.index.table
        if connection.vendor == "postgresql":
            inner = f"SELECT {self.index.key} FROM {table} WHERE vector @@ to_tsquery('simple', %s)"  # noqa: S608
            return f"({key} IN ({inner}))", (*params, self.wanted.postgresql())
        inner = f"SELECT rowid FROM {table}_fts WHERE {table}_fts MATCH %s"  # noqa: S608
        # SQLite writes the whole list down before it looks at anything else, so a long one is cut where it is read.
        inner += " AND rowid >= %s" * bool(self.since) + " LIMIT %s" * bool(self.most)
        given = (self.wanted.sqlite(), *(number for number in (self.since, self.most) if number))
        return f"({key} IN ({inner}))", (*params, *given)


def _every(asked: Asked, *, beginning: bool = False, **where: Any) -> Wanted:
    exact = where.get("exact", False)
    last = len(asked.terms) - 1
    return Wanted(
        tuple(
            Part(tuple(w.exact if exact else w.folded for w in term), beginning=beginning and place == last, **where)
            for place, term in enumerate(asked.terms)
        )
    )


def _together(asked: Asked, *, beginning: bool = False, **where: Any) -> Part:
    exact = where.get("exact", False)
    return Part(tuple(w.exact if exact else w.folded for w in asked.words), beginning=beginning, **where)


def _pairs(asked: Asked) -> list[tuple[str, str]]:
    folded = [word.folded for word in asked.words]
    return [pair for pair in pairwise(folded) if not set(pair) <= _IDLE]


def _points(index: Index, key: str, wanted: "Part | Wanted", points: int, since: int = 0) -> Case:
    return Case(When(Holds(key, index=index, wanted=wanted, since=since), then=Value(points)), default=Value(0),
                output_field=IntegerField())  # fmt: skip


def _sum(terms: Iterable[Any]) -> Any:
    total: Any = Value(0, output_field=IntegerField())
    for term in terms:
        total = total + term
    return total


EXACT, TITLE_TOGETHER, TITLE, TOGETHER, IN_TITLE = 1000, 400, 200, 120, 25
# Beyond this many hits only titles are weighed: then the newest word counts more than the best one.
WEIGHED = 5_000


def holding(rows: QuerySet, index: Index, asked: Asked, *, key: str = "pk", beginning: bool = False,
            coarse: bool = False, since: int = 0) -> QuerySet:  # fmt: skip
    """Those rows whose index holds everything asked, with their `score`: accents as typed, titles, words together.

    `beginning` takes the last word for the begun one that somebody is typing. `coarse` weighs titles only. `since`
    leaves out rows with a smaller key (`newest_since`).
    """
    if not asked:
        return rows.annotate(score=Value(0, output_field=IntegerField()))
    open_end = {"beginning": beginning}
    points = [
        _points(index, key, _together(asked, title=True, body=False, **open_end), TITLE_TOGETHER, since),
        _points(index, key, _every(asked, title=True, body=False, **open_end), TITLE, since),
    ]
    if not coarse and len(asked.words) > 1:
        points.append(_points(index, key, _together(asked, **open_end), TOGETHER))
        telling = dict.fromkeys(word.folded for word in asked.telling.words)
        points += [_points(index, key, Part((word,), body=False), IN_TITLE) for word in telling]
    if asked.has_accents and not coarse:
        points.append(_points(index, key, _every(asked, exact=True, **open_end), EXACT))
    found = rows.filter(Holds(key, index=index, wanted=_every(asked, **open_end), since=since))
    return found.annotate(score=_sum(points))


def holding_some(rows: QuerySet, index: Index, asked: Asked, *, key: str = "pk") -> QuerySet:
    """Those rows that hold the better half of the telling words, with their `score`: for when no row holds them all.

    A rare word tells more than a common one. Words that stand nowhere are left out of the reckoning; when these are
    most of what was asked, nothing is held. One bounded query for each word.
    """
    counted = {word.folded: _count(rows, index, word.folded, key) for word in asked.telling.words}
    known = {word: 1 + round(log2((WEIGHED + 1) / count)) for word, count in counted.items() if count}
    if not known or len(known) * 3 < len(counted):
        return rows.none().annotate(score=Value(0, output_field=IntegerField()))
    held = _sum(_points(index, key, Part((word,)), weight) for word, weight in known.items())
    points = [_points(index, key, Part((word,)), 10 * weight) for word, weight in known.items()]
    points += [_points(index, key, Part((word,), body=False), 5 * weight) for word, weight in known.items()]
    points += [_points(index, key, Part(pair), 60) for pair in _pairs(asked)]
    found = rows.filter(Holds(key, index=index, wanted=Wanted(tuple(Part((word,)) for word in known), some=True)))
    return found.annotate(held=held, score=_sum(points)).filter(held__gte=(sum(known.values()) + 1) // 2)


def _count(rows: QuerySet, index: Index, word: str, key: str) -> int:
    return (
        rows.filter(Holds(key, index=index, wanted=Part((word,)))).order_by().values_list("pk")[: WEIGHED + 1].count()
    )


def best_of(scores: list[int]) -> int:
    """What a row must score among loose ones to be worth showing: half of what the best one has."""
    return max(scores, default=0) // 2


def some_is_less(asked: Asked) -> bool:
    """Whether leaving words out would ask anything else: one word alone has none to spare."""
    return len(asked.terms) > 1 or len(asked.words) > 1


def many(index: Index, rows: QuerySet, asked: Asked, *, key: str = "pk") -> bool:
    """Whether so many rows hold it that weighing each would cost more than it tells. One bounded query."""
    found = rows.filter(Holds(key, index=index, wanted=_every(asked), most=WEIGHED + 1)).order_by()
    return found.values_list("pk")[: WEIGHED + 1].count() > WEIGHED


def newest_since(index: Index, asked: Asked, most: int) -> int:
    """The key from which on the index holds just the newest `most` rows; 0 when it holds no more than these.

    Only SQLite needs it, and is asked; one bounded query. A search that finds too little there asks again without it.
    """
    if connection.vendor != "sqlite" or not asked:
        return 0
    table = index.table
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT rowid FROM {table}_fts WHERE {table}_fts MATCH %s ORDER BY rowid DESC LIMIT 1 OFFSET %s",  # noqa: S608
            [_every(asked).sqlite(), most],
        )
        row = cursor.fetchone()
    return int(row[0]) if row else 0


# ── What was found, marked ──────────────────────────────────────────────────────────────────────────────────────
@dataclass(frozen=True)
class _Hit:
    start: int
    end: int
    word: str


def _hits(text: str, asked: Asked, *, beginning: bool) -> list[_Hit]:
    wanted = {word.folded for word in asked.words}
    begun = asked.words[-1].folded if beginning and asked.words else ""
    found = []
    for match in _WORD.finditer(text):
        folded = _folded(match.group().lower())
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
