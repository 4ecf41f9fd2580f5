"""Text that stayed in the other language: a visible string that is, word for word, the wrong side of our catalogue."""

from __future__ import annotations

import polib

from tests.tooling.house import ROOT


def wrong_side() -> dict[str, set[str]]:
    """Per language, our strings as they must not appear there: English ones in vi, Vietnamese ones in en."""
    english, vietnamese = set(), set()
    for path in sorted(ROOT.glob("locale/vi/LC_MESSAGES/*.po")):
        for entry in polib.pofile(str(path)):
            text = entry.msgstr or next(iter(entry.msgstr_plural.values()), "")
            if text and text != entry.msgid and "%" not in entry.msgid:
                english.add(entry.msgid)
                vietnamese.add(text)
    both = english & vietnamese
    return {"vi": english - both, "en": vietnamese - both}
