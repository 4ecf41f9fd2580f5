"""Who works here: one predicate for every door."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.contrib.auth.models import Group, Permission

from portal.accounts import roles
from portal.accounts.models import Member
from portal.accounts.roles import STAFF_GROUPS, works_here
from tests.factories.portal import make_member

pytestmark = pytest.mark.django_db


def fresh(member: Member) -> Member:
    return Member.objects.get(pk=member.pk)


def test_members_and_visitors_do_not_work_here(alice: Member) -> None:
    alice.groups.add(Group.objects.create(name="People who like tea"))
    assert not works_here(None)
    assert not works_here(fresh(alice))


@pytest.mark.parametrize("flag", ["is_staff", "is_superuser"])
def test_each_flag_of_django_makes_staff(flag: str) -> None:
    assert works_here(make_member(**{flag: True}))


@pytest.mark.parametrize("name", STAFF_GROUPS)
def test_each_staff_group_makes_staff(alice: Member, name: str) -> None:
    alice.groups.add(Group.objects.get_or_create(name=name)[0])
    assert works_here(fresh(alice))


def test_a_group_of_any_name_that_opens_the_workshop_makes_staff(alice: Member) -> None:
    group = Group.objects.create(name="Guests of the writing room")
    group.permissions.add(Permission.objects.get(codename="access_admin"))
    alice.groups.add(group)
    assert works_here(fresh(alice))


def test_asking_twice_costs_one_query(alice: Member, django_assert_num_queries) -> None:
    member = fresh(alice)
    with django_assert_num_queries(1):
        assert not works_here(member)
        assert not works_here(member)


def test_who_keeps_the_talk_kind_and_who_belongs_to_the_house_is_said_in_one_place() -> None:
    root = Path(roles.__file__).parents[2]
    files = [path for place in ("portal", "community", "badges", "brand") for path in (root / place).rglob("*.py")]
    for words in ("role == Member.NamePart.MODERATOR", "def is_moderator(", "def is_house(", "bool(viewer.role)"):
        told = [path.relative_to(root).as_posix() for path in files if words in path.read_text(encoding="utf-8")]
        assert told == ["portal/accounts/roles.py"], words


def test_the_condition_for_moderators_finds_whom_the_predicate_names(mod: Member, alice: Member) -> None:
    keeper = make_member("Lê Chủ Nhà", is_superuser=True)
    found = set(Member.objects.filter(roles.moderators()))
    assert found == {mod, keeper} == {one for one in (mod, alice, keeper) if roles.is_moderator(one)}
