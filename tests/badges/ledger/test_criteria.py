"""The acceptance criteria of the rewards programme that the ledger answers for, by their numbers.

Criterion 2 (no double spend) and 8 (expire against redeem) are races: `test_races.py`.
"""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from badges.ledger import actions, selectors
from badges.ledger.calendar import expiry_of
from badges.ledger.errors import InsufficientPoints
from badges.ledger.models import PointType
from tests.badges.ledger.book import NOON, earn, has, key, legs, lots, new_member, redeem, sound, then, utc

pytestmark = [pytest.mark.both_databases, pytest.mark.django_db]


@pytest.fixture
def member():
    return new_member()


@pytest.fixture(autouse=True)
def ledger_is_sound_afterwards(db):
    yield
    sound()


def test_criterion_05_lot_order(member):
    # Last days 31 Mar, 28 Feb and never; spent in January.
    earn(member, 50, value_date=date(2025, 3, 1))
    earn(member, 50, value_date=date(2025, 2, 1))
    PointType.objects.filter(code="spend").update(expires_after_months=None)
    earn(member, 50)
    redeem(member, 70, at=utc(2026, 1, 15))
    assert {day: rest for rest, day in lots(member)} == {date(2026, 3, 31): 30, None: 50}


def test_criterion_06_expiry_instant(member):
    earn(member, 100, value_date=date(2025, 2, 10))
    assert lots(member) == [(100, date(2026, 2, 28))]
    last_second = utc(2026, 2, 28, 16, 59, 59)  # 23:59:59 in the programme's zone
    midnight = utc(2026, 2, 28, 17, 0, 0)
    assert actions.expire_lots(at=last_second) == []
    redeem(member, 40, at=last_second)
    # The job is late: the lapsed lot is still there, and nobody can spend it.
    assert has(member) == {"available": 60}
    assert selectors.spendable(member.pk, at=midnight) == 0
    for late in (midnight, midnight + timedelta(days=3)):
        with pytest.raises(InsufficientPoints):
            redeem(member, 1, at=late)
        with pytest.raises(InsufficientPoints):
            actions.hold(
                member_id=member.pk, amount=1, expires_at=late + timedelta(1), source="test", key=key(), at=late
            )
    assert len(actions.expire_lots(at=midnight)) == 1
    assert actions.expire_lots(at=midnight) == []
    assert has(member) == {}


def test_criterion_06_a_refund_never_takes_from_a_lapsed_lot(member):
    first = earn(member, 100, value_date=date(2025, 2, 10))
    earn(member, 30)
    late = utc(2026, 3, 15)
    # As if the job had run in time: the lapsed points are gone already.
    assert legs(then(actions.reverse, first, at=late)) == {"available": -30, "debt": -70, "revoked": 100}
    (posting,) = actions.expire_lots(at=late)
    assert legs(posting.transaction) == {"available": -100, "expired": 100}


@pytest.mark.parametrize(
    "months, earned, last",
    [
        (1, date(2026, 1, 31), date(2026, 2, 28)),
        (1, date(2028, 1, 31), date(2028, 2, 29)),
        (12, date(2028, 2, 29), date(2029, 2, 28)),
        (12, date(2026, 12, 1), date(2027, 12, 31)),
        (12, date(2026, 12, 31), date(2027, 12, 31)),
        (None, date(2026, 1, 1), None),
    ],
)
def test_criterion_07_month_arithmetic(months, earned, last):
    assert expiry_of(PointType(expires_after_months=months), earned) == last


def test_criterion_09_pending(member):
    waiting = earn(member, 100, pending=True)
    with pytest.raises(InsufficientPoints):
        redeem(member, 1, at=NOON + timedelta(days=13))
    refund = then(actions.reverse, waiting, at=NOON + timedelta(days=5), amounts={"spend": 40})
    assert legs(refund) == {"pending": -40, "revoked": 40}
    assert has(member) == {"pending": 60}
    confirmed = then(actions.activate, waiting, at=utc(2026, 4, 1))
    # Earned in March, confirmed in April.
    assert (legs(confirmed), lots(member)) == ({"pending": -60, "available": 60}, [(60, date(2027, 4, 30))])


@pytest.mark.parametrize(
    "parts, taken",
    [([1000, 1000, 1000], [3, 3, 4]), ([3000], [10]), ([1], []), ([299, 1, 2700], [1, 9]), ([2999, 1], [9, 1])],
)
def test_criterion_10_partial_refunds(member, parts, taken):
    purchase = earn(member, 10)
    refunded, took = 0, []
    for part in parts:
        refunded += part
        due = selectors.share_due(earned=10, refunded=refunded, paid=3000, taken=sum(took))
        if due:
            then(actions.reverse, purchase, amounts={"spend": due})
            took.append(due)
        assert selectors.left_to_reverse(purchase) == {"spend": 10 - 10 * refunded // 3000}
    assert took == taken


def test_criterion_11_clawback_after_spending(member):
    first = earn(member, 100)
    redeem(member, 80)
    then(actions.reverse, first)
    assert has(member) == {"debt": -80}
    again = earn(member, 100)
    assert has(member) == {"available": 20}
    newest = selectors.statement(member.pk).lines[0]
    assert newest.transaction == again
    assert newest.amounts == {"spend": {"available": 20, "pending": 0, "held": 0, "debt": 80}}
    assert newest.shown == {"spend": 20}


def test_criterion_12_returned_reward(member):
    earn(member, 50, value_date=date(2025, 3, 20))
    earn(member, 50)
    spent = redeem(member, 80)
    assert lots(member) == [(20, date(2027, 3, 31))]
    then(actions.give_back, spent)
    assert lots(member) == [(50, date(2026, 3, 31)), (50, date(2027, 3, 31))]


def test_criterion_12_returned_reward_of_a_lapsed_lot_gets_days_of_grace(member):
    PointType.objects.filter(code="spend").update(grace_days=14)
    earn(member, 50, value_date=date(2025, 3, 20))
    earn(member, 50)
    spent = redeem(member, 80)
    back = utc(2026, 4, 10, 5)
    returned = then(actions.give_back, spent, at=back)
    assert legs(returned) == {"available": 80, "redeemed": -80}
    assert lots(member) == [(50, date(2026, 4, 24)), (50, date(2027, 3, 31))]
    assert selectors.spendable(member.pk, at=utc(2026, 4, 24, 5)) == 100
    assert selectors.spendable(member.pk, at=utc(2026, 4, 25, 5)) == 50
