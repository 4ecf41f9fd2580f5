"""The workshop in a real browser, by somebody who has never seen it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from tests.journeys.household import Household
from tests.journeys.people import Visitor

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(900)]
OURS = ["/admin/users/", "/admin/groups/", "/admin/sites/", "/admin/workflows/list/", "/admin/redirects/"]


@pytest.fixture(scope="module")
def house() -> Iterator[Household]:
    """One house for the stories of this module."""
    with Household() as running:
        yield running


def test_she_reaches_nothing_that_is_not_hers(chromium: Browser, house: Household) -> None:
    mai = Visitor(chromium, house)
    mai.sign_in("mai")
    page = mai.go("/admin/")
    menu = page.locator("#wagtail-sidebar").inner_text()
    for foreign in ("Cài đặt", "Người dùng", "Nhóm", "Diện mạo"):
        assert foreign not in menu
    [(other,)] = house.rows(
        "SELECT page_ptr_id FROM brand_subbrandpage s JOIN wagtailcore_page p ON p.id = s.page_ptr_id "
        "WHERE s.code = 'may-tra' ORDER BY p.id LIMIT 1"
    )
    for address in [*OURS, f"/admin/pages/{other}/edit/", f"/admin/pages/{other}/add_subpage/"]:
        answer = page.goto(mai.url + address)
        assert answer is not None
        assert answer.status == 403, address
    mai.close()
