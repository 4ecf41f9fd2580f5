"""The workshop's room for the rooms: who keeps them, what is written, and that a door that shuts is shut at once."""

from __future__ import annotations

from typing import Any

import pytest

from community.chat import actions, permissions, selectors
from community.chat.models import Room
from portal.core.errors import Invalid, NotFound
from tests.community.chat.conftest import AT, make_room
from tests.community.forum.conftest import make_space
from tests.helpers.queries import assert_num_queries_constant

pytestmark = pytest.mark.django_db


def form(**changed: Any) -> dict[str, Any]:
    given = {
        "name_vi": "Phòng nếm", "purpose_vi": "Nếm rồi kể", "name_en": "Tasting room", "icon": "leaf", "from_rank": "1",
        "history": "full", "position": "3", "live": "on",
    }  # fmt: skip
    return given | changed


def test_a_manager_opens_a_room_changes_it_and_closes_it(hall, manager, alice, signed_in):
    desk = signed_in(manager)
    assert desk.post("/admin/chat/rooms/new/", form(name_vi="")).status_code == 422
    assert desk.post("/admin/chat/rooms/new/", form()).status_code == 302
    room = Room.objects.get(code="phong-nem")
    assert (room.from_rank, room.live, room.kind) == (1, True, "free")
    page = desk.get("/admin/chat/rooms/").content.decode()
    assert "Phòng nếm" in page
    assert "Nếm rồi kể" in page
    assert 'value="Phòng nếm"' in desk.get("/admin/chat/rooms/phong-nem/").content.decode()
    assert desk.post("/admin/chat/rooms/phong-nem/", form(name_vi="Phòng thử", live="")).status_code == 302
    room.refresh_from_db()
    assert (room.live, selectors.room_name(room)) == (False, "Phòng thử")
    assert "Phòng thử" in desk.get("/admin/chat/rooms/").content.decode()  # a closed one can be opened again
    assert not permissions.can_enter(alice, room)


def test_the_room_of_a_space_is_closed_here_and_named_there(manager, alice, signed_in):
    room = make_space("phin").room
    desk = signed_in(manager)
    page = desk.get(f"/admin/chat/rooms/{room.code}/").content.decode()
    assert "name_vi" not in page
    assert permissions.can_enter(alice, room)
    assert desk.post(f"/admin/chat/rooms/{room.code}/", {}).status_code == 302
    room.refresh_from_db()
    assert not permissions.can_enter(alice, room)
    assert signed_in(alice).get(f"/vi/chat/{room.code}/").status_code == 404
    desk.post(f"/admin/chat/rooms/{room.code}/", {"live": "on"})
    assert signed_in(alice).get(f"/vi/chat/{room.code}/").status_code == 200
    with pytest.raises(Invalid):
        actions.keep_room_of_space(actor=manager, room=make_room("tu-do"), live=False)


def test_moderators_keep_rooms_too_and_nobody_else_does(hall, mod, staff, alice, bob, signed_in):
    assert signed_in(mod).get("/admin/chat/rooms/").status_code == 200
    for other in (staff, alice):
        assert not permissions.can_keep(other)
        for address in ("", "new/", "sanh-chung/"):
            assert signed_in(other).get(f"/admin/chat/rooms/{address}").status_code in (302, 403, 404)
        with pytest.raises(NotFound):
            actions.keep_room_of_space(actor=other, room=hall, live=False)
    direct = actions.start_conversation(actor=alice, people=[bob.pk], at=AT)
    assert signed_in(mod).get(f"/admin/chat/rooms/{direct.code}/").status_code == 404
    assert direct.code not in signed_in(mod).get("/admin/chat/rooms/").content.decode()


def test_the_list_costs_the_same_for_one_and_many(hall, mod, signed_in):
    desk = signed_in(mod)
    assert_num_queries_constant(
        lambda: desk.get("/admin/chat/rooms/"), lambda: [make_room(f"phong-{n}") for n in range(12)]
    )
