"""Criterion 14 beyond the late limit: somebody looks at it, and what she accepts counts on its own day."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from wagtail.models import ModelLogEntry

from badges.earning.models import EarningRule, Evaluation, RuleInForce
from badges.ledger.models import Counter
from badges.ledger.verify import verify
from portal.accounts.models import Member
from portal.api import reviewing
from portal.api.models import IncomingEvent
from portal.core.clock import now, programme_day
from portal.core.errors import Conflict, Forbidden, Invalid, NotFound
from portal.events import relay
from tests.badges.earning.conftest import points
from tests.factories.portal import make_staff
from tests.helpers.queries import assert_num_queries_constant
from tests.portal.api.test_events import URL, purchase, refund, rule, send, till
from tests.portal.api.test_parked_events import later, state

__all__ = ["rule", "till"]
pytestmark = [pytest.mark.both_databases, pytest.mark.django_db]


def days_ago(days: int) -> datetime:
    return now() - timedelta(days=days)


@pytest.fixture
def late(till: Client, alice: Member, rule: EarningRule) -> Any:
    """The receipt of a purchase that was told nine days after it happened."""
    return send(till, purchase(alice, at=days_ago(9)))


def decide(actor: Member, receipt: Any, **changes: Any) -> IncomingEvent:
    id_ = receipt.json()["id"]
    given = {"version": IncomingEvent.objects.get(public_id=id_).version, "yes": True, "reason": "Máy tính tiền hỏng"}
    return reviewing.decide_event(actor=actor, public_id=id_, at=now(), **given | changes)


def test_criterion_14_what_comes_after_the_late_limit_pays_nothing_by_itself(
    till: Client, alice: Member, rule: EarningRule, settings
) -> None:
    settings.EVENTS_LATE_DAYS = 7
    in_time = send(till, purchase(alice, at=days_ago(7) + timedelta(minutes=1)))
    late = send(till, purchase(alice, "2", at=days_ago(7) - timedelta(minutes=1)))
    assert (in_time.status_code, late.status_code) == (201, 202)
    assert (late.json()["state"], late.json()["waits_for"]) == ("review", "review")
    assert points(alice) == 10
    assert state(till, late) == ("review", "review", "")


def test_what_is_accepted_is_judged_by_its_own_day_and_lands_in_its_cap(
    till: Client, alice: Member, manager: Member
) -> None:
    made = EarningRule.objects.create(code="purchase", event_name="purchase_completed", position=50)
    for number, (days, spend) in enumerate(((40, 10), (8, 50)), 1):
        cap = {"scope": "rule", "metric": "times", "limit": 1, "window": "day", "on_exceed": "reject"}
        body = {"beneficiary": "member", "points": {"spend": spend}, "caps": [cap]}
        RuleInForce.objects.create(rule=made, number=number, since=days_ago(days), definition=body)
    at = days_ago(9)
    first, second = (send(till, purchase(alice, str(n), at=at)) for n in (1, 2))
    decide(manager, first)
    assert points(alice) == 10
    decide(manager, second)
    assert points(alice) == 10
    [rules] = [till.get(f"{URL}/{second.json()['id']}").json()["rules"]]
    assert [(one["revision"], one["outcome"]) for one in rules] == [(1, "capped")]
    assert Counter.objects.get(member=alice, scope__startswith="rule:purchase").window_start == programme_day(at)
    assert verify() == []


def test_what_is_refused_pays_nothing_and_keeps_the_reason(
    till: Client, alice: Member, manager: Member, late: Any
) -> None:
    decide(manager, late, yes=False, reason=" Đơn  thử ")
    assert points(alice) == 0
    assert state(till, late) == ("refused", None, "Đơn thử")
    assert not Evaluation.objects.filter(event__name="purchase_completed").exists()
    assert send(till, purchase(alice, at=days_ago(9))).status_code == 409  # the key is used, whatever was decided
    row = IncomingEvent.objects.get()
    assert (row.decided_by, row.event) == (manager, None)
    line = ModelLogEntry.objects.get(action="late_event.refused")
    assert (line.user, line.data["reason"], line.data["key"]) == (manager, "Đơn thử", "1")


def test_who_decides_about_whom(alice: Member, bob: Member, mod: Member, manager: Member, late: Any) -> None:
    for other in (bob, mod):
        with pytest.raises(Forbidden):
            decide(other, late)
    IncomingEvent.objects.update(member=manager)
    with pytest.raises(Forbidden) as refusal:
        decide(manager, late)
    assert refusal.value.code == "own_points"
    IncomingEvent.objects.update(member=alice)
    for reason in ("", "  ", "x" * 201):
        with pytest.raises(Invalid):
            decide(manager, late, reason=reason)
    with pytest.raises(NotFound):
        reviewing.decide_event(actor=manager, public_id="zzzz", version=1, yes=True, reason="x", at=now())
    assert IncomingEvent.objects.get().state == "review"
    assert not ModelLogEntry.objects.filter(action__startswith="late_event").exists()


def test_an_older_version_and_a_second_decision_are_refused(
    alice: Member, manager: Member, late: Any, till: Client
) -> None:
    with pytest.raises(Conflict):
        decide(manager, late, version=7)
    decide(manager, late)
    another = make_staff("Trần Hai", group="Brand managers")
    with pytest.raises(Conflict):
        decide(another, late, yes=False)
    assert points(alice) == 10
    assert ModelLogEntry.objects.filter(action="late_event.accepted").count() == 1


def test_a_stranger_s_late_event_is_looked_at_once_she_is_here(
    till: Client, alice: Member, rule: EarningRule, manager: Member
) -> None:
    receipt = send(till, purchase(alice, at=days_ago(9), member={"email": "sau@thu.example"}))
    assert receipt.json()["waits_for"] == "member"
    from tests.portal.api.test_parked_events import joins

    member = joins("sau@thu.example")
    assert (points(member), state(till, receipt)[0]) == (0, "review")
    decide(manager, receipt)
    assert points(member) == 10


def test_a_refund_waits_while_its_sale_is_looked_at(till: Client, alice: Member, manager: Member, late: Any) -> None:
    back = send(till, refund(alice, "r1", "o1", 50_000))
    assert back.json()["waits_for"] == "sale"
    decide(manager, late)
    assert later(alice) == 5
    assert state(till, back)[0] == "judged"


def test_what_the_books_refuse_by_the_time_it_is_accepted_is_refused_and_said_so(
    till: Client, alice: Member, manager: Member, rule: EarningRule, signed_in: Callable[..., Client]
) -> None:
    send(till, purchase(alice, at=days_ago(5)))
    back = send(till, refund(alice, "r1", "o1", 60_000) | {"occurred_at": days_ago(8).isoformat()})
    assert (back.status_code, back.json()["waits_for"]) == (202, "review")
    send(till, refund(alice, "r2", "o1", 60_000))
    form = {"event": back.json()["id"], "version": "1", "reason": "Phiếu trễ", "step": "accept"}
    answer = signed_in(manager).post(reverse("api_late_decide"), form, follow=True)
    assert "sổ sách nay từ chối" in answer.content.decode()
    assert state(till, back) == ("refused", None, "more_than_paid")
    assert later(alice) == 4


def test_the_desk_shows_it_and_decides(
    till: Client, alice: Member, manager: Member, late: Any, signed_in: Callable[..., Client], mod: Member
) -> None:
    client, list_url, url = signed_in(manager), reverse("api_late_events"), reverse("api_late_decide")
    page = client.get(list_url).content.decode()
    assert "amount: 100000" in page
    assert "Alice" in page
    form = {"event": late.json()["id"], "version": 1, "reason": "Máy hỏng", "step": "accept"}
    assert client.post(url, form | {"version": 4}).status_code == 409
    assert client.post(url, form | {"reason": ""}).status_code == 422
    assert client.post(url, form | {"step": "other"}).status_code == 422
    assert client.post(url, form).status_code == 302
    assert points(alice) == 10
    done = client.get(list_url).content.decode()
    assert "Máy hỏng" in done
    assert 'name="step"' not in done
    own = send(till, purchase(manager, "5", at=days_ago(9)))
    assert 'name="step"' not in client.get(list_url).content.decode()
    assert client.post(url, form | {"event": own.json()["id"]}).status_code == 403
    for path in (list_url, url):
        assert signed_in(mod).post(path, form).status_code in (403, 405)
    assert signed_in(mod).get(list_url).status_code == 403


def test_the_list_costs_the_same_for_one_and_for_many(
    till: Client, alice: Member, bob: Member, manager: Member, late: Any, signed_in: Callable[..., Client]
) -> None:
    client = signed_in(manager)
    decide(manager, send(till, purchase(bob, "first", at=days_ago(9))))

    def grow() -> None:
        for number in range(4):
            send(till, purchase(bob if number % 2 else alice, f"g{number}", at=days_ago(9)))
            decide(manager, send(till, purchase(bob, f"d{number}", at=days_ago(9))), yes=False)
        relay.drain()

    assert_num_queries_constant(lambda: client.get(reverse("api_late_events")), grow)
