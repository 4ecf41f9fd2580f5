"""A moderator hides a post, its points leave, the appeal restores both: in browsers, with the house's own processes."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from tests.journeys.household import Household
from tests.journeys.people import Visitor

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(300)]


@pytest.fixture(scope="module")
def house() -> Iterator[Household]:
    """The house on a copy of the demo world."""
    with Household() as running:
        yield running


def beans(visitor: Visitor) -> int:
    """What her purse holds, as her home says it."""
    visitor.go("/vi/my/")
    return int(re.sub(r"\D", "", visitor.page.locator(".balance [data-balance=spend]").first.inner_text()))


def until(look: object, wanted: object, seconds: float = 20) -> None:
    """Waits until the house has caught up."""
    end = time.monotonic() + seconds
    while (found := look()) != wanted:  # type: ignore[operator]
        assert time.monotonic() < end, f"{found} instead of {wanted}"
        time.sleep(0.5)


def test_a_moderator_hides_a_post_its_points_leave_and_the_appeal_restores_both(
    house: Household, chromium: Browser
) -> None:
    author, keeper, other = Visitor(chromium, house), Visitor(chromium, house), Visitor(chromium, house)
    author.sign_in("dung")
    keeper.sign_in("mod")
    other.sign_in("admin")
    before = beans(author)

    # The author's newest answer that others thanked for.
    own = author.page.locator(".menu-sheet a[href*='/people/']").first.get_attribute("href") or ""
    author.go(own)
    words = author.page.locator(".person-replies a").first
    text = words.inner_text()[:40]
    author.page.goto(house.url + (words.get_attribute("href") or ""))
    post = (words_id := re.search(r"post-(\w+)", author.page.url)) and words_id.group(1)
    assert post, author.page.url

    keeper.go(f"/vi/community/posts/{post}/hide/")
    keeper.page.fill("[name=reason]", "Trông như quảng cáo")
    with keeper.page.expect_navigation():
        keeper.page.locator("main form button.button").first.click()
    until(lambda: beans(author) < before, True)

    author.go(f"/vi/moderation/appeal/post/{post}/")
    assert "Trông như quảng cáo" in author.page.inner_text("main")
    author.page.fill("[name=words]", "Đó là kinh nghiệm của tôi, tôi không bán gì cả.")
    with author.page.expect_navigation():
        author.page.locator("main form button.button").first.click()

    # Who decided first finds no buttons; another does.
    for visitor, buttons in ((keeper, 0), (other, 1)):
        visitor.go("/vi/moderation/?only=appeal")
        with visitor.page.expect_navigation():
            visitor.page.locator(".case-row h2 a").first.click()
        assert visitor.page.locator("button[value=overturned]").count() == buttons
    other.page.fill("[name=reason]", "Đúng là lời kể, không phải quảng cáo")
    with other.page.expect_navigation():
        other.page.locator("button[value=overturned]").click()
    until(lambda: beans(author), before)
    shown = author.go(f"/vi/community/posts/{post}/")
    assert text[:20] in shown.inner_text(f"#post-{post}")
    keeper.go("/vi/moderation/log/")
    heads = keeper.page.locator(".log-head b").all_inner_texts()
    assert heads[:2] == ["Đưa một bài viết trở lại", "Cất một bài viết"]
    for visitor in (author, keeper, other):
        visitor.close()
