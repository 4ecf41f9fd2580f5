"""A help centre and terms in two languages, as small as a test needs them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from brand.help.models import HelpGroupPage, HelpIndexPage, HelpPage, LegalPage
from tests.brand.conftest import Shelf
from tests.factories.portal import make_member
from tests.helpers.sessions import enter


@pytest.fixture(autouse=True)
def nothing_kept() -> Iterator[None]:
    """Neither addresses nor limits of the test before."""
    cache.clear()
    yield
    cache.clear()


class Centre:
    """The help centre, and a pen for more questions."""

    def __init__(self, shelf: Shelf) -> None:
        self.groups: dict[str, HelpGroupPage] = {}
        self.indexes: dict[str, HelpIndexPage] = {}
        keys: dict[str, Any] = {}
        for code in ("vi", "en"):
            home = shelf.shelves[code].get_parent()
            index = HelpIndexPage(title="Trợ giúp", slug="help", locale=home.locale, **keys.get("index", {}))
            home.add_child(instance=index)
            group = HelpGroupPage(title="Hạt", slug="hat", locale=home.locale, **keys.get("group", {}))
            index.add_child(instance=group)
            keys = {
                "index": {"translation_key": index.translation_key},
                "group": {"translation_key": group.translation_key},
            }
            index.save_revision().publish()
            self.indexes[code], self.groups[code] = index, group

    def ask(self, title: str, answer: str = "Một câu trả lời.", language: str = "vi", **fields: Any) -> HelpPage:
        """A published question."""
        group = self.groups[language]
        group.refresh_from_db()
        page = HelpPage(title=title, answer=answer, locale=group.locale, **fields)
        group.add_child(instance=page)
        page.save_revision().publish()
        page.refresh_from_db()
        return page


@pytest.fixture
def centre(shelf: Shelf) -> Centre:
    """A help centre without a question yet."""
    return Centre(shelf)


@pytest.fixture
def publish(shelf: Shelf) -> Callable[..., LegalPage]:
    """`publish("terms", "2026-11")` puts a legal text in place, or brings the one there is to that version."""

    def put(kind: str, version: str, language: str = "vi", told: str = "Đổi vài chữ.", **fields: Any) -> LegalPage:
        home = shelf.shelves[language].get_parent()
        page = LegalPage.objects.filter(kind=kind, locale=home.locale).first()
        change = {"type": "change", "value": {"version": version, "day": "2026-11-01", "text": told}}
        if page is None:
            home.refresh_from_db()
            words = {"title": kind.title(), "intro": "Nói ngắn.", "valid_from": date(2026, 11, 1), "body": []}
            page = LegalPage(
                kind=kind, version=version, slug=kind, locale=home.locale, changes=[change], **{**words, **fields}
            )
            home.add_child(instance=page)
        else:
            page.version = version
            page.changes = [change, *page.changes.raw_data]
        page.save_revision().publish()
        page.refresh_from_db()
        return page

    return put


@pytest.fixture
def admin_browser(db: None) -> Client:
    """The browser of somebody who may do everything and has shown the second factor."""
    return enter(Client(), make_member("Quản trị", is_staff=True, is_superuser=True))
