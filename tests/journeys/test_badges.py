"""A badge from both sides: earned and revealed while the page is open; drafted, tried out, approved, and held."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from tests.journeys.household import Household
from tests.journeys.people import Visitor

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(900)]
NAME = "Ba chén đầy"


@pytest.fixture(scope="module")
def house() -> Iterator[Household]:
    """One house for the badges of this module."""
    with Household() as running:
        yield running


def awards(code: str) -> str:
    """How many hold a badge, as a query."""
    return (
        "SELECT COUNT(*) FROM badges_award a JOIN badges_badge b ON b.id = a.badge_id "
        f"WHERE b.code = '{code}' AND a.revoked_at IS NULL"
    )


def test_earn_a_badge_and_see_it_revealed(chromium: Browser, house: Household) -> None:
    newcomer = Visitor(chromium, house)
    newcomer.join("Lý Thị Mới Tới", "moi-toi@may.example")
    page = newcomer.go("/vi/community/")
    page.locator("main a[href*='/vi/community/']").first.click()
    page.wait_for_load_state("load")
    page.locator("main .topic-row h3 a, main .topic-row h2 a").first.click()
    newcomer.settled()
    page.locator("main form textarea").last.fill("Mình pha thử rồi, đúng là phải tráng phin bằng nước sôi trước.")
    page.locator("main form:has(textarea)").last.get_by_role("button", name="Gửi").first.click()
    moment = page.locator("badge-moment", has_text="Lời đầu tiên")
    moment.wait_for(state="visible")
    # Shown once: on the next page it lies on the shelf and is not told again.
    page.wait_for_timeout(2500)
    shelf = newcomer.go("/vi/my/badges/")
    assert shelf.locator("#earned", has_text="Lời đầu tiên").count() == 1
    assert shelf.locator("badge-moment", has_text="Lời đầu tiên").count() == 0
    newcomer.close()


def compose(page: Page) -> None:
    """The manager composes a medal, says what has to be done, and says it in both languages."""
    before = page.locator(".prog-stage img").get_attribute("src")
    page.select_option("[name=metal]", "silver")
    page.select_option("[name=motif]", "cup")
    page.locator("[name=enamel][value=cherry]").check()
    page.wait_for_function(
        "before => document.querySelector('.prog-stage img').getAttribute('src') !== before", arg=before
    )
    page.locator("[name=c1_metrics][value=reaction_received]").check()
    page.select_option("[name=c1_count]", "people")
    page.fill("[name=c1_progress_vi]", "{have} trên {need} người")
    page.fill("[name=c1_progress_en]", "{have} of {need} people")
    for field, words in {
        "name_vi": NAME, "name_en": "Three full cups", "criterion_vi": "Được ba người khác nhau hưởng ứng.",
        "criterion_en": "Three different people reacted to your words.", "praise_vi": "Ba người rót cho bạn.",
        "praise_en": "Three people poured for you.", "note": "Cho những lời được nhiều người ấm lòng.",
    }.items():  # fmt: skip
        page.fill(f"[name={field}]", words)


def press(page: Page, name: str) -> None:
    """A button that leads on."""
    with page.expect_navigation():
        page.get_by_role("button", name=name, exact=True).click()


def test_a_manager_drafts_a_badge_previews_its_holders_has_it_approved_by_another_and_a_member_holds_it(
    chromium: Browser, house: Household
) -> None:
    manager, approver, han = (Visitor(chromium, house) for _person in range(3))
    manager.sign_in("manager")
    page = manager.go("/admin/programme/badges/")
    page.get_by_role("link", name="Huy hiệu mới").click()
    compose(page)
    # A criterion without bound is refused beside its field, and nothing she typed is lost.
    press(page, "Giữ thành bản nháp")
    assert page.locator("[data-field-wrapper]:has([name=c1_at_least]) .w-field__errors").inner_text().strip()
    assert page.input_value("[name=name_vi]") == NAME
    page.fill("[name=c1_at_least]", "3")
    press(page, "Giữ thành bản nháp")
    figures = page.locator(".prog-figures dd").first.inner_text()
    would_hold = int(figures.replace(".", ""))
    assert would_hold > 0
    draft = page.url.removeprefix(manager.url)
    press(page, "Gửi duyệt")
    # Her own words are not hers to approve.
    assert page.get_by_role("button", name="Duyệt", exact=True).count() == 0
    approver.sign_in("approver")
    desk = approver.go("/admin/")
    desk.locator(".desk-heap a", has_text=NAME).click()
    desk.wait_for_load_state("load")
    assert desk.url.endswith(draft)
    assert desk.locator(".prog-figures dd").first.inner_text() == figures
    press(desk, "Duyệt")
    assert "Đã duyệt" in desk.locator(".prog-state").first.inner_text()
    # As many hold it as were told, and a member finds it on her shelf.
    house.until(awards("three-full-cups"), [(would_hold,)])
    han.sign_in("han")
    shelf = han.go("/vi/my/badges/")
    assert shelf.locator("#earned", has_text=NAME).count() == 1
    for person in (manager, approver, han):
        person.close()
