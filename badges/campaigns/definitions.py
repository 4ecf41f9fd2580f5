"""What a campaign may say: typed fields, no code. `CampaignInForce.definition` is read only through here.

`{"rules": ["reply"], "events": ["reply_posted"], "types": ["spend"], "times": "3/2", "tiers": {"gold": "2"},`
` "scopes": ["tea"], "segments": ["regulars"], "group": "tet", "mode": "best_of", "beyond_caps": false,`
` "budget": {"type": "spend", "limit": 5000, "on_exceed": "trim"}}`
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from django.utils.translation import gettext_lazy as _

from portal.core.errors import Invalid

TYPES = ("spend", "status", "rep")
MODES = ("first_match", "best_of", "stack")
# More than ten times an award is a slip of the hand; finer than hundredths nobody reckons.
MOST_TIMES, FINEST = 10, 100
MOST_BUDGET = 1_000_000_000
_MOST_NAMED = 40
_FIELDS = {
    "rules", "events", "types", "times", "tiers", "scopes", "segments", "group", "mode", "beyond_caps", "budget",
}  # fmt: skip
_TIMES = re.compile(r"[0-9]{1,4}(/[0-9]{1,4})?")
_GROUP = re.compile(r"[a-z0-9-]{1,40}")


@dataclass(frozen=True)
class Limit:
    """At most so many points of a type in all. `on_exceed`: "trim" gives what is left, "reject" nothing of that act."""

    type: str
    points: int
    on_exceed: str


@dataclass(frozen=True)
class Terms:
    """A campaign as it is reckoned. `times`: None where only members of the named `tiers` are meant."""

    rules: tuple[str, ...]
    events: tuple[str, ...]
    types: tuple[str, ...]
    times: Fraction | None
    tiers: Mapping[str, Fraction]
    scopes: tuple[str, ...] = ()
    segments: tuple[str, ...] = ()
    group: str = ""
    mode: str = "stack"
    beyond_caps: bool = False
    limit: Limit | None = None

    def lifts(self, rule: str, event: str) -> bool:
        """Whether it means this rule: by its code, or by the event that it hears."""
        return rule in self.rules or event in self.events

    def times_for(self, tier: str) -> Fraction | None:
        """How many times as much a member of this tier gets; None: nothing more."""
        return self.tiers.get(tier, self.times)

    @property
    def most_times(self) -> Fraction:
        """The highest of all its multipliers."""
        return max([*self.tiers.values(), *([self.times] if self.times is not None else [])])


def more(amount: int, times: Fraction) -> int:
    """What so many times as much adds to whole points, rounded down."""
    return amount * times.numerator // times.denominator - amount


def parse(raw: Mapping[str, Any]) -> Terms:
    """The terms behind stored JSON; raises Invalid with the field that is wrong."""
    if not isinstance(raw, Mapping) or set(raw) - _FIELDS:
        raise Invalid(_("The campaign holds a field that nobody reads."), field="lifts")
    rules, events = _names(raw, "rules", "lifts"), _names(raw, "events", "lifts")
    if not rules and not events:
        raise Invalid(_("Choose at least one rule that it lifts."), field="lifts")
    types = _names(raw, "types", "types")
    if not types or set(types) - set(TYPES):
        raise Invalid(_("Choose which points it lifts."), field="types")
    tiers = raw.get("tiers", {})
    if not isinstance(tiers, dict) or not all(isinstance(code, str) and code for code in tiers):
        raise Invalid(_("Choose this from the list."), field="times")
    own = {code: times_of(value, f"tier_{code}") for code, value in tiers.items()}
    times = times_of(raw["times"], "times") if raw.get("times") else None
    if times is None and not own:
        raise Invalid(_("Say how many times as much it pays."), field="times")
    group, mode = raw.get("group", ""), raw.get("mode", "stack")
    if not isinstance(group, str) or (group and not _GROUP.fullmatch(group)):
        raise Invalid(_("A group is named by small letters, digits and hyphens."), field="group")
    if mode not in MODES:
        raise Invalid(_("Choose this from the list."), field="mode")
    return Terms(
        rules, events, types, times, own, _names(raw, "scopes", "scopes"), _names(raw, "segments", "segments"), group,
        mode, raw.get("beyond_caps") is True, _limit(raw.get("budget"), types),
    )  # fmt: skip


def times_of(value: Any, field: str) -> Fraction:
    """A multiplier as an exact fraction, "2" or "3/2"; raises Invalid beside `field`."""
    if not isinstance(value, str) or not _TIMES.fullmatch(value) or value.endswith(("/0", "/00", "/000", "/0000")):
        raise Invalid(_("Write a whole number or a fraction, such as 2 or 3/2."), field=field)
    found = Fraction(value)
    if not 1 < found <= MOST_TIMES or found.denominator > FINEST:
        words = _("More than once and at most %(most)d times as much, in hundredths at the finest.")
        raise Invalid(words % {"most": MOST_TIMES}, field=field)
    return found


def _names(raw: Mapping[str, Any], key: str, field: str) -> tuple[str, ...]:
    found = raw.get(key, [])
    if not isinstance(found, list) or len(found) > _MOST_NAMED or not all(isinstance(o, str) and o for o in found):
        raise Invalid(_("Choose this from the list."), field=field)
    return tuple(found)


def _limit(raw: Any, types: tuple[str, ...]) -> Limit | None:
    if raw is None:
        return None
    if not isinstance(raw, dict) or set(raw) != {"type", "limit", "on_exceed"}:
        raise Invalid(_("The campaign holds a field that nobody reads."), field="budget_limit")
    if raw["type"] not in types:
        raise Invalid(_("The budget counts points that the campaign does not lift."), field="budget_type")
    if raw["on_exceed"] not in ("trim", "reject"):
        raise Invalid(_("Choose this from the list."), field="budget_on_exceed")
    points = raw["limit"]
    if isinstance(points, bool) or not isinstance(points, int) or not 1 <= points <= MOST_BUDGET:
        raise Invalid(_("Please give a whole number in the allowed range."), field="budget_limit")
    return Limit(raw["type"], points, raw["on_exceed"])
