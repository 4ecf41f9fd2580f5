"""A segment in plain words, condition by condition."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from badges.segments.definitions import KINDS, Condition, Group


def words_of(group: Group, names: Mapping[str, str] | None = None) -> list[str]:
    """What is asked, a line each; a group is one line. `names`: how codes are called."""
    return [_line(part, names or {}) for part in group.parts]


def mode_words(mode: str) -> str:
    """How the lines hang together."""
    return _("all of these") if mode == "all" else _("any of these")


def _line(part: Condition | Group, names: Mapping[str, str]) -> str:
    if isinstance(part, Group):
        lines = "; ".join(_line(one, names) for one in part.parts)
        return f"{mode_words(part.mode)}: {lines}"
    values: list[Any] = [names.get(part.value, part.value)] if part.value else []
    values += [_("%(n)d times or more") % {"n": part.number}] if part.what == "did" else []
    values += [part.number] if part.number and part.what != "did" else []
    values += [_("%(n)d days") % {"n": part.days}] if part.days else []
    words = f"{KINDS[part.what].label}: {', '.join(map(str, values))}"
    return _("not: %(words)s") % {"words": words} if part.negated else words
