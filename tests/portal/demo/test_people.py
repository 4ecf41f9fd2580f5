"""Who works in the demo world: each kind of work has its person, in the group that carries the rights."""

from __future__ import annotations

import pytest

from portal.accounts.models import Member
from portal.accounts.roles import STAFF_GROUPS, works_here
from portal.demo import files, people
from portal.dev import cast
from portal.editing.actions import give_role, open_section
from tests.brand.conftest import Shelf

pytestmark = pytest.mark.django_db


@pytest.fixture
def staff() -> dict[str, Member]:
    """Everybody of the demo world who works there, by key."""
    return {person["key"]: people.add(person) for person in files.people() if person["role"]}


def test_every_group_of_the_house_has_its_person(staff: dict[str, Member]) -> None:
    held = {group.name for member in staff.values() for group in member.groups.all()}
    assert held == set(STAFF_GROUPS)
    everybody_signs_in = {row["email"] for row in people.logins() if row["role"] != "member"}
    assert everybody_signs_in == {member.email for member in staff.values()}


def test_the_page_behind_the_house_says_what_each_does(staff: dict[str, Member]) -> None:
    home = Shelf().shelves["vi"].get_parent()
    give_role(member=staff["mai"], group=open_section(page=home, name="Mây Rang"))
    for member in staff.values():
        fresh = Member.objects.get(pk=member.pk)
        assert works_here(fresh), member.email
        assert len(cast.line(fresh)["work"]) == 1, member.email
    assert cast.line(staff["mai"])["work"] == ["Viết cho Mây Rang rồi gửi duyệt"]
