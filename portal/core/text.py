"""Text as people type it: cleaned for storage, folded for comparing and for Vietnamese-grade finding."""

import re
import unicodedata

_D = str.maketrans("đĐ", "dD")
# C0/C1 controls but tab and newline; bidi embeddings and isolates that could turn a line around; BOM and other
# invisible marks.
_DROP = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff\ufff9-\ufffb]"
)
_SURROGATE = re.compile("[\ud800-\udfff]")
_SPACES = re.compile(r"\s+")
_BLANK_LINES = re.compile(r"\n{4,}")


def clean(value: str) -> str:
    """Text fit for storage: NFC, no NUL, lone surrogates, control or bidi characters; newlines as `\\n`, trimmed."""
    value = value.replace("\r\n", "\n").replace("\r", "\n")
    value = _SURROGATE.sub("\ufffd", value)
    value = _DROP.sub("", value)
    return _BLANK_LINES.sub("\n\n\n", unicodedata.normalize("NFC", value)).strip()


def clean_line(value: str) -> str:
    """`clean`, on one line with single spaces: for names and titles."""
    return _SPACES.sub(" ", clean(value)).strip()


def fold(value: str) -> str:
    """Text for finding: đ as d, no accents, lower case. `fold("Cà phê SỮA ĐÁ") == "ca phe sua da"`."""
    stripped = unicodedata.normalize("NFD", value.translate(_D))
    return unicodedata.normalize("NFC", "".join(c for c in stripped if unicodedata.category(c) != "Mn")).lower()


_EXTENDING = frozenset({"Mn", "Me", "Mc"})
_JOINER = "\u200d"


def length(value: str) -> int:
    """Characters as a person counts them: an accent, a skin tone or a joined family of emoji adds none.

    The counting rules of Unicode's extended grapheme clusters (UAX #29) that matter for names: marks, joiners, emoji
    modifiers and tags, pairs of regional letters (flags), conjoining Hangul.
    """
    count, joined, flag = 0, False, False
    for c in unicodedata.normalize("NFC", value):
        extends = unicodedata.category(c) in _EXTENDING or c == _JOINER or _modifies(ord(c))
        regional = 0x1F1E6 <= ord(c) <= 0x1F1FF
        if extends or joined or (regional and flag):
            flag = False
        else:
            count, flag = count + 1, regional
        joined = c == _JOINER
    return count


def _modifies(code: int) -> bool:
    """Emoji modifiers (skin tones), tags of flags, Hangul vowels and finals that follow a leading consonant."""
    return 0x1F3FB <= code <= 0x1F3FF or 0xE0020 <= code <= 0xE007F or 0x1160 <= code <= 0x11FF
