"""Points pass from member to member: legs, lots and their days, debts, days of rest, limits, and every refusal."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from badges.earning.statement import lines_of
from badges.ledger import actions, seal, selectors
from badges.ledger.errors import (
    AccountClosed,
    InsufficientPoints,
    OwesPoints,
    PointsRest,
    TransferLimit,
)
from badges.ledger.models import Counter, Lot, LotUse, PointType, Transaction
from badges.ledger.verify import verify
from portal.accounts.models import Member
from portal.core.errors import Invalid, KeyReused, NotFound
from portal.events.models import DomainEvent
from tests.badges.ledger.book import (
    NOON,
    earn,
    everything,
    has,
    key,
    lots,
    new_member,
    programme,
    redeem,
    run_sql,
    sound,
    then,
    utc,
)  # fmt: skip
from tests.helpers.races import run_parallel

pytestmark = [pytest.mark.both_databases, pytest.mark.django_db]
RESTED = NOON + timedelta(days=14)


def transfer(giver, receiver, amount, at=RESTED, **more):
    more = {"source": "test", "key": key()} | more
    return actions.transfer(giver_id=giver.pk, receiver_id=receiver.pk, amount=amount, at=at, **more)


@pytest.fixture
def giver(db):
    return new_member("Hoa")


@pytest.fixture
def receiver(db):
    return new_member("Bảo")


def legs_by_member(posting):
    rows = posting.transaction.entries.values_list("account__member_id", "account__role", "amount")
    return {(member, role): amount for member, role, amount in rows}


def test_worked_example_every_point_keeps_its_last_day_and_the_soonest_goes_first(giver, receiver):
    earn(giver, 50)
    earn(giver, 50, value_date=date(2025, 6, 1))
    posting = transfer(giver, receiver, 70)
    assert legs_by_member(posting) == {(giver.pk, "available"): -70, (receiver.pk, "available"): 70}
    assert lots(giver) == [(30, date(2027, 3, 31))]
    assert lots(receiver) == [(50, date(2026, 6, 30)), (20, date(2027, 3, 31))]
    assert (posting.amounts, programme()) == ({"spend": -70}, {"issued": -100})
    sound()


def test_each_lot_says_where_it_came_from(giver, receiver):
    first = earn(giver, 50, campaign="tet")
    posting = transfer(giver, receiver, 20).transaction
    mine, hers = Lot.objects.get(origin=first), Lot.objects.get(origin=posting)
    assert (hers.active_from, hers.expires_on, hers.campaign) == (mine.active_from, mine.expires_on, "tet")
    assert list(LotUse.objects.filter(transaction=posting).values_list("lot", "amount", "kind")) == [
        (mine.pk, 20, "transfer")
    ]


def test_it_is_a_line_in_both_books(giver, receiver):
    earn(giver, 50)
    posting = transfer(giver, receiver, 20).transaction
    for member, amount in ((giver, -20), (receiver, 20)):
        newest = selectors.statement(member.pk).lines[0]
        assert (newest.transaction, newest.shown) == (posting, {"spend": amount})
        [line] = lines_of([posting], owner_id=member.pk, viewer_id=member.pk)
        assert (line.amount, line.state) == (amount, "spent" if amount < 0 else "posted")


def test_the_receivers_debt_is_paid_first(giver, receiver):
    gone = earn(receiver, 30)
    redeem(receiver, 30)
    then(actions.reverse, gone)
    earn(giver, 10, value_date=date(2025, 6, 1))
    earn(giver, 40)
    posting = transfer(giver, receiver, 50)
    assert legs_by_member(posting) == {
        (giver.pk, "available"): -50, (receiver.pk, "debt"): 30, (receiver.pk, "available"): 20,
    }  # fmt: skip
    assert (lots(giver), lots(receiver)) == ([], [(20, date(2027, 3, 31))])
    newest = selectors.statement(receiver.pk).lines[0]
    assert newest.amounts == {"spend": {"available": 20, "pending": 0, "held": 0, "debt": 30}}
    sound()


def test_a_debt_larger_than_what_comes_leaves_no_lot(giver, receiver):
    gone = earn(receiver, 30)
    redeem(receiver, 30)
    then(actions.reverse, gone)
    earn(giver, 40)
    transfer(giver, receiver, 12)
    assert (has(receiver), lots(receiver)) == ({"debt": -18}, [])
    sound()


def refused(error, giver, receiver, amount, at=RESTED, **more):
    before = everything(), list(Counter.objects.values_list("scope", "used"))
    with pytest.raises(error) as caught:
        transfer(giver, receiver, amount, at, **more)
    assert (everything(), list(Counter.objects.values_list("scope", "used"))) == before, "a refusal wrote something"
    return caught.value


def test_more_than_there_is_waits_or_is_held_is_refused(giver, receiver):
    earn(giver, 50)
    earn(giver, 50, pending=True)
    actions.hold(member_id=giver.pk, amount=20, expires_at=RESTED + timedelta(1), source="t", key=key(), at=NOON)
    error = refused(InsufficientPoints, giver, receiver, 31)
    assert error.details == {"spendable": 30, "asked": 31}
    transfer(giver, receiver, 30)
    assert has(giver) == {"pending": 50, "held": 20}


def test_a_lot_whose_last_day_is_over_is_not_passed_on(giver, receiver):
    earn(giver, 50, value_date=date(2025, 3, 1))
    refused(InsufficientPoints, giver, receiver, 1, utc(2026, 4, 1))


def test_oneself_an_unknown_member_and_points_that_are_not_spent_are_refused(giver, receiver):
    earn(giver, 50)
    earn(giver, 50, code="status")
    assert refused(Invalid, giver, giver, 1).code == "same_member"
    assert refused(Invalid, giver, receiver, 1, point_type="status").code == "not_spendable"
    assert refused(Invalid, giver, receiver, 1, point_type="none").code == "unknown_point_type"
    assert refused(Invalid, giver, receiver, 0).code == "bad_amount"
    nobody = Member(pk=10**9)
    refused(NotFound, giver, nobody, 1)
    refused(NotFound, nobody, receiver, 1)


@pytest.mark.parametrize("side", ["giver", "receiver"])
@pytest.mark.parametrize("gone", [{"is_active": False}, {"left_at": NOON}, "merged"])
def test_a_closed_account_neither_gives_nor_receives(giver, receiver, side, gone):
    earn(giver, 50)
    member = {"giver": giver, "receiver": receiver}[side]
    if gone == "merged":
        other = new_member()
        actions.merge(giver_id=member.pk, receiver_id=other.pk, source="merge", key="a", at=NOON)
    else:
        Member.objects.filter(pk=member.pk).update(**gone)
    refused(AccountClosed, giver, receiver, 1)


def test_who_owes_points_passes_none_on(giver, receiver):
    # A returned reward pays no debt: these points are there, and the debt comes first all the same.
    gone = earn(giver, 30)
    spent = redeem(giver, 30)
    then(actions.reverse, gone)
    then(actions.give_back, spent)
    assert has(giver) == {"available": 30, "debt": -30}
    assert refused(OwesPoints, giver, receiver, 1).details == {"owed": 30}


def test_points_rest_with_whoever_got_them(giver, receiver):
    earn(giver, 50)
    waited = earn(giver, 50, pending=True)
    then(actions.activate, waited, at=NOON + timedelta(days=3))
    early = RESTED - timedelta(seconds=1)
    assert refused(PointsRest, giver, receiver, 1, early).details == {"movable": 0, "asked": 1}
    assert refused(PointsRest, giver, receiver, 51).details == {"movable": 50, "asked": 51}
    transfer(giver, receiver, 50)
    refused(PointsRest, receiver, giver, 50, RESTED + timedelta(days=13))
    transfer(receiver, giver, 50, RESTED + timedelta(days=14))
    assert (has(giver), has(receiver)) == ({"available": 100}, {})
    sound()


def test_one_sending_and_one_month_have_their_limits(giver, receiver, settings):
    settings.TRANSFER_MOST, settings.TRANSFER_MONTH = 40, 60
    earn(giver, 200)
    assert refused(TransferLimit, giver, receiver, 41).details == {"limit": 40, "left": 40}
    transfer(giver, receiver, 40)
    assert refused(TransferLimit, giver, receiver, 21).details == {"limit": 60, "left": 20}
    transfer(giver, receiver, 20, utc(2026, 3, 31, 16, 59))
    refused(TransferLimit, giver, receiver, 1, utc(2026, 3, 31, 16, 59))
    transfer(giver, receiver, 1, utc(2026, 3, 31, 17))  # the first of April in the programme's zone
    sound()


def test_a_merge_leaves_no_way_around_the_month(giver, receiver, settings):
    settings.TRANSFER_MONTH = 60
    shop = new_member()
    earn(shop, 50)
    earn(giver, 50)
    transfer(shop, receiver, 50)
    actions.merge(giver_id=shop.pk, receiver_id=giver.pk, source="merge", key="m", at=RESTED)
    assert refused(TransferLimit, giver, receiver, 11).details == {"limit": 60, "left": 10}
    sound()


def test_the_proof_notices_a_month_that_was_counted_wrong(giver, receiver):
    earn(giver, 50)
    transfer(giver, receiver, 50)
    Counter.objects.update(used=49)
    assert [finding.check for finding in verify()] == ["I9"]


def test_a_repeat_is_answered_and_another_body_refused(giver, receiver):
    earn(giver, 50)
    first = transfer(giver, receiver, 20, key="same")
    actions.merge(giver_id=receiver.pk, receiver_id=new_member().pk, source="merge", key="m", at=RESTED)
    again = transfer(giver, receiver, 20, RESTED + timedelta(days=300), key="same")
    assert (again.transaction.pk, again.replayed) == (first.transaction.pk, True)
    refused(KeyReused, giver, receiver, 21, key="same")
    refused(KeyReused, giver, new_member(), 20, key="same")
    sound()


@pytest.mark.parametrize("verb", [actions.reverse, actions.restore, actions.give_back, actions.activate, actions.void])
def test_it_is_not_undone(giver, receiver, verb):
    earn(giver, 50)
    posting = transfer(giver, receiver, 20).transaction
    with pytest.raises(NotFound):
        then(verb, posting)


def test_what_the_giver_earned_by_it_may_still_be_taken_from_her_alone(giver, receiver):
    earned = earn(giver, 50)
    transfer(giver, receiver, 50)
    then(actions.reverse, earned, RESTED)
    assert (has(giver), has(receiver)) == ({"debt": -50}, {"available": 50})
    sound()


def test_it_lapses_with_the_receiver_on_the_day_it_would_have_lapsed(giver, receiver):
    earn(giver, 50, value_date=date(2025, 4, 1))
    transfer(giver, receiver, 50)
    [posting] = actions.expire_lots(at=utc(2026, 5, 1))
    assert (posting.transaction.member_id, has(receiver)) == (receiver.pk, {})
    sound()


def test_both_hear_of_it_once(giver, receiver):
    earn(giver, 50)
    DomainEvent.objects.all().delete()
    transfer(giver, receiver, 20, key="once")
    transfer(giver, receiver, 20, key="once")
    told = DomainEvent.objects.filter(name="points_posted").order_by("id").values_list("payload", flat=True)
    assert [(p["member"], p["kind"], p["amounts"]) for p in told] == [
        (giver.pk, "transfer", {"spend": -20}), (receiver.pk, "transfer", {"spend": 20}),
    ]  # fmt: skip


@pytest.mark.parametrize("planted", ["another receiver", "a later last day", "another role"])
def test_the_proof_names_a_transfer_that_went_wrong(giver, receiver, planted):
    earn(giver, 50)
    posting = transfer(giver, receiver, 20).transaction
    seal.remove()
    if planted == "another receiver":
        run_sql("UPDATE badges_transaction SET counterpart_id = %s WHERE id = %s", new_member().pk, posting.pk)
    elif planted == "a later last day":
        run_sql("UPDATE badges_lot SET expires_on = '2031-01-31' WHERE origin_id = %s", posting.pk)
    else:
        PointType.objects.filter(code="spend").update(debt_limit=0)
        run_sql(
            "UPDATE badges_entry SET account_id = (SELECT id FROM badges_account WHERE member_id = %s AND role = 'held'"
            " AND point_type_id = badges_entry.point_type_id) WHERE transaction_id = %s AND amount > 0",
            receiver.pk, posting.pk,
        )  # fmt: skip
    assert ("I4", posting.pk) in {(finding.check, finding.row) for finding in verify(["I4"])}


@pytest.mark.django_db(transaction=True)
def test_two_who_send_to_each_other_at_once_neither_wait_for_ever_nor_lose_a_point(transactional_db):
    one, two = new_member(), new_member()
    earn(one, 100)
    earn(two, 100)

    def send(number):
        giver, receiver, amount = (one, two, 15) if number % 2 else (two, one, 10)
        return transfer(giver, receiver, amount, key=f"n{number}")

    race = run_parallel(send, 12)
    assert race.error_types() == {}
    assert (has(one), has(two)) == ({"available": 70}, {"available": 130})
    assert Transaction.objects.filter(kind="transfer").count() == 12
    sound()
