"""Two accounts of one person become one: balances, lots, holds, debts, caps, and whatever comes late."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from badges.ledger import actions, selectors
from badges.ledger.errors import AlreadyResolved, Moved
from badges.ledger.locks import lock_counters, lock_member_accounts
from badges.ledger.models import Account, Counter, PointType, Transaction
from badges.ledger.verify import verify
from portal.core.errors import Invalid
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
LATER = NOON + timedelta(days=40)


def merge(giver, receiver, at=NOON, **more):
    return actions.merge(
        giver_id=giver.pk,
        receiver_id=receiver.pk,
        **({"source": "merge", "key": f"account:{giver.pk}", "at": at} | more),
    )


@pytest.fixture
def shop(db):
    """The account that a shop opened."""
    return new_member("Quán")


@pytest.fixture
def own(db):
    """The person's own."""
    return new_member("Hân")


def test_every_balance_moves_and_each_lot_keeps_its_last_day(shop, own):
    earn(shop, 100, utc(2026, 1, 10))
    earn(shop, 50, NOON)
    earn(shop, 7, code="status")
    earn(own, 20)
    before = lots(shop)
    [posting] = merge(shop, own, LATER)
    assert has(shop) == has(shop, "status") == {}
    assert (has(own), has(own, "status")) == ({"available": 170}, {"available": 7})
    assert sorted([*before, (20, date(2027, 3, 31))]) == sorted(lots(own))
    assert posting.amounts == {"spend": 150, "status": 7}
    assert (posting.transaction.kind, posting.transaction.member_id) == ("merge", own.pk)
    assert programme() == {"issued": -170}
    sound()


def test_a_merge_is_one_line_of_the_receivers_statement(shop, own):
    earn(shop, 100)
    merge(shop, own)
    assert [line.shown for line in selectors.statement(own.pk).lines] == [{"spend": 100}]


def test_an_empty_account_is_closed_without_a_posting(shop, own):
    assert merge(shop, own) == []
    assert not Transaction.objects.exists()
    with pytest.raises(Moved):
        lock_member_accounts(shop.pk, ["spend"])
    sound()


def test_the_same_merge_again_writes_nothing_and_another_receiver_is_refused(shop, own):
    earn(shop, 100)
    [first] = merge(shop, own)
    before = everything()
    [again] = merge(shop, own)
    assert (again.transaction.pk, again.replayed) == (first.transaction.pk, True)
    with pytest.raises(AlreadyResolved):
        merge(shop, new_member())
    with pytest.raises(Invalid):
        merge(own, own)
    assert {k: v for k, v in everything().items() if k != "Account"} == {
        k: v for k, v in before.items() if k != "Account"
    }
    assert has(own) == {"available": 100}


def test_nobody_is_merged_into_an_account_that_was_merged_away(shop, own):
    earn(shop, 10)
    merge(own, new_member())
    with pytest.raises(Moved):
        merge(shop, own)
    assert has(shop) == {"available": 10}
    sound()


def test_waiting_points_are_confirmed_and_lapse_where_they_went(shop, own):
    confirmed, lapsed = earn(shop, 30, pending=True), earn(shop, 5, pending=True)
    merge(shop, own)
    assert has(own) == {"pending": 35}
    activated = then(actions.activate, confirmed, LATER)
    then(actions.lapse, lapsed, LATER)
    assert (activated.member_id, has(own), has(shop)) == (own.pk, {"available": 30}, {})
    sound()


def test_a_hold_is_captured_and_released_where_it_went(shop, own):
    earn(shop, 100)
    hold = {"source": "test", "at": NOON, "expires_at": LATER, "member_id": shop.pk}
    taken = actions.hold(amount=60, key=key(), **hold).transaction
    freed = actions.hold(amount=40, key=key(), **hold).transaction
    merge(shop, own)
    assert has(own) == {"held": 100}
    then(actions.capture, taken)
    then(actions.void, freed)
    assert (has(own), has(shop), programme()) == ({"available": 40}, {}, {"issued": -100, "redeemed": 60})
    sound()


def test_a_refund_after_the_merge_takes_its_own_lot_first(shop, own):
    earn(own, 100, utc(2026, 1, 1))  # lapses sooner: others would be taken first
    bought = earn(shop, 40)
    merge(shop, own)
    taken = then(actions.reverse, bought, LATER)
    assert (taken.member_id, has(own)) == (own.pk, {"available": 100})
    again = then(actions.restore, taken, LATER)
    assert (again.member_id, has(own), has(shop)) == (own.pk, {"available": 140}, {})
    sound()


def test_a_reward_returned_after_the_merge_goes_back_into_its_lot(shop, own):
    earn(shop, 100)
    spent = redeem(shop, 80)
    before = lots(shop)
    merge(shop, own)
    then(actions.give_back, spent)
    assert lots(own) == [(100, before[0][1])]
    sound()


def test_lots_lapse_where_they_went(shop, own):
    earn(shop, 100, utc(2025, 1, 10))
    merge(shop, own, utc(2025, 3, 1))
    assert [posting.transaction.member_id for posting in actions.expire_lots(at=utc(2026, 2, 5))] == [own.pk]
    assert has(own) == {}
    sound()


def test_what_is_posted_late_for_the_closed_account_arrives_once(shop, own):
    merge(shop, own)
    late = {"member_id": shop.pk, "amounts": {"spend": 25}, "source": "till", "key": "receipt-9", "at": LATER}
    first, again = actions.earn(**late), actions.earn(**late)
    assert (first.transaction.member_id, again.replayed, has(own), has(shop)) == (own.pk, True, {"available": 25}, {})
    sound()


def test_a_request_from_before_the_merge_is_known_after_it(shop, own):
    early = {"member_id": shop.pk, "amounts": {"spend": 25}, "source": "till", "key": "receipt-9", "at": NOON}
    actions.earn(**early)
    merge(shop, own)
    assert actions.earn(**early).replayed
    assert has(own) == {"available": 25}


def test_a_kind_of_points_that_came_later_is_collected_where_the_others_went(shop, own):
    merge(shop, own)
    PointType.objects.create(code="leaf")
    actions.earn(member_id=shop.pk, amounts={"leaf": 3}, source="till", key="leaf-1", at=LATER)
    assert (has(own, "leaf"), has(shop, "leaf")) == ({"available": 3}, {})
    sound()


def test_merges_are_followed_to_the_end(shop, own):
    last = new_member("Cuối")
    earn(shop, 10)
    merge(shop, own)
    merge(own, last)
    actions.earn(member_id=shop.pk, amounts={"spend": 5}, source="till", key="chain", at=LATER)
    assert (has(last), has(own), has(shop)) == ({"available": 15}, {}, {})
    sound()


def test_debts_add_up_to_the_limit_and_the_rest_is_written_off(shop, own):
    for member in (shop, own):
        bought = earn(member, 400)
        redeem(member, 400)
        then(actions.reverse, bought)
    assert has(shop) == has(own) == {"debt": -400}
    [posting] = merge(shop, own)
    assert (has(shop), has(own)) == ({}, {"debt": -500})
    assert posting.transaction.written_off == {"spend": 300}
    sound()


def test_status_points_count_for_the_year_in_which_they_were_earned(shop, own):
    earn(shop, 100, utc(2025, 6, 1), code="status")
    earn(shop, 30, utc(2026, 2, 1), code="status")
    earn(own, 5, utc(2025, 6, 1), code="status")
    assert len(merge(shop, own)) == 2
    assert [selectors.status_points(own.pk, year) for year in (2025, 2026)] == [105, 30]
    assert [selectors.status_points(shop.pk, year) for year in (2025, 2026)] == [0, 0]
    sound()


def test_a_year_that_lost_points_never_takes_the_balance_below_zero(shop, own):
    earn(shop, 100, utc(2025, 6, 1), code="status")
    actions.adjust(
        member_id=shop.pk, amount=-30, point_type="status", source="hand", key="a", at=utc(2026, 1, 5), actor_id=own.pk,
        reason="counted twice",
    )  # fmt: skip
    merge(shop, own)
    assert (has(own, "status"), has(shop, "status")) == ({"available": 70}, {})
    sound()


def test_caps_that_are_used_up_stay_used_up(shop, own):
    day, ever = date(2026, 3, 10), date(1970, 1, 1)
    for member, windows in ((shop, {("rule:story:times", day): 2, ("rule:join:times", ever): 1}),
                            (own, {("rule:story:times", day): 2})):  # fmt: skip
        lock_member_accounts(member.pk, ["spend"])
        for window, used in windows.items():
            Counter.objects.filter(pk=lock_counters(member.pk, [window])[window].pk).update(used=used)
    merge(shop, own)
    assert set(Counter.objects.filter(member=own).values_list("scope", "used")) == {
        ("rule:story:times", 4), ("rule:join:times", 1),
    }  # fmt: skip


def test_each_posting_is_told_once_and_to_the_receiver(shop, own):
    earn(shop, 100)
    DomainEvent.objects.all().delete()
    merge(shop, own)
    merge(shop, own)
    told = DomainEvent.objects.filter(name="points_posted").values_list("payload__member", "payload__kind")
    assert list(told) == [(own.pk, "merge")]


@pytest.mark.parametrize("planted", ["closed account holds points", "points got lost on the way"])
def test_the_proof_notices_a_merge_that_went_wrong(shop, own, planted):
    from badges.ledger import seal

    earn(shop, 100)
    [posting] = merge(shop, own)
    seal.remove()
    if planted == "closed account holds points":
        run_sql("UPDATE badges_account SET balance = 1 WHERE member_id = %s AND role = 'available'", shop.pk)
    else:
        place = Account.objects.get(member=shop, point_type__code="spend", role="pending").pk
        run_sql(
            "UPDATE badges_entry SET account_id = %s WHERE transaction_id = %s AND amount < 0", place,
            posting.transaction.pk,
        )  # fmt: skip
    checks = {finding.check for finding in verify()}
    assert ("I5" if planted == "closed account holds points" else "I4") in checks


act = st.tuples(
    st.sampled_from(["earn", "wait", "redeem", "hold", "reverse", "activate", "lapse", "expire"]),
    st.integers(0, 1), st.integers(1, 300), st.integers(0, 500),
)  # fmt: skip


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(before=st.lists(act, max_size=12), after=st.lists(act, max_size=8))
def test_whatever_happened_before_and_comes_after_nothing_is_lost(db, before, after):
    members, postings, moment = (new_member(), new_member()), [], NOON

    def do(kind, who, amount, days):
        nonlocal moment
        moment += timedelta(days=days)
        member = members[who]
        try:
            if kind in ("earn", "wait"):
                postings.append(earn(member, amount, moment, pending=kind == "wait"))
            elif kind == "redeem":
                redeem(member, amount, moment)
            elif kind == "hold":
                actions.hold(member_id=member.pk, amount=amount, expires_at=moment + timedelta(days=3), source="t",
                             key=key(), at=moment)  # fmt: skip
            elif kind == "expire":
                actions.expire_lots(at=moment)
                actions.expire_holds(at=moment)
            elif postings:
                then(getattr(actions, kind), postings[amount % len(postings)], moment)
        except Exception as refused:
            if getattr(refused, "status", None) not in (404, 409):
                raise

    for step in before:
        do(*step)
    total = {
        role: has(members[0]).get(role, 0) + has(members[1]).get(role, 0) for role in ("available", "pending", "held")
    }
    held = lots(members[0]) + lots(members[1])
    [*_] = merge(members[0], members[1], moment)
    after_merge = has(members[1])
    assert {role: after_merge.get(role, 0) for role in total} == total
    assert sorted(lots(members[1]), key=str) == sorted(held, key=str)
    sound()
    for step in after:
        do(*step)
    assert has(members[0]) == {}
    sound()


@pytest.mark.django_db(transaction=True)
@pytest.mark.timeout(300)
def test_merging_while_both_are_posted_to_loses_nothing(transactional_db):
    shop, own = new_member(), new_member()
    earn(shop, 1000)

    def run(number: int):
        if number == 3 or number == 7:
            return merge(shop, own)
        who = shop if number % 2 else own
        return actions.earn(member_id=who.pk, amounts={"spend": 1}, source="race", key=f"r{number}", at=NOON)

    race = run_parallel(run, 16)
    assert race.error_types() == {}
    assert (has(shop), has(own)) == ({}, {"available": 1014})
    assert Transaction.objects.filter(kind="merge").count() == 1
    sound()


@pytest.mark.django_db(transaction=True)
@pytest.mark.timeout(300)
def test_two_merges_crossing_each_other_end_with_one_winner(transactional_db):
    first, second = new_member(), new_member()
    earn(first, 10)
    earn(second, 20)
    race = run_parallel(lambda number: merge(*((first, second) if number % 2 else (second, first))), 8)
    assert set(race.error_types()) <= {"Moved", "AlreadyResolved"}
    assert sorted([has(first), has(second)], key=len) == [{}, {"available": 30}]
    sound()
