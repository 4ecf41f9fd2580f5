"""The cast, the same in all tests: alice writes, bob replies, charlie must see nothing, and those who work here."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from portal.accounts.models import Member
from portal.notifications import registry
from tests.factories.portal import make_member, make_staff, plain_kind
from tests.helpers.sessions import enter


@pytest.fixture
def alice(db: None) -> Member:
    """Writes."""
    return make_member("Phạm Ngọc Alice", email="alice@thu.example")


@pytest.fixture
def bob(db: None) -> Member:
    """Replies."""
    return make_member("Vũ Tiến Bob", email="bob@thu.example")


@pytest.fixture
def charlie(db: None) -> Member:
    """Must see nothing that is not his."""
    return make_member("Lê Charlie", email="charlie@thu.example", language="en")


@pytest.fixture
def mod(db: None) -> Member:
    """Keeps the talk kind."""
    return make_staff("Đỗ Minh Mod", email="mod@thu.example", role="moderator", group="Moderators")


@pytest.fixture
def manager(db: None) -> Member:
    """Leads the brand and its programme."""
    return make_staff("Trịnh Bảo Manager", email="manager@thu.example", role="brand", group="Brand managers")


@pytest.fixture
def staff(db: None) -> Member:
    """Stands at the counter of one store."""
    return make_staff("Bùi Quốc Staff", email="staff@thu.example", role="brand", group="Store staff")


@pytest.fixture
def signed_in() -> Callable[..., Client]:
    """`signed_in(alice)` is a browser in which she is signed in; staff have shown their second factor."""

    def open_browser(member: Member, **extra: Any) -> Client:
        return enter(Client(**extra), member)

    return open_browser


@pytest.fixture
def kind(monkeypatch: pytest.MonkeyPatch) -> Callable[..., registry.Kind]:
    """`kind("reply", visible=…)` puts a notification kind in place for one test, over a real one if need be."""

    def put(name: str, **changes: Any) -> registry.Kind:
        made = plain_kind(name, **changes)
        monkeypatch.setitem(registry._kinds, name, made)
        return made

    return put
