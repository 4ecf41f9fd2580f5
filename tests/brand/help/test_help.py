"""The help centre: found without accents, answered once a day, told to those who write it."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import translation

from brand.help import actions, selectors
from brand.help.models import HelpAnswer, HelpPage, HelpRelated
from portal.accounts.models import Member
from portal.core.errors import Invalid, NotFound, TooMany
from portal.privacy.actions import erase
from portal.privacy.selectors import everything_about
from tests.brand.help.conftest import Centre
from tests.helpers.queries import assert_num_queries_constant

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)
SAME = {"Sec-Fetch-Site": "same-origin"}


def body_of(path: str, browser: Client | None = None) -> str:
    response = (browser or Client()).get(path)
    assert response.status_code == 200, path
    return response.content.decode()


# ── Finding ─────────────────────────────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize("typed", ["hạt hết hạn", "hat het han", "HAT  HẾT", "hết hạn?", "Hạt HE"])
def test_a_question_is_found_with_or_without_accents(centre: Centre, typed: str) -> None:
    page = centre.ask("Hạt có hết hạn không?", slug="het-han")
    centre.ask("Lên hạng thế nào?", slug="len-hang")
    assert [found.pk for found in selectors.find("vi", typed)] == [page.pk]
    assert page.title in body_of(f"/vi/help/?q={typed}")


def test_what_stands_in_the_title_comes_first_and_words_match_from_their_beginning(centre: Centre) -> None:
    inside = centre.ask("Điểm hạng", "Nói về thiết bị.", slug="a")
    title = centre.ask("Thiết bị của tôi", slug="b")
    assert [page.pk for page in selectors.find("vi", "thiet bi")] == [title.pk, inside.pk]
    assert selectors.find("vi", "iet") == []


def test_the_longer_answer_is_searched_too(centre: Centre) -> None:
    part = {"type": "passage", "value": {"heading": "Ảnh", "text": "<p>Chỉ nhận <b>ảnh</b> vuông.</p>"}}
    page = centre.ask("Viết thế nào?", slug="viet", body=[part])
    assert [found.pk for found in selectors.find("vi", "anh vuong")] == [page.pk]


@pytest.mark.parametrize("typed", ["", "  ", "%", "_", "\x00", "?!", "'; drop table", "a" * 500])
def test_odd_queries_find_nothing_and_break_nothing(centre: Centre, typed: str) -> None:
    centre.ask("Hạt có hết hạn không?", slug="het-han")
    assert selectors.find("vi", selectors.asked(typed)) == []
    assert Client().get("/vi/help/", {"q": typed}).status_code == 200


def test_drafts_private_pages_and_the_other_language_stay_out(centre: Centre) -> None:
    from wagtail.models import PageViewRestriction

    shown = centre.ask("Hạt mở", slug="mo")
    private, draft = centre.ask("Hạt kín", slug="kin"), centre.ask("Hạt nháp", slug="nhap")
    centre.ask("Hạt in English", language="en", slug="en")
    PageViewRestriction.objects.create(page=private, restriction_type=PageViewRestriction.LOGIN)
    draft.unpublish()
    assert [page.pk for page in selectors.find("vi", "hạt")] == [shown.pk]
    assert [q.pk for group in selectors.groups_of(centre.indexes["vi"]) for q in group.questions] == [shown.pk]


def test_a_list_of_answers_is_not_for_search_engines(centre: Centre) -> None:
    centre.ask("Hạt có hết hạn không?", slug="het-han")
    assert 'content="noindex, follow"' in body_of("/vi/help/?q=hat")
    assert "noindex" not in body_of("/vi/help/")


def test_pages_cost_the_same_for_one_question_and_for_many(centre: Centre) -> None:
    page = centre.ask("Câu đầu", slug="dau")

    def read() -> None:
        for path in ("/vi/help/", "/vi/help/?q=cau", "/vi/help/hat/", page.url):
            body_of(path)

    assert_num_queries_constant(read, lambda: [centre.ask(f"Câu {n}", slug=f"cau-{n}") for n in range(8)])


# ── Reading ─────────────────────────────────────────────────────────────────────────────────────────────────────
def test_a_question_is_its_own_data_block_with_a_hostile_title_inside(centre: Centre) -> None:
    title = '</script><script>alert(1)</script> "Hạt"?'
    page = centre.ask(title, "Câu <b>trả lời</b> & hết.", slug="x")
    body = body_of(page.url)
    blocks = [json.loads(b) for b in re.findall(r'<script type="application/ld\+json">(.*?)</script>', body)]
    assert [block["@type"] for block in blocks] == ["FAQPage", "BreadcrumbList"]
    assert blocks[0]["mainEntity"][0]["name"] == title
    assert "<script>alert" not in body
    assert [step["name"] for step in blocks[1]["itemListElement"]][1:3] == ["Trợ giúp", "Hạt"]


def test_related_questions_are_the_editors_or_the_neighbours(centre: Centre) -> None:
    first, second, third = (centre.ask(f"Câu {n}", slug=f"c{n}") for n in range(3))
    assert [page.pk for page in selectors.related_to(first)] == [second.pk, third.pk]
    first.related = [HelpRelated(target=third)]
    first.save()
    assert [page.pk for page in selectors.related_to(HelpPage.objects.get(pk=first.pk))] == [third.pk]


# ── Did it help? ────────────────────────────────────────────────────────────────────────────────────────────────
def say(page: HelpPage, actor: Member | None = None, voter: str = "v", helped: bool = True, **more: Any) -> HelpAnswer:
    given = {"words": "", "at": AT, "locale": "vi"} | more
    return actions.answer_whether_it_helped(
        actor=actor, voter=voter, question=page.translation_key, helped=helped, **given
    )


def test_one_reader_counts_once_a_day_and_the_last_word_holds(centre: Centre, alice: Member) -> None:
    page = centre.ask("Câu", slug="c")
    say(page, alice, words="Thiếu hình")
    say(page, alice, helped=False, at=AT + timedelta(hours=1))
    say(page, voter="khach")
    say(page, alice, at=AT + timedelta(days=1))
    kept = list(HelpAnswer.objects.order_by("pk").values_list("voter", "helped", "words"))
    assert kept == [(f"member:{alice.pk}", False, "Thiếu hình"), ("khach", True, ""), (f"member:{alice.pk}", True, "")]


def test_a_question_that_is_not_public_takes_no_answer(centre: Centre) -> None:
    page = centre.ask("Câu", slug="c")
    page.unpublish()
    with pytest.raises(NotFound):
        say(page)
    assert HelpAnswer.objects.count() == 0


def test_too_many_words_and_too_many_answers_are_refused(centre: Centre) -> None:
    page = centre.ask("Câu", slug="c")
    with pytest.raises(Invalid):
        say(page, words="á" * 501)
    cache.clear()
    for _n in range(30):
        say(page)
    with pytest.raises(TooMany):
        say(page)


def test_a_visitor_answers_without_scripts_and_adds_words(centre: Centre) -> None:
    page = centre.ask("Câu", slug="c")
    path = f"/vi/help/answer/{page.translation_key}/"
    assert path in body_of(page.url)
    browser = Client(headers=SAME, enforce_csrf_checks=True)
    first = browser.post(path, {"helped": "no"})
    assert (first.status_code, first.url) == (302, f"{page.url}?helped=no#helped")
    assert 'name="words"' in body_of(f"{page.url}?helped=no")
    second = browser.post(path, {"helped": "no", "words": "Chưa nói về ảnh."})
    assert 'name="words"' not in body_of(second.url.replace("#helped", ""))
    kept = HelpAnswer.objects.get()
    assert (kept.helped, kept.words, kept.member) == (False, "Chưa nói về ảnh.", None)
    assert "127.0.0.1" not in kept.voter


def test_with_scripts_the_answer_comes_back_in_its_place(centre: Centre, alice: Member, signed_in: Any) -> None:
    page = centre.ask("Câu", slug="c")
    response = signed_in(alice).post(
        f"/vi/help/answer/{page.translation_key}/", {"helped": "yes"}, headers={"HX-Request": "true"}
    )
    body = response.content.decode()
    assert body.strip().startswith('<section class="helped" id="helped"')
    assert "<html" not in body
    assert HelpAnswer.objects.get().member == alice


@pytest.mark.parametrize(
    "headers",
    [{}, {"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"}, {"Origin": "https://elsewhere.example"}],
)
def test_a_form_of_another_site_is_refused(centre: Centre, headers: dict[str, str]) -> None:
    page = centre.ask("Câu", slug="c")
    response = Client().post(f"/vi/help/answer/{page.translation_key}/", {"helped": "yes"}, headers=headers)
    assert response.status_code == 403
    assert HelpAnswer.objects.count() == 0


def test_a_members_form_needs_its_token(centre: Centre, alice: Member) -> None:
    page = centre.ask("Câu", slug="c")
    browser = Client(headers=SAME, enforce_csrf_checks=True)
    browser.force_login(alice)
    path = f"/vi/help/answer/{page.translation_key}/"
    assert browser.post(path, {"helped": "yes"}).status_code == 403
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', body_of(page.url, browser)).group(1)
    assert browser.post(path, {"helped": "yes", "csrfmiddlewaretoken": token}).status_code == 302


def test_a_shared_page_holds_no_token(centre: Centre) -> None:
    assert "csrfmiddlewaretoken" not in body_of(centre.ask("Câu", slug="c").url)


def test_what_a_member_said_is_in_her_export_and_goes_with_her(centre: Centre, alice: Member, bob: Member) -> None:
    page = centre.ask("Câu", slug="c")
    say(page, alice, words="Của Alice")
    say(page, bob, words="Của Bob")
    assert [row["words"] for row in everything_about(alice)["help_answers"]] == ["Của Alice"]
    erase(actor=None, member_id=alice.pk, at=AT)
    assert [row.words for row in HelpAnswer.objects.all()] == ["Của Bob"]


# ── The report ──────────────────────────────────────────────────────────────────────────────────────────────────
def test_editors_see_the_least_helpful_first_with_the_newest_words(centre: Centre, admin_browser: Client) -> None:
    good, poor = centre.ask("Câu rõ", slug="a"), centre.ask("Câu chưa rõ", slug="b")
    say(good, voter="1")
    say(poor, voter="1", helped=False, words="Khó hiểu <b>lắm</b>")
    say(poor, voter="2")
    with translation.override("vi"):
        body = body_of("/admin/reports/help/", admin_browser)
    assert body.index("Câu chưa rõ") < body.index("Câu rõ")
    assert "Khó hiểu &lt;b&gt;lắm" in body
    assert [(row["yes"], row["no"]) for row in selectors.verdicts()] == [(1, 1), (1, 0)]


def test_an_empty_report_says_where_the_question_stands(centre: Centre, admin_browser: Client) -> None:
    assert "Chưa ai trả lời. Dưới mỗi câu trợ giúp" in body_of("/admin/reports/help/", admin_browser)


def test_the_report_is_for_whoever_edits_pages(alice: Member, centre: Centre, signed_in: Any) -> None:
    assert Client().get("/admin/reports/help/").status_code == 302
    assert signed_in(alice).get("/admin/reports/help/").status_code in (302, 403)


def test_the_report_costs_the_same_for_one_question_and_for_many(centre: Centre, admin_browser: Client) -> None:
    say(centre.ask("Câu đầu", slug="dau"), words="Lời")

    def grow() -> None:
        for n in range(6):
            say(centre.ask(f"Câu {n}", slug=f"c{n}"), words="Lời")

    assert_num_queries_constant(lambda: body_of("/admin/reports/help/", admin_browser), grow)
