"""What a challenge may say: days, whom it is for, typed steps, prize. `ChallengeInForce.body` is read only here.

`{"first": "2026-12-01", "last": "2026-12-20", "joining": "asked", "order": "any", "together": false, "share": 0,
"segments": [], "tiers": [], "steps": [{"metrics": ["reply_posted"], "count": "people", "at_least": 3}],
"prize": {"spend": 50}, "on_loss": "keep"}`
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from badges.awards import definitions as criteria
from badges.awards.definitions import Condition
from badges.awards.vocabulary import check_reachable
from portal.core.errors import Invalid

JOINING, ORDERS, LOSSES = ("asked", "all"), ("any", "one_by_one"), ("keep", "take")
PRIZES = ("spend", "status")
FIELDS = {
    "first", "last", "joining", "order", "together", "share", "segments", "tiers", "steps", "prize", "on_loss",
}  # fmt: skip
LONGEST_DAYS, MOST_STEPS, MOST_PRIZE = 366, 5, 10_000
# Finishing one is a fact of its own, which badges count; a challenge does not count challenges.
FINISHED = "challenge_finished"


@dataclass(frozen=True)
class Definition:
    """A challenge as it is judged. `share`: the least that one adds to a goal of all to have a part in its prize."""

    first: date
    last: date
    asked: bool
    in_turn: bool
    together: bool
    share: int
    segments: tuple[str, ...]
    tiers: tuple[str, ...]
    steps: tuple[Condition, ...]
    prize: dict[str, int]
    takes: bool

    @property
    def metrics(self) -> frozenset[str]:
        """Every metric that has a say."""
        return frozenset(metric for step in self.steps for metric in step.metrics)

    @property
    def days(self) -> int:
        """How many days it lasts, the first and the last included."""
        return (self.last - self.first).days + 1


def parse(raw: dict[str, Any]) -> Definition:
    """The definition behind stored JSON; raises Invalid with the wrong field (`steps:2:at_least` for a step)."""
    if not isinstance(raw, dict) or set(raw) - FIELDS:
        raise Invalid(_("The challenge holds a field that nobody reads."), field="steps")
    first, last = _day(raw, "first"), _day(raw, "last")
    if last < first:
        raise Invalid(_("The window ends before it starts."), field="last")
    if (last - first).days >= LONGEST_DAYS:
        raise Invalid(_("A challenge lasts %(n)d days at most.") % {"n": LONGEST_DAYS}, field="last")
    for field, allowed in (("joining", JOINING), ("order", ORDERS), ("on_loss", LOSSES)):
        if raw.get(field) not in allowed:
            raise Invalid(_("Choose this from the list."), field=field)
    found = Definition(
        first, last, raw["joining"] == "asked", raw["order"] == "one_by_one", bool(raw.get("together")),
        _whole(raw.get("share", 0), 0, 100_000, "share"), _codes(raw, "segments"), _codes(raw, "tiers"),
        _steps(raw.get("steps")), _prize(raw.get("prize", {})), raw["on_loss"] == "take",
    )  # fmt: skip
    if found.together:
        _check_together(found)
    return found


def check_possible(found: Definition, *, today: date, tiers: list[str], segments: Collection[str]) -> None:
    """Raises Invalid for what is over, for whom there is not, and for steps that nobody could meet in these days."""
    if found.last < today:
        raise Invalid(_("That day is over."), field="last")
    for field, codes, known in (("segments", found.segments, segments), ("tiers", found.tiers, tiers)):
        if set(codes) - set(known):
            raise Invalid(_("Choose this from the list."), field=field)
    for number, step in enumerate(found.steps, 1):
        _in_step(number, lambda one=step: check_reachable(criteria.Criteria((one,)), tiers))
        if step.count in ("days", "streak") and step.at_least > found.days:
            words = _("The challenge lasts %(n)d days, so nobody could reach this number.") % {"n": found.days}
            raise Invalid(words, field=f"steps:{number}:at_least")


def _steps(raw: Any) -> tuple[Condition, ...]:
    if not isinstance(raw, list) or not 0 < len(raw) <= MOST_STEPS:
        raise Invalid(
            _("Say what has to be done: one step at least, %(n)d at most.") % {"n": MOST_STEPS}, field="steps"
        )
    return tuple(_in_step(number, lambda one=step: _step(one)) for number, step in enumerate(raw, 1))


def _step(raw: Any) -> Condition:
    [condition] = criteria.parse({"all": [raw]}).all
    if FINISHED in condition.metrics:
        raise Invalid(_("A challenge does not count challenges."), field="metrics")
    return condition


def _in_step(number: int, act: Any) -> Any:
    """Runs a check of one step; its refusal names the step."""
    try:
        return act()
    except Invalid as error:
        raise Invalid(str(error), field=f"steps:{number}:{error.details.get('field', '')}") from None


def _check_together(found: Definition) -> None:
    if len(found.steps) != 1:
        raise Invalid(_("Together there is one goal: one step."), field="together")
    step = found.steps[0]
    if step.count != "times" or step.within_days is not None:
        raise Invalid(_("Together it is counted how many times, within the days of the challenge."),
                      field="steps:1:count")  # fmt: skip
    if not 1 <= found.share <= step.at_least:
        raise Invalid(_("Say how much one adds at least: 1 or more, and no more than the goal."), field="share")
    if found.segments or found.tiers:
        raise Invalid(_("A goal of all is for all."), field="together")


def _prize(raw: Any) -> dict[str, int]:
    if not isinstance(raw, dict) or set(raw) - set(PRIZES):
        raise Invalid(_("The prize is Hạt and tier points."), field="spend")
    return {code: found for code in PRIZES if (found := _whole(raw.get(code, 0), 0, MOST_PRIZE, code))}


def _day(raw: dict[str, Any], field: str) -> date:
    try:
        return date.fromisoformat(str(raw.get(field, "")))
    except ValueError:
        raise Invalid(_("Choose a day."), field=field) from None


def _codes(raw: dict[str, Any], field: str) -> tuple[str, ...]:
    codes = raw.get(field, [])
    if not isinstance(codes, list) or not all(isinstance(code, str) and code for code in codes):
        raise Invalid(_("Choose this from the list."), field=field)
    return tuple(codes)


def _whole(value: Any, low: int, high: int, where: str) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
        words = _("A whole number from %(low)d to %(high)d.") % {"low": low, "high": high}
        raise Invalid(words, field=where)
    return value
