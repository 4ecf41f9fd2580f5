"""Events of other systems: taken once, replayed byte for byte, judged by the revision of their day."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.apps import apps
from django.test import Client

from badges.earning.models import EarningRule, RuleInForce
from badges.ledger.verify import verify
from portal.accounts.models import Member
from portal.api.models import ApiKey, IncomingEvent
from portal.core.clock import now
from portal.events import relay
from portal.events.models import DomainEvent
from tests.badges.earning.conftest import points
from tests.helpers.queries import assert_num_queries_constant, count_queries

pytestmark = [pytest.mark.both_databases, pytest.mark.django_db]
URL, BATCH = "/api/v1/events", "/api/v1/events/batch"


@pytest.fixture
def rule(db: None) -> EarningRule:
    """10 Hạt for a purchase since forty days, 50 since yesterday."""
    made = EarningRule.objects.create(code="purchase", event_name="purchase_completed", position=50)
    for number, (days, spend) in enumerate(((40, 10), (1, 50)), 1):
        definition = {"beneficiary": "member", "points": {"spend": spend, "status": 1}}
        RuleInForce.objects.create(rule=made, number=number, since=now() - timedelta(days=days), definition=definition)
    return made


@pytest.fixture
def till(caller: Callable[..., Client]) -> Client:
    """A till's program."""
    return caller("events:write", "events:read")


def purchase(buyer: Member, key: str = "1", *, at: datetime | None = None, **changes: Any) -> dict[str, Any]:
    """A purchase of 100,000 đồng."""
    return {
        "source": "till", "key": key, "type": "purchase.completed", "occurred_at": (at or now()).isoformat(),
        "member": {"id": buyer.public_id}, "data": {"order": f"o{key}", "amount": 100_000},
    } | changes  # fmt: skip


def refund(member: Member, key: str, order: str, amount: int) -> dict[str, Any]:
    return purchase(member, key, type="purchase.refunded", data={"order": order, "amount": amount})


def send(client: Client, body: Any, url: str = URL) -> Any:
    return client.post(url, body, content_type="application/json")


def code_of(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


def rows() -> dict[str, int]:
    return {model._meta.label: model._default_manager.count() for model in apps.get_models()}


def test_a_purchase_is_paid_and_its_event_tells_why(till: Client, alice: Member, rule: EarningRule) -> None:
    receipt = send(till, purchase(alice))
    assert receipt.status_code == 201
    id_ = receipt.json()["id"]
    assert till.get(f"{URL}/{id_}").json()["state"] == "accepted"
    assert points(alice) == 50
    told = till.get(f"{URL}/{id_}").json()
    assert (told["state"], told["rules"]) == (
        "judged",
        [{
            "rule": "purchase", "revision": 2, "outcome": "paid", "computed": {"spend": 50, "status": 1},
            "granted": {"spend": 50, "status": 1},
        }],
    )  # fmt: skip
    assert till.get(f"{URL}/zzzzzzzzzzzz").status_code == 404


def test_what_is_sent_again_is_answered_with_the_same_bytes(till: Client, alice: Member, rule: EarningRule) -> None:
    body = purchase(alice)
    first = send(till, body)
    before = rows()
    again = send(till, body)
    assert (again.status_code, again.content) == (first.status_code, first.content)
    assert "Idempotent-Replayed" not in first
    assert again["Idempotent-Replayed"] == "true"
    assert code_of(send(till, body | {"data": {"order": "o1", "amount": 100_001}})) == (409, "key_reused")
    assert rows() == before
    assert points(alice) == 50


def test_a_late_event_is_judged_by_the_revision_of_its_day(till: Client, alice: Member, rule: EarningRule) -> None:
    send(till, purchase(alice, at=now() - timedelta(days=3)))
    assert points(alice) == 10


def test_without_a_rule_nothing_is_paid(till: Client, alice: Member) -> None:
    id_ = send(till, purchase(alice)).json()["id"]
    assert points(alice) == 0
    assert till.get(f"{URL}/{id_}").json()["rules"] == []


def test_refunds_take_their_share_and_never_more(till: Client, alice: Member, rule: EarningRule) -> None:
    send(till, purchase(alice))
    assert points(alice) == 50
    for number, (amount, left) in enumerate(((1, 50), (9_999, 45), (30_000, 30), (60_000, 0)), 1):
        assert send(till, refund(alice, f"r{number}", "o1", amount)).status_code == 201
        assert points(alice) == left
    assert code_of(send(till, refund(alice, "r9", "o1", 1))) == (422, "more_than_paid")
    assert verify() == []


def test_a_refund_of_anothers_order_is_none(till: Client, alice: Member, bob: Member) -> None:
    send(till, purchase(alice))
    assert code_of(send(till, refund(bob, "r1", "o1", 1))) == (422, "unknown_order")
    assert code_of(send(till, purchase(alice, "2", data={"order": "o1", "amount": 5}))) == (409, "order_known")


@pytest.mark.parametrize(
    ("kind", "data", "status"),
    [
        ("survey.answered", {"survey": "xuan-2026"}, 201),
        ("visit.checked_in", {"place": "q1"}, 201),
        ("custom.tasting", {"cups": 3, "alone": False, "leaf": "shan"}, 201),
        ("custom.tasting", {"deep": {"er": 1}}, 422),
        ("custom.tasting", {"ratio": 1.5}, 422),
        ("survey.answered", {"survey": "a b"}, 422),
        ("visit.checked_in", {"place": "q1", "more": 1}, 422),
        ("purchase.completed", {"order": "o", "amount": 0}, 422),
        ("purchase.completed", {"order": "o", "amount": -5}, 422),
        ("purchase.completed", {"order": "o", "amount": 1.5}, 422),
        ("purchase.completed", {"order": "o", "amount": 10**12 + 1}, 422),
        ("purchase.completed", {"order": "o", "amount": True}, 422),
        ("house.burnt", {}, 422),
    ],
)
def test_each_type_has_its_own_fields(till: Client, alice: Member, kind: str, data: dict, status: int) -> None:
    answer = send(till, purchase(alice, type=kind, data=data))
    assert answer.status_code == status
    assert IncomingEvent.objects.count() == (status == 201)
    if status == 422 and kind != "house.burnt":
        assert all(error["field"].startswith("data.") for error in answer.json()["errors"])
    if kind == "house.burnt":
        assert answer.json()["code"] == "unknown_type"


def test_who_and_when_are_checked(till: Client, alice: Member, settings) -> None:
    settings.API_EVENTS_DAYS = 10
    assert code_of(send(till, purchase(alice, member={"id": "zzzzzzzzzzzz"}))) == (422, "unknown_member")
    assert code_of(send(till, purchase(alice, at=now() + timedelta(hours=1)))) == (422, "in_future")
    assert code_of(send(till, purchase(alice, at=now() - timedelta(days=10, minutes=1)))) == (422, "too_late")
    for who in ({}, {"id": alice.public_id, "email": alice.email}, {"phone": "1"}, {"phone": "+84 28 3822 0000"}):
        assert code_of(send(till, purchase(alice, member=who))) == (422, "invalid")
    assert code_of(send(till, purchase(alice, occurred_at="2026-05-04T08:00:00"))) == (422, "invalid")
    assert send(till, purchase(alice, member={"email": "ALICE@thu.example"})).status_code == 201
    assert "alice" not in str(DomainEvent.objects.latest("pk").payload) + str(IncomingEvent.objects.values())


def test_bodies_that_are_none(till: Client, caller: Callable[..., Client]) -> None:
    for raw in (b"{", b'{"source": NaN}', b'{"source": "\\ud800"}', b'{"key": "\\u0000"}', b"[" * 5000):
        assert till.post(URL, raw, content_type="application/json").status_code in (400, 422)
    assert code_of(till.post(URL, b"{}", content_type="text/plain")) == (415, "wrong_type")
    assert code_of(till.post(URL, b" " * (1024 * 1024 + 1), content_type="application/json")) == (413, "too_large")
    assert code_of(send(caller("events:read"), {})) == (403, "scope_missing")


def test_one_bad_event_of_a_batch_stops_no_other(till: Client, alice: Member, rule: EarningRule) -> None:
    bad = [{"source": "till"}, purchase(alice, "x", member={"id": "zzzzzzzzzzzz"})]
    good = [purchase(alice, str(number)) for number in range(3)]
    events = [good[0], bad[0], good[1], bad[1], good[0], good[2] | {"key": "0"}, good[2]]
    answer = send(till, {"events": events}, BATCH)
    assert answer.status_code == 200
    told = [(i["status"], i["replayed"], (i["problem"] or {}).get("code")) for i in answer.json()["items"]]
    assert told == [
        (201, False, None), (422, False, "invalid"), (201, False, None), (422, False, "unknown_member"),
        (201, True, None), (409, False, "key_reused"), (201, False, None),
    ]  # fmt: skip
    assert points(alice) == 150
    for amount in (0, 101):
        assert send(till, {"events": [good[0]] * amount}, BATCH).status_code == 422


def test_a_key_for_trying_answers_as_a_live_one_and_leaves_nothing(
    caller: Callable[..., Client], make_key: Callable[..., tuple[ApiKey, str]], till: Client, alice: Member,
    rule: EarningRule,
) -> None:  # fmt: skip
    trying = caller("events:write", mode="test")
    body = purchase(alice)
    relay.drain()
    before = rows()
    answer = send(trying, body)
    assert answer.status_code == 201
    assert answer.json()["test"] is True
    batch = send(trying, {"events": [body, body, purchase(alice, "2")]}, BATCH).json()["items"]
    assert [(item["status"], item["replayed"]) for item in batch] == [(201, False), (201, True), (201, False)]
    assert code_of(send(trying, purchase(alice, type="house.burnt"))) == (422, "unknown_type")
    relay.drain()
    assert rows() == before
    live = send(till, body).json()
    assert live["test"] is False
    assert live.keys() == answer.json().keys()


def test_a_batch_reads_no_more_for_each_event_than_one_does(till: Client, alice: Member, rule: EarningRule) -> None:
    id_ = send(till, purchase(alice)).json()["id"]
    relay.drain()

    def grow() -> None:
        events = [purchase(alice, f"g{number}") for number in range(20)]
        assert send(till, {"events": events}, BATCH).status_code == 200
        relay.drain()

    assert_num_queries_constant(lambda: till.get(f"{URL}/{id_}"), grow)
    assert_num_queries_constant(lambda: send(till, purchase(alice)), grow)


@pytest.mark.parametrize("kind", ["fresh", "told before", "of a stranger", "of nobody", "misspelt"])
def test_a_batch_of_a_hundred_asks_as_often_for_each_event_as_a_batch_of_one(
    till: Client, alice: Member, rule: EarningRule, kind: str
) -> None:
    """What a batch costs is a sum: so much for itself, and the same for each event, however many there are."""

    def events(name: str, amount: int) -> list[dict[str, Any]]:
        whom = {"of a stranger": {"email": "ai@thu.example"}, "of nobody": {"id": "zzzzzzzzzzzz"}, "misspelt": {}}
        return [purchase(alice, f"{name}{n}", **{"member": whom[kind]} if kind in whom else {}) for n in range(amount)]

    def cost(name: str, amount: int) -> int:
        batch = {"events": events(name, amount)}
        if kind == "told before":
            send(till, batch, BATCH)
        return count_queries(lambda: send(till, batch, BATCH))[0]

    cost("warm", 1)
    one, two, many = cost("a", 1), cost("b", 2), cost("c", 100)
    each = two - one
    assert many - one == 99 * each
    assert each <= {"fresh": 12, "of a stranger": 9, "told before": 4, "of nobody": 5, "misspelt": 0}[kind]
