"""Double points for helpful replies at the tea table: drafted, rehearsed, approved by another, begun, earned."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest

from tests.journeys.household import Household
from tests.journeys.people import Visitor

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(900)]
NAME = "Gấp đôi ở bàn trà, tuần Tết"
FIELDS = {
    "times": "2", "budget_limit": "3000", "name_vi": NAME, "name_en": "Double at the tea table in Tết week",
    "explanation_vi": "Mỗi lời đáp có ích ở các góc của Mây Trà được gấp đôi Hạt.",
    "explanation_en": "Every helpful reply in the corners of Mây Trà pays its Hạt twice.",
    "note": "Tuần Tết, mời mọi người ngồi lại bàn trà.",
}  # fmt: skip


@pytest.fixture(scope="module")
def house() -> Iterator[Household]:
    """One house for the campaigns of this module."""
    with Household() as running:
        yield running


def draft(manager: Visitor, begin: datetime) -> str:
    """The brand manager writes it down; returns the address of the draft."""
    page = manager.go("/admin/programme/campaigns/new/change/")
    page.check("[name=lifts][value='rule:reply']")
    page.check("[name=scopes][value='may-tra']")
    for name, words in FIELDS.items():
        page.fill(f"[name={name}]", words)
    page.fill("[name=effective_from]", begin.strftime("%Y-%m-%dT%H:%M"))
    page.fill("[name=until]", (begin - timedelta(days=1)).strftime("%Y-%m-%dT%H:%M"))
    step(page, "Giữ thành bản nháp")
    page.get_by_text("Khoảng thời gian kết thúc trước khi bắt đầu.").wait_for()
    page.fill("[name=until]", (begin + timedelta(days=7)).strftime("%Y-%m-%dT%H:%M"))
    step(page, "Giữ thành bản nháp")
    return page.url.removeprefix(manager.url)


def in_minutes(minutes: int) -> datetime:
    """So many minutes from now, in the programme's zone."""
    return datetime.now(ZoneInfo("Asia/Ho_Chi_Minh")) + timedelta(minutes=minutes)


def step(page: Page, button: str) -> None:
    """Presses a button that leads on."""
    with page.expect_navigation():
        page.get_by_role("button", name=button, exact=True).click()


def reply(visitor: Visitor, space: str, words: str) -> None:
    """Answers in the first topic of a space."""
    page = visitor.go(f"/vi/community/spaces/{space}/")
    page.locator("main .topic-row h3 a, main .topic-row h2 a").first.click()
    visitor.settled()
    page.locator("main form textarea").last.fill(words)
    page.locator("main form:has(textarea)").last.get_by_role("button", name="Gửi").first.click()
    page.locator("article.post", has_text=words).wait_for()


def test_double_points_for_helpful_replies_at_the_tea_table_in_tet_week(chromium: Browser, house: Household) -> None:
    manager, approver, member = (Visitor(chromium, house) for _ in range(3))
    manager.sign_in("manager")
    address = draft(manager, in_minutes(60))

    page = manager.page
    page.select_option(".prog-ask [name=span]", "30")
    step(page, "Chạy thử")
    house.until("SELECT state FROM badges_backtest ORDER BY id DESC LIMIT 1", [("done",)], seconds=240)
    [[issued]] = house.rows(
        "SELECT json_extract(result, '$.types.spend.issued') FROM badges_backtest ORDER BY id DESC LIMIT 1"
    )
    page.locator("dl.prog-figures").first.wait_for()
    base, tried = map(int, issued.strip("[]").split(","))
    assert tried > base
    manager.go(address)
    assert page.locator("section[aria-labelledby=rehearsal] dl.prog-figures").count()
    # Still the same words: only when it begins is put nearer, so that this journey lives to see it.
    page.fill("[name=effective_from]", in_minutes(2).strftime("%Y-%m-%dT%H:%M"))
    step(page, "Giữ và chạy thử")
    step(page, "Gửi duyệt")

    approver.sign_in("approver")
    page = approver.go(address)
    page.fill("[name=note]", "Hay đó.")
    step(page, "Duyệt")
    member.sign_in("han")
    assert NAME not in member.go("/vi/my/").locator("main").inner_text()

    house.until(
        "SELECT COUNT(*) FROM portal_domainevent WHERE name = 'programme_changed' AND payload LIKE '%double-at-%'",
        [(1,)],
        seconds=400,
    )
    for path in ("/vi/my/", "/vi/my/tier/"):
        member.go(path).locator(".campaign", has_text=NAME).wait_for()

    tea, elsewhere = "Nước vừa lăn tăn thì rót, đừng để reo to.", "Chiều nay ghế bên cửa sổ còn trống đó."
    reply(member, "ban-tra-som", tea)
    reply(member, "quan-quen", elsewhere)
    house.until(
        "SELECT json_extract(e.outcomes, '$[0].granted.spend') FROM badges_evaluation e JOIN portal_domainevent d "
        "ON d.id = e.event_id JOIN portal_member m ON m.id = e.member_id WHERE d.name = 'reply_posted' "
        "AND m.email = 'han@may.example' ORDER BY e.id DESC LIMIT 2",
        [(3,), (6,)],
    )
    lines = member.go("/vi/my/book/").locator(".statement-line", has=member.page.locator("dt", has_text=NAME))
    assert lines.count() == 2
    for line in lines.all():
        line.locator("summary").click()
    said = [line.inner_text() for line in lines.all()]
    assert "Không thêm gì: nó chỉ tính ở nhà khác" in said[0]
    assert "× 2: 3 Hạt trong số này là nhờ nó" in said[1]
    assert "+6" in said[1]
    for visitor in (manager, approver, member):
        assert visitor.errors == []
        visitor.context.close()
