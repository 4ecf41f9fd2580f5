"""A member takes her signed statement along, a stranger has it checked, and one altered digit is found."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.journeys.household import Household
from tests.journeys.people import Visitor

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(900)]


@pytest.fixture(scope="module")
def house() -> Iterator[Household]:
    """One house for the statements of this module."""
    with Household() as running:
        yield running


def verdict(stranger: Visitor, file: Path) -> str:
    """What the page for everybody says of a file."""
    page = stranger.go("/vi/verify/")
    page.set_input_files(".verify-form [type=file]", file)
    with page.expect_navigation():
        page.get_by_role("button", name="Kiểm tra", exact=True).click()
    return str(page.locator("#verdict").inner_text()) + "\n" + str(page.locator("main").inner_text())


def test_take_the_book_along_and_let_a_stranger_check_it(chromium: Browser, house: Household, tmp_path: Path) -> None:
    han = Visitor(chromium, house)
    han.sign_in("han")
    page = han.go("/vi/my/book/")
    taken = {}
    for form, name in (("pdf", "Bản giấy"), ("csv", "Bảng tính"), ("json", "Tệp có chữ ký")):
        with page.expect_download() as loading:
            page.locator("aside").get_by_role("button", name=name).click()
        taken[form] = tmp_path / loading.value.suggested_filename
        loading.value.save_as(taken[form])
    han.close()
    assert taken["pdf"].read_bytes().startswith(b"%PDF-")
    assert "Phạm Ngọc Hân" in taken["csv"].read_text(encoding="utf-8-sig")
    stranger = Visitor(chromium, house)
    said = verdict(stranger, taken["json"])
    assert said.startswith("Đúng của nhà, còn nguyên vẹn")
    assert "Phạm Ngọc Hân" in said
    statement = json.loads(taken["json"].read_text())
    statement["lines"][0][3]["spend"] += 1
    altered = tmp_path / "altered.json"
    altered.write_text(json.dumps(statement))
    said = verdict(stranger, altered)
    assert said.startswith("Tệp này đã bị sửa")
    assert "dòng 1" in said
    stranger.close()
