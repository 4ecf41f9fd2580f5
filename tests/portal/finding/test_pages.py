"""The search page and its suggestions, as visitors and members meet them."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from wagtail.models import PageViewRestriction

from brand.stories.models import StoryPage
from brand.writing.models import PageWords
from community.forum import actions
from portal.accounts import profiles
from portal.accounts.actions import update_standing
from portal.accounts.models import Member, MemberWords, Profile
from portal.core import clock
from portal.core.personal_data import data_types
from tests.brand.conftest import Shelf
from tests.brand.help.conftest import Centre
from tests.community.forum.conftest import AT, first, make_space, reply, start
from tests.factories.portal import make_member
from tests.helpers.queries import assert_num_queries_constant

pytestmark = pytest.mark.django_db
SEARCH = "/vi/search/"


def look(client: Client, q: str = "", **more: str) -> str:
    answer = client.get(SEARCH, {"q": q, **more})
    assert answer.status_code == 200
    return answer.content.decode()


def suggestions(client: Client, q: str) -> list[str]:
    html = client.get(f"{SEARCH}suggest/", {"q": q}).content.decode()
    return [re.sub(r"<[^>]+>", "", title) for title in re.findall(r'search-option-title">(.*?)</span>', html)]


def test_the_empty_box_shows_where_to_begin(client: Client, space: Any) -> None:
    page = look(client)
    assert 'role="search"' in page
    assert "Góc phin" in page
    assert "search-section" not in page


def test_every_page_leads_to_the_search(client: Client, space: Any) -> None:
    assert f'href="{SEARCH}"' in client.get("/vi/community/").content.decode()


def test_results_of_all_kinds_stand_in_one_page(
    client: Client, space: Any, alice: Member, shelf: Shelf, centre: Centre
) -> None:
    start(alice, title="Trà sen ướp kiểu nhà tôi")
    shelf.tell("tra", title="Trà đầu mùa")
    centre.ask("Trà có đổi được Hạt không?")
    make_member("Nguyễn Trà My")
    Profile.objects.update_or_create(member=Member.objects.get(name="Nguyễn Trà My"), defaults={"findable": True})
    page = look(client, "tra")
    assert [kind for kind in ("talks", "stories", "help", "people") if f'id="found-{kind}"' not in page] == []
    assert "<mark>Trà</mark> sen" in page
    assert "Nguyễn Trà My" in page


def test_a_query_is_shown_and_marked_as_text_only(client: Client, space: Any, alice: Member) -> None:
    start(alice, title="Chữ <img src=x onerror=alert(1)> trong tên", body="Thử <script>alert(2)</script> xem sao.")
    page = look(client, '<script>alert(3)</script> "onerror')
    assert "<script>alert(3)" not in page
    page = look(client, "onerror alert")
    assert "<img src=x" not in page
    assert "&lt;img src=x <mark>onerror</mark>=<mark>alert</mark>(1)&gt;" in page


def test_nothing_found_is_said_kindly_with_a_way_on(client: Client, space: Any) -> None:
    page = look(client, "khinhkhicau")
    assert "Tìm khắp nhà mà chưa thấy" in page
    assert 'href="/vi/community/"' in page


def test_a_question_too_long_is_cut_and_a_day_that_is_none_is_named(client: Client, space: Any, alice: Member) -> None:
    start(alice, title="Phin chảy nhanh quá chừng")
    assert "Câu hỏi dài quá" in look(client, "phin " * 100)
    page = look(client, "phin", after="hôm qua", page="x", kind="../etc")
    assert 'aria-invalid="true"' in page
    assert "<mark>Phin</mark> chảy" in page


def test_words_that_nothing_holds_together_are_found_loosely_and_it_says_so(
    client: Client, space: Any, alice: Member
) -> None:
    start(alice, title="Phin nhôm hay phin inox đây")
    page = look(client, "mua phin titan")
    assert "Chưa nơi nào có đủ mọi chữ" in page
    assert "<mark>Phin</mark> nhôm" in page
    for number in range(2):
        of_kind = look(client, "mua phin titan", kind="talks")
        assert "Chưa nơi nào có đủ mọi chữ" in of_kind
        assert "<mark>Phin</mark> nhôm" in of_kind
        assert of_kind.count('class="found"') == number + 1
        start(alice, title="Một chiếc phin nữa đây")
        make_space("titan")  # its name is no answer to the talks that were asked for


def test_a_page_of_one_kind_asks_for_that_kind_once(client: Client, space: Any, alice: Member) -> None:
    start(alice, title="Pha phin cho một người uống")
    with CaptureQueriesContext(connection) as asked:
        look(client, "pha phin", kind="talks")
    hits = [query["sql"] for query in asked if 'AS "score"' in query["sql"] and 'FROM "community_post"' in query["sql"]]
    assert len(hits) == 1, hits


def test_a_hidden_or_closed_talk_is_neither_found_nor_suggested_nor_counted(
    client: Client, space: Any, alice: Member, mod: Member, signed_in: Any
) -> None:
    make_space("nha", staff_only=True)
    start(mod, "nha", title="Thuykieu bàn trong nhà thôi")
    hidden = start(alice, title="Thuykieu đã bị cất đi rồi")
    actions.hide_post(actor=mod, post=first(hidden).public_id, reason="Quảng cáo", at=AT)
    for browser in (client, signed_in(alice)):
        page = look(browser, "thuykieu")
        assert "bàn trong nhà" not in page
        assert "cất đi rồi" not in page
        assert suggestions(browser, "thuyki") == []
        assert look(browser, "thuykieu", space="nha").count('class="found"') == 0
        assert "Góc nha" not in look(browser, "nha")
    assert suggestions(signed_in(mod), "thuyki") == ["Thuykieu bàn trong nhà thôi"]


def test_a_story_is_found_while_it_is_live_and_open(client: Client, shelf: Shelf) -> None:
    story = shelf.tell("nuoc", title="Người gánh nướcsuối trên dốc")
    assert "Người gánh <mark>nướcsuối</mark>" in look(client, "nuocsuoi")
    assert suggestions(client, "nuocs") == ["Người gánh nướcsuối trên dốc"]
    lock = PageViewRestriction.objects.create(page=story, restriction_type=PageViewRestriction.LOGIN)
    assert "nướcsuối" not in look(client, "nuocsuoi")
    lock.delete()
    story.unpublish()
    assert "nướcsuối" not in look(client, "nuocsuoi")
    assert not PageWords.objects.filter(page=story).exists()
    StoryPage.objects.get(pk=story.pk).save_revision().publish()
    assert "<mark>nướcsuối</mark> trên dốc" in look(client, "nuocsuoi")


def test_a_draft_of_a_live_page_is_not_found(client: Client, shelf: Shelf) -> None:
    story = shelf.tell("nhap", title="Chuyện đã kể xong xuôi")
    story.title = "Chuyện chưakể còn trong nháp"
    story.save_revision()
    assert suggestions(client, "chuake") == []
    assert "chưakể" not in look(client, "chuake")


def test_a_story_told_twice_comes_once_in_the_readers_language(client: Client, shelf: Shelf) -> None:
    shelf.tell_in_both("melbourne")
    assert (suggestions(client, "melbourne"), look(client, "melbourne").count('class="found"')) == (
        ["Chuyện melbourne"],
        1,
    )
    assert "Story <mark>melbourne</mark>" in client.get("/en/search/?q=melbourne").content.decode()


def test_a_member_is_found_as_far_as_she_allows(client: Client, alice: Member, bob: Member, signed_in: Any) -> None:
    browser = signed_in(bob)
    assert suggestions(browser, "ngoc al") == ["Phạm Ngọc Alice"]
    assert suggestions(client, "ngoc al") == []  # a visitor finds only who lets search engines list her
    Profile.objects.update_or_create(member=alice, defaults={"findable": True})
    assert suggestions(client, "ngoc al") == ["Phạm Ngọc Alice"]
    Profile.objects.filter(member=alice).update(privacy={"page": "members"})
    assert suggestions(client, "ngoc al") == []
    assert suggestions(browser, "ngoc al") == ["Phạm Ngọc Alice"]
    Profile.objects.filter(member=alice).update(privacy={"page": "me"})
    assert suggestions(browser, "ngoc al") == []
    assert not profiles.field_visible(Profile.objects.get(member=alice), "page", bob)


def test_a_new_name_is_found_at_once_and_an_erased_one_never(alice: Member, bob: Member, signed_in: Any) -> None:
    browser = signed_in(bob)
    update_standing(member_id=alice.pk, at=clock.now(), name="Đặng Thuykieu")
    assert suggestions(browser, "dang thuy") == ["Đặng Thuykieu"]
    assert suggestions(browser, "ngoc alice") == []
    for data_type in data_types():
        if data_type.name == "name_tag":
            data_type.erase(alice)  # type: ignore[misc]
    assert suggestions(browser, "dang thuy") == []
    assert not MemberWords.objects.filter(title_fold__contains="thuykieu").exists()


def test_pages_of_one_kind_are_turned_and_keep_the_question(client: Client, space: Any, alice: Member) -> None:
    for number in range(23):
        start(alice, title=f"Pha phin lần thứ {number} vẫn vui", at=AT + timedelta(hours=number))
    page = look(client, "pha phin", kind="talks")
    assert "23 kết quả" in page
    assert page.count('class="found"') == 20
    assert re.search(r'href="\?[^"]*q=pha[^"]*page=2"', page)
    last = look(client, "pha phin", kind="talks", page="2")
    assert last.count('class="found"') == 3


def test_the_page_is_nobodys_but_the_readers(client: Client, space: Any) -> None:
    answer = client.get(SEARCH, {"q": "phin"})
    assert (answer["Cache-Control"], answer["X-Robots-Tag"]) == ("private, no-store", "noindex")
    assert '<meta name="robots" content="noindex, follow">' in answer.content.decode()


def test_searching_too_fast_is_refused_with_the_time_to_wait(client: Client, space: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr("portal.core.limits.time.time", lambda: 1_700_000_000.0)
    assert {client.get(SEARCH, {"q": "a"}).status_code for _ in range(40)} == {200}
    refused = client.get(SEARCH, {"q": "a"})
    assert (refused.status_code, int(refused["Retry-After"]) > 0) == (429, True)
    assert client.get(SEARCH).status_code == 200  # the empty box costs nothing
    assert client.post(SEARCH).status_code == 405


def test_results_cost_the_same_for_one_and_for_many(space: Any, alice: Member, bob: Member, signed_in: Any) -> None:
    browser = signed_in(bob)
    start(alice, title="Pha phin cho một người uống")
    make_member("Trần Pha Phin")

    def grow() -> None:
        for number in range(6):
            reply(bob, start(alice, title=f"Pha phin lần thứ {number} vẫn vui"), "Phin ngon.")
            make_member(f"Trần Pha Phin {'i' * number} Hai")

    assert_num_queries_constant(lambda: look(browser, "pha phin"), grow)
    assert_num_queries_constant(
        lambda: look(browser, "pha phin", kind="talks"), lambda: start(alice, title="Pha phin nữa nè")
    )
    assert_num_queries_constant(lambda: suggestions(browser, "pha ph"), lambda: start(alice, title="Pha phin nữa đó"))
