"""Text that stayed in the other language: a visible string that is, word for word, the wrong side of our catalogue."""

from __future__ import annotations

import polib

from tests.tooling.house import ROOT

# Every visible text node and every text that is read aloud instead of seen.
COLLECT = """() => {
  const found = new Set();
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const holder = walker.currentNode.parentElement;
    if (holder && !holder.closest('script,style,template,[lang]:not(html)')) found.add(walker.currentNode.data);
  }
  for (const name of ['aria-label', 'placeholder', 'title', 'alt'])
    document.querySelectorAll(`[${name}]`).forEach((el) => {
      if (!el.closest('[lang]:not(html)')) found.add(el.getAttribute(name));
    });
  found.add(document.title);
  return [...found].map((text) => text.replace(/\\s+/g, ' ').trim()).filter((text) => text.length > 2);
}"""


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
