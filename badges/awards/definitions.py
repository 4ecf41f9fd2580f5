"""What a badge's criteria may say: typed conditions, no code. `BadgeInForce.criteria` is read only through here."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from portal.core.errors import Invalid

# Everything that is counted today, and for a badge "once per target" whether a fact of it names a target.
METRICS = {
    "joined": False, "profile_completed": False, "story_read": True, "topic_started": True, "reply_posted": True,
    "reply_received": True, "reaction_given": True, "reaction_received": True, "chat_day": True, "tier_reached": True,
    "year_here": True, "answer_accepted": True, "challenge_finished": True,
}  # fmt: skip
COUNTS = ("times", "targets", "people", "days", "streak")
_MOST, _LONGEST_WINDOW = 100_000, 3660


@dataclass(frozen=True)
class Condition:
    """At least `at_least` of something, in one place.

    `count`: "times" (facts), "targets" (different topics, stories …), "people" (different other members), "days"
    (different days of her calendar), "streak" (days in a row). `within_days`: inside so many days in a row, wherever
    they lie. `hours`: only what happened from hour to hour of her clock, [0, 4] being midnight to before four.
    `targets`: only these.
    """

    metrics: tuple[str, ...]
    count: str
    at_least: int
    within_days: int | None = None
    hours: tuple[int, int] | None = None
    targets: tuple[str, ...] = ()


@dataclass(frozen=True)
class Criteria:
    """All of these at once."""

    all: tuple[Condition, ...]

    @property
    def metrics(self) -> frozenset[str]:
        """Every metric that has a say."""
        return frozenset(metric for condition in self.all for metric in condition.metrics)


def parse(raw: dict[str, Any], *, per_target: bool = False) -> Criteria:
    """The criteria behind stored JSON; raises Invalid with the field that is wrong."""
    _only(raw, {"all"})
    conditions = raw.get("all")
    if not isinstance(conditions, list) or not conditions:
        raise Invalid(_("Say what has to be done for the badge."), field="all")
    criteria = Criteria(tuple(_condition(c) for c in conditions))
    if per_target and not all(METRICS[metric] for metric in criteria.metrics):
        raise Invalid(_("A badge per target counts only what has a target."), field="metrics")
    if per_target and any(c.count in ("targets", "streak") for c in criteria.all):
        raise Invalid(_("A badge per target counts times, people or days on that target."), field="count")
    return criteria


def _condition(raw: dict[str, Any]) -> Condition:
    _only(raw, {"metrics", "count", "at_least", "within_days", "hours", "targets"})
    metrics = raw.get("metrics")
    if not isinstance(metrics, list) or not metrics or set(metrics) - set(METRICS):
        raise Invalid(_("Choose what is counted."), field="metrics")
    if raw.get("count") not in COUNTS:
        raise Invalid(_("Choose how it is counted."), field="count")
    at_least = _whole(raw.get("at_least"), 1, _MOST, "at_least")
    within = raw.get("within_days")
    if within is not None:
        _whole(within, 1, _LONGEST_WINDOW, "within_days")
        if raw["count"] in ("days", "streak") and at_least > within:
            raise Invalid(_("So many days do not fit into that span, so nobody could earn it."), field="within_days")
    return Condition(tuple(metrics), raw["count"], at_least, within, _hours(raw.get("hours")), _targets(raw))


def _hours(raw: Any) -> tuple[int, int] | None:
    if raw is None:
        return None
    if not isinstance(raw, list) or len(raw) != 2:
        raise Invalid(_("Give the hour it begins and the hour it ends."), field="hours")
    begin, end = _whole(raw[0], 0, 23, "hours"), _whole(raw[1], 1, 24, "hours")
    if begin >= end:
        raise Invalid(_("The span ends before it begins."), field="hours")
    return begin, end


def _targets(raw: dict[str, Any]) -> tuple[str, ...]:
    targets = raw.get("targets", [])
    if not isinstance(targets, list) or not all(isinstance(t, str) and 0 < len(t) <= 80 for t in targets):
        raise Invalid(_("Targets are words of the house, such as tier:gold."), field="targets")
    return tuple(targets)


def _only(raw: Any, allowed: set[str]) -> None:
    if not isinstance(raw, dict) or set(raw) - allowed:
        stray = ",".join(sorted(set(raw) - allowed)) if isinstance(raw, dict) else ""
        raise Invalid(_("The criteria hold a field that nobody reads."), field=stray)


def _whole(value: Any, low: int, high: int, where: str) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
        raise Invalid(_("Please give a whole number in the allowed range."), field=where)
    return value
