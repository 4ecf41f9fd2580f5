"""A segment in plain words, condition by condition."""

from collections.abc import Mapping
from datetime import date

from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from badges.segments.definitions import KINDS, Condition, Group

SENTENCES = {
    "joined_since": gettext_noop("joined on %(value)s or later"),
    "joined_within": gettext_noop("joined within the last %(days)s days"),
    "language": gettext_noop("reads in %(value)s"),
    "birth_month": gettext_noop("has her birthday in month %(number)s"),
    "consent": gettext_noop("agreed to: %(value)s"),
    "tier": gettext_noop("is in the tier %(value)s"),
    "badge": gettext_noop("holds the badge “%(value)s”"),
    "active_days": gettext_noop("was active on %(number)s of the last %(days)s days or more"),
    "did": gettext_noop("%(value)s %(number)s times or more within the last %(days)s days"),
    "seen": gettext_noop("was active within the last %(days)s days"),
    "status": gettext_noop("has %(number)s tier points or more this year"),
    "spend": gettext_noop("can spend %(number)s points or more"),
}


def words_of(group: Group, names: Mapping[str, str] | None = None) -> list[str]:
    """What is asked, a line each; a group is one line. `names`: how words are called, by `kind:code`."""
    return [_line(part, names or {}) for part in group.parts]


def mode_words(mode: str) -> str:
    """How the lines hang together."""
    return _("all of these") if mode == "all" else _("any of these")


def _line(part: Condition | Group, names: Mapping[str, str]) -> str:
    if isinstance(part, Group):
        lines = "; ".join(_line(one, names) for one in part.parts)
        return f"{mode_words(part.mode)}: {lines}"
    number, days = (number_format(n, use_l10n=True, force_grouping=True) for n in (part.number, part.days))
    words = _(SENTENCES[part.what]) % {"value": _value(part, names), "number": number, "days": days}
    return _("not: %(words)s") % {"words": words} if part.negated else words


def _value(part: Condition, names: Mapping[str, str]) -> str:
    kind = KINDS[part.what].value
    if kind == "day":
        return date_format(date.fromisoformat(part.value), "DATE_FORMAT")
    return names.get(f"{kind}:{part.value}", part.value)
