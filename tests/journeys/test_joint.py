"""The joint: from the brand's page to points, tier and chip, with the three real processes and two browsers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from tests.journeys.household import Household
from tests.journeys.people import Visitor

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(900)]


@pytest.fixture(scope="module")
def house() -> Iterator[Household]:
    """One house for the stories of this module."""
    with Household() as running:
        yield running


def story_read_to_points(browser: Browser, house: Household, webs: tuple[int, int] = (0, 0)) -> None:
    """A visitor reads, joins, posts; somebody answers; she sees it all without a reload."""
    ly, dung = Visitor(browser, house, web=webs[0]), Visitor(browser, house, web=webs[1])
    number = len(house.rows("SELECT id FROM portal_member"))
    # A visitor reads the brand's story.
    page = ly.go("/vi/")
    page.locator(".teaser h2 a").click()
    page.wait_for_selector("article h1")
    story = page.url.removeprefix(ly.url)
    # She joins by the code in the mail page.
    ly.join(f"Trần Khánh Ly {number}", f"ly{number}@thu.example")
    page = ly.go("/vi/my/")
    counter = page.locator("points-counter[data-balance=spend]").first
    playwright_expect(counter, "20")
    # She reads to the end: points come while she stands there.
    ly.go(story)
    page.locator("story-end").scroll_into_view_if_needed()
    page.wait_for_selector(".toast:visible", timeout=15_000)
    assert "+5" in page.inner_text("#toasts")
    # She posts.
    ly.go("/vi/community/spaces/goc-phin/new/")
    page.fill("[name=title]", "Phin inox hay phin nhôm cho người mới?")
    page.fill("[name=body]", "Em mới có **một** cái phin inox. Có ai dùng cả hai chưa ạ?")
    with page.expect_navigation():
        page.locator("main form [type=submit]:visible, main form button.button:visible").last.click()
    page.wait_for_selector("article.post")
    topic = page.url.removeprefix(ly.url)
    assert page.locator(".post-body strong").first.inner_text() == "một"
    # She leaves her own page open in a second tab: nothing there is reloaded from now on.
    mine = ly.context.new_page()
    mine.goto(ly.url + "/vi/my/")
    waiting = mine.locator("#statement .is-pending").first
    waiting.wait_for()
    mine.evaluate("window.neverReloaded = true")
    # Another member replies and reacts in his own browser.
    dung.sign_in("dung")
    there = dung.go(topic)
    there.fill("#reply [name=body]", "Nhôm mỏng thì nguội nhanh, inox giữ nhiệt hơn. Mới tập cứ inox mà dùng em ạ.")
    there.locator("#reply button.button").last.click()
    there.locator("article.post", has_text="inox giữ nhiệt").wait_for()
    page.locator("article.post", has_text="inox giữ nhiệt").wait_for()  # on her open page, by itself
    there.locator("article.post").first.locator(".reaction-bar button").first.click()
    page.locator("article.post").first.locator(".reaction-bar button", has_text="1").first.wait_for()
    mine.locator(".toast:visible").first.wait_for()
    mine.locator("#statement li", has_text="+2").first.wait_for()
    why = mine.locator("#statement li", has_text="+2").first
    why.locator("summary").click()
    assert "5" in why.locator(".why-because").inner_text()  # waits for five different people
    assert mine.evaluate("window.neverReloaded") is True
    ly.close()
    dung.close()


def silver_in_an_open_room(browser: Browser, house: Household, webs: tuple[int, int] = (0, 0)) -> None:
    """Hân is one reaction short of Silver: somebody gives it, and her chip changes in a third person's open room."""
    han, khoa, tam = (Visitor(browser, house, web=w) for w in (webs[0], webs[1], webs[0]))
    han.sign_in("han")
    home = han.go("/vi/my/")
    assert home.locator(".tier-meter-value").text_content() == "149"
    khoa.sign_in("khoa")
    room = khoa.go("/vi/chat/sanh-chung/")
    her_chip = (
        room.locator("li.message", has=room.locator("member-chip", has_text="Hân")).last.locator("member-chip").first
    )
    assert "Bạc" not in her_chip.inner_text()
    room.evaluate("window.neverReloaded = true")
    home.evaluate("window.neverReloaded = true")
    tam.sign_in("tam")
    [(topic,)] = house.rows(
        "SELECT t.public_id FROM community_topic t JOIN portal_member m ON m.id = t.author_id "
        "WHERE m.email = 'han@may.example' ORDER BY t.id LIMIT 1"
    )
    page = tam.go(f"/vi/community/topics/{topic}/")
    free = page.locator("article.post").first.locator(".reaction-bar button[aria-pressed=false]").first
    free.click()
    home.locator(".toast.is-tier", has_text="Bạc").first.wait_for()
    assert home.locator(".toast.is-tier a").first.get_attribute("href") == "/vi/my/tier/"
    room.locator("member-chip", has_text="Bạc").filter(has_text="Hân").first.wait_for()
    assert home.evaluate("window.neverReloaded") is True
    assert room.evaluate("window.neverReloaded") is True
    for visitor in (han, khoa, tam):
        visitor.close()


def playwright_expect(locator: object, text: str) -> None:
    """The element says this, now or soon."""
    from playwright.sync_api import expect

    expect(locator).to_have_text(text, timeout=15_000)  # type: ignore[arg-type]


def test_from_the_story_to_the_points_without_a_reload(chromium: Browser, house: Household) -> None:
    story_read_to_points(chromium, house)
    assert house.ledger_is_sound()


def test_one_reaction_makes_silver_and_the_chip_follows_in_an_open_room(chromium: Browser, house: Household) -> None:
    silver_in_an_open_room(chromium, house)
    assert house.ledger_is_sound()
