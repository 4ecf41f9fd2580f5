"""What a member was called before: moderators read it, nobody else learns that there is such a list."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client

from portal.accounts import handles
from portal.accounts.models import FormerName, Member
from portal.core import clock
from portal.core.errors import NotFound
from tests.factories.portal import make_staff
from tests.helpers.queries import assert_num_queries_constant

pytestmark = pytest.mark.django_db
SignedIn = Callable[..., Client]


@pytest.fixture
def renamed(alice: Member) -> str:
    """Address of the list of a member who gave up a name and an address."""
    now = clock.now()
    handles.change_handle(actor=alice, handle="phin-xua", at=now - timedelta(days=60))
    handles.change_handle(actor=alice, handle="phin-moi", at=now)
    handles.change_name(actor=alice, name="Công Tằng Tôn Nữ Thuyên", at=now)
    return "/vi/people/phin-moi/former-names/"


def test_a_moderator_reads_names_and_addresses_with_their_days(renamed: str, mod: Member, signed_in: SignedIn) -> None:
    page = signed_in(mod).get(renamed)
    assert page.status_code == 200
    text = page.content.decode()
    assert "Phạm Ngọc Alice" in text
    assert "@phin-xua" in text
    assert "Công Tằng Tôn Nữ Thuyên" in text
    assert '<meta name="robots" content="noindex">' in text
    assert "no-store" in page["Cache-Control"]
    assert renamed in signed_in(mod).get("/vi/people/phin-moi/").content.decode()
    assert signed_in(mod).get("/vi/people/phin-xua/former-names/").url == renamed


def test_for_everybody_else_there_is_no_such_page(
    renamed: str, alice: Member, bob: Member, manager: Member, staff: Member, signed_in: SignedIn
) -> None:
    care = make_staff("Người chăm sóc", email="care@thu.example", group="Care")
    for browser in (Client(), *(signed_in(member) for member in (alice, bob, manager, staff, care))):
        assert browser.get(renamed).status_code == 404
        page = browser.get("/vi/people/phin-moi/").content.decode()
        assert "former-names" not in page
        assert "Phạm Ngọc Alice" not in page
        assert "phin-xua" not in page


def test_an_administrator_reads_it_too(renamed: str, signed_in: SignedIn) -> None:
    admin = make_staff("Người quản", email="admin@thu.example", is_superuser=True)
    assert signed_in(admin).get(renamed).status_code == 200


def test_the_reading_itself_asks_who_reads(alice: Member, mod: Member) -> None:
    for viewer in (None, alice):
        with pytest.raises(NotFound):
            handles.former_names(viewer, alice.pk)
    assert handles.former_names(mod, alice.pk) == []


def test_who_kept_her_name_has_a_kind_word(mod: Member, bob: Member, signed_in: SignedIn) -> None:
    page = signed_in(mod).get(f"/en/people/{bob.public_id}/former-names/").content.decode()
    assert "Always the same name" in page


def test_one_name_costs_what_many_cost(alice: Member, mod: Member, signed_in: SignedIn) -> None:
    browser = signed_in(mod)

    def keep(number: int) -> None:
        for n in range(number):
            FormerName.objects.create(member=alice, kind="name", text=f"Tên {n}", fold=f"ten{n}", at=clock.now())

    keep(1)
    path = f"/vi/people/{alice.public_id}/former-names/"
    assert_num_queries_constant(lambda: browser.get(path), lambda: keep(6))
