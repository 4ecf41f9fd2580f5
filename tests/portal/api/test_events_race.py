"""Many at the same moment: one event told by all of them is one (promise 16), and what waits goes on once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client

from badges.earning.models import EarningRule, RuleInForce
from badges.ledger.verify import verify
from portal.accounts import actions
from portal.accounts.models import Member
from portal.api import matching, reviewing
from portal.api.models import ApiKey, IncomingEvent, OtherNumber
from portal.core.clock import now
from portal.core.errors import Conflict
from portal.events import relay
from portal.events.models import DomainEvent
from tests.badges.earning.conftest import points
from tests.factories.portal import make_member
from tests.helpers.races import run_parallel
from tests.portal.api.test_events import purchase, refund, send

pytestmark = [pytest.mark.both_databases, pytest.mark.django_db(transaction=True), pytest.mark.timeout(300)]


def test_promise_16_one_event_told_by_many_at_once_is_one(
    make_key: Callable[..., tuple[ApiKey, str]], alice: Member
) -> None:
    rule = EarningRule.objects.create(code="purchase", event_name="purchase_completed", position=50)
    definition = {"beneficiary": "member", "points": {"spend": 7}}
    RuleInForce.objects.create(rule=rule, number=1, since=now() - timedelta(days=1), definition=definition)
    _row, secret = make_key("events:write")
    body = purchase(alice)
    other = body | {"data": {"order": "o1", "amount": 5}}

    def tell(number: int) -> tuple[int, bytes]:
        answer = send(Client(headers={"X-API-Key": secret}), other if number == 7 else body)
        return answer.status_code, answer.content

    race = run_parallel(tell, 8)
    assert race.errors == {}
    answers = dict(race.results)
    fine = {answers[n] for n in range(8) if answers[n][0] == 201}
    if answers[7][0] == 201:  # the other body came first: everybody else is refused
        assert {answers[n][0] for n in range(7)} == {409}
    else:
        assert answers[7][0] == 409
        assert len(fine) == 1
    assert IncomingEvent.objects.count() == 1
    assert DomainEvent.objects.filter(name="purchase_completed").count() == 1
    assert points(alice) == 7


def _rule() -> None:
    rule = EarningRule.objects.create(code="purchase", event_name="purchase_completed", position=50)
    definition = {"beneficiary": "member", "points": {"spend": 7}}
    RuleInForce.objects.create(rule=rule, number=1, since=now() - timedelta(days=30), definition=definition)


def test_what_waits_is_hers_once_when_she_joins_while_it_is_told(make_key: Callable[..., tuple[ApiKey, str]]) -> None:
    _rule()
    _row, secret = make_key("events:write")
    member = make_member(email="moi@thu.example", joined=False)
    bodies = [purchase(member, str(n), member={"email": "moi@thu.example"}) for n in range(3)]

    def act(number: int) -> object:
        if number == 6:
            return actions.join(member=member, at=now())
        if number == 7:
            return relay.drain()
        return send(Client(headers={"X-API-Key": secret}), bodies[number % 3]).status_code

    race = run_parallel(act, 8)
    assert race.errors == {}
    assert {race.results[n] for n in range(6)} <= {201, 202}
    relay.drain()
    matching.match_fresh(now())
    assert points(member) == 21
    assert DomainEvent.objects.filter(name="purchase_completed").count() == 3
    assert verify() == []


def test_a_number_is_one_member_s_when_two_are_given_it_at_once(
    make_key: Callable[..., tuple[ApiKey, str]], alice: Member, bob: Member
) -> None:
    _rule()
    _row, secret = make_key()
    send(Client(headers={"X-API-Key": secret}), purchase(alice, member={"external_id": "77"}))

    def link(number: int) -> int:
        path = f"/api/v1/members/{(alice, bob)[number % 2].public_id}/numbers"
        return send(Client(headers={"X-API-Key": secret}), {"system": "till", "number": "77"}, path).status_code

    race = run_parallel(link, 8)
    assert race.errors == {}
    assert sorted(race.values) == [200] * 4 + [409] * 4
    owner = OtherNumber.objects.get().member
    assert race.results[0 if owner == alice else 1] == 200
    assert (points(owner), points(bob if owner == alice else alice)) == (7, 0)


def test_one_late_event_is_decided_once_however_many_press_at_once(
    make_key: Callable[..., tuple[ApiKey, str]], alice: Member, manager: Member
) -> None:
    _rule()
    _row, secret = make_key()
    till = Client(headers={"X-API-Key": secret})
    late = send(till, purchase(alice, at=now() - timedelta(days=9))).json()
    # Refunds that wait for it go on with it, while more of them come.
    assert send(till, refund(alice, "r0", "o1", 10_000)).status_code == 202

    def act(number: int) -> object:
        if number == 7:
            return send(Client(headers={"X-API-Key": secret}), refund(alice, "r7", "o1", 10_000)).status_code
        try:
            given = {"version": 1, "yes": True, "reason": "Máy hỏng", "at": now()}
            return reviewing.decide_event(actor=manager, public_id=late["id"], **given).state
        except Conflict:
            return "conflict"

    race = run_parallel(act, 8)
    assert race.errors == {}
    assert sorted(str(race.results[n]) for n in range(7)) == ["accepted"] + ["conflict"] * 6
    assert race.results[7] in (201, 202)
    matching.match_fresh(now())
    assert set(IncomingEvent.objects.values_list("state", flat=True)) == {"accepted"}
    assert DomainEvent.objects.filter(name="purchase_completed").count() == 1
    refunded = sorted(event.payload["refunded"] for event in DomainEvent.objects.filter(name="purchase_refunded"))
    assert refunded == [10_000, 20_000]
