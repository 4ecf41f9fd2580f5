"""Real threads, real connections, on SQLite and on PostgreSQL: no double posting, no double spend, no drift."""

from __future__ import annotations

import random
import time
from collections import Counter
from datetime import date

import pytest
from django.db import transaction

from badges.ledger import actions, selectors
from badges.ledger.errors import AlreadyResolved, InsufficientPoints
from badges.ledger.models import Account, Transaction
from portal.core.errors import KeyReused
from portal.events.models import DomainEvent
from portal.realtime.models import Stream, StreamEntry
from tests.badges.ledger.book import NOON, earn, has, key, new_member, programme, redeem, sound, then, utc
from tests.helpers.races import run_parallel

pytestmark = [pytest.mark.both_databases, pytest.mark.django_db(transaction=True), pytest.mark.timeout(300)]


@pytest.fixture
def member(transactional_db):
    return new_member()


def test_criterion_01_one_key_sent_two_hundred_times_over_fifty_connections_is_one_posting(member):
    def send(number):
        return [
            actions.earn(member_id=member.pk, amounts={"spend": 5, "rep": 1}, source="till", key="receipt-1", at=NOON)
            for _ in range(4)
        ]

    race = run_parallel(send, 50)
    assert race.errors == {}
    postings = [posting for four in race.values for posting in four]
    assert len(postings) == 200
    assert len({posting.transaction.pk for posting in postings}) == 1
    assert [posting.replayed for posting in postings].count(False) == 1
    assert all(posting.amounts == {"spend": 5, "rep": 1} for posting in postings)
    with pytest.raises(KeyReused) as other:
        actions.earn(member_id=member.pk, amounts={"spend": 6}, source="till", key="receipt-1", at=NOON)
    assert other.value.status == 409
    assert (Transaction.objects.count(), DomainEvent.objects.filter(name="points_posted").count()) == (1, 1)
    assert (has(member), has(member, "rep")) == ({"available": 5}, {"available": 1})
    sound()


def test_criterion_02_fifty_redemptions_of_one_full_balance(member):
    earn(member, 100)
    race = run_parallel(
        lambda number: actions.redeem(member_id=member.pk, amount=100, source="till", key=f"r{number}", at=NOON), 50
    )
    assert len(race.values) == 1
    assert race.error_types() == {"InsufficientPoints": 49}
    assert (has(member), selectors.spendable(member.pk, at=NOON)) == ({}, 0)
    sound()


def test_first_postings_of_a_newcomer_open_her_accounts_once(member):
    race = run_parallel(lambda number: earn(member, 1, key=f"first-{number}"), 12)
    assert race.errors == {}
    assert Account.objects.filter(member=member).count() == 4
    assert has(member) == {"available": 12}
    sound()


def test_pending_points_are_confirmed_or_lapse_but_not_both(member):
    waiting = earn(member, 3, pending=True)
    race = run_parallel(lambda number: then((actions.activate, actions.lapse)[number % 2], waiting), 10)
    assert (len(race.values), race.error_types()) == (1, {AlreadyResolved.__name__: 9})
    sound()


def test_refunds_at_the_same_moment_never_take_more_than_was_earned(member):
    purchase = earn(member, 10)
    earn(member, 100)
    race = run_parallel(lambda number: then(actions.reverse, purchase, amounts={"spend": 3}), 8)
    assert (len(race.values), race.error_types()) == (3, {"Invalid": 5})
    assert selectors.left_to_reverse(purchase) == {"spend": 1}
    sound()


def test_a_reward_is_returned_once_and_a_reversal_restored_once(member):
    first = earn(member, 100)
    spent, reversal = redeem(member, 40), then(actions.reverse, first, amounts={"spend": 20})
    race = run_parallel(
        lambda number: then(actions.give_back, spent) if number % 2 else then(actions.restore, reversal), 10
    )
    assert (len(race.values), race.error_types()) == (2, {AlreadyResolved.__name__: 8})
    assert has(member) == {"available": 100}
    sound()


def test_the_members_stream_has_no_gap(member):
    race = run_parallel(lambda number: [earn(member, 1) for _ in range(3)], 10)
    assert race.errors == {}
    assert Stream.objects.get(key=f"member:{member.pk}").last == 30
    assert sorted(StreamEntry.objects.values_list("number", flat=True)) == list(range(1, 31))


def test_criterion_08_ten_seconds_of_redeeming_while_points_expire(transactional_db):
    members = [new_member() for _ in range(200)]
    with transaction.atomic():
        for member in members:
            for month in (1, 2):
                earn(member, 20, value_date=date(2025, month, 10))
    # The clock of the race runs through the spring in which the lots lapse, one month after the other.
    moments = [utc(2026, 1, 20), utc(2026, 2, 10), utc(2026, 2, 20), utc(2026, 3, 2)]
    end = time.monotonic() + 10

    def work(number: int) -> None:
        chance = random.Random(number)
        while (rest := end - time.monotonic()) > 0:
            at = moments[min(3, int((10 - rest) / 2.5))]
            if number < 2:
                actions.expire_lots(at=at, limit=20)
                continue
            try:
                redeem(chance.choice(members), chance.randint(1, 25), at=at, key=f"{number}-{key()}")
            except InsufficientPoints:
                continue

    race = run_parallel(work, 8)
    assert race.errors == {}
    raced = Counter(Transaction.objects.exclude(kind="earn").values_list("kind", flat=True))
    assert raced["redeem"] >= 5
    assert raced["expire"] >= 5
    sound()
    # What is left lapses; then every point was either spent or lapsed, and once.
    while actions.expire_lots(at=moments[3], limit=1000):
        pass
    sound()
    assert not Account.objects.filter(balance__gt=0).exists()
    gone = programme()
    assert gone["issued"] == -200 * 40
    assert gone["redeemed"] + gone["expired"] == 200 * 40
