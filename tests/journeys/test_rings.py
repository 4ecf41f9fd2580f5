"""A moderator releases a held ring: one who was in it sees why her points wait, and later that they came and why."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from tests.journeys.household import Household
from tests.journeys.people import Visitor

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(300)]
WHY = "Ba người là bạn học cũ, đọc bài của nhau thật"


@pytest.fixture(scope="module")
def house() -> Iterator[Household]:
    """The house on a copy of the demo world."""
    with Household() as running:
        yield running


def test_a_moderator_releases_a_held_ring_and_its_members_read_why(house: Household, chromium: Browser) -> None:
    member, keeper = Visitor(chromium, house), Visitor(chromium, house)
    member.sign_in("oanh")
    before = member.go("/vi/my/book/")
    assert before.locator(".statement-line.is-pending", has_text="đang xem dòng này").count() > 0

    keeper.sign_in("mod")
    page = keeper.go("/admin/programme/waiting/")
    with page.expect_navigation():
        page.get_by_role("link", name="Cặp và nhóm").click()
    [heap] = page.locator(".prog-heap").all()
    words = heap.inner_text()
    assert "Huỳnh Kim Oanh" in words
    assert "×\xa08" in words
    heap.locator("[name=note]").fill(WHY)
    with page.expect_navigation():
        heap.get_by_role("button", name="Thật lòng: điểm về").click()
    assert "được xác nhận" in page.inner_text("main")
    assert WHY in page.inner_text("main")

    after = member.go("/vi/my/book/")
    assert after.locator(".statement-line", has_text="đang xem dòng này").count() == 0
    assert after.locator(".statement-line.is-posted", has_text=WHY).count() > 0
    for visitor in (member, keeper):
        assert visitor.errors == []
        visitor.close()
