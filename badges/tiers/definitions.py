"""What a ladder of tiers may say. `LadderInForce.steps` is read only through here."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from django.utils.translation import gettext_lazy as _

from portal.core.errors import Invalid

MOST_POINTS, MOST_PERCENT = 1_000_000, 1_000
FEWEST, MOST = 2, 7


@dataclass(frozen=True)
class Step:
    """What one tier asks for (status points of a calendar year) and how it multiplies purchase points, in per cent."""

    code: str
    threshold: int
    percent: int = 100


def codes_of(raw: Mapping[str, Any]) -> list[str]:
    """The tiers that stored JSON names, from the lowest; what is no step is left out."""
    rows = raw.get("steps")
    return [str(row.get("code")) for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []


def parse(raw: Mapping[str, Any], codes: list[str]) -> list[Step]:
    """The steps behind stored JSON, from the lowest; `codes` are the tiers that it should name, by their rank.

    Raises Invalid with the field that is wrong, `threshold:<code>` or `percent:<code>`: every tier once, the lowest
    from the first point on, each above the one below it, so that no two tiers overlap.
    """
    rows = raw.get("steps")
    named = codes_of(raw)
    if not isinstance(rows, list) or len(named) < len(rows) or named != codes or len(set(codes)) < len(codes):
        raise Invalid(_("A ladder names every tier once, from the lowest."), field="steps")
    if not FEWEST <= len(rows) <= MOST:
        raise Invalid(_("A ladder has two tiers at least and %(most)d at most.") % {"most": MOST}, field="steps")
    steps = [_step(row) for row in rows]
    if steps[0].threshold != 0:
        raise Invalid(_("Everybody begins on the lowest tier, with no points."), field=f"threshold:{codes[0]}")
    for below, above in pairwise(steps):
        if above.threshold <= below.threshold:
            words = _("Two tiers overlap: this one must ask for more than the one below it.")
            raise Invalid(words, field=f"threshold:{above.code}")
        if above.percent < below.percent:
            words = _("A higher tier gives at least as much as the one below it.")
            raise Invalid(words, field=f"percent:{above.code}")
    return steps


def _step(row: dict[str, Any]) -> Step:
    if set(row) - {"code", "threshold", "percent"}:
        raise Invalid(_("The ladder holds a field that nobody reads."), field="steps")
    step = Step(**row)
    for field, value, low, high in (
        ("threshold", step.threshold, 0, MOST_POINTS),
        ("percent", step.percent, 100, MOST_PERCENT),
    ):
        if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
            raise Invalid(_("Please give a whole number in the allowed range."), field=f"{field}:{step.code}")
    return step
