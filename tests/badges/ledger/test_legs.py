"""Each leg of the programme's table, to the point."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from badges.ledger import actions, selectors
from badges.ledger.errors import AlreadyResolved, InsufficientPoints, NothingLeft
from badges.ledger.models import Account, Lot, LotUse, PointType, Transaction
from portal.core.errors import Invalid, NotFound
from portal.events.models import DomainEvent
from portal.realtime.models import StreamEntry
from tests.badges.ledger.book import (
    NOON,
    earn,
    everything,
    has,
    key,
    legs,
    lots,
    new_member,
    programme,
    redeem,
    sound,
    then,
    utc,
)

pytestmark = [pytest.mark.both_databases, pytest.mark.django_db]


@pytest.fixture
def member():
    return new_member()


@pytest.fixture(autouse=True)
def ledger_is_sound_afterwards(db):
    yield
    sound()


def in_debt(member, amount=80):
    """Earned, spent, taken back: the worked example up to its debt."""
    first = earn(member, 100)
    redeem(member, amount)
    then(actions.reverse, first)
    assert has(member) == {"debt": -amount}


def test_earn(member):
    posting = earn(member, 100)
    assert legs(posting) == {"available": 100, "issued": -100}
    assert has(member) == {"available": 100}
    assert lots(member) == [(100, date(2027, 3, 31))]
    assert posting.sealed


def test_earn_of_several_types_is_one_posting(member):
    amounts = {"spend": 5, "status": 2, "rep": 1}
    posting = earn(member, amounts=amounts)
    assert {code: roles["available"] for code, roles in selectors.balances(member.pk).items()} == amounts
    assert posting.entries.count() == 6
    assert posting.response["amounts"] == amounts
    # Only spend points lapse.
    assert dict(posting.lots.values_list("point_type__code", "expires_on")) == {
        "spend": date(2027, 3, 31), "status": None, "rep": None,
    }  # fmt: skip


def test_earn_out_of_a_campaign_has_an_issuing_account_of_its_own(member):
    earn(member, 7, campaign="tet-2027")
    earn(member, 8, campaign="tet-2027")
    earn(member, 9)
    issued = Account.objects.filter(role="issued", point_type__code="spend").order_by("id")
    assert {account.campaign: -sum(account.entries.values_list("amount", flat=True)) for account in issued} == {
        "": 9, "tet-2027": 15,
    }  # fmt: skip


def test_earn_pending_then_activate(member):
    waiting = earn(member, 3, pending=True)
    assert legs(waiting) == {"pending": 3, "issued": -3}
    assert (waiting.kind, has(member), lots(member)) == ("earn_pending", {"pending": 3}, [(3, None)])
    later = NOON + timedelta(days=40)
    confirmed = then(actions.activate, waiting, at=later)
    assert legs(confirmed) == {"pending": -3, "available": 3}
    # The expiry counts from the confirmation: March + 40 days is April.
    assert (has(member), lots(member)) == ({"available": 3}, [(3, date(2027, 4, 30))])
    assert confirmed.response["amounts"] == {"spend": 0}


def test_pending_points_are_settled_once(member):
    waiting = earn(member, 3, pending=True)
    then(actions.activate, waiting)
    before = everything()
    for verb in (actions.activate, actions.lapse):
        with pytest.raises(AlreadyResolved):
            then(verb, waiting)
    assert everything() == before


def test_lapse(member):
    waiting = earn(member, 3, pending=True)
    lapsed = then(actions.lapse, waiting)
    assert legs(lapsed) == {"pending": -3, "revoked": 3}
    assert (has(member), programme(), lots(member)) == ({}, {"issued": -3, "revoked": 3}, [])
    with pytest.raises(NothingLeft):
        then(actions.reverse, waiting)


def test_worked_example_earn_redeem_refund_earn(member):
    first = earn(member, 100)
    assert (has(member), programme()) == ({"available": 100}, {"issued": -100})
    spent = redeem(member, 80)
    assert legs(spent) == {"available": -80, "redeemed": 80}
    assert (has(member), programme()) == ({"available": 20}, {"issued": -100, "redeemed": 80})
    refund = then(actions.reverse, first)
    assert legs(refund) == {"available": -20, "debt": -80, "revoked": 100}
    assert has(member) == {"debt": -80}
    again = earn(member, 100)
    assert legs(again) == {"debt": 80, "available": 20, "issued": -100}
    assert has(member) == {"available": 20}
    assert lots(member) == [(20, date(2027, 3, 31))]
    assert sum(programme().values()) + sum(has(member).values()) == 0


def test_earning_less_than_the_debt_leaves_no_lot(member):
    in_debt(member)
    assert legs(earn(member, 30)) == {"debt": 30, "issued": -30}
    assert (has(member), lots(member)) == ({"debt": -50}, [])


def test_confirmed_points_pay_a_debt_first(member):
    in_debt(member)
    waiting = earn(member, 100, pending=True)
    assert has(member) == {"debt": -80, "pending": 100}
    assert legs(then(actions.activate, waiting)) == {"pending": -100, "debt": 80, "available": 20}
    assert lots(member) == [(20, date(2027, 3, 31))]
    # Taken back afterwards: its own 20, and the 80 that it paid are owed again.
    assert legs(then(actions.reverse, waiting)) == {"available": -20, "debt": -80, "revoked": 100}


def test_redeem_records_what_it_took_from_which_lot(member):
    old, new = earn(member, 50), earn(member, 50, at=NOON + timedelta(days=60))
    spent = redeem(member, 70, at=NOON + timedelta(days=60))
    assert [(use.lot.origin_id, use.amount, use.kind) for use in spent.lot_uses.order_by("id")] == [
        (old.pk, 50, "spend"), (new.pk, 20, "spend"),
    ]  # fmt: skip


def test_redeem_more_than_there_is_writes_nothing(member):
    earn(member, 50)
    earn(member, 50, pending=True)
    before, events = everything(), DomainEvent.objects.count()
    with pytest.raises(InsufficientPoints) as refused:
        redeem(member, 51)
    assert (refused.value.status, refused.value.details) == (409, {"spendable": 50, "asked": 51})
    assert (everything(), DomainEvent.objects.count()) == (before, events)


def test_points_that_are_not_spendable_are_never_redeemed(member):
    earn(member, 50, code="status")
    with pytest.raises(Invalid):
        redeem(member, 10, point_type="status")


def test_expire_takes_the_rest_of_a_lot_once(member):
    earn(member, 100)
    redeem(member, 30)
    after = utc(2027, 4, 1, 5)
    (posting,) = actions.expire_lots(at=after)
    assert legs(posting.transaction) == {"available": -70, "expired": 70}
    assert (has(member), Lot.objects.get().expired) == ({}, True)
    assert actions.expire_lots(at=after) == []


def test_reverse_takes_own_lots_first_then_others_by_expiry_then_debt_then_writes_off(member):
    PointType.objects.filter(code="spend").update(debt_limit=10)
    soon = earn(member, 5, value_date=date(2026, 1, 1))
    own = earn(member, 100)
    late = earn(member, 4, value_date=date(2026, 6, 1))
    redeem(member, 65)  # 5 of the soonest, 60 of its own
    actions.adjust(member_id=member.pk, amount=6, source="test", key=key(), at=NOON, actor_id=member.pk, reason="gift")
    assert has(member) == {"available": 50}
    refund = then(actions.reverse, own)
    assert legs(refund) == {"available": -50, "debt": -10, "revoked": 60}
    assert refund.written_off == {"spend": 40}
    taken = [(use.lot.origin_id, use.amount) for use in refund.lot_uses.order_by("id")]
    assert taken[0] == (own.pk, 40)
    assert taken[-1] == (late.pk, 4)
    assert soon.pk not in dict(taken)
    with pytest.raises(NothingLeft):
        then(actions.reverse, own)


def test_a_reversal_that_can_take_nothing_records_that(member):
    PointType.objects.filter(code="spend").update(debt_limit=0)
    first = earn(member, 10)
    redeem(member, 10)
    refund = then(actions.reverse, first)
    assert (legs(refund), refund.written_off, refund.sealed) == ({}, {"spend": 10}, True)
    with pytest.raises(NothingLeft):
        then(actions.restore, refund)


def test_reverse_of_pending_points_takes_them_from_pending(member):
    earn(member, 50)
    waiting = earn(member, 30, pending=True)
    assert legs(then(actions.reverse, waiting)) == {"pending": -30, "revoked": 30}
    assert has(member) == {"available": 50}
    with pytest.raises(NothingLeft):
        then(actions.activate, waiting)


def test_part_of_pending_points_is_taken_and_the_rest_confirmed(member):
    waiting = earn(member, 30, pending=True)
    then(actions.reverse, waiting, amounts={"spend": 10})
    assert legs(then(actions.activate, waiting)) == {"pending": -20, "available": 20}
    assert selectors.left_to_reverse(waiting) == {"spend": 20}


def test_taking_back_more_than_is_left_is_refused(member):
    first = earn(member, 30)
    then(actions.reverse, first, amounts={"spend": 10})
    before = everything()
    with pytest.raises(Invalid):
        then(actions.reverse, first, amounts={"spend": 21})
    with pytest.raises(Invalid):
        then(actions.reverse, first, amounts={"status": 1})
    assert everything() == before


def test_restore_gives_again_what_was_revoked_once(member):
    first = earn(member, 100)
    redeem(member, 80)
    refund = then(actions.reverse, first)
    given = then(actions.restore, refund)
    assert legs(given) == {"debt": 80, "available": 20, "revoked": -100}
    assert has(member) == {"available": 20}
    with pytest.raises(AlreadyResolved):
        then(actions.restore, refund)
    # Hidden again: what was given again can be taken again.
    again = then(actions.reverse, given)
    assert legs(again) == {"available": -20, "debt": -80, "revoked": 100}
    assert then(actions.restore, again).kind == "restore"


def test_restore_lets_pending_points_wait_again(member):
    waiting = earn(member, 3, pending=True, subject="post:1")
    given = then(actions.restore, then(actions.reverse, waiting))
    assert legs(given) == {"pending": 3, "revoked": -3}
    assert given.subject == "post:1"
    assert legs(then(actions.activate, given)) == {"pending": -3, "available": 3}


def test_restore_can_be_told_to_pay_at_once(member):
    waiting = earn(member, 3, pending=True)
    given = then(actions.restore, then(actions.reverse, waiting), pending=False)
    assert legs(given) == {"available": 3, "revoked": -3}


def test_returned_reward_goes_back_into_its_lots_once(member):
    earn(member, 50)
    earn(member, 50)
    spent = redeem(member, 80)
    assert legs(then(actions.give_back, spent)) == {"available": 80, "redeemed": -80}
    assert [amount for amount, _ in lots(member)] == [50, 50]
    assert sorted(LotUse.objects.filter(kind="restore").values_list("amount", flat=True)) == [-50, -30]
    with pytest.raises(AlreadyResolved):
        then(actions.give_back, spent)


def test_adjust_both_ways_needs_somebody_and_a_reason(member):
    boss = new_member("Boss")

    def adjust(amount, **more):
        more = {"reason": "lost receipt", "actor_id": boss.pk} | more
        return actions.adjust(member_id=member.pk, amount=amount, source="desk", key=key(), at=NOON, **more).transaction

    assert legs(adjust(30)) == {"available": 30, "adjusted": -30}
    down = adjust(-20)
    assert legs(down) == {"available": -20, "adjusted": 20}
    assert (down.actor_id, down.reason) == (boss.pk, "lost receipt")
    with pytest.raises(InsufficientPoints):
        adjust(-11)
    for amount, more in ((0, {}), (5, {"reason": "  "}), (True, {}), (1.5, {})):
        with pytest.raises(Invalid):
            adjust(amount, **more)


@pytest.mark.parametrize(
    "amounts",
    [{}, {"spend": 0}, {"spend": -1}, {"spend": 10**9 + 1}, {"spend": 1.0}, {"spend": True}, {"spend": "1"},
     {"spend": None}, {"gold": 1}, None],
)  # fmt: skip
def test_wrong_amounts_are_refused(member, amounts):
    before = everything()
    with pytest.raises(Invalid):
        earn(member, amounts=amounts)
    assert everything() == before


def test_the_largest_amount_passes(member):
    earn(member, 10**9)
    assert has(member) == {"available": 10**9}


@pytest.mark.parametrize(
    "more",
    [{"key": ""}, {"key": "k" * 151}, {"source": ""}, {"source": "s" * 41}, {"key": "a\x00b"}, {"key": "ạ"},
     {"subject": "s" * 81}, {"reason": "r" * 301}, {"source": None}],
)  # fmt: skip
def test_wrong_labels_are_refused(member, more):
    with pytest.raises(Invalid):
        earn(member, **more)


def test_unknown_member_and_unknown_posting_are_not_found(member):
    with pytest.raises(NotFound):
        actions.earn(member_id=10**9, amounts={"spend": 1}, source="test", key=key(), at=NOON)
    first = earn(member)
    spent = redeem(member, 10)
    for verb, wrong in (
        (actions.activate, spent), (actions.lapse, spent), (actions.reverse, spent), (actions.restore, first),
        (actions.give_back, first), (actions.capture, first), (actions.void, first),
    ):  # fmt: skip
        with pytest.raises(NotFound):
            then(verb, wrong)
    with pytest.raises(NotFound):
        actions.expire_hold(transaction_id=10**9, at=NOON)


def test_every_posting_is_told_once_to_the_house_and_to_the_members_pages(member):
    posting = earn(member, amounts={"spend": 5, "rep": 1}, reason="Reply")
    event = DomainEvent.objects.get(name="points_posted")
    assert event.payload == {
        "member": member.pk, "posting": posting.pk, "kind": "earn", "amounts": {"rep": 1, "spend": 5}, "title": "Reply",
    }  # fmt: skip
    assert event.occurred_at == NOON
    entry = StreamEntry.objects.get()
    assert (entry.stream.key, entry.kind, entry.ref) == (f"member:{member.pk}", "points", {"transaction": posting.pk})


def test_what_somebody_typed_stays_out_of_the_event_log(member):
    actions.adjust(
        member_id=member.pk, amount=1, source="desk", key=key(), at=NOON, actor_id=member.pk, reason="her sister's name"
    )
    assert DomainEvent.objects.get(name="points_posted").payload["title"] == ""


def test_nothing_is_written_when_telling_fails(member, monkeypatch):
    before = everything()

    def broken(*args, **kwargs):
        raise RuntimeError("no stream")

    monkeypatch.setattr("portal.realtime.record", broken)
    with pytest.raises(RuntimeError):
        earn(member)
    assert everything() == before
    assert Transaction.objects.count() == 0
