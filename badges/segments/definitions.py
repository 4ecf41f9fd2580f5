"""What a segment may ask for: typed conditions, all or any of them, with one group inside. No code.

`{"mode": "all", "parts": [{"what": "tier", "value": "gold"}, {"mode": "any", "parts": [{"what": "seen", "days": 30},
{"what": "badge", "value": "reader", "not": true}]}]}`
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from badges.awards.definitions import METRICS
from portal.core.errors import Invalid

MODES = ("all", "any")
MOST, DAYS, NUMBER = 8, 3660, 10**9


@dataclass(frozen=True)
class Kind:
    """One thing that can be asked. `value`: what kind of word it takes (`day`, `language`, `consent`, `tier`, `badge`,
    `metric`), "" for none; `number` and `days`: the largest that is taken, 0 for none. `one`: a member has only one."""

    label: Any
    value: str = ""
    number: int = 0
    days: int = 0
    one: bool = False


KINDS: dict[str, Kind] = {
    "joined_since": Kind(gettext_lazy("joined on this day or later"), "day"),
    "joined_within": Kind(gettext_lazy("joined within so many days"), days=DAYS),
    "language": Kind(gettext_lazy("reads in this language"), "language", one=True),
    "birth_month": Kind(gettext_lazy("has her birthday in this month"), number=12, one=True),
    "consent": Kind(gettext_lazy("agreed to this"), "consent"),
    "tier": Kind(gettext_lazy("is in this tier"), "tier", one=True),
    "badge": Kind(gettext_lazy("holds this badge"), "badge"),
    "active_days": Kind(gettext_lazy("was active on so many days, within so many days"), number=DAYS, days=DAYS),
    "did": Kind(gettext_lazy("did this so many times, within so many days"), "metric", number=100_000, days=DAYS),
    "seen": Kind(gettext_lazy("was active within so many days"), days=DAYS),
    "status": Kind(gettext_lazy("has so many tier points this year"), number=NUMBER),
    "spend": Kind(gettext_lazy("can spend so many points"), number=NUMBER),
}
WORDS: dict[str, tuple[str, ...]] = {"language": ("vi", "en"), "consent": ("news",), "metric": tuple(METRICS)}


@dataclass(frozen=True)
class Condition:
    """One condition; `negated`: it must not hold."""

    what: str
    value: str = ""
    number: int = 0
    days: int = 0
    negated: bool = False


@dataclass(frozen=True)
class Group:
    """All or any of its parts; only the outermost holds groups."""

    mode: str
    parts: tuple["Condition | Group", ...]

    @property
    def conditions(self) -> list[Condition]:
        """All conditions, those of its groups too."""
        found: list[Condition] = []
        for part in self.parts:
            found += part.conditions if isinstance(part, Group) else [part]
        return found


def parse(raw: Any, *, tiers: Iterable[str] | None = None, badges: Iterable[str] | None = None) -> Group:
    """The conditions behind stored JSON; raises Invalid (`parts`) for what nobody reads or nobody could meet.

    With `tiers` and `badges` codes must be among these: asked when it is written, not when it is read.
    """
    known = {"tier": tiers, "badge": badges}
    found = _group(raw, known, inner=False)
    if found.mode == "all":
        _check_together([part for part in found.parts if isinstance(part, Condition)])
    for part in found.parts:
        if isinstance(part, Group) and part.mode == "all":
            _check_together(part.conditions)
    return found


def _group(raw: Any, known: dict[str, Iterable[str] | None], *, inner: bool) -> Group:
    if not isinstance(raw, dict) or set(raw) != {"mode", "parts"} or raw["mode"] not in MODES:
        raise Invalid(_("The segment holds a field that nobody reads."), field="parts")
    parts = raw["parts"]
    if not isinstance(parts, list) or not 1 <= len(parts) <= MOST:
        raise Invalid(_("A segment needs one to %(n)d conditions.") % {"n": MOST}, field="parts")
    read = []
    for part in parts:
        nested = isinstance(part, dict) and "mode" in part
        if nested and inner:
            raise Invalid(_("A group holds no groups."), field="parts")
        read.append(_group(part, known, inner=True) if nested else _condition(part, known))
    return Group(raw["mode"], tuple(read))


def _condition(raw: Any, known: dict[str, Iterable[str] | None]) -> Condition:
    kind = KINDS.get(raw.get("what", "")) if isinstance(raw, dict) else None
    if kind is None:
        raise Invalid(_("Choose what is asked."), field="parts")
    wanted = {"value": bool(kind.value), "number": bool(kind.number), "days": bool(kind.days)}
    if set(raw) - {"what", "not"} != {name for name, needed in wanted.items() if needed}:
        raise Invalid(_("“%(what)s” needs exactly what it names.") % {"what": kind.label}, field="parts")
    if not isinstance(raw.get("not", False), bool):
        raise Invalid(_("The segment holds a field that nobody reads."), field="parts")
    if kind.value:
        _check_word(kind.value, raw["value"], known)
    for name, most in (("number", kind.number), ("days", kind.days)):
        if most and (type(raw[name]) is not int or not 1 <= raw[name] <= most):
            raise Invalid(_("A whole number from 1 to %(most)d, please.") % {"most": most}, field="parts")
    found = Condition(**{name: value for name, value in raw.items() if name != "not"}, negated=raw.get("not", False))
    if found.what == "active_days" and found.number > found.days:
        raise Invalid(_("So many days do not fit into that few: nobody could ever be in it."), field="parts")
    return found


def _check_word(kind: str, value: Any, known: dict[str, Iterable[str] | None]) -> None:
    words = WORDS.get(kind) or known.get(kind)
    if not isinstance(value, str) or (words is not None and value not in words):
        raise Invalid(_("Choose this from the list."), field="parts")
    if kind == "day":
        try:
            date.fromisoformat(value)
        except ValueError:
            raise Invalid(_("Choose a day."), field="parts") from None


def _check_together(conditions: list[Condition]) -> None:
    """Raises Invalid where all shall hold and no member could meet them together."""
    asked: dict[str, set[tuple[str, int]]] = {}
    for one in conditions:
        if KINDS[one.what].one and not one.negated:
            asked.setdefault(one.what, set()).add((one.value, one.number))
    if any(len(values) > 1 for values in asked.values()) or any(
        not one.negated and _turned(one) in conditions for one in conditions
    ):
        raise Invalid(_("Nobody can be all of that at once: nobody could ever be in it."), field="parts")


def _turned(one: Condition) -> Condition:
    return Condition(one.what, one.value, one.number, one.days, not one.negated)
