"""Text that stayed in the other language: what a reader would see of a page, and what in it is foreign to her.

`wrong_side()` serves the browser's audit. `spoken(html)` takes a page apart into its texts with the language each is
marked with, and `foreign(html, language, …)` names what does not belong. A text is foreign to Vietnamese when it is,
word for word, a message of ours or of a package that has Vietnamese, or when it holds an English word; to English, when
a third of its words hold Vietnamese letters. What names its own language (`lang`), code, what somebody typed or is
quoted with, and names of people are left alone.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from functools import cache
from html.parser import HTMLParser

import polib

from tests.tooling.house import ROOT

VIETNAMESE = re.compile(
    "[ăâđêôơưàảãáạằẳẵắặầẩẫấậèẻẽéẹềểễếệìỉĩíịòỏõóọồổỗốộờởỡớợùủũúụừửữứựỳỷỹýỵ]", re.IGNORECASE
)  # fmt: skip
LETTERS = re.compile(r"[^\W\d_]+")
WORD = re.compile(r"[A-Za-z][A-Za-z'’]*[A-Za-z]")
# English words that no Vietnamese sentence holds; "to", "on", "in", "an", "the" and "no" are Vietnamese syllables too.
SMALL = """
and are been by for from has have here is it its not of or our please that their there these this those was were
what when where which who will with would you your
"""
FUNCTION_WORDS = frozenset(SMALL.split())
# Words that are Vietnamese too, that Vietnamese has taken in as they are, and names of things.
SAME = """
admin android api app avatar blog chat chrome cookie css csv django email emoji facebook file firefox font
google gmail html http https icon internet ios iphone json javascript link linux logo macos markdown menu mobile
online pdf png safari sms svg than tab tiktok totp url utf video wagtail web webp wifi windows xlsx xml youtube
zalo zip zoom
"""
TAKEN_IN = frozenset(SAME.split())
VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
# What a form field holds was typed by somebody; what a label says is read.
SILENT = {"script", "style", "code", "kbd", "pre", "samp", "textarea", "title"}
READ_ALOUD = ("alt", "title", "aria-label", "aria-description", "aria-roledescription", "placeholder", "label")
SPACES = re.compile(r"\s+")
QUOTED = re.compile("“[^”]*”|‘[^’]*’")


@cache
def pairs() -> tuple[tuple[str, str], ...]:
    """Each message of ours and of the packages with its Vietnamese, where the two differ."""
    found = []
    for path in sorted(ROOT.glob("locale/**/LC_MESSAGES/*.po")):
        for entry in polib.pofile(str(path)):
            for english in filter(None, (entry.msgid, entry.msgid_plural)):
                vietnamese = entry.msgstr or next(iter(entry.msgstr_plural.values()), "")
                if vietnamese and vietnamese != english:
                    found.append((english, vietnamese))
    return tuple(found)


@cache
def wrong_side() -> dict[str, set[str]]:
    """Per language, the strings as they must not appear there: English ones in vi, Vietnamese ones in en."""
    told = [(english, vietnamese) for english, vietnamese in pairs() if "%" not in english and "{" not in english]
    english, vietnamese = {pair[0] for pair in told}, {pair[1] for pair in told}
    both = english & vietnamese
    return {"vi": english - both, "en": vietnamese - both}


@cache
def english_words() -> frozenset[str]:
    """Words by which English is known: of four letters or more in any message, and in no Vietnamese text."""
    english, vietnamese = set(FUNCTION_WORDS), set(TAKEN_IN)
    for msgid, msgstr in pairs():
        text = re.sub(r"<[^>]*>|%\(\w+\)[sdr]|\{\w*\}|&\w+;", " ", msgid)
        english.update(word.lower() for word in WORD.findall(text) if len(word) > 3)
        vietnamese.update(word.lower() for word in WORD.findall(re.sub(r"<[^>]*>|%\(\w+\)[sdr]|\{\w*\}", " ", msgstr)))
    return frozenset(english - vietnamese)


class _Speech(HTMLParser):
    """Collects texts with the language they are marked with."""

    def __init__(self, language: str) -> None:
        super().__init__(convert_charrefs=True)
        self.stack: list[tuple[str, str, bool]] = [("", language, False)]
        self.texts: list[tuple[str, str]] = []

    def say(self, text: str | None, language: str) -> None:
        text = SPACES.sub(" ", text or "").strip()
        if text:
            self.texts.append((language, text))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        _tag, language, silent = self.stack[-1]
        language = (given.get("lang") or language).split("-")[0]
        hushed = silent or given.get("translate") == "no"
        silent = hushed or tag in SILENT
        if not hushed:
            for name in READ_ALOUD:
                self.say(given.get(name), language)
            if tag == "input" and given.get("type") in ("submit", "button", "reset"):
                self.say(given.get("value"), language)
        if tag not in VOID:
            self.stack.append((tag, language, silent))

    def handle_endtag(self, tag: str) -> None:
        for depth in range(len(self.stack) - 1, 0, -1):
            if self.stack[depth][0] == tag:
                del self.stack[depth:]
                return

    def handle_data(self, data: str) -> None:
        _tag, language, silent = self.stack[-1]
        if not silent:
            self.say(data, language)


def spoken(html: str, language: str = "vi") -> list[tuple[str, str]]:
    """What a page says, seen or read aloud: (marked language, text), in order."""
    speech = _Speech(language)
    speech.feed(html)
    speech.close()
    return speech.texts


def without(names: Collection[str], text: str) -> str:
    """The text without names of people and places."""
    for name in names:
        if name in text:
            text = re.sub(rf"(?<!\w){re.escape(name)}(?!\w)", " ", text)
    return text


def foreign(html: str, language: str, names: Collection[str] = ()) -> Iterator[str]:
    """Texts of a page that are not in its language, in order and each once."""
    wrong, known = wrong_side()[language], sorted(names, key=len, reverse=True)
    seen = set()
    for marked, text in spoken(html, language):
        if (marked, text) in seen:
            continue
        seen.add((marked, text))
        if marked == language and text not in names and (text in wrong or strange(without(known, text), language)):
            yield text


def strange(text: str, language: str) -> bool:
    """Whether a text holds a word (for Vietnamese) or a letter (for English) of the other language."""
    # What somebody said is quoted as it was said.
    text = QUOTED.sub(" ", text)
    if language == "en":
        words = LETTERS.findall(text)
        # "The café in Hàng Bún" is English still.
        return sum(1 for word in words if VIETNAMESE.search(word)) * 3 >= len(words) > 0
    text = re.sub(r"\S+@\S+|https?://\S+|\S+/\S+", " ", text)
    return any(word.lower() in english_words() for word in WORD.findall(text))
