"""The workshop's room for spaces: who keeps them, what is written, and that a door that shuts is shut at once."""

from __future__ import annotations

from typing import Any

import pytest

from community.forum import permissions
from community.forum.models import Space
from portal.accounts.models import Member
from portal.scopes.models import Scope

pytestmark = pytest.mark.django_db


def form(**changed: Any) -> dict[str, Any]:
    given = {
        "code": "goc-moi", "scope": Scope.objects.get(code="may").pk, "name_vi": "Góc mới", "name_en": "New corner",
        "description_vi": "Nơi mới", "position": "3", "live": "on", "write_from_rank": "0", "read_from_rank": "",
    }  # fmt: skip
    return given | changed


def test_a_manager_lays_a_space_and_changes_who_enters(space: Space, signed_in: Any, manager: Member) -> None:
    desk = signed_in(manager)
    assert (
        desk.post("/admin/forum/spaces/new/", form(read_roles=["moderator"], read_badge="first-page")).status_code
        == 302
    )
    made = Space.objects.get(code="goc-moi")
    assert (made.read_roles, made.read_badge, made.live, made.position) == (",moderator,", "first-page", True, 3)
    assert {text.locale: text.name for text in made.texts.all()} == {"vi": "Góc mới", "en": "New corner"}
    assert desk.post("/admin/forum/spaces/new/", form()).status_code == 409  # the address is taken
    assert desk.post("/admin/forum/spaces/goc-moi/", form(name_en="", read_from_rank="1")).status_code == 302
    made.refresh_from_db()
    assert (made.read_roles, made.read_from_rank, made.texts.count()) == ("", 1, 1)
    page = desk.get("/admin/forum/spaces/").content.decode()
    assert "Góc mới" in page
    assert 'value="Góc mới"' in desk.get("/admin/forum/spaces/goc-moi/").content.decode()


def test_nobody_else_keeps_spaces(space: Space, signed_in: Any, mod: Member, bob: Member) -> None:
    for member in (mod, bob):
        assert signed_in(member).post("/admin/forum/spaces/new/", form()).status_code == 403
        assert not permissions.can_keep_spaces(member)
    assert Space.objects.count() == 1
