"""What programs read: the same as members and the desk see, page by page, at a constant price."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client

from badges.ledger.selectors import balances, lots_of
from portal.accounts.models import Member
from portal.core.clock import now
from portal.events import relay
from tests.badges.earning.conftest import Forum, forum
from tests.factories.portal import make_member
from tests.helpers.queries import assert_num_queries_constant

pytestmark = pytest.mark.django_db
__all__ = ["forum"]
V1 = "/api/v1"


@pytest.fixture
def busy(alice: Member, forum: Forum) -> Member:
    """Alice, who joined and wrote, at noon: who comes three times by night earns a secret badge."""
    noon = now().replace(hour=5, minute=0)
    for number in range(5):
        forum.topic(alice, noon - timedelta(days=5 - number))
    relay.drain()
    return alice


def test_a_member_by_id_and_by_address(caller: Callable[..., Client], alice: Member) -> None:
    client = caller("members:read")
    one = client.get(f"{V1}/members/{alice.public_id}").json()
    assert one == {
        "id": alice.public_id, "name": alice.name, "handle": alice.handle, "language": "vi", "tier": "member",
        "joined_at": alice.joined_at.isoformat().replace("+00:00", "Z"),
    }  # fmt: skip
    assert client.get(f"{V1}/members", {"email": "Alice@thu.example"}).json() == {"items": [one], "next": None}
    for part in ("alic@thu.example", "alice@thu.exampl", "%@thu.example"):
        assert client.get(f"{V1}/members", {"email": part}).json()["items"] == []
    assert "email" not in one


def test_unknown_closed_unconfirmed_and_leaving_members_are_not_found(caller, alice: Member, bob: Member) -> None:
    alice.is_active, bob.left_at = False, now()
    alice.save()
    bob.save()
    hidden = [alice, bob, make_member(joined=False)]
    client = caller()
    for id_ in [*(member.public_id for member in hidden), "zzzzzzzzzzzz"]:
        for part in ("", "/balance", "/statement", "/lots", "/tier", "/badges"):
            assert client.get(f"{V1}/members/{id_}{part}").status_code == 404
    for member in hidden:
        assert client.get(f"{V1}/members", {"email": member.email}).json()["items"] == []


def test_the_balance_is_the_ledgers(caller, busy: Member) -> None:
    items = caller("points:read").get(f"{V1}/members/{busy.public_id}/balance").json()["items"]
    assert {item.pop("point_type"): item for item in items} == balances(busy.pk)
    assert sum(item["available"] + item["pending"] for item in items) > 0


def test_the_statement_goes_on_where_it_ended(caller, busy: Member) -> None:
    client, url, seen, cursor = caller("points:read"), f"{V1}/members/{busy.public_id}/statement", [], None
    while True:
        page = client.get(url, {"limit": 2} | ({"cursor": cursor} if cursor else {})).json()
        assert len(page["items"]) <= 2
        seen += page["items"]
        cursor = page["next"]
        if cursor is None:
            break
    whole = client.get(url, {"limit": 100}).json()["items"]
    assert seen == whole
    assert len(whole) >= 6
    sums: dict[str, int] = {}
    for line in whole:
        for change in line["changes"]:
            sums[change["point_type"]] = sums.get(change["point_type"], 0) + change["available"] + change["pending"]
    have = {code: roles["available"] + roles["pending"] for code, roles in balances(busy.pk).items()}
    assert sums == {code: amount for code, amount in have.items() if amount}
    assert {line["rule"] for line in whole} >= {"topic"}


def test_somebody_elses_cursor_leads_nowhere(caller, busy: Member, bob: Member) -> None:
    client = caller("points:read")
    cursor = client.get(f"{V1}/members/{busy.public_id}/statement", {"limit": 1}).json()["next"]
    for wrong in (cursor, "AAAA", "djE6OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk5"):
        answer = client.get(f"{V1}/members/{bob.public_id}/statement", {"cursor": wrong})
        assert (answer.status_code, answer.json()["code"]) == (422, "bad_cursor")


def test_lots_come_soonest_expiry_first(caller, busy: Member) -> None:
    client, url = caller("points:read"), f"{V1}/members/{busy.public_id}/lots"
    whole = client.get(url, {"limit": 100}).json()["items"]
    assert [lot["remaining"] for lot in whole] == [lot.remaining for lot in lots_of(busy.pk, at=now())]
    first = client.get(url, {"limit": 1}).json()
    seen = first["items"]
    cursor = first["next"]
    while cursor:
        page = client.get(url, {"limit": 1, "cursor": cursor}).json()
        seen += page["items"]
        cursor = page["next"]
    assert seen == whole


def test_the_programme_and_what_a_member_has_of_it(caller, busy: Member) -> None:
    client = caller()
    tiers = client.get(f"{V1}/tiers").json()["items"]
    assert [tier["rank"] for tier in tiers] == [0, 1, 2, 3]
    mine = client.get(f"{V1}/members/{busy.public_id}/tier").json()
    assert (mine["tier"], mine["next_tier"]) == (tiers[0]["code"], tiers[1]["code"])
    assert mine["missing"] == tiers[1]["threshold"] - mine["points"]
    assert [kind["code"] for kind in client.get(f"{V1}/point-types").json()["items"]] == list(balances(busy.pk))
    hall = {badge["code"] for badge in client.get(f"{V1}/badges").json()["items"]}
    held = [one["badge"]["code"] for one in client.get(f"{V1}/members/{busy.public_id}/badges").json()["items"]]
    assert held
    assert set(held) <= hall


def test_what_did_not_change_is_not_sent_again(caller) -> None:
    client = caller("tiers:read")
    first = client.get(f"{V1}/tiers")
    again = client.get(f"{V1}/tiers", headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    other = client.get(f"{V1}/tiers", headers={"If-None-Match": first["ETag"], "Accept-Language": "vi"})
    assert other.status_code == 200
    assert first["Cache-Control"] == "private, no-cache"


@pytest.mark.parametrize("part", ["statement?limit=100", "lots?limit=100", "balance", "badges"])
def test_many_rows_cost_what_one_costs(caller, alice: Member, forum: Forum, part: str) -> None:
    client = caller()
    forum.topic(alice, now() - timedelta(days=9))

    def grow() -> None:
        for number in range(4):
            forum.topic(alice, now() - timedelta(days=8 - number))

    assert_num_queries_constant(lambda: client.get(f"{V1}/members/{alice.public_id}/{part}"), grow)
