"""The pages around the rooms: each costs the same for one line and for many."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from community.chat import actions
from community.chat.models import Message
from portal.accounts.blocks import actions as blocking
from tests.community.chat.conftest import AT, say
from tests.factories.portal import make_members
from tests.helpers.queries import assert_num_queries_constant

pytestmark = pytest.mark.django_db


@pytest.fixture
def grow(hall, alice, bob) -> Callable[[], None]:
    """More of everything that these pages list."""

    def more() -> None:
        first = Message.objects.filter(parent=None).order_by("pk").first() or say(alice, hall, "Trên được")
        for number, other in enumerate(make_members(5)):
            above = say(alice, hall, f"Lời được {number} {other.pk}")
            say(bob, hall, f"Dưới {number} {other.pk}", parent=above.public_id)
            say(bob, hall, f"Đáp {number} {other.pk}", parent=first.public_id)
            room = actions.start_conversation(actor=alice, people=[other.pk], at=AT, live=False)
            say(other, room, "Chào chị")
        for other in make_members(4):
            blocking.block(actor=alice, member_id=other.pk, at=AT)

    return more


@pytest.mark.parametrize("page", ["search", "thread", "threads", "conversations", "blocks"])
def test_pages_cost_the_same_for_one_and_many(page, grow, hall, alice, signed_in):
    grow()
    above = Message.objects.filter(parent=None, room=hall).order_by("pk")[0]
    address = {
        "search": "/vi/chat/sanh-chung/search/?q=duoc",
        "thread": f"/vi/chat/sanh-chung/threads/{above.public_id}/",
        "threads": "/vi/chat/threads/",
        "conversations": "/vi/chat/conversations/",
        "blocks": "/vi/my/settings/blocks/",
    }[page]
    browser = signed_in(alice)
    assert browser.get(address).status_code == 200
    assert_num_queries_constant(lambda: browser.get(address), grow)


def test_only_those_who_keep_rooms_find_the_pages_that_do(hall, alice, mod, signed_in):
    for address in ("/vi/chat/new/", "/vi/chat/sanh-chung/keep/"):
        assert signed_in(alice).get(address).status_code == 404
        assert signed_in(mod).get(address).status_code == 200
    fields = {
        "name_vi": "Phòng nếm",
        "icon": "leaf",
        "from_rank": "1",
        "history": "full",
        "position": "3",
        "live": "on",
    }
    assert signed_in(mod).post("/vi/chat/new/", {**fields, "name_vi": ""}).status_code == 422
    assert signed_in(mod).post("/vi/chat/new/", fields)["Location"] == "/vi/chat/phong-nem/"


def test_beginning_by_name_leads_to_the_room_and_a_wrong_name_comes_back(hall, alice, bob, signed_in):
    browser = signed_in(alice)
    refused = browser.post("/vi/chat/conversations/new/", {"people": "@khong-co"})
    assert refused.status_code == 404
    assert "khong-co" in refused.content.decode()
    begun = browser.post("/vi/chat/conversations/new/", {"people": bob.public_id})
    assert begun["Location"].startswith("/vi/chat/d-")
    assert browser.get(begun["Location"]).status_code == 200
