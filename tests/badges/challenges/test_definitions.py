"""What a challenge may say, and how far facts reach in it: pure reckoning."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from badges.awards.counting import Row
from badges.challenges.definitions import check_possible, parse
from badges.challenges.reckoning import Dated, finished, inside, progress, reaches
from portal.core.errors import Invalid
from tests.badges.challenges.conftest import content, step

START = datetime(2026, 5, 1, 3, 0, tzinfo=UTC)
TODAY = date(2026, 5, 4)


def fact(number: int, metric: str = "reply_posted", other: int | None = None, days: int = 0) -> Dated:
    at = START + timedelta(days=days, minutes=number)
    return Dated(at, Row(number, metric, f"topic:{number}", other, at.date(), 10))


def refused(**changes: Any) -> str:
    with pytest.raises(Invalid) as found:
        check_possible(parse(content(**changes)), today=TODAY, tiers=["member", "gold"], segments={"regulars"})
    return str(found.value.details["field"])


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"first": "2026-05-20", "last": "2026-05-19"}, "last"),
        ({"first": "2026-04-01", "last": "2026-05-03"}, "last"),
        ({"first": "2026-05-01", "last": "2027-05-02"}, "last"),
        ({"first": ""}, "first"),
        ({"steps": []}, "steps"),
        ({"steps": [step()] * 6}, "steps"),
        ({"steps": [step(), step(at_least=0)]}, "steps:2:at_least"),
        ({"steps": [step(at_least=100_001)]}, "steps:1:at_least"),
        ({"steps": [{"metrics": ["reply_posted"], "count": "times"}]}, "steps:1:at_least"),
        ({"steps": [{"metrics": [], "count": "times", "at_least": 1}]}, "steps:1:metrics"),
        ({"steps": [step("challenge_finished")]}, "steps:1:metrics"),
        ({"steps": [step(count="days", at_least=21)]}, "steps:1:at_least"),
        ({"steps": [step(count="streak", at_least=21)]}, "steps:1:at_least"),
        ({"steps": [step("story_read", count="people")]}, "steps:1:count"),
        ({"steps": [step("joined", at_least=2)]}, "steps:1:at_least"),
        ({"steps": [step("tier_reached", at_least=1, targets=["tier:nowhere"])]}, "steps:1:targets"),
        ({"prize": {"spend": -1}}, "spend"),
        ({"prize": {"spend": 10_001}}, "spend"),
        ({"prize": {"status": True}}, "status"),
        ({"prize": {"gold": 1}}, "spend"),
        ({"segments": ["nobody"]}, "segments"),
        ({"tiers": ["nowhere"]}, "tiers"),
        ({"joining": "perhaps"}, "joining"),
        ({"together": True, "share": 0}, "share"),
        ({"together": True, "share": 4}, "share"),
        ({"together": True, "share": 1, "steps": [step(), step()]}, "together"),
        ({"together": True, "share": 1, "steps": [step(count="days")]}, "steps:1:count"),
        ({"together": True, "share": 1, "tiers": ["gold"]}, "together"),
        ({"stray": 1}, "steps"),
    ],
)
def test_what_could_not_be_is_refused_with_its_field(changes: dict[str, Any], field: str) -> None:
    assert refused(**changes) == field


def test_what_can_be_is_taken() -> None:
    found = parse(content(steps=[step(count="streak", at_least=20)], segments=["regulars"], tiers=["gold"]))
    check_possible(found, today=TODAY, tiers=["member", "gold"], segments={"regulars"})
    assert (found.days, found.metrics, found.takes) == (20, {"reply_posted"}, False)


def test_only_the_days_of_the_challenge_count_by_the_programmes_midnight() -> None:
    found = parse(content(first="2026-05-01", last="2026-05-02"))
    begin = datetime(2026, 4, 30, 17, 0, tzinfo=UTC)  # midnight in Saigon
    moments = [begin - timedelta(seconds=1), begin, begin + timedelta(days=2, seconds=-1), begin + timedelta(days=2)]
    facts = [Dated(at, Row(n, "reply_posted", "", None, at.date(), 1)) for n, at in enumerate(moments)]
    assert [row.id for row in inside(found, facts)] == [1, 2]


def test_one_after_the_other_a_step_counts_only_what_came_after_the_one_before() -> None:
    steps = [step("story_read", 2), step("reply_posted", 2)]
    in_turn = parse(content(steps=steps, order="one_by_one"))
    any_order = parse(content(steps=steps))
    facts = [fact(1), fact(2), fact(3, "story_read"), fact(4), fact(5, "story_read"), fact(6)]
    rows = inside(in_turn, facts)
    assert [tuple(one) for one in reaches(any_order, rows)] == [(2, 2), (4, 2)]
    assert [tuple(one) for one in reaches(in_turn, rows)] == [(2, 2), (1, 2)]
    assert finished(any_order, rows)
    assert not finished(in_turn, rows)
    assert finished(in_turn, inside(in_turn, [*facts, fact(7)]))
    # What waits for its turn has not begun, however much there is of it.
    assert [tuple(one) for one in progress(in_turn, rows[:3], TODAY)] == [(1, 2), (0, 2)]


def test_a_fact_that_goes_makes_the_way_longer_again() -> None:
    found = parse(content(steps=[step(at_least=2, count="people")]))
    facts = [fact(1, other=7), fact(2, other=7), fact(3, other=8)]
    assert finished(found, inside(found, facts))
    assert [tuple(one) for one in progress(found, inside(found, facts[:2]), TODAY)] == [(1, 2)]
