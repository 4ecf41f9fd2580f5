"""What a rule asks of the values of another system's event: typed, without code, and never impossible."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import translation

from badges.earning import conditions
from badges.earning.definitions import parse
from badges.earning.vocabulary import check_possible
from portal.core.errors import Invalid
from portal.events.types.outside import askable

CUPS = {"field": "cups", "is": "at_least", "value": 3}
ROAST = {"field": "roast", "is": "one_of", "value": ["light", "dark"]}
ALONE = {"field": "alone", "is": "equals", "value": False}


def holds(row: dict[str, Any], **told: Any) -> bool:
    [condition] = conditions.parse([row])
    return condition.holds(told)


@pytest.mark.parametrize(
    ("row", "value", "answer"),
    [
        (CUPS, 3, True), (CUPS, 2, False), (CUPS, "3", False), (CUPS, True, False),
        ({**CUPS, "value": 1}, True, False), ({**CUPS, "value": -5}, -5, True),
        (ROAST, "dark", True), (ROAST, "medium", False), (ROAST, 1, False),
        (ALONE, False, True), (ALONE, True, False), (ALONE, 0, False),
        ({"field": "n", "is": "equals", "value": 1}, 1, True),
        ({"field": "n", "is": "equals", "value": 1}, True, False),
        ({"field": "n", "is": "one_of", "value": [0, 1]}, False, False),
    ],
)  # fmt: skip
def test_a_value_meets_a_condition_only_with_its_type(row: dict[str, Any], value: Any, answer: bool) -> None:
    assert holds(row, **{row["field"]: value}) is answer
    assert not holds(row)


def rule(*rows: Any, event: str = "custom.tasting", **changes: Any) -> None:
    body = {"beneficiary": "member", "points": {"spend": 3}, "when": list(rows)} | changes
    check_possible(event, parse(body))


def test_a_rule_that_could_match_is_taken() -> None:
    rule()
    rule(CUPS, ROAST, ALONE)
    rule(CUPS, {"field": "cups", "is": "one_of", "value": [2, 3]})
    rule(CUPS, {**CUPS, "value": 9})


@pytest.mark.parametrize(
    ("rows", "event", "field"),
    [
        ([{**CUPS, "is": "matches"}], "custom.tasting", "when"),
        ([{**CUPS, "or": 1}], "custom.tasting", "when"),
        ([{**CUPS, "value": "3"}], "custom.tasting", "when"),
        ([{**CUPS, "value": True}], "custom.tasting", "when"),
        ([{**CUPS, "field": "Cups!"}], "custom.tasting", "when"),
        ([{**ROAST, "value": []}], "custom.tasting", "when"),
        ([{**ROAST, "value": "light"}], "custom.tasting", "when"),
        ([{**ROAST, "value": ["Rang Nhạt"]}], "custom.tasting", "when"),
        ([{**ALONE, "value": 1.5}], "custom.tasting", "when"),
        ([{**ALONE, "value": None}], "custom.tasting", "when"),
        ([CUPS] * 9, "custom.tasting", "when"),
        # none of these could ever hold together
        ([CUPS, {**CUPS, "is": "equals", "value": 2}], "custom.tasting", "when"),
        ([ROAST, {**ROAST, "is": "equals", "value": "medium"}], "custom.tasting", "when"),
        ([ALONE, {**ALONE, "value": True}], "custom.tasting", "when"),
        ([{**ROAST, "field": "cups"}, CUPS], "custom.tasting", "when"),
        # an event that brings no values, and names that no event has
        ([CUPS], "story_read", "when"),
        ([], "custom.Tasting", "custom"),
        ([], "custom.", "custom"),
        ([], "custom_told", "event"),
    ],
)
def test_a_rule_that_could_never_match_is_refused(rows: list[Any], event: str, field: str) -> None:
    with pytest.raises(Invalid) as refused:
        rule(*rows, event=event)
    assert refused.value.details["field"] == field


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"beneficiary": "author"}, "beneficiary"),
        ({"exclude_self": True}, "exclude_self"),
        ({"wait": {"kind": "responders", "needed": 1}}, "wait"),
        ({"caps": [{"scope": "subject", "metric": "times", "limit": 1}]}, "caps"),
    ],
)
def test_such_an_event_names_one_member_and_no_thing(changes: dict[str, Any], field: str) -> None:
    with pytest.raises(Invalid) as refused:
        rule(CUPS, **changes)
    assert refused.value.details["field"] == field


def test_only_what_names_nobody_can_be_asked_for() -> None:
    told = {"cups": 3, "alone": False, "roast": "light", "said": "Cô Lan khen", "at": "0912345678", "word": "true"}
    assert askable(told) == {"cups": 3, "alone": False, "roast": "light"}


def test_conditions_are_said_in_both_languages() -> None:
    said = conditions.parse([CUPS, ROAST, ALONE])
    with translation.override("en"):
        assert [conditions.words(one) for one in said] == [
            "“cups” is at least 3", "“roast” is “light” or “dark”", "“alone” is no",
        ]  # fmt: skip
    with translation.override("vi"):
        assert [conditions.words(one) for one in said] == [
            "“cups” từ 3 trở lên", "“roast” là “light” hoặc “dark”", "“alone” là không",
        ]  # fmt: skip
