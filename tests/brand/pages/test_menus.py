"""Masthead and foot lead to the brand's own pages as editors decide, and never to what is not there."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client
from wagtail.models import PageViewRestriction

from brand.pages.models import IdentityPage, PromisePage, ValuesPage
from brand.pages.selectors import menu
from tests.brand.conftest import Shelf, publish
from tests.helpers.queries import assert_num_queries_constant, at_most_queries

pytestmark = pytest.mark.django_db


def put(shelf: Shelf, kind: type, slug: str, language: str = "vi", **fields: Any) -> Any:
    """A published page on which the brand says who it is."""
    home = shelf.shelves[language].get_parent().specific
    return publish(home, kind(title=f"Trang {slug}", slug=slug, lead="Về nhà này", locale=home.locale, **fields))


def shown(path: str = "/vi/community/") -> tuple[list[str], list[str]]:
    """Where masthead and foot of a page lead, below "Who we are"."""
    html = Client().get(path, follow=True).content.decode()
    sheet = re.search(r'<details class="menu nav-house">(.*?)</details>', html, re.S)
    foot = re.search(r'<nav aria-labelledby="foot-house">(.*?)</nav>', html, re.S)
    return tuple(re.findall(r'<a href="([^"]+)"', part[1]) if part else [] for part in (sheet, foot))  # type: ignore[return-value]


def test_masthead_and_foot_lead_to_the_brands_pages_in_the_readers_language(shelf: Shelf) -> None:
    put(shelf, IdentityPage, "ten")
    put(shelf, PromisePage, "hua")
    put(shelf, IdentityPage, "name", "en")
    assert shown() == (["/vi/ten/", "/vi/hua/"],) * 2
    assert shown("/en/community/") == (["/en/name/"],) * 2
    assert 'aria-current="page"' in re.search(r'href="/vi/hua/"[^>]*>', Client().get("/vi/hua/").content.decode())[0]


def test_an_editor_takes_a_page_out_of_the_menus(shelf: Shelf) -> None:
    page = put(shelf, IdentityPage, "ten")
    assert menu("vi") != []
    page.show_in_menus = False
    page.save_revision().publish()
    assert shown() == ([], [])


def test_what_is_not_published_private_moved_or_gone_is_never_led_to(shelf: Shelf) -> None:
    promise, values, name = (
        put(shelf, k, s) for k, s in ((PromisePage, "hua"), (ValuesPage, "giu"), (IdentityPage, "ten"))
    )
    assert [link.url for link in menu("vi")] == ["/vi/hua/", "/vi/giu/", "/vi/ten/"]
    promise.unpublish()
    assert [link.url for link in menu("vi")] == ["/vi/giu/", "/vi/ten/"]
    PageViewRestriction.objects.create(page=values, restriction_type=PageViewRestriction.LOGIN)
    assert [link.url for link in menu("vi")] == ["/vi/ten/"]
    name.slug = "ten-moi"
    name.save_revision().publish()
    assert [link.url for link in menu("vi")] == ["/vi/ten-moi/"]
    name.delete()
    assert shown() == ([], [])
    home = shelf.shelves["vi"].get_parent().specific
    home.refresh_from_db()
    home.add_child(instance=PromisePage(title="Nháp", slug="nhap", lead="x", locale=home.locale, live=False))
    assert menu("vi") == []


def test_a_page_of_a_sub_brand_is_not_one_of_the_whole_house(shelf: Shelf) -> None:
    from brand.pages.models import ArchitecturePage, SubBrandPage

    tree = put(shelf, ArchitecturePage, "cay")
    house = publish(tree, SubBrandPage(title="Rang", slug="rang", code="rang", line="x", lead="x", locale=tree.locale))
    publish(house, IdentityPage(title="Tên của Rang", slug="ten", lead="x", locale=tree.locale))
    assert [link.url for link in menu("vi")] == ["/vi/cay/"]


def test_menus_cost_the_same_for_one_page_and_for_many_and_nothing_once_read(shelf: Shelf) -> None:
    from brand.pages.selectors import forget_menu

    put(shelf, IdentityPage, "ten")

    def cold() -> None:
        forget_menu()
        menu("vi")

    assert_num_queries_constant(cold, lambda: [put(shelf, PromisePage, f"hua-{n}") for n in range(5)])
    with at_most_queries(0):
        menu("vi")
