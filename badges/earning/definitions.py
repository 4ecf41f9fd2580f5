"""What an earning rule may say: typed fields, no code. `RuleInForce.definition` is read only through here."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from badges.earning import conditions
from badges.earning.conditions import Condition
from portal.core.errors import Invalid

EVER = date(1970, 1, 1)
_WINDOWS = ("day", "month", "year", "ever")
_BENEFICIARIES = ("member", "author", "actor", "helper")
_MAX_POINTS = 100_000
_MOST_SEGMENTS = 8
# What two members pay each other: the more, the less.
PAIR = "pair"


@dataclass(frozen=True)
class Cap:
    """At most `limit` of `metric` in a calendar window of the programme zone.

    `scope`: "rule" (this rule), "giver" (this rule, by the same other member), "subject" (this rule, for the same
    object), "pair" (see below) or "group:<name>" (all rules that name the group). `metric`: "times" or a type's code.
    `on_exceed`: "trim" pays what still fits (any order of the window's events grants the same total), "reject" nothing.
    "pair": what this member and the other one pay each other by this rule. Each time both sides have had `limit` of it
    in the window, a further act between them pays half as much as before, rounded down.
    """

    scope: str
    metric: str
    limit: int
    window: str = "day"
    on_exceed: str = "reject"

    def window_start(self, day: date) -> date:
        """The first day of the window that holds `day`."""
        return {"day": day, "month": day.replace(day=1), "year": day.replace(month=1, day=1), "ever": EVER}[self.window]


@dataclass(frozen=True)
class Wait:
    """When the points are confirmed. `responders`: `needed` distinct other members reply or react within `days`.

    `givers`: at once while the last `last` acts came from at least `needed` different members, else when they do.
    `time`: after `hours`.
    """

    kind: str
    needed: int = 0
    last: int = 0
    days: int = 7
    hours: int = 0


@dataclass(frozen=True)
class Definition:
    """A rule as it is judged. `points` maps point type code to a positive whole number."""

    beneficiary: str
    points: dict[str, int]
    caps: tuple[Cap, ...] = ()
    wait: Wait | None = None
    exclude_self: bool = False
    # What it asks of the values that came with the event; all must hold.
    when: tuple[Condition, ...] = ()
    # Only who was in one of these segments when it happened; empty: everybody.
    segments: tuple[str, ...] = ()
    raw: dict[str, Any] = field(default_factory=dict, compare=False)

    @property
    def paired(self) -> bool:
        """Whether it counts what two members pay each other."""
        return any(cap.scope == PAIR for cap in self.caps)


def parse(raw: dict[str, Any]) -> Definition:
    """The definition behind stored JSON; raises Invalid with the field that is wrong."""
    _only(raw, {"beneficiary", "points", "caps", "wait", "exclude_self", "when", "segments"})
    if raw.get("beneficiary") not in _BENEFICIARIES:
        raise Invalid(_("Choose whom the rule pays."), field="beneficiary")
    points = raw.get("points")
    if not isinstance(points, dict) or not points:
        raise Invalid(_("Say how many points the rule pays."), field="points")
    for amount in points.values():
        _whole(amount, 1, _MAX_POINTS, "points")
    caps = tuple(_cap(c, points) for c in raw.get("caps", []))
    return Definition(
        raw["beneficiary"], dict(points), caps, _wait(raw.get("wait")), bool(raw.get("exclude_self")),
        conditions.parse(raw.get("when", [])), _segments(raw.get("segments", [])), raw,
    )  # fmt: skip


def _segments(raw: Any) -> tuple[str, ...]:
    if not isinstance(raw, list) or len(raw) > _MOST_SEGMENTS or not all(isinstance(one, str) and one for one in raw):
        raise Invalid(_("Choose this from the list."), field="segments")
    return tuple(raw)


def _cap(raw: dict[str, Any], points: dict[str, int]) -> Cap:
    _only(raw, {"scope", "metric", "limit", "window", "on_exceed"})
    cap = Cap(**raw)
    if cap.scope not in ("rule", "giver", "subject", PAIR) and not cap.scope.startswith("group:"):
        raise Invalid(_("A cap counts by rule, giver, subject or group."), field="caps")
    if cap.window not in _WINDOWS or cap.on_exceed not in ("trim", "reject"):
        raise Invalid(_("A cap needs a calendar window, and trims or rejects."), field="caps")
    if cap.scope == PAIR and (cap.metric, cap.on_exceed) != ("times", "trim"):
        raise Invalid(
            _("What two members pay each other is counted in times, and beyond that half is paid."), field="caps"
        )
    if cap.metric != "times" and cap.metric not in points:
        raise Invalid(_("The cap counts points that the rule does not pay."), field="caps")
    _whole(cap.limit, 1, 10_000_000, "caps")
    if cap.metric != "times" and cap.limit < points[cap.metric]:
        raise Invalid(_("The cap is below a single award, so the rule could never pay in full."), field="caps")
    return cap


def _wait(raw: dict[str, Any] | None) -> Wait | None:
    if raw is None:
        return None
    _only(raw, {"kind", "needed", "last", "days", "hours"})
    wait = Wait(**raw)
    if wait.kind not in ("responders", "givers", "time"):
        raise Invalid(_("Choose what the points wait for."), field="wait")
    if wait.kind == "time":
        _whole(wait.hours, 1, 24 * 400, "wait")
    else:
        _whole(wait.needed, 1, 50, "wait")
        _whole(wait.days, 1, 400, "wait")
    return wait


def _only(raw: dict[str, Any], allowed: set[str]) -> None:
    if not isinstance(raw, dict) or set(raw) - allowed:
        raise Invalid(_("The rule holds a field that nobody reads."), field=",".join(sorted(set(raw) - allowed)))


def _whole(value: Any, low: int, high: int, where: str) -> None:
    if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
        raise Invalid(_("Please give a whole number in the allowed range."), field=where)
