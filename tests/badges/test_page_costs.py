"""The programme's pages cost the same for one line and for many: the board, the tier page, members' books."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.core.cache import cache
from django.db import transaction
from django.test import Client
from django.urls import reverse

from badges.leaderboards import actions as boards
from badges.ledger import actions as ledger
from badges.programme.actions import override_tier
from portal.accounts.models import Member
from portal.core.clock import now, programme_day
from portal.events import relay
from portal.scopes.models import Scope
from tests.badges.programme.conftest import NOON
from tests.badges.programme.test_corrections import correct
from tests.factories.portal import make_members
from tests.helpers.queries import assert_num_queries_constant

pytestmark = pytest.mark.django_db
SignIn = Callable[..., Client]


def page(browser: Client, address: str) -> None:
    cache.clear()
    assert browser.get(address).status_code == 200, address


def thanked(*members: Member) -> None:
    for member in members:
        boards.wish(actor=member, wanted=True, at=NOON)
        with transaction.atomic():
            ledger.earn(member_id=member.pk, amounts={"rep": 7}, source="test", key=f"rep:{member.pk}", at=now())


def test_the_board_page_costs_the_same_for_one_and_for_many(alice: Member, signed_in: SignIn) -> None:
    brand = Scope.objects.create(code="may", kind="brand", name="Mây")
    house = Scope.objects.create(code="may-rang", kind="sub_brand", parent=brand, name="Mây Rang")
    thanked(alice)
    browser = signed_in(alice)
    for address in ("/vi/board/", f"/vi/board/{house.code}/"):
        assert_num_queries_constant(lambda address=address: page(browser, address), lambda: thanked(*make_members(25)))


def test_the_tier_page_costs_the_same_for_one_posting_and_for_many(alice: Member, signed_in: SignIn) -> None:
    def earn(first: int, last: int) -> None:
        for n in range(first, last):
            with transaction.atomic():
                ledger.earn(member_id=alice.pk, amounts={"status": 9}, source="test", key=f"status:{n}", at=now())

    earn(0, 1)
    browser = signed_in(alice)
    assert_num_queries_constant(lambda: page(browser, "/vi/my/tier/"), lambda: earn(1, 12))


def more_tiers(manager: Member, asked: dict[str, Any]) -> None:
    """Ten more tiers by hand that wait."""
    for n in range(20, 30):
        override_tier(actor=manager, key=f"tier-{n}", **asked)


def test_members_books_cost_the_same_for_one_line_and_for_many(
    manager: Member, alice: Member, signed_in: SignIn
) -> None:
    relay.drain()
    correct(manager, alice, 1)
    browser, book = signed_in(manager), f"/vi/books/{alice.public_id}/"
    asked = {"member_id": alice.pk, "tier": "gold", "until": programme_day(now()), "reason": "Khách", "at": now()}

    def more() -> None:
        for n in range(2, 12):
            correct(manager, alice, n)
            override_tier(actor=manager, key=f"tier-{n}", **asked)

    override_tier(actor=manager, key="tier-1", **asked)
    assert_num_queries_constant(lambda: page(browser, book), more)
    desk = reverse("programme_corrections")
    assert_num_queries_constant(lambda: page(browser, desk), lambda: more_tiers(manager, asked))
    assert_num_queries_constant(lambda: page(browser, "/vi/books/?q=khach"), lambda: make_members(12))
