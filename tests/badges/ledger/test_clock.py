"""A machine's clock that is set forward, back and forward again moves no point twice (promise 8)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from badges.ledger import actions
from badges.ledger.models import Entry
from tests.badges.ledger.book import NOON, earn, has, key, new_member, redeem, sound, utc

pytestmark = [pytest.mark.both_databases, pytest.mark.django_db]
AFTER = utc(2027, 4, 1)


def test_promise_8_each_lot_lapses_once_however_the_clock_is_set() -> None:
    members = [new_member() for _ in range(3)]
    for member in members:
        earn(member, 10)
    lapsed = [
        len(actions.expire_lots(at=at, limit=100))
        for at in (AFTER, NOON, AFTER + timedelta(seconds=1), NOON - timedelta(days=400), utc(2031, 1, 1))
    ]
    assert lapsed == [3, 0, 0, 0, 0]
    assert [has(member).get("available", 0) for member in members] == [0, 0, 0]
    sound()


def test_promise_8_a_clock_before_its_time_keeps_what_was_not_due() -> None:
    member = new_member()
    earn(member, 10)
    assert actions.expire_lots(at=NOON - timedelta(days=3650), limit=100) == []
    assert has(member) == {"available": 10}
    sound()


def test_promise_8_what_is_written_stands_in_the_order_of_its_writing_not_of_the_clock() -> None:
    member = new_member()
    for at in (NOON, NOON - timedelta(hours=5), NOON + timedelta(hours=1), NOON - timedelta(days=1)):
        earn(member, 10, at=at)
    redeem(member, 40, at=NOON - timedelta(hours=2))
    assert has(member).get("available", 0) == 0
    numbers = list(Entry.objects.filter(account__member_id=member.pk).order_by("pk").values_list("pk", flat=True))
    assert numbers == sorted(numbers)
    sound()


def test_promise_8_the_same_act_told_again_by_a_clock_that_was_set_is_the_same_act() -> None:
    member, once = new_member(), key()
    first = earn(member, 10, key=once)
    again = earn(member, 10, key=once)
    assert first.pk == again.pk
    assert has(member) == {"available": 10}
