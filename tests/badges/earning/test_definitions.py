"""A rule that says something nobody reads, or could never pay, is refused where it is written."""

from __future__ import annotations

from typing import Any

import pytest

from badges.earning.definitions import parse
from portal.core.errors import Invalid

GOOD: dict[str, Any] = {"beneficiary": "author", "points": {"spend": 3}}


def test_a_plain_rule_is_read() -> None:
    assert parse(GOOD).points == {"spend": 3}


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"beneficiary": "everybody"}, "beneficiary"),
        ({"points": {}}, "points"),
        ({"points": {"spend": 0}}, "points"),
        ({"points": {"spend": -1}}, "points"),
        ({"points": {"spend": 1.5}}, "points"),
        ({"points": {"spend": True}}, "points"),
        ({"points": {"spend": 10**9}}, "points"),
        ({"bonus": 1}, "bonus"),
        ({"caps": [{"scope": "moon", "metric": "times", "limit": 1}]}, "caps"),
        ({"caps": [{"scope": "rule", "metric": "rep", "limit": 9}]}, "caps"),
        ({"caps": [{"scope": "rule", "metric": "spend", "limit": 2}]}, "caps"),
        ({"caps": [{"scope": "rule", "metric": "times", "limit": 1, "window": "week-end"}]}, "caps"),
        ({"wait": {"kind": "luck"}}, "wait"),
        ({"wait": {"kind": "responders", "needed": 0}}, "wait"),
        ({"wait": {"kind": "time", "hours": 0}}, "wait"),
    ],
)
def test_a_wrong_rule_is_refused_with_the_field_named(change: dict[str, Any], field: str) -> None:
    with pytest.raises(Invalid) as refused:
        parse(GOOD | change)
    assert refused.value.details["field"] == field
