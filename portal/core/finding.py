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
from typing import Any

from django.db import connection
from django.db.models import BooleanField, Case, Func, IntegerField, QuerySet, Value, When

from portal.core.text import fold

# What a person asks in one breath; the rest is left out, and the page says so.
MOST_LETTERS, MOST_WORDS = 120, 12
LONGEST_WORD = 60
WORD = re.compile("(?:[^\\W_]|[\u0300-\u036f])+")
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
def folded_word(word: str) -> str:
    """A word in lower case without its accents."""
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
    found = (match.group().lower()[:LONGEST_WORD] for match in WORD.finditer(_tidy(value)))
    return [Word(word, folded_word(word)) for word in found if folded_word(word)]


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

    @property
    def in_titles(self) -> bool:
        """Whether bodies do not matter."""
        return self.title and not self.body

    def _names(self) -> list[str]:
        way = "exact" if self.exact else "fold"
        return [f"{place}_{way}" for place, wanted in (("title", self.title), ("body", self.body)) if wanted]

    def sqlite(self) -> str:
        """As FTS5 reads it. Words hold letters and digits only, so none can end the quotation."""
        return f'{{{" ".join(self._names())}}} : "{" ".join(self.words)}"{" *" if self.beginning else ""}'

    def postgresql(self, *, of_titles: bool = False) -> str:
        """As `to_tsquery` reads it; the weights A to D are the four columns. `of_titles`: asked of titles alone.

        A folded word that may stand in each column asked needs none: who wrote it with accents has it folded, too. The
        index knows no weights, so each row that it finds would have to be read to see them.
        """
        anywhere = not self.exact and len(self.words) == 1 and self.title and (self.body or of_titles)
        weights = "" if anywhere else "".join("ABCD"[COLUMNS.index(name)] for name in self._names())
        ends = [(word, weights) for word in self.words[:-1]]
        ends.append((self.words[-1], "*" * self.beginning + weights))
        return "(" + " <-> ".join(f"'{word}':{end}" if end else f"'{word}'" for word, end in ends) + ")"


@dataclass(frozen=True)
class Wanted:
    """Parts that must all be there, or (`some`) of which one is enough."""

    parts: tuple["Part | Wanted", ...]
    some: bool = False

    @property
    def in_titles(self) -> bool:
        """Whether bodies do not matter."""
        return all(part.in_titles for part in self.parts)

    def sqlite(self) -> str:
        """As FTS5 reads it."""
        return "(" + (" OR " if self.some else " AND ").join(part.sqlite() for part in self.parts) + ")"

    def postgresql(self, *, of_titles: bool = False) -> str:
        """As `to_tsquery` reads it."""
        parts = (part.postgresql(of_titles=of_titles) for part in self.parts)
        return "(" + (" | " if self.some else " & ").join(parts) + ")"


# What a question about titles alone asks on PostgreSQL, whose index knows no weights: a large table has one for it.
TITLES = """ts_filter(vector, '{a,b}'::"char"[])"""


@dataclass(frozen=True)
class Index:
    """A table of words: its name, and the column that names the row it speaks of (its primary key).

    `relation`: by what name rows reach it, where many of them are weighed: PostgreSQL then joins it once instead of
    looking each row up for each part.
    """

    table: str
    key: str
    relation: str = ""


class Holds(Func):
    """Whether the index holds what is wanted for the row whose key is given; a condition for any queryset.

    `among`: only rows that were found by it before (`newest`). `each`: asked of found rows, to weigh them.
    """

    def __init__(self, key: Any, *, index: Index, wanted: "Part | Wanted", among: "Newest | None" = None,
                 each: bool = False, **extra: Any) -> None:  # fmt: skip
        joined = each and bool(index.relation) and connection.vendor == "postgresql"
        super().__init__(key, *([f"{index.relation}__pk"] if joined else []), output_field=BooleanField(), **extra)
        self.index, self.wanted, self.among, self.each = index, wanted, among, each

    def as_sql(self, compiler: Any, connection: Any, **_extra: Any) -> tuple[str, tuple[Any, ...]]:  # type: ignore[override]
        """`key IN (…)`, so that the planner may begin with the index. All names are constants of this house."""
        key, params = compiler.compile(self.source_expressions[0])
        table = self.index.table
        if connection.vendor == "postgresql":
            of_titles = self.wanted.in_titles and not self.each
            wanted = self.wanted.postgresql(of_titles=of_titles)
            if len(self.source_expressions) > 1:
                joined, _none = compiler.compile(self.source_expressions[1])
                alias = joined.rpartition(".")[0]
                return f"COALESCE({alias}.vector @@ to_tsquery('simple', %s), FALSE)", (wanted,)
            if self.each:
                # Of rows that are found already: row by row, or the planner reads the whole table for each part.
                own = f"SELECT vector @@ to_tsquery('simple', %s) FROM {table} WHERE {self.index.key} = {key}"  # noqa: S608
                return f"COALESCE(({own}), FALSE)", (wanted, *params)
            if self.among is not None:
                return f"({key} = ANY(%s))", (*params, list(self.among.keys))
            vector = TITLES if of_titles else "vector"
            inner = f"SELECT {self.index.key} FROM {table} WHERE {vector} @@ to_tsquery('simple', %s)"  # noqa: S608
            if of_titles:
                # Titles first, whatever the planner thinks of them: few posts begin a topic with what was typed.
                return f"({key} = ANY(ARRAY({inner})))", (*params, wanted)
            return f"({key} IN ({inner}))", (*params, wanted)
        inner = f"SELECT rowid FROM {table}_fts WHERE {table}_fts MATCH %s"  # noqa: S608
        # SQLite writes the whole list down before it looks at anything else, so a long one is cut where it is read.
        since = (self.among.since,) if self.among is not None and self.among.since else ()
        inner += " AND rowid >= %s" * len(since)
        return f"({key} IN ({inner}))", (*params, self.wanted.sqlite(), *since)


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


def pairs_of(asked: Asked) -> list[tuple[str, str]]:
    """Neighbouring words, folded, of which at least one tells something."""
    folded = [word.folded for word in asked.words]
    return [pair for pair in pairwise(folded) if not set(pair) <= _IDLE]


def points_of(index: Index, key: str, wanted: "Part | Wanted", points: int, among: "Newest | None" = None) -> Case:
    """So many points for a row that holds what is wanted, else none."""
    held = Holds(key, index=index, wanted=wanted, among=among, each=True)
    return Case(When(held, then=Value(points)), default=Value(0), output_field=IntegerField())


def sum_of(terms: Iterable[Any]) -> Any:
    """The terms added up; 0 of none."""
    total: Any = Value(0, output_field=IntegerField())
    for term in terms:
        total = total + term
    return total


EXACT, TITLE_TOGETHER, TITLE, TOGETHER, IN_TITLE = 1000, 400, 200, 120, 25


def holding(rows: QuerySet, index: Index, asked: Asked, *, key: str = "pk", beginning: bool = False,
            coarse: bool = False, among: "Newest | None" = None, body: bool = True) -> QuerySet:  # fmt: skip
    """Those rows whose index holds everything asked, with their `score`: accents as typed, titles, words together.

    `beginning` takes the last word for the begun one that somebody is typing. `coarse` weighs titles only. `among`
    leaves out all but the newest (`newest`). Without `body` only titles are looked at.
    """
    if not asked:
        return rows.annotate(score=Value(0, output_field=IntegerField()))
    open_end = {"beginning": beginning}
    points = []
    if body or len(asked.words) > 1:  # else every row that is found has them
        points.append(
            points_of(index, key, _together(asked, title=True, body=False, **open_end), TITLE_TOGETHER, among)
        )
    if body:
        points.append(points_of(index, key, _every(asked, title=True, body=False, **open_end), TITLE, among))
    if not coarse and len(asked.words) > 1:
        points.append(points_of(index, key, _together(asked, **open_end), TOGETHER))
        telling = dict.fromkeys(word.folded for word in asked.telling.words)
        points += [points_of(index, key, Part((word,), body=False), IN_TITLE) for word in telling]
    if asked.has_accents and not coarse:
        points.append(points_of(index, key, _every(asked, exact=True, **open_end), EXACT))
    found = rows.filter(Holds(key, index=index, wanted=_every(asked, body=body, **open_end), among=among))
    return found.annotate(score=sum_of(points))


@dataclass(frozen=True)
class Newest:
    """The newest rows that hold what is wanted: from which key on they stand (SQLite), or which they are (PostgreSQL);
    and whether there are `more`. Nothing else is said of rows when there are no more: `since` is 0."""

    more: bool
    since: int = 0
    keys: tuple[int, ...] = ()


def newest(index: Index, wanted: "Asked | Wanted", most: int) -> Newest:
    """The newest `most` rows that hold what is wanted, to be given to `holding` as `among`. One bounded query.

    Without it SQLite writes down every row that holds a common word, and PostgreSQL joins each of them with all that
    a viewer's rights ask about. A search that finds too little among them asks again without it.
    """
    parts = wanted if isinstance(wanted, Wanted) else _every(wanted)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                f"SELECT {index.key} FROM {index.table} WHERE vector @@ to_tsquery('simple', %s)"  # noqa: S608
                f" ORDER BY {index.key} DESC LIMIT %s",
                [parts.postgresql(), most + 1],
            )
            keys = tuple(key for (key,) in cursor.fetchall())
            return Newest(more=len(keys) > most, keys=keys[:most])
        cursor.execute(
            f"SELECT rowid FROM {index.table}_fts WHERE {index.table}_fts MATCH %s"  # noqa: S608
            " ORDER BY rowid DESC LIMIT 1 OFFSET %s",
            [parts.sqlite(), most],
        )
        row = cursor.fetchone()
    return Newest(more=row is not None, since=int(row[0]) if row else 0)
