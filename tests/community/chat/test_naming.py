"""Names and small signs are offered while somebody writes in a room: who may be named there, by keyboard and finger."""

from __future__ import annotations

import pytest

from community.chat import actions
from community.forum.models import Space
from portal.accounts.blocks.actions import block
from portal.accounts.models import Standing
from portal.core.clock import now
from portal.core.limits import Limit
from tests.community.chat.conftest import say
from tests.community.chat.test_browser import house
from tests.community.forum.conftest import make_space
from tests.factories.portal import make_member
from tests.helpers.queries import assert_num_queries_constant

pytestmark = pytest.mark.django_db
__all__ = ["house"]


def offered(browser, code: str, begun: str) -> list[str]:
    return [one["name"] for one in browser.get(f"/vi/chat/{code}/people/", {"q": begun}).json()["people"]]


def test_members_are_offered_by_any_part_of_the_name_and_by_handle(hall, alice, signed_in):
    ngoc = make_member("Trần Thị Ngọc", handle="be-ngoc")
    make_member("Lê Ngọc Ánh", handle="anh")
    browser = signed_in(alice)
    assert offered(browser, "sanh-chung", "@ngoc") == ["Lê Ngọc Ánh", "Trần Thị Ngọc"]
    assert offered(browser, "sanh-chung", "be-") == ["Trần Thị Ngọc"]
    assert browser.get("/vi/chat/sanh-chung/people/?q=be-").json()["people"][0]["handle"] == "be-ngoc"
    say(ngoc, hall, "Có ngồi ở đây")
    actions.mark_read(actor=ngoc, room_id=hall.pk, number=1, at=now())
    assert offered(browser, "sanh-chung", "ngoc")[0] == "Trần Thị Ngọc"  # who sits here stands first
    assert offered(browser, "sanh-chung", "") == ["Trần Thị Ngọc"]


def test_nobody_from_outside_the_room_nor_whom_she_keeps_away_is_offered(
    hall, silver_room, back_room, alice, bob, charlie, mod, signed_in
):
    Standing.objects.filter(member__in=[alice, bob]).update(tier_rank=1)
    browser = signed_in(alice)
    assert offered(browser, "phong-nem", "bob") == [bob.standing.known_as]
    assert offered(browser, "phong-nem", "charlie") == []
    assert browser.get("/vi/chat/sau-quay/people/", {"q": "mod"}).status_code == 404
    assert offered(signed_in(mod), "sau-quay", "bob") == []
    make_space("kin", staff_only=True)
    assert offered(signed_in(mod), Space.objects.get(code="kin").room.code, "alice") == []
    block(actor=bob, member_id=alice.pk, at=now())
    assert offered(browser, "sanh-chung", "bob") == []
    direct = actions.start_conversation(actor=alice, people=[charlie.pk], at=now())
    assert offered(browser, direct.code, "") == [charlie.standing.known_as]
    assert offered(browser, direct.code, "mod") == []


def test_a_visitor_is_offered_nobody_and_asking_has_a_limit(hall, alice, bob, client, signed_in, monkeypatch):
    assert client.get("/vi/chat/sanh-chung/people/?q=a", headers={"accept": "application/json"}).status_code in (
        302,
        401,
    )
    browser = signed_in(alice)
    make_member("Nguyễn Văn Một", handle="nguyen-mot")
    assert_num_queries_constant(
        lambda: browser.get("/vi/chat/sanh-chung/people/?q=nguyen"),
        lambda: [make_member(f"Nguyễn Văn {n}", handle=f"nguyen-{n}") for n in range(12)],
    )
    monkeypatch.setattr("community.chat.views.rooms.NAMED", Limit("chat_people_named", times=2, seconds=60))
    statuses = [signed_in(bob).get("/vi/chat/sanh-chung/people/?q=a").status_code for _ in range(3)]
    assert statuses == [200, 200, 429]
