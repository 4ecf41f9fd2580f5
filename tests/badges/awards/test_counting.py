"""Reckoning over facts: what is passed over because there cannot be enough of it could never have been met."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from badges.awards.counting import Heap, Row, could_be_met, met
from badges.awards.definitions import COUNTS, Condition, Criteria

METRICS = ("reply_posted", "reaction_given", "chat_day")
conditions = st.builds(
    Condition,
    metrics=st.lists(st.sampled_from(METRICS), min_size=1, max_size=3, unique=True).map(tuple),
    count=st.sampled_from(COUNTS),
    at_least=st.integers(1, 6),
    within_days=st.none() | st.integers(1, 5),
    hours=st.none() | st.just((0, 6)),
    targets=st.just(()) | st.just(("topic:1",)),
)
facts = st.tuples(
    st.sampled_from(METRICS),
    st.sampled_from(["", "topic:1", "topic:2"]),
    st.sampled_from([None, 1, 2, 3]),
    st.integers(0, 8),
    st.integers(0, 23),
)


def heaps_of(rows: list[Row]) -> dict[str, Heap]:
    """What the database counts: a missing second person is none, an empty target is one."""
    found = {}
    for metric in {row.metric for row in rows}:
        own = [row for row in rows if row.metric == metric]
        people = {row.other for row in own if row.other is not None}
        found[metric] = Heap(len(own), len({row.target for row in own}), len(people), len({row.day for row in own}))
    return found


@settings(max_examples=400)
@given(criteria=st.lists(conditions, min_size=1, max_size=2), told=st.lists(facts, max_size=14))
def test_nothing_that_is_met_is_ever_passed_over(criteria, told):
    asked = Criteria(tuple(criteria))
    rows = [
        Row(number, metric, target, other, date(2026, 11, 1) + timedelta(days=day), hour)
        for number, (metric, target, other, day, hour) in enumerate(told)
    ]
    if met(asked, rows):
        assert could_be_met(asked, heaps_of(rows))


def test_too_few_are_passed_over():
    asked = Criteria((Condition(("reply_posted",), "people", 3),))
    assert not could_be_met(asked, {"reply_posted": Heap(times=40, targets=9, people=2, days=7)})
    assert could_be_met(asked, {"reply_posted": Heap(times=40, targets=9, people=3, days=7)})
    assert not could_be_met(asked, {})
