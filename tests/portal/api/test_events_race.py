"""The same event told at the same moment by many: one row, one posting, the same bytes for all (promise 16)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client

from badges.earning.models import EarningRule, RuleInForce
from portal.accounts.models import Member
from portal.api.models import ApiKey, IncomingEvent
from portal.core.clock import now
from portal.events.models import DomainEvent
from tests.badges.earning.conftest import points
from tests.helpers.races import run_parallel
from tests.portal.api.test_events import purchase, send

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
