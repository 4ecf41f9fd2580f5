"""What a rule asks of the values that came with an event of another system: typed conditions, no code.

`{"field": "cups", "is": "at_least", "value": 3}`; all of a rule's conditions must hold. A value of another type never
holds: yes is not 1, and "3" is no number.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from portal.core.errors import Invalid
from portal.events.types.outside import askable

Value = bool | int | str
WAYS = ("equals", "at_least", "one_of")
MOST, MOST_VALUES = 8, 20
_FIELD = re.compile(r"[a-z0-9_]{1,40}")
_NEVER = gettext_lazy("No event could meet all of these together, so the rule could never pay.")


@dataclass(frozen=True)
class Condition:
    """One condition on one value. `values`: what is asked for; of `at_least` the one number."""

    field: str
    way: str
    values: tuple[Value, ...]

    def holds(self, told: Mapping[str, Any]) -> bool:
        """Whether what was told meets it; what was not told meets nothing."""
        value = told.get(self.field)
        if self.way == "at_least":
            return type(value) is int and value >= self._least
        return any(_same(value, one) for one in self.values)

    @property
    def _least(self) -> int:
        return int(self.values[0])

    def raw(self) -> dict[str, Any]:
        """As it is stored."""
        value: Any = list(self.values) if self.way == "one_of" else self.values[0]
        return {"field": self.field, "is": self.way, "value": value}


def parse(rows: Any) -> tuple[Condition, ...]:
    """The conditions behind stored JSON; raises Invalid (`when`) for one that nobody reads."""
    if not isinstance(rows, list) or len(rows) > MOST:
        raise Invalid(_("A rule asks for up to %(n)d things.") % {"n": MOST}, field="when")
    return tuple(_one(row) for row in rows)


def _one(row: Any) -> Condition:
    if not isinstance(row, dict) or set(row) != {"field", "is", "value"} or row["is"] not in WAYS:
        raise Invalid(_("The rule holds a field that nobody reads."), field="when")
    if not isinstance(row["field"], str) or not _FIELD.fullmatch(row["field"]):
        raise Invalid(_("A value is named by small letters, digits and _."), field="when")
    found = row["value"] if row["is"] == "one_of" else [row["value"]]
    if not isinstance(found, list) or not 1 <= len(found) <= MOST_VALUES:
        raise Invalid(_("Name up to %(n)d values.") % {"n": MOST_VALUES}, field="when")
    if row["is"] == "at_least" and type(found[0]) is not int:
        raise Invalid(_("“At least” asks for a whole number."), field="when")
    if any(askable({"value": value}) == {} for value in found):
        said = _("Ask for a whole number, true or false, or a short word of small letters: nothing else is kept.")
        raise Invalid(said, field="when")
    return Condition(row["field"], row["is"], tuple(found))


def check_possible(conditions: Iterable[Condition]) -> None:
    """Raises Invalid (`when`) for conditions that no event could meet together."""
    by_field: dict[str, list[Condition]] = {}
    for condition in conditions:
        by_field.setdefault(condition.field, []).append(condition)
    for field, asked in by_field.items():
        named = [condition for condition in asked if condition.way != "at_least"]
        if named and not any(all(one.holds({field: value}) for one in asked) for value in named[0].values):
            raise Invalid(_NEVER, field="when")


def unmet(conditions: Iterable[Condition], told: Mapping[str, Any]) -> Condition | None:
    """The first condition that what was told does not meet; None when all hold."""
    return next((condition for condition in conditions if not condition.holds(told)), None)


def words(condition: Condition) -> str:
    """In plain words, in the reader's language: “cups” is at least 3."""
    said = {"field": condition.field, "value": pgettext("one of", " or ").join(map(_value, condition.values))}
    if condition.way == "at_least":
        return _("“%(field)s” is at least %(value)s") % said
    return _("“%(field)s” is %(value)s") % said


def _value(value: Value) -> str:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return str(value) if isinstance(value, int) else f"“{value}”"


def _same(value: Any, asked: Value) -> bool:
    return type(value) is type(asked) and value == asked
