"""How the house says amounts, spans and names in the reader's language, and in which language a text is written.

Django knows dates and digits of a language; this adds what it does not: money, percent, spans of days, the order of
Vietnamese names. All follow the active language. Nothing here asks the system's locale or ICU.
"""

import re
import unicodedata
from datetime import date
from decimal import Decimal
from functools import lru_cache

from django.utils.formats import date_format, number_format
from django.utils.translation import get_language

NO_BREAK = "\u00a0"
DASH = "\u2013"
_TAGS = re.compile(r"<[^>]*>|https?://\S+|&\w+;")
_WORDS = re.compile(r"[^\W\d_]+")
_MARKED = re.compile("[ăâđêôơưàảãáạằẳẵắặầẩẫấậèẻẽéẹềểễếệìỉĩíịòỏõóọồổỗốộờởỡớợùủũúụừửữứựỳỷỹýỵ]")
# Short words that stand in every English sentence and in no Vietnamese one, typed with or without accents.
_SMALL_WORDS = """
and are as at but for from has have how if is its of or our that they this was what when where which who will with
you your
"""
_ENGLISH = frozenset(_SMALL_WORDS.split())
# No Vietnamese syllable holds f, j, w, z, or ends with these letters: milk, water, rules, shaped.
_NOT_VIETNAMESE = re.compile("[fjwz]|[bdklrsvx]$|[^n]g$")
# The Vietnamese alphabet: đ after d, ă â after a, and so on; letters of other languages stand where ours do.
_LETTERS = {letter: place for place, letter in enumerate("aăâbcdđeêfghijklmnoôơpqrstuưvwxyz")}
# Tones in the order of dictionaries: level, hanging (à), asking (ả), tumbling (ã), sharp (á), heavy (ạ).
_TONES = {"\u0300": 1, "\u0309": 2, "\u0303": 3, "\u0301": 4, "\u0323": 5}

NameKey = tuple[tuple[tuple[int, ...], tuple[int, ...]], ...]


def money(dong: int | Decimal) -> str:
    """An amount of Vietnamese đồng, which has no smaller coin: `85.000 đ`, in English `85,000 VND`."""
    text = number_format(dong, decimal_pos=0, use_l10n=True, force_grouping=True)
    return f"{text}{NO_BREAK}{'đ' if _vietnamese() else 'VND'}"


def percent(share: float | Decimal, digits: int = 0) -> str:
    """A share of one as percent: `percent(0.125, 1)` is `12,5%`, in English `12.5%`."""
    return f"{number_format(Decimal(str(share)) * 100, decimal_pos=digits, use_l10n=True)}%"


def days(first: date, last: date) -> str:
    """A span of days without saying twice what both ends share: `3–9 tháng 10, 2026`, `3–9 October 2026`."""
    if first > last:
        first, last = last, first
    whole = date_format(last, "DATE_FORMAT")
    if first == last:
        return whole
    if first.year != last.year:
        return f"{date_format(first, 'DATE_FORMAT')} {DASH} {whole}"
    if first.month != last.month:
        return f"{date_format(first, 'MONTH_DAY_FORMAT')} {DASH} {whole}"
    return f"{first.day}{DASH}{whole}"


def name_key(name: str) -> NameKey:
    """Key for sorting people as Vietnamese lists do: by the given name, which stands last, then from the front."""
    *before, given = name.split() or [""]
    return tuple(_syllable(word) for word in (given, *before))


def language_of(text: str) -> str:
    """The language a member's words are most likely in: "vi", "en", or "" when too little tells.

    For `lang` attributes, so that a screen reader pronounces a Vietnamese post on an English page. Tags and addresses
    do not count. Vietnamese is known by its letters, English by its small words and by endings that Vietnamese has not.
    """
    return _language_of(text[:600])


@lru_cache(maxsize=4096)
def _language_of(text: str) -> str:
    words = [word.lower() for word in _WORDS.findall(_TAGS.sub(" ", unicodedata.normalize("NFC", text)))]
    if not words:
        return ""
    marked = sum(1 for word in words if _MARKED.search(word))
    small = sum(1 for word in words if word in _ENGLISH)
    # "The café in Hàng Bún has moved": some marked words do not make a sentence Vietnamese.
    if marked * 2 >= len(words) or (marked * 4 >= len(words) and not small):
        return "vi"
    telling = sum(1 for word in words if word in _ENGLISH or _NOT_VIETNAMESE.search(word))
    return "en" if telling * 5 >= len(words) and (small or telling > 2) else ""


def _vietnamese() -> bool:
    return (get_language() or "vi").startswith("vi")


def _syllable(word: str) -> tuple[tuple[int, ...], tuple[int, ...]]:
    letters, tones = [], []
    for sign in unicodedata.normalize("NFC", word.lower()):
        marks = unicodedata.normalize("NFD", sign)
        tone = next((_TONES[mark] for mark in marks[1:] if mark in _TONES), 0)
        bare = unicodedata.normalize("NFC", "".join(mark for mark in marks if mark not in _TONES))
        letters.append(_LETTERS.get(bare, len(_LETTERS) + ord(bare[0])))
        tones.append(tone)
    return tuple(letters), tuple(tones)
