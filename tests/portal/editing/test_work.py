"""An administrator gives somebody work in the house: at once, on the record, and never without a second key."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.test import Client
from wagtail.log_actions import registry

from portal.accounts.models import Member
from portal.accounts.roles import BRAND_MANAGERS, MODERATORS, works_here
from tests.factories.portal import make_member
from tests.helpers.queries import assert_num_queries_constant

pytestmark = pytest.mark.django_db
INDEX = "/admin/users/"


def edit(member: Member) -> str:
    """Where her work is changed."""
    return f"/admin/users/edit/{member.pk}/"


def give(browser: Client, member: Member, *names: str, **more: Any) -> int:
    """Sends the form of her work with these groups."""
    groups = list(Group.objects.filter(name__in=names).values_list("pk", flat=True))
    return browser.post(edit(member), {"groups": groups, "is_active": "on", **more}).status_code


def groups_of(member: Member) -> set[str]:
    """Where she works now."""
    return set(member.groups.values_list("name", flat=True))


def test_work_takes_effect_at_the_next_step_and_asks_for_a_second_key(
    desk: dict[str, Member], at_the_desk: Callable[[str], Client]
) -> None:
    hers = at_the_desk("member")
    assert hers.get("/vi/my/").status_code == 200
    assert hers.get("/admin/").status_code == 403
    assert give(at_the_desk("admin"), desk["member"], BRAND_MANAGERS) == 302
    assert works_here(Member.objects.get(pk=desk["member"].pk))
    # The same session: not another page before she has a second key, and certainly not the workshop.
    for address in ("/vi/my/", "/admin/", "/vi/community/"):
        answer = hers.get(address)
        assert answer.status_code == 302, address
        assert "/accounts/" in answer.headers["Location"], address
    fresh = Client()
    from tests.helpers.sessions import enter

    assert enter(fresh, Member.objects.get(pk=desk["member"].pk)).get("/admin/").status_code == 200


def test_what_is_taken_away_is_gone_at_the_next_step(
    desk: dict[str, Member], at_the_desk: Callable[[str], Client]
) -> None:
    theirs = at_the_desk("moderator")
    assert theirs.get("/admin/").status_code == 200
    give(at_the_desk("admin"), desk["moderator"])
    assert theirs.get("/admin/").status_code == 403


def test_it_is_on_the_record_who_gave_what_to_whom(
    desk: dict[str, Member], at_the_desk: Callable[[str], Client]
) -> None:
    give(at_the_desk("admin"), desk["member"], MODERATORS)
    entry = registry.get_logs_for_instance(desk["member"]).get(action="portal.work_changed")
    assert entry.user == desk["admin"]
    assert entry.data["before"] == {"groups": [], "keeps_the_house": False, "may_come_in": True}
    assert entry.data["after"] == {"groups": [MODERATORS], "keeps_the_house": False, "may_come_in": True}
    assert "Moderators" in at_the_desk("admin").get(f"/admin/users/history/{desk['member'].pk}/").text
    # Saving without a change says nothing.
    give(at_the_desk("admin"), desk["member"], MODERATORS)
    assert registry.get_logs_for_instance(desk["member"]).filter(action="portal.work_changed").count() == 1


@pytest.mark.parametrize("role", ["brand", "section", "approver", "moderator", "analyst", "store", "care", "member"])
def test_nobody_else_gives_work_least_of_all_to_herself(
    role: str, desk: dict[str, Member], at_the_desk: Callable[[str], Client]
) -> None:
    before = groups_of(desk[role])
    for target in (desk[role], desk["member"]):
        assert give(at_the_desk(role), target, BRAND_MANAGERS, is_superuser="on") == 403
    assert groups_of(desk[role]) == before
    assert not Member.objects.get(pk=desk[role].pk).is_superuser
    assert groups_of(desk["member"]) == set()
    assert at_the_desk(role).get(INDEX).status_code == 403


def test_an_administrator_neither_puts_herself_out_nor_makes_people(
    desk: dict[str, Member], at_the_desk: Callable[[str], Client]
) -> None:
    admin = at_the_desk("admin")
    give(admin, desk["admin"], is_active="", is_superuser="")
    keeper = Member.objects.get(pk=desk["admin"].pk)
    assert keeper.is_superuser
    assert keeper.is_active
    assert admin.get("/admin/users/new/").status_code == 404
    for act in ("assign_role", "delete", "set_active_state"):
        assert admin.get(f"/admin/bulk/portal/member/{act}/?id={desk['member'].pk}").status_code == 404
    assert Member.objects.filter(pk=desk["member"].pk).exists()


def test_the_form_touches_neither_name_nor_address_nor_password(
    desk: dict[str, Member], at_the_desk: Callable[[str], Client]
) -> None:
    forged = {"email": "khac@thu.example", "name": "Khác", "password1": "x", "password2": "x"}
    before = Member.objects.filter(pk=desk["member"].pk).values("email", "name", "password").get()
    give(at_the_desk("admin"), desk["member"], MODERATORS, **forged)
    assert Member.objects.filter(pk=desk["member"].pk).values("email", "name", "password").get() == before
    page = at_the_desk("admin").get(edit(desk["member"])).text
    assert "Giữ nếp nhà cho cộng đồng" in page
    assert "password" not in page


def test_the_list_of_people_costs_the_same_for_few_and_for_many(
    desk: dict[str, Member], at_the_desk: Callable[[str], Client]
) -> None:
    admin, workers = at_the_desk("admin"), Group.objects.get(name=MODERATORS)

    def grow() -> None:
        for number in range(6):
            make_member(f"Bạn {number}", email=f"ban{number}@thu.example").groups.add(workers)

    assert_num_queries_constant(lambda: admin.get(INDEX), grow)
