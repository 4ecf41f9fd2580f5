"""Ladders with more and fewer rungs, one after the other: what was promised holds, and nothing else does."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import accumulate
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from badges.tiers.definitions import FEWEST, MOST, codes_of, parse
from badges.tiers.models import Tier
from badges.tiers.reckoning import Rung, tier_earned
from badges.tiers.selectors import rungs_of
from portal.core.errors import Invalid

DAY = date(2026, 6, 1)
CALM = settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])
ALL = [Tier(code=f"t{rank}", rank=rank, mark="seedling") for rank in range(MOST)]


@st.composite
def ladders(draw: st.DrawFn) -> dict[str, Any]:
    """A ladder of the first so many tiers."""
    many = draw(st.integers(FEWEST, MOST))
    gaps = draw(st.lists(st.integers(1, 1500), min_size=many - 1, max_size=many - 1))
    thresholds = [0, *accumulate(gaps)]
    return {"steps": [{"code": f"t{n}", "threshold": at, "percent": 100 + n} for n, at in enumerate(thresholds)]}


@CALM
@given(ladders())
def test_the_place_of_a_rung_is_its_rank_whatever_other_tiers_there_are(body: dict[str, Any]) -> None:
    rungs = rungs_of(body, ALL)
    assert [rung.rank for rung in rungs] == list(range(len(body["steps"])))
    assert [rung.code for rung in rungs] == codes_of(body)


@CALM
@given(ladders(), st.integers(0, 10_000), st.integers(0, 10_000))
def test_more_points_never_reach_less_and_the_threshold_is_enough(body: dict[str, Any], few: int, more: int) -> None:
    rungs: tuple[Rung, ...] = rungs_of(body, ALL)
    low, high = (tier_earned({2026: points}, rungs, DAY)[0] for points in sorted((few, more)))
    assert low.rank <= high.rank
    for rung in rungs:
        assert tier_earned({2026: rung.threshold}, rungs, DAY)[0].rank >= rung.rank


@CALM
@given(ladders())
def test_a_tier_more_on_top_changes_nothing_for_who_does_not_reach_it(body: dict[str, Any]) -> None:
    rungs = rungs_of(body, ALL)
    for rung in rungs[:-1]:
        assert tier_earned({2026: rung.threshold}, rungs[:-1], DAY) == tier_earned({2026: rung.threshold}, rungs, DAY)


@pytest.mark.parametrize(
    "steps",
    [
        [], [{"code": "t0", "threshold": 0}], "x", [{"code": "t0", "threshold": 0}, 7],
        [{"code": "t0", "threshold": 0}, {"code": "t0", "threshold": 5}],
        [{"code": f"t{n}", "threshold": n} for n in range(MOST + 1)],
    ],
)  # fmt: skip
def test_what_is_no_ladder_is_refused(steps: Any) -> None:
    with pytest.raises(Invalid):
        parse({"steps": steps}, codes_of({"steps": steps}))


def test_a_ladder_that_names_a_tier_that_is_not_there_is_refused() -> None:
    body = {"steps": [{"code": "t0", "threshold": 0}, {"code": "gone", "threshold": 5}]}
    with pytest.raises(Invalid):
        rungs_of(body, ALL)


def test_what_a_past_year_gave_holds_by_the_ladder_of_that_time() -> None:
    five = rungs_of({"steps": [{"code": f"t{n}", "threshold": 100 * n} for n in range(5)]}, ALL)
    end = datetime(2026, 12, 31, tzinfo=UTC).date()
    assert tier_earned({2026: 450}, five, end + timedelta(days=30))[0].code == "t4"
