"""A key is used once, for ever: a repeat returns what was written, another body is refused."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import transaction

from badges.ledger import actions
from badges.ledger.errors import InsufficientPoints
from portal.core.errors import KeyReused
from portal.events.models import DomainEvent
from tests.badges.ledger.book import NOON, earn, everything, has, key, new_member, redeem, sound, then

pytestmark = [pytest.mark.both_databases, pytest.mark.django_db]

YEARS = timedelta(days=4000)


@pytest.fixture
def member():
    return new_member()


def verbs(member):
    """Every verb as a call that can be sent again, with the same key and a later clock."""
    waiting, lapsing, first, taken = earn(member, pending=True), earn(member, pending=True), earn(member), earn(member)
    earn(member, 1000)
    spent, reversal = redeem(member, 10), then(actions.reverse, taken)
    holds = [
        actions.hold(
            member_id=member.pk, amount=5, expires_at=NOON + timedelta(hours=1), source="test", key=key(), at=NOON
        ).transaction
        for _ in range(2)
    ]
    common = {"source": "test", "member_id": member.pk}

    def of(verb, origin, **more):
        return lambda at: verb(transaction_id=origin.pk, source="test", key=f"the-{verb.__name__}", at=at, **more)

    return {
        "earn": lambda at: actions.earn(amounts={"spend": 5, "rep": 1}, key="the-earn", at=at, **common),
        "activate": of(actions.activate, waiting),
        "lapse": of(actions.lapse, lapsing),
        "redeem": lambda at: actions.redeem(amount=5, key="the-redeem", at=at, **common),
        "give_back": of(actions.give_back, spent),
        "hold": lambda at: actions.hold(
            amount=5, expires_at=NOON + timedelta(hours=1), key="the-hold", at=at, **common
        ),
        "capture": of(actions.capture, holds[0]),
        "void": of(actions.void, holds[1]),
        "reverse": of(actions.reverse, first, reason="removed"),
        "restore": of(actions.restore, reversal),
        "adjust": lambda at: actions.adjust(
            amount=-5, reason="r", actor_id=member.pk, key="the-adjust", at=at, **common
        ),
    }


VERBS = ["earn", "activate", "lapse", "redeem", "give_back", "hold", "capture", "void", "reverse", "restore", "adjust"]


@pytest.mark.parametrize("name", VERBS)
def test_a_repeat_returns_the_stored_posting(member, name):
    send = verbs(member)[name]
    first = send(NOON)
    before, events = everything(), DomainEvent.objects.count()
    again = send(NOON + (timedelta(minutes=1) if name == "hold" else YEARS))
    assert (first.replayed, again.replayed) == (False, True)
    assert again.transaction == first.transaction
    assert again.amounts == first.amounts
    assert (everything(), DomainEvent.objects.count()) == (before, events)
    sound()


def test_a_key_with_another_body_is_refused_and_nothing_is_written(member):
    verbs(member)["earn"](NOON)
    before, events = everything(), DomainEvent.objects.count()
    common = {"source": "test", "key": "the-earn", "at": NOON}
    other = new_member()
    bodies = [
        lambda: actions.earn(member_id=member.pk, amounts={"spend": 6, "rep": 1}, **common),
        lambda: actions.earn(member_id=member.pk, amounts={"spend": 5}, **common),
        lambda: actions.earn(member_id=other.pk, amounts={"spend": 5, "rep": 1}, **common),
        lambda: actions.earn(member_id=member.pk, amounts={"spend": 5, "rep": 1}, pending=True, **common),
        lambda: actions.earn(member_id=member.pk, amounts={"spend": 5, "rep": 1}, campaign="tet", **common),
        lambda: actions.earn(member_id=member.pk, amounts={"spend": 5, "rep": 1}, subject="post:1", **common),
        lambda: actions.redeem(member_id=member.pk, amount=5, **common),
        lambda: actions.adjust(member_id=member.pk, amount=5, reason="r", actor_id=member.pk, **common),
    ]
    for body in bodies:
        with pytest.raises(KeyReused) as refused:
            body()
        assert refused.value.status == 409
    assert (everything(), DomainEvent.objects.count()) == (before, events)


@pytest.mark.parametrize("name", ["activate", "lapse", "give_back", "capture", "void", "reverse", "restore"])
def test_a_key_is_not_good_for_another_posting_of_the_same_verb(member, name):
    verbs(member)[name](NOON)
    of_fresh_postings = verbs(member)
    before = everything()
    with pytest.raises(KeyReused):
        of_fresh_postings[name](NOON)
    assert everything() == before


def test_the_same_key_of_another_source_is_another_posting(member):
    earn(member, 5, key="k", source="till-1")
    earn(member, 5, key="k", source="till-2")
    assert has(member) == {"available": 10}


def test_a_refused_attempt_leaves_its_key_free(member):
    with pytest.raises(InsufficientPoints):
        redeem(member, 10, key="once")
    earn(member, 10)
    assert redeem(member, 10, key="once").kind == "redeem"


def test_inside_a_callers_transaction_a_refusal_spoils_nothing_of_it(member):
    with transaction.atomic():
        earn(member, 10)
        with pytest.raises(InsufficientPoints):
            redeem(member, 11, key="x")
        earn(member, 5, key="y")
        assert actions.earn(member_id=member.pk, amounts={"spend": 5}, source="test", key="y", at=NOON).replayed
        with pytest.raises(KeyReused):
            earn(member, 6, key="y")
        redeem(member, 15)
    assert has(member) == {}
    sound()


def test_a_callers_rollback_takes_the_posting_with_it(member):
    before = everything()

    def fails_after_earning():
        with transaction.atomic():
            earn(member, 10, key="z")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fails_after_earning()
    assert everything() == before
    assert not actions.earn(member_id=member.pk, amounts={"spend": 10}, source="test", key="z", at=NOON).replayed
