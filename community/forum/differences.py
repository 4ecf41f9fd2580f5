"""What changed between two texts, word by word: plain values for a template, never HTML."""

import re
from dataclasses import dataclass
from difflib import SequenceMatcher

_WORDS = re.compile(r"\s+|[^\s]+")
# Beyond this many words the comparison goes by lines, so that no pair of texts holds a worker for long.
MOST_WORDS = 1_500


@dataclass(frozen=True)
class Difference:
    """A run of text: `kind` is "same", "added" or "removed"."""

    kind: str
    text: str


def differences(before: str, after: str, compared: bool = True) -> list[Difference]:
    """The runs of which a reader sees what was taken out and what came in. The first version stands as it is."""
    if not compared:
        return [Difference("same", after)]
    old, new = _pieces(before), _pieces(after)
    if len(old) + len(new) > 2 * MOST_WORDS:
        old, new = before.splitlines(keepends=True), after.splitlines(keepends=True)
    runs: list[Difference] = []
    for tag, a, b, c, d in SequenceMatcher(None, old, new, autojunk=len(old) > MOST_WORDS).get_opcodes():
        if tag == "equal":
            runs.append(Difference("same", "".join(old[a:b])))
            continue
        if b > a:
            runs.append(Difference("removed", "".join(old[a:b])))
        if d > c:
            runs.append(Difference("added", "".join(new[c:d])))
    return runs


def _pieces(text: str) -> list[str]:
    return _WORDS.findall(text)
