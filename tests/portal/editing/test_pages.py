"""Addresses of Vietnamese titles, pages that moved, and pages seen with other eyes."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client, TestCase
from django.test.utils import CaptureQueriesContext

from brand.stories.models import StoryPage
from brand.writing import previews
from brand.writing.slugs import page_slug
from portal.accounts.models import Member
from tests.brand.conftest import BEATS, Shelf, body
from tests.portal.editing.conftest import story_form

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("title", "slug"),
    [
        ("Cà phê Đà Nẵng ở đâu", "ca-phe-da-nang-o-dau"),
        ("Đẵm sương", "dam-suong"),
        ("ĐƯỜNG VỀ Ở LẠI", "duong-ve-o-lai"),
    ],
)
def test_titles_keep_their_letters_in_the_address(title: str, slug: str, shelf: Shelf) -> None:
    assert page_slug(title) == slug
    story = StoryPage(title=title, teaser="Mời", told_on="2026-04-01", body=body(*BEATS))
    shelf.shelves["vi"].add_child(instance=story)
    assert story.slug == slug


def test_an_old_address_leads_on_in_both_languages_and_never_in_a_circle(shelf: Shelf) -> None:
    for code in ("vi", "en"):
        story = shelf.tell("cu", code, title="Cũ")
        with TestCase.captureOnCommitCallbacks(execute=True):
            story.slug = "moi"
            story.save_revision().publish()
        answer = Client().get(f"/{code}/stories/cu/")
        assert (answer.status_code, answer.headers["Location"]) == (301, f"/{code}/stories/moi/")
        with TestCase.captureOnCommitCallbacks(execute=True):
            story.slug = "cu"
            story.save_revision().publish()
        assert Client().get(f"/{code}/stories/cu/").status_code == 200
        assert Client().get(f"/{code}/stories/moi/").headers["Location"] == f"/{code}/stories/cu/"


def test_what_stands_below_a_renamed_shelf_is_found_too(shelf: Shelf) -> None:
    shelf.tell("mot")
    top = shelf.shelves["vi"]
    top.refresh_from_db()
    with TestCase.captureOnCommitCallbacks(execute=True):
        top.slug = "chuyen"
        top.save_revision().publish()
    assert Client().get("/vi/stories/mot/").headers["Location"] == "/vi/chuyen/mot/"


@pytest.mark.parametrize("mode", ["visitor", "member", "silver", "gold", "diamond"])
def test_a_page_is_seen_as_somebody_who_is_nobody(
    mode: str, shelf: Shelf, desk: dict[str, Member], at_the_desk: Callable[[str], Client]
) -> None:
    story = shelf.tell("xem-truoc")
    browser = at_the_desk("brand")
    address = f"/admin/pages/{story.pk}/edit/preview/?mode={mode}&in_preview_panel=true"
    assert browser.post(address, story_form(title="Sương chưa ra mắt", slug="xem-truoc")).json()["is_valid"]
    with CaptureQueriesContext(connection) as queries:
        page = browser.get(address)
    assert page.status_code == 200
    assert "Sương chưa ra mắt" in page.text
    assert desk["brand"].name not in page.text
    assert page.headers["X-Frame-Options"] == "SAMEORIGIN"
    assert "frame-ancestors 'self'" in page.headers["Content-Security-Policy"]
    assert "unsafe-inline" not in page.headers["Content-Security-Policy"]
    written = [q["sql"] for q in queries if q["sql"].split(" ")[0] in ("INSERT", "UPDATE", "DELETE")]
    assert written == []


def test_there_are_eyes_for_a_visitor_and_every_tier(shelf: Shelf) -> None:
    assert [code for code, _label in shelf.tell("mat").preview_modes] == [
        "visitor", "member", "silver", "gold", "diamond",
    ]  # fmt: skip
    gold = previews.stand_in("gold")
    assert isinstance(gold, Member)
    assert (gold.pk, gold.standing.tier_code) == (previews.NOBODY, "gold")
    assert previews.stand_in("nobody-knows").is_anonymous


def test_nothing_but_a_preview_may_be_framed(at_the_desk: Callable[[str], Client]) -> None:
    desk = at_the_desk("brand").get("/admin/")
    assert desk.headers["X-Frame-Options"] == "DENY"
    assert "frame-ancestors 'none'" in desk.headers["Content-Security-Policy"]
    assert "'unsafe-inline'" in desk.headers["Content-Security-Policy"]
