"""Events that wait: for a member who is not here yet, or for the sale that they give back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from badges.earning.models import EarningRule
from badges.ledger.models import Transaction
from badges.ledger.verify import verify
from portal.accounts import actions
from portal.accounts.models import Member
from portal.api import matching, people
from portal.api.event_schemas import EventIn
from portal.api.models import ApiKey, IncomingEvent, OtherNumber
from portal.core.clock import now
from portal.core.ids import body_hash
from portal.events import relay
from portal.events.models import Delivery
from tests.badges.earning.conftest import points
from tests.factories.portal import make_member
from tests.portal.api.test_events import URL, code_of, purchase, refund, rows, rule, send, till

__all__ = ["rule", "till"]
pytestmark = [pytest.mark.both_databases, pytest.mark.django_db]
HER = "moi@thu.example"


@pytest.fixture
def hers(db: None) -> dict[str, Any]:
    """A purchase of somebody who is not here yet."""
    return {
        "source": "till", "key": "1", "type": "purchase.completed",
        "occurred_at": (now() - timedelta(hours=2)).isoformat(), "member": {"email": "Moi@thu.example"},
        "data": {"order": "o1", "amount": 100_000},
    }  # fmt: skip


def state(client: Client, receipt: Any) -> tuple[str, str | None, str]:
    told = client.get(f"{URL}/{receipt.json()['id']}").json()
    return told["state"], told["waits_for"], told["reason"]


def later(member: Member) -> int:
    """Her points once the relay came again to what failed: a refund is put off until its sale was judged."""
    relay.drain()
    Delivery.objects.filter(done_at=None).update(due_at=now())
    return points(member)


def joins(email: str = HER) -> Member:
    member = make_member(email=email, at=now())
    relay.drain()
    return member


def test_what_is_told_about_a_stranger_waits_and_is_hers_when_she_joins(
    till: Client, hers: dict[str, Any], rule: EarningRule
) -> None:
    receipt = send(till, hers)
    assert (receipt.status_code, receipt.json()["state"], receipt.json()["waits_for"]) == (202, "parked", "member")
    again = send(till, hers)
    assert (again.status_code, again.content, again["Idempotent-Replayed"]) == (202, receipt.content, "true")
    assert state(till, receipt) == ("parked", "member", "")
    member = make_member(email=HER, joined=False)
    relay.drain()
    assert state(till, receipt) == ("parked", "member", "")  # nobody proved the address
    actions.join(member=member, at=now())
    assert points(member) == 50
    told = till.get(f"{URL}/{receipt.json()['id']}").json()
    assert (told["state"], told["member"], told["rules"][0]["revision"]) == ("judged", member.public_id, 2)
    assert send(till, hers).content == receipt.content  # the answer stays what it was
    assert verify() == []


def test_it_is_judged_by_the_day_on_which_it_happened(till: Client, hers: dict[str, Any], rule: EarningRule) -> None:
    send(till, hers | {"occurred_at": (now() - timedelta(days=3)).isoformat()})
    assert points(joins()) == 10


def test_no_address_is_kept_in_clear_and_hashes_are_keyed(till: Client, hers: dict[str, Any], settings) -> None:
    for number, who in enumerate(({"email": HER}, {"phone": "0912 345 678"}, {"external_id": "crm:00077"})):
        assert send(till, hers | {"key": str(number), "data": {"order": f"o{number}", "amount": 1}, "member": who}
                    ).status_code == 202  # fmt: skip
    stored = str(list(IncomingEvent.objects.values()))
    for name in ("moi", "912345678", "00077"):
        assert name not in stored
    before, digest = people.hash_of("email", HER), IncomingEvent.objects.get(key="0").body_hash
    old, settings.SECRET_KEY = settings.SECRET_KEY, "another"
    assert people.hash_of("email", HER) != before
    assert send(till, hers | {"key": "0", "data": {"order": "o0", "amount": 1}}).status_code == 401  # keys end with it
    assert before not in people.hashes_of("email", HER)
    settings.SECRET_KEY_FALLBACKS = [old]
    assert people.hashes_of("email", HER)[1:] == [before]
    told = EventIn.model_validate(hers | {"key": "0", "data": {"order": "o0", "amount": 1}, "member": {"email": HER}})
    assert digest != body_hash(told.model_dump(mode="json", exclude_unset=True))


def test_a_proven_telephone_is_matched_and_an_unproven_one_is_not(
    till: Client, hers: dict[str, Any], alice: Member, rule: EarningRule
) -> None:
    Member.objects.filter(pk=alice.pk).update(phone="+84912345678")
    receipt = send(till, hers | {"member": {"phone": "0912 345 678"}})
    assert receipt.status_code == 202
    assert matching.match_fresh(now()) == 0
    Member.objects.filter(pk=alice.pk).update(phone_verified_at=now())
    assert matching.match_fresh(now()) == 1
    assert points(alice) == 50
    assert send(till, hers | {"key": "2", "data": {"order": "o2", "amount": 1}, "member": {"phone": "+84 912 345 678"}}
                ).status_code == 201  # fmt: skip


def test_a_number_that_is_linked_later_brings_what_waited(
    till: Client, caller: Callable[..., Client], hers: dict[str, Any], alice: Member, rule: EarningRule
) -> None:
    send(till, hers | {"member": {"external_id": "77"}})
    send(till, hers | {"key": "2", "data": {"order": "o2", "amount": 1}, "member": {"external_id": "crm:77"}})
    link = {"system": "till", "number": "77"}
    assert send(caller("members:link"), link, f"/api/v1/members/{alice.public_id}/numbers").status_code == 200
    assert points(alice) == 50
    assert IncomingEvent.objects.get(key="2").state == "parked"


def test_a_new_key_of_the_house_strands_nothing_that_waits(
    caller: Callable[..., Client], till: Client, hers: dict[str, Any], rule: EarningRule, settings
) -> None:
    receipt = send(till, hers)
    settings.SECRET_KEY_FALLBACKS, settings.SECRET_KEY = [settings.SECRET_KEY], "another"
    again = send(caller("events:write"), hers)
    assert (again.status_code, again.content) == (202, receipt.content)
    assert points(joins()) == 50


def test_a_number_that_was_linked_while_its_event_was_written_is_found_by_the_job(
    till: Client, hers: dict[str, Any], alice: Member, rule: EarningRule, make_key: Callable[..., tuple[ApiKey, str]]
) -> None:
    send(till, hers | {"member": {"external_id": "77"}})
    key = make_key("members:link")[0]
    OtherNumber.objects.create(system="till", number="77", member=alice, told_with=key, linked_at=now())
    assert matching.match_fresh(now() + timedelta(hours=2)) == 0
    assert matching.match_fresh(now()) == 1
    assert points(alice) == 50


def test_what_was_told_too_long_ago_is_not_matched_and_then_erased(
    till: Client, hers: dict[str, Any], rule: EarningRule, settings
) -> None:
    settings.EVENTS_PARKED_DAYS = 30
    receipt = send(till, hers)
    IncomingEvent.objects.update(received_at=now() - timedelta(days=30))
    assert points(joins()) == 0
    IncomingEvent.objects.update(received_at=now() - timedelta(days=29))
    assert matching.erase_parked(now()) == 0
    assert matching.erase_parked(now() + timedelta(days=1)) == 1
    row = IncomingEvent.objects.get()
    assert (row.data, row.person, row.thing, row.amount, row.member) == ({}, "", "", 0, None)
    assert state(till, receipt) == ("lapsed", None, "")
    assert send(till, hers).content == receipt.content
    assert matching.match_everybody(now()) == 0
    # The order may be told again under another key: nobody knows any more that it was told.
    assert send(till, hers | {"key": "2"}).status_code == 201


def test_an_address_that_changes_is_found_at_night(till: Client, hers: dict[str, Any], rule: EarningRule) -> None:
    member = make_member(email="truoc@thu.example")
    send(till, hers)
    member.email = HER
    member.save()
    assert matching.match_fresh(now()) == 0
    assert matching.match_everybody(now()) == 1
    assert points(member) == 50


def test_a_public_id_that_nobody_has_is_a_mistake_and_waits_for_nobody(till: Client, hers: dict[str, Any]) -> None:
    assert code_of(send(till, hers | {"member": {"id": "zzzzzzzzzzzz"}})) == (422, "unknown_member")
    assert not IncomingEvent.objects.exists()


def test_a_refund_that_comes_before_its_sale_waits_for_it(till: Client, alice: Member, rule: EarningRule) -> None:
    early = [send(till, refund(alice, f"r{number}", "o1", amount)) for number, amount in enumerate((30_000, 80_000))]
    assert [(answer.status_code, answer.json()["waits_for"]) for answer in early] == [(202, "sale")] * 2
    send(till, purchase(alice))
    assert later(alice) == 35
    assert [state(till, answer)[::2] for answer in early] == [("judged", ""), ("refused", "more_than_paid")]
    assert verify() == []


def test_a_refund_waits_only_for_its_own_sale(till: Client, alice: Member, bob: Member, rule: EarningRule) -> None:
    wrong = send(till, refund(bob, "r1", "o1", 10))
    send(till, purchase(alice))
    assert points(alice) == 50
    assert state(till, wrong) == ("refused", None, "unknown_order")


@pytest.mark.parametrize("sale_first", [True, False])
def test_sale_and_refund_of_a_stranger_go_on_together(
    till: Client, hers: dict[str, Any], rule: EarningRule, sale_first: bool
) -> None:
    back = hers | {"key": "r1", "type": "purchase.refunded", "data": {"order": "o1", "amount": 50_000}}
    for body in (hers, back) if sale_first else (back, hers):
        assert send(till, body).json()["waits_for"] == "member"
    member = joins()
    assert later(member) == 25
    assert Transaction.objects.filter(member=member, kind="reverse").count() == 1
    assert set(IncomingEvent.objects.values_list("state", flat=True)) == {"accepted"}


def test_a_refund_and_a_sale_that_crossed_find_each_other(till: Client, alice: Member, rule: EarningRule) -> None:
    receipt = send(till, refund(alice, "r1", "o1", 50_000))
    IncomingEvent.objects.update(waits_for="")  # as if the sale had not seen it yet
    send(till, purchase(alice))
    IncomingEvent.objects.filter(key="r1").update(waits_for="sale")
    assert matching.match_fresh(now()) == 1
    assert later(alice) == 25
    assert state(till, receipt)[0] == "judged"
    assert matching.match_fresh(now()) == 0


def test_a_key_for_trying_parks_nothing_and_links_nothing(
    caller: Callable[..., Client], hers: dict[str, Any], alice: Member
) -> None:
    trying = caller("events:write", "members:link", mode="test")
    relay.drain()
    before = rows()
    answer = send(trying, hers)
    assert (answer.status_code, answer.json()["test"]) == (202, True)
    linked = send(trying, {"system": "crm", "number": "77"}, f"/api/v1/members/{alice.public_id}/numbers")
    assert [item["number"] for item in linked.json()["items"]] == ["77"]
    assert rows() == before


def test_numbers_are_linked_once_and_refused_for_another(
    caller: Callable[..., Client], alice: Member, bob: Member, make_key: Callable[..., tuple[ApiKey, str]]
) -> None:
    client, path = caller("members:link"), "/api/v1/members/{}/numbers"
    for _ in range(2):
        answer = send(client, {"system": "crm", "number": "77"}, path.format(alice.public_id))
        assert [(i["system"], i["number"]) for i in answer.json()["items"]] == [("crm", "77")]
    assert code_of(send(client, {"system": "crm", "number": "77"}, path.format(bob.public_id))) == (409, "number_taken")
    assert send(client, {"system": "web", "number": "77"}, path.format(bob.public_id)).status_code == 200
    assert code_of(send(caller("events:write"), {"system": "a", "number": "1"}, path.format(bob.public_id))) == (
        403, "scope_missing",
    )  # fmt: skip
    assert code_of(client.get(path.format("zzzzzzzzzzzz"))) == (404, "not_found")
    for wrong in ({"system": "CRM", "number": "1"}, {"system": "crm", "number": "a b"}, {"system": "crm"}):
        assert code_of(send(client, wrong, path.format(bob.public_id))) == (422, "invalid")
    for _ in range(2):
        assert client.delete(path.format(alice.public_id) + "/crm/77").json()["items"] == []
    assert OtherNumber.objects.count() == 1
    key = make_key("members:link")[0]
    OtherNumber.objects.bulk_create(
        OtherNumber(system="x", number=str(n), member=bob, told_with=key, linked_at=now()) for n in range(49)
    )
    assert code_of(send(client, {"system": "crm", "number": "78"}, path.format(bob.public_id))) == (
        422, "too_many_numbers",
    )  # fmt: skip
    assert OtherNumber.objects.count() == 50


def test_who_leaves_takes_her_numbers_and_what_waits_with_her(
    till: Client, caller: Callable[..., Client], alice: Member
) -> None:
    from portal.core.personal_data import data_types

    send(caller("members:link"), {"system": "crm", "number": "77"}, f"/api/v1/members/{alice.public_id}/numbers")
    receipt = send(till, refund(alice, "r1", "o1", 5))
    send(till, purchase(alice, "p2", data={"order": "o2", "amount": 5}))
    mine = {kind.name: kind for kind in data_types() if kind.name in ("told_by_systems", "other_numbers")}
    assert [row["number"] for row in mine["other_numbers"].export(alice)] == ["77"]
    assert [row["thing"] for row in mine["told_by_systems"].export(alice)] == ["o1", "o2"]
    for kind in mine.values():
        assert kind.erase is not None
        kind.erase(alice)
    assert not OtherNumber.objects.exists()
    assert state(till, receipt) == ("lapsed", None, "")
    assert [row.data for row in IncomingEvent.objects.all()] == [{}, {}]
