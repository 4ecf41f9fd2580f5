"""Points set aside: held, then captured, released or run out."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from badges.ledger import actions
from badges.ledger.errors import AlreadyResolved, InsufficientPoints
from badges.ledger.models import Hold, Transaction
from portal.core.errors import Conflict, Invalid
from tests.badges.ledger.book import NOON, earn, everything, has, key, legs, lots, new_member, redeem, sound, then, utc

pytestmark = [pytest.mark.both_databases, pytest.mark.django_db]


@pytest.fixture
def member():
    return new_member()


@pytest.fixture(autouse=True)
def ledger_is_sound_afterwards(db):
    yield
    sound()


def hold(member, expires_at, at=NOON, amount=60) -> Transaction:
    return actions.hold(
        member_id=member.pk, amount=amount, expires_at=expires_at, source="test", key=key(), at=at
    ).transaction


def test_hold_then_capture(member):
    earn(member, 100)
    held = hold(member, NOON + timedelta(hours=1), NOON)
    assert legs(held) == {"available": -60, "held": 60}
    assert has(member) == {"available": 40, "held": 60}
    with pytest.raises(InsufficientPoints):
        redeem(member, 41)
    captured = then(actions.capture, held)
    assert legs(captured) == {"held": -60, "redeemed": 60}
    assert (has(member), held.hold.state) == ({"available": 40}, "open")
    assert Hold.objects.get().state == "captured"
    for verb in (actions.capture, actions.void):
        with pytest.raises(AlreadyResolved):
            then(verb, held)
    # A captured hold is a redemption, and comes back like one.
    assert legs(then(actions.give_back, captured)) == {"available": 60, "redeemed": -60}
    assert lots(member) == [(100, date(2027, 3, 31))]


def test_hold_then_void(member):
    earn(member, 100)
    held = hold(member, NOON + timedelta(hours=1), NOON)
    assert legs(then(actions.void, held)) == {"held": -60, "available": 60}
    assert (has(member), lots(member)) == ({"available": 100}, [(100, date(2027, 3, 31))])


def test_a_hold_runs_out_by_itself_once(member):
    earn(member, 100)
    over = NOON + timedelta(hours=1)
    held = actions.hold(member_id=member.pk, amount=60, expires_at=over, source="test", key=key(), at=NOON).transaction
    with pytest.raises(Conflict):
        actions.expire_hold(transaction_id=held.pk, at=NOON)
    assert actions.expire_holds(at=over - timedelta(seconds=1)) == 0
    with pytest.raises(Conflict):
        then(actions.capture, held, at=over)
    assert (actions.expire_holds(at=over), actions.expire_holds(at=over)) == (1, 0)
    assert actions.expire_hold(transaction_id=held.pk, at=over).replayed
    assert (has(member), Hold.objects.get().state) == ({"available": 100}, "expired")


def test_a_lot_that_lapses_while_held_is_released_with_days_of_grace(member):
    earn(member, 100)
    last_day = utc(2027, 3, 31, 5)
    held = hold(member, last_day + timedelta(days=5), last_day)
    actions.expire_lots(at=last_day + timedelta(days=1))
    assert has(member) == {"held": 60}
    then(actions.void, held, at=last_day + timedelta(days=2))
    assert lots(member) == [(60, date(2027, 4, 2) + timedelta(days=30))]


def test_more_than_there_is_or_a_time_that_is_over_cannot_be_held(member):
    earn(member, 50)
    before = everything()
    with pytest.raises(InsufficientPoints):
        hold(member, NOON + timedelta(hours=1))
    with pytest.raises(Invalid):
        hold(member, NOON, amount=10)
    assert everything() == before
