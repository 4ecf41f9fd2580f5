"""Finds words in what people write, however they dress them up. Pure: no rows, no regular expression of a rule.

A text is read as words of letters as they look: compatibility forms opened (NFKC), case folded, invisible signs
dropped, look-alike letters of other scripts and digits inside words taken for the Latin letter they stand for. Three
readings of each place are tried: the word itself, a clump held together by dots, hyphens and the like ("v.i.a.g.r.a"),
and single letters with spaces between ("v i a g r a"). A word is only ever matched whole, so that "class" holds no rude
word; a star at either end of a pattern opens that end.

Vietnamese accents carry meaning. A pattern written with accents finds the word with these accents or with some of them
left out, never with others: "lồn" finds "lồn" and "lon", not "lớn". A pattern without accents finds any. A pattern that
begins with "=" wants exactly its accents.

What is looked up costs one dictionary access a word, whatever the number of patterns; only patterns with a star are
tried one by one, each by comparing ends.
"""

import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from django.utils.translation import gettext_lazy as _

from portal.core.errors import Invalid
from portal.core.lookalikes import latin

LETTERS_LEAST, LONGEST, STARRED_LETTERS = 2, 100, 3
# The marks that Vietnamese writes; every other mark is decoration.
_TONES = frozenset("\u0300\u0301\u0302\u0303\u0306\u0309\u031b\u0323")
_STROKE = "\u0335"
_DIGITS = {"0": "o", "1": "i", "3": "e", "4": "a", "5": "s", "7": "t"}
_SIGNS = {"@": "a", "$": "s", "!": "i", "|": "i"}
_JOINS = frozenset(".-_·•*'’`~/\\+=,:;")
_COVER = "•"

# Everyday words: a pattern that finds several of them would stop ordinary talk, and is refused.
_EVERYDAY_TEXT = """
và là của có không một những người tôi bạn mình cho được với trong này đó khi nhà cà phê trà nước ngon cảm ơn chào anh
chị em con ngày hôm nay mai sáng chiều tối năm tháng giờ đi đến về ra vào lên xuống nói nghe đọc viết hỏi trả lời biết
thấy làm ăn uống mua bán tiền nhiều ít lớn nhỏ cao thấp mới cũ đẹp tốt xấu nóng lạnh the a an and or of to in on for is
are was be have has had do not you i we they he she it this that with from at by as if but so what when how why good new
old big small water coffee tea home day night morning thanks hello please yes no can will would class glass
"""
_EVERYDAY = _EVERYDAY_TEXT.split()
_EVERYDAY_MOST = 1


@dataclass(frozen=True)
class Letter:
    """One letter as it looks, with its marks, and where it stands in the text."""

    base: str
    marks: frozenset[str]
    at: int


Word = tuple[Letter, ...]
Piece = tuple[Word, str]


@dataclass(frozen=True)
class Pattern:
    """A compiled pattern of one or several words. `any_marks`: written without accents, so accents do not matter."""

    words: tuple[Word, ...]
    any_marks: bool
    exact: bool
    open_start: bool
    open_end: bool

    @property
    def first(self) -> str:
        """The letters of its first word."""
        return spelled(self.words[0])


@dataclass(frozen=True)
class Hit:
    """A pattern (by its number) found at text[start:end]."""

    number: int
    start: int
    end: int


def spelled(word: Iterable[Letter]) -> str:
    """The bare letters of a word."""
    return "".join(letter.base for letter in word)


# ── Reading ─────────────────────────────────────────────────────────────────────────────────────────────────────
def _opened(value: str) -> Iterator[tuple[str, int]]:
    """Each character of the opened text with its place; invisible signs are left out."""
    for at, char in enumerate(value):
        if unicodedata.category(char) in ("Cf", "Cc") and char not in "\n\t":
            continue
        for part in unicodedata.normalize("NFKD", char):
            yield part, at


def _letters(value: str) -> Iterator[Letter | tuple[str, int]]:
    """Letters with their marks, and everything else as (character, place)."""
    base, marks, at = "", set(), 0
    for char, place in _opened(value):
        if unicodedata.combining(char):
            if char in _TONES:
                marks.add(char)
            continue
        if base:
            yield from _spread(base, marks, at)
        base, marks, at = "", set(), place
        seen = latin(char)
        if char in "đĐ":
            base, marks = "d", {_STROKE}
        elif seen.isalnum():
            base = seen
        else:
            yield char, place
    if base:
        yield from _spread(base, marks, at)


def _spread(base: str, marks: set[str], at: int) -> Iterator[Letter]:
    """One Letter a base; a look-alike that stands for two letters becomes two."""
    for char in base:
        yield Letter(char, frozenset(marks), at)


def _pieces(value: str) -> list[Piece]:
    """The words of a text in order, each with the signs that stand before it; the last piece holds what is left."""
    found: list[Piece] = []
    word: list[Letter] = []
    gap = ""
    for item in _letters(value):
        if isinstance(item, Letter):
            word.append(item)
            continue
        if word:
            found.append((tuple(word), gap))
            word, gap = [], ""
        gap += item[0]
    return [*found, (tuple(word), gap), ((), "")] if word else [*found, ((), gap)]


def _with_signs(pieces: list[Piece], place: int) -> Iterator[Word]:
    """The word with a sign before or behind it read as a letter: "$ex", "as$"."""
    word, gap = pieces[place]
    behind = pieces[place + 1][1]
    before = (Letter(_SIGNS[gap[-1]], frozenset(), word[0].at),) if gap and gap[-1] in _SIGNS else ()
    after = (Letter(_SIGNS[behind[0]], frozenset(), word[-1].at),) if behind and behind[0] in _SIGNS else ()
    for start, end in ((before, ()), ((), after), (before, after)):
        if start or end:
            yield (*start, *word, *end)


def _unleet(word: Word, one: str) -> Word:
    """Digits inside a word of letters read as the letters they stand for; `one` is what 1 is taken for."""
    if not any(letter.base.isalpha() for letter in word):
        return word
    stands = {**_DIGITS, "1": one}
    return tuple(Letter(stands.get(letter.base, letter.base), letter.marks, letter.at) for letter in word)


def _unstretched(word: Word) -> Iterator[Word]:
    """Where a letter stands three times or more ("viaaagra"): the word with it once, and with it twice."""
    runs: list[list[Letter]] = []
    for letter in word:
        if runs and runs[-1][0].base == letter.base:
            runs[-1].append(letter)
        else:
            runs.append([letter])
    if any(len(run) > 2 for run in runs):
        for keep in (1, 2):
            yield tuple(letter for run in runs for letter in (run[:keep] if len(run) > 2 else run))


def _readings(word: Word) -> Iterator[Word]:
    yield word
    if any(letter.base in _DIGITS for letter in word):
        yield _unleet(word, "i")
        yield _unleet(word, "l")
    yield from _unstretched(_unleet(word, "i"))


def _clumps(pieces: list[Piece]) -> Iterator[Word]:
    """Words held together by signs without a space (each sign as a letter, too), and single letters with spaces."""
    for joined in (_held_together, _spaced_out, _signed):
        run: list[Letter] = []
        parts = 0
        last: Word = ()
        for word, gap in pieces:
            if parts and word and joined(last, word, gap):
                if joined is _signed:
                    run.append(Letter(_SIGNS[gap], frozenset(), word[0].at))
                run += word
                parts, last = parts + 1, word
                continue
            if parts > 1:
                yield tuple(run)
            run, parts, last = list(word), 1 if word else 0, word
        if parts > 1:
            yield tuple(run)


def _held_together(_before: Word, _word: Word, gap: str) -> bool:
    return 0 < len(gap) <= 3 and all(char in _JOINS for char in gap)


def _spaced_out(before: Word, word: Word, gap: str) -> bool:
    single = len(before) == 1 and len(word) == 1
    return single and 0 < len(gap) <= 3 and all(char.isspace() or char in _JOINS for char in gap)


def _signed(_before: Word, _word: Word, gap: str) -> bool:
    return gap in _SIGNS


# ── Patterns ────────────────────────────────────────────────────────────────────────────────────────────────────
def compile_word(pattern: str) -> Pattern:
    """Reads a pattern; raises Invalid (`field` pattern) when it is empty, too short, or would stop ordinary talk."""
    exact = pattern.startswith("=")
    body = pattern.removeprefix("=").strip()
    if len(pattern) > LONGEST:
        raise Invalid(_("Up to 100 characters fit."), field="pattern")
    open_start, open_end = body.startswith("*"), body.endswith("*")
    body = body.strip("*").strip()
    if "*" in body:
        raise Invalid(_("A star opens the beginning or the end of a word; inside it has no meaning."), field="pattern")
    words = tuple(word for word, _gap in _pieces(body) if word)
    letters = sum(len(word) for word in words)
    if letters < (STARRED_LETTERS if open_start or open_end else LETTERS_LEAST):
        raise Invalid(
            _("Too short: it would find far too much. Two letters at least, three with a star."), field="pattern"
        )
    any_marks = not exact and not any(letter.marks for word in words for letter in word)
    made = Pattern(words, any_marks, exact, open_start, open_end)
    found = [word for word in _EVERYDAY if Matcher([made]).hits(word)]
    if len(found) >= _EVERYDAY_MOST:
        raise Invalid(
            _("This would stop ordinary talk; it finds for example %(words)s.") % {"words": ", ".join(found[:4])},
            field="pattern",
        )
    return made


def _same(wanted: Word, word: Word, pattern: Pattern) -> bool:
    """Whether the marks fit, letter by letter (the bases are the same already)."""
    if pattern.any_marks:
        return True
    if pattern.exact:
        return all(ours.marks == theirs.marks for ours, theirs in zip(wanted, word, strict=True))
    return all(theirs.marks <= ours.marks for ours, theirs in zip(wanted, word, strict=True))


def _fits_open(pattern: Pattern, wanted: Word, word: Word) -> bool:
    """A pattern with a star: compared at the end that is closed, or anywhere inside."""
    size, bare, text = len(wanted), spelled(wanted), spelled(word)
    if pattern.open_start and pattern.open_end:
        starts, at = [], text.find(bare)
        while at >= 0:
            starts.append(at)
            at = text.find(bare, at + 1)
    elif pattern.open_end:
        starts = [0] if text.startswith(bare) else []
    else:
        starts = [len(word) - size] if text.endswith(bare) else []
    return any(_same(wanted, word[start : start + size], pattern) for start in starts)


@dataclass
class Matcher:
    """Many patterns made ready once; `hits` reads a text."""

    patterns: list[Pattern]
    _whole: dict[str, list[int]] = field(default_factory=dict, init=False)
    _open: list[int] = field(default_factory=list, init=False)

    def __post_init__(self) -> None:
        for number, pattern in enumerate(self.patterns):
            if (pattern.open_start or pattern.open_end) and len(pattern.words) == 1:
                self._open.append(number)
            else:
                self._whole.setdefault(pattern.first, []).append(number)

    def places(self, value: str) -> list[Hit]:
        """Every place of every pattern, in the order of the text's words; a place may be told twice."""
        pieces = _pieces(unicodedata.normalize("NFC", value))
        found: list[Hit] = []
        for place, (word, _gap) in enumerate(pieces):
            if word:
                for reading in (*_readings(word), *_with_signs(pieces, place)):
                    found += self._look(reading, pieces, place)
        for clump in _clumps(pieces):
            for reading in _readings(clump):
                found += self._look(reading, [], 0)
        return found

    def hits(self, value: str) -> list[Hit]:
        """Every pattern that is found, at one of its places; in the order of the patterns."""
        found = {hit.number: hit for hit in reversed(self.places(value))}
        return [found[number] for number in sorted(found)]

    def _look(self, word: Word, pieces: list[Piece], place: int) -> Iterator[Hit]:
        for number in self._whole.get(spelled(word), ()):
            pattern = self.patterns[number]
            follow = [piece for piece, _gap in pieces[place + 1 : place + len(pattern.words)]]
            if _same(pattern.words[0], word, pattern) and _goes_on(pattern, follow):
                last = follow[-1] if follow else word
                yield Hit(number, word[0].at, last[-1].at + 1)
        for number in self._open:
            pattern = self.patterns[number]
            if _fits_open(pattern, pattern.words[0], word):
                yield Hit(number, word[0].at, word[-1].at + 1)


def _goes_on(pattern: Pattern, follow: list[Word]) -> bool:
    """Whether the words behind the first are those of the pattern."""
    wanted = pattern.words[1:]
    return len(follow) == len(wanted) and all(
        spelled(ours) == spelled(theirs) and _same(ours, theirs, pattern)
        for ours, theirs in zip(wanted, follow, strict=True)
    )


def covered(value: str, hits: Iterable[Hit]) -> str:
    """The text with the letters of these places covered, spaces kept. Expects the text in its composed form (NFC)."""
    letters = list(unicodedata.normalize("NFC", value))
    for hit in hits:
        for at in range(hit.start, hit.end):
            if not letters[at].isspace():
                letters[at] = _COVER
    return "".join(letters)
