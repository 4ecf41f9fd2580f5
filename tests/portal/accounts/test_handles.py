"""What members are called: unique to the eye, changed seldom, never in the house's name."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from importlib import import_module

import pytest

from portal.accounts import handles, selectors
from portal.accounts.models import FormerName, Member
from portal.core.errors import Forbidden, Invalid, NotFound, TooMany
from portal.realtime.models import StreamEntry
from portal.scopes.models import Scope
from tests.factories.portal import make_member

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 11, 22, 5, 0, tzinfo=UTC)
DAY = timedelta(days=1)


def rename(member: Member, name: str, at: datetime = NOON) -> Member:
    return handles.change_name(actor=member, name=name, at=at)


def test_a_new_name_reaches_account_chip_and_open_pages_and_the_old_one_is_kept(alice: Member, mod: Member) -> None:
    entries = StreamEntry.objects.count()
    rename(alice, "  Công Tằng\u200b Tôn Nữ   Nguyễn Phước Thuyên ")
    alice.refresh_from_db()
    assert alice.name == alice.standing.name == "Công Tằng Tôn Nữ Nguyễn Phước Thuyên"
    assert [row.text for row in handles.former_names(mod, alice.pk)] == ["Phạm Ngọc Alice"]
    assert StreamEntry.objects.count() == entries + 1


@pytest.mark.parametrize(
    "name", ["Vũ Tiến Bob", "VU TIEN BOB", "Vũ Тiến Bob", "Vũ Tiến 8ob".replace("8", "Ь"), "VuTienBob"]
)
def test_a_name_that_looks_like_another_members_is_taken(alice: Member, bob: Member, name: str) -> None:
    with pytest.raises(Invalid) as refused:
        rename(alice, name)
    assert refused.value.code == "name_taken"
    assert not selectors.is_name_free(name)


@pytest.mark.parametrize(
    "name",
    ["admin", "Adm1n", "Аdmin", "Mây", "MÂY", "Mây Rang", "Tri Ân", "moderator", "Quản Trị Viên", "Lan quản trị",
     "Mây Hỗ Trợ", "support_team", "Mây Official"],
)  # fmt: skip
def test_names_of_the_house_are_refused_for_members(alice: Member, name: str) -> None:
    may = Scope.objects.get_or_create(code="may", defaults={"kind": "brand", "name": "Mây"})[0]
    Scope.objects.get_or_create(code="rang", defaults={"kind": "sub_brand", "parent": may, "name": "Mây Rang"})
    with pytest.raises(Invalid) as refused:
        rename(alice, name)
    assert refused.value.code == "reserved"
    assert not selectors.is_name_free(name)


def test_who_works_here_may_carry_the_houses_name(manager: Member) -> None:
    assert rename(manager, "Tri Ân").name == "Tri Ân"


@pytest.mark.parametrize("name", ["Nguyễn Trí Ân", "Lê Thị Mây", "Hồ Trọng"])
def test_names_of_people_are_no_offices(alice: Member, name: str) -> None:
    assert rename(alice, name).name == name


@pytest.mark.parametrize("name", ["", "x", "…", "12", "🙂🙂", "a" * 61, "ễ" * 61])
def test_a_name_needs_letters_and_an_end(alice: Member, name: str) -> None:
    with pytest.raises(Invalid):
        rename(alice, name)


def test_sixty_letters_with_every_accent_fit(alice: Member) -> None:
    assert rename(alice, "Nguyễn " + "ễ" * 53).name.startswith("Nguyễn")


def test_a_name_changes_twice_in_thirty_days(alice: Member) -> None:
    rename(alice, "Tên thứ nhất")
    rename(alice, "Tên thứ nhất", at=NOON + DAY)  # no change, and not counted
    rename(alice, "Tên thứ hai", at=NOON + DAY)
    with pytest.raises(TooMany):
        rename(alice, "Tên thứ ba", at=NOON + 29 * DAY)
    assert rename(alice, "Tên thứ ba", at=NOON + 31 * DAY).name == "Tên thứ ba"


def test_her_own_name_in_other_capitals_is_hers(alice: Member) -> None:
    assert rename(alice, "phạm ngọc alice").name == "phạm ngọc alice"


# ── Handles ─────────────────────────────────────────────────────────────────────────────────────────────────────
def call(member: Member, handle: str, at: datetime = NOON) -> Member:
    return handles.change_handle(actor=member, handle=handle, at=at)


def test_a_handle_is_chosen_and_stands_on_the_chip(alice: Member) -> None:
    call(alice, " @Ngoc_Han ")
    alice.refresh_from_db()
    assert (alice.handle, alice.standing.handle) == ("ngoc_han", "ngoc_han")
    assert alice.standing.url == "/vi/people/ngoc_han/"


@pytest.mark.parametrize("handle", ["ab", "a" * 31, "ngọc", "a b c", "---", "a/b/c", "xin.chao", "<b>x</b>", "٣٣٣"])
def test_a_handle_has_three_to_thirty_plain_signs(alice: Member, handle: str) -> None:
    with pytest.raises(Invalid) as refused:
        call(alice, handle)
    assert refused.value.code == "shape"


@pytest.mark.parametrize("handle", ["admin", "adm1n", "settings", "tri-an", "ho-tro", "support", "rnod", "everyone"])
def test_addresses_of_the_house_are_reserved(alice: Member, handle: str) -> None:
    with pytest.raises(Invalid) as refused:
        call(alice, handle)
    assert refused.value.code == "reserved"


@pytest.mark.parametrize("handle", ["bob-vu", "bob_vu", "b0b_vu", "bobvu"])
def test_a_handle_that_looks_like_another_is_taken(alice: Member, bob: Member, handle: str) -> None:
    call(bob, "bob_vu")
    with pytest.raises(Invalid) as refused:
        call(alice, handle)
    assert refused.value.code == "handle_taken"


def test_nobody_takes_the_public_id_of_another_as_handle(alice: Member, bob: Member) -> None:
    with pytest.raises(Invalid):
        call(alice, bob.public_id)


def test_an_old_handle_leads_on_for_a_year_and_goes_to_nobody_else(alice: Member, bob: Member) -> None:
    call(alice, "han-cu")
    call(alice, "han-moi", at=NOON + DAY)
    assert selectors.find_by_address("han-moi", at=NOON + DAY)[1] is True
    found, current = selectors.find_by_address("han-cu", at=NOON + 300 * DAY)
    assert (found.pk, current) == (alice.pk, False)
    with pytest.raises(Invalid):
        call(bob, "han_cu", at=NOON + 300 * DAY)
    with pytest.raises(NotFound):
        selectors.find_by_address("han-cu", at=NOON + 367 * DAY)
    assert call(bob, "han-cu", at=NOON + 367 * DAY).handle == "han-cu"


def test_a_handle_rests_for_a_year_and_its_owner_may_go_back(alice: Member) -> None:
    call(alice, "han-cu")
    call(alice, "han-moi", at=NOON + DAY)
    with pytest.raises(Forbidden):
        call(alice, "han-ba", at=NOON + 300 * DAY)
    assert call(alice, "han-cu", at=NOON + 367 * DAY).handle == "han-cu"


def test_closed_leaving_and_unknown_people_look_the_same(alice: Member, bob: Member, charlie: Member) -> None:
    Member.objects.filter(pk=alice.pk).update(is_active=False)
    Member.objects.filter(pk=bob.pk).update(left_at=NOON)
    Member.objects.filter(pk=charlie.pk).update(joined_at=None)
    for who in (alice.public_id, bob.public_id, charlie.public_id, "nobody-here"):
        with pytest.raises(NotFound):
            selectors.find_by_address(who, at=NOON)


# ── Names that were here before ─────────────────────────────────────────────────────────────────────────────────
def test_the_first_comer_keeps_the_plain_form_and_nobody_is_renamed() -> None:
    settle = import_module("portal.migrations.0007_names_by_their_looks").settle
    rows = [(1, "aaa", "Phạm Hân"), (2, "bbb", "Рhạm Hân"), (3, "ccc", "Pham Han"), (4, "ddd", "Lan")]
    assert settle(rows, 100) == {1: "phamhan", 2: "phamhan~bbb", 3: "phamhan~ccc", 4: "lan"}


def test_a_name_that_clashed_before_keeps_its_mark_until_it_changes(alice: Member) -> None:
    twin = make_member("Ai đó")
    Member.objects.filter(pk=twin.pk).update(name="Phạm Ngọс Alice", name_fold=f"{alice.name_fold}~{twin.public_id}")
    twin.refresh_from_db()
    twin.save()
    assert twin.name_fold == f"{alice.name_fold}~{twin.public_id}"
    rename(alice, "Tên khác hẳn")
    assert selectors.is_name_taken("Phạm Ngọc Alice")  # the twin still goes by it
    rename(twin, "Một tên nữa")
    twin.refresh_from_db()
    assert "~" not in twin.name_fold
    assert FormerName.objects.filter(member=twin).count() == 1
