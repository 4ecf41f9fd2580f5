"""The brand's own pages: who it is, its tree, the home of each sub-brand, and what happens when one goes."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from wagtail.models import Locale, PageViewRestriction

from brand.pages.models import (
    ArchitecturePage,
    HomePage,
    IdentityPage,
    PromisePage,
    SubBrandPage,
    ValuesPage,
    VoicePage,
)
from portal.scopes.models import Scope
from tests.brand.conftest import Shelf, publish
from tests.helpers.queries import assert_num_queries_constant

pytestmark = pytest.mark.django_db


class Houses:
    """A tree with as many sub-brands as a test needs, in both languages."""

    def __init__(self, shelf: Shelf) -> None:
        self.trees: dict[str, ArchitecturePage] = {}
        key: dict[str, Any] = {}
        for language in ("vi", "en"):
            home = shelf.shelves[language].get_parent().specific
            page = ArchitecturePage(title="Cây", slug="cay", lead="Một gốc", locale=home.locale, **key)
            self.trees[language] = publish(home, page)
            key = {"translation_key": page.translation_key}

    def open(self, code: str, language: str = "vi", **fields: Any) -> SubBrandPage:
        """The published home of a sub-brand."""
        locale = Locale.objects.get(language_code=language)
        words = {"title": f"Mây {code}", "line": "Một câu", "lead": "Một đoạn", **fields}
        return publish(self.trees[language], SubBrandPage(slug=code, code=code, locale=locale, **words))


@pytest.fixture
def houses(shelf: Shelf) -> Houses:
    """A tree without branches."""
    return Houses(shelf)


def scope(code: str) -> tuple[str, str, bool] | None:
    """Name, parent's kind and whether it is open."""
    found = Scope.objects.filter(code=code).select_related("parent").first()
    return (found.name, found.parent.kind, found.live) if found else None


# ── Who we are ──────────────────────────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize("kind", [IdentityPage, PromisePage, ValuesPage, VoicePage, ArchitecturePage])
def test_a_page_says_who_we_are_and_leads_on_to_the_others(kind: type, shelf: Shelf) -> None:
    home = shelf.shelves["vi"].get_parent().specific
    publish(home, PromisePage(title="Lời hứa khác", slug="hua-khac", lead="Ít thôi", locale=home.locale))
    body = [
        {"type": "text", "value": "<p>Suối kêu to thì nghỉ.</p>"},
        {"type": "swatches", "value": {"heading": "Bốn màu", "words": ""}},
        {"type": "promise", "value": {"promise": "Trả trước", "kept": "<p>Từ tháng Chín.</p>", "proof": {}}},
        {"type": "value", "value": {"name": "Nghe", "meaning": "Xong hãy làm.", "deed": "Ghế mũi."}},
        {"type": "say", "value": {"case": "Hết hàng", "say": "Hết rồi.", "do_not_say": "Không khả dụng.", "why": ""}},
    ]
    page = publish(home, kind(title="Trang", slug="trang", lead="Về nhà này", locale=home.locale, body=body))
    response = Client().get(page.url)
    html = response.content.decode()
    assert response.status_code == 200
    for words in ("Về nhà này", "Suối kêu to", "#a2392a", "Từ tháng Chín", "Ghế mũi", "Không khả dụng", "Lời hứa khác"):
        assert words in html


def test_a_cover_needs_words(shelf: Shelf) -> None:
    page = PromisePage(title="Hứa", slug="hua", lead="Ít", cover_id=1)
    with pytest.raises(ValidationError) as refused:
        page.clean()
    assert list(refused.value.message_dict) == ["cover_alt"]


# ── The tree ────────────────────────────────────────────────────────────────────────────────────────────────────
def test_a_sub_brand_that_is_published_is_a_scope_and_is_so_once(houses: Houses) -> None:
    page = houses.open("may-rang")
    assert scope("may-rang") == ("Mây may-rang", "brand", True)
    page.title = "Mây Rang"
    page.save_revision().publish()
    assert scope("may-rang") == ("Mây Rang", "brand", True)
    english = houses.open("may-rang", "en", title="Mây Roast", translation_key=page.translation_key)
    assert scope("may-rang") == ("Mây Rang", "brand", True)
    assert Scope.objects.filter(kind="brand").count() == 1
    page.unpublish()
    assert scope("may-rang") == ("Mây Rang", "brand", True), "it is still told in English"
    english.refresh_from_db()
    english.unpublish()
    assert scope("may-rang") == ("Mây Rang", "brand", False)
    page.refresh_from_db()
    page.save_revision().publish()
    assert scope("may-rang") == ("Mây Rang", "brand", True)
    assert Scope.objects.count() == 2


def test_two_sub_brands_cannot_share_a_code(houses: Houses) -> None:
    houses.open("may-rang")
    with pytest.raises(ValidationError) as refused:
        SubBrandPage(title="Khác", slug="khac", code="may-rang", line="x", lead="x").clean()
    assert list(refused.value.message_dict) == ["code"]


def test_a_page_below_a_sub_brand_belongs_to_it_and_the_front_room_to_none(houses: Houses, shelf: Shelf) -> None:
    rang = houses.open("may-rang")
    below = publish(rang, ValuesPage(title="Điều giữ", slug="dieu-giu", lead="Một", locale=rang.locale))
    worn = {
        page.slug: getattr(Client().get(page.url).wsgi_request.brand_scope, "code", None)
        for page in (rang, below, houses.trees["vi"], shelf.shelves["vi"].get_parent().specific)
    }
    assert worn == {"may-rang": "may-rang", "dieu-giu": "may-rang", "cay": None, "home": None}


def test_a_sub_brand_shows_its_own_stories(houses: Houses, shelf: Shelf) -> None:
    stories = [{"type": "newest_stories", "value": {"heading": "Chuyện của lò", "count": 3}}]
    rang = houses.open("may-rang", body=stories)
    shelf.tell("cua-rang", scope=Scope.objects.get(code="may-rang"))
    shelf.tell("cua-ca-nha")
    html = Client().get(rang.url).content.decode()
    assert "Chuyện cua-rang" in html
    assert "Chuyện cua-ca-nha" not in html


def test_the_tree_costs_the_same_for_one_house_and_for_many(houses: Houses) -> None:
    houses.open("may-rang")
    page = houses.trees["vi"]

    def read() -> None:
        assert Client().get(page.url).status_code == 200

    def grow() -> None:
        for n in range(4):
            houses.open(f"nhanh-{n}")
        read()  # a new sub-brand makes the kept looks be read anew, once

    assert_num_queries_constant(read, grow)
    html = Client().get(page.url).content.decode()
    assert html.count('class="house"') == 5


# ── What has gone ───────────────────────────────────────────────────────────────────────────────────────────────
def test_a_page_that_was_taken_down_answers_kindly_and_does_not_tell_its_title(houses: Houses) -> None:
    page = houses.open("may-rang", title="Bí mật")
    page.refresh_from_db()
    page.unpublish()
    response = Client().get(page.url)
    html = response.content.decode()
    assert response.status_code == 410
    assert houses.trees["vi"].url in html
    assert "Bí mật" not in html
    draft = SubBrandPage(title="Nháp", slug="nhap", code="nhap", line="x", lead="x", live=False, locale=page.locale)
    houses.trees["vi"].refresh_from_db()
    houses.trees["vi"].add_child(instance=draft)
    assert Client().get(draft.url).status_code == 404, "what was never public looks as if it had never been"
    PageViewRestriction.objects.create(page=page, restriction_type=PageViewRestriction.LOGIN)
    assert Client().get(page.url).status_code == 404


def test_the_front_room_may_be_empty(shelf: Shelf) -> None:
    home = shelf.shelves["vi"].get_parent().specific
    assert isinstance(home, HomePage)
    home.body = []
    home.save_revision().publish()
    assert Client().get(home.url).status_code == 200
