"""A member takes her signed statement along, a stranger has it checked, and one altered digit is found; and so with a
badge, which the stranger sees taken back."""

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


def test_a_badge_is_exported_and_verified_by_a_stranger_who_then_sees_it_revoked(
    chromium: Browser, house: Household, tmp_path: Path
) -> None:
    newcomer, keeper, stranger = (Visitor(chromium, house) for _ in range(3))
    newcomer.join("Bế Thị Mang Theo", "mang-theo@may.example")
    page = newcomer.go("/vi/community/")
    page.locator("main .topic-row h3 a, main .topic-row h2 a").first.click()
    newcomer.settled()
    page.locator("main form textarea").last.fill("Mình thử pha lạnh qua đêm, sáng ra thơm hơn hẳn mọi khi.")
    page.locator("main form:has(textarea)").last.get_by_role("button", name="Gửi").first.click()
    page.locator("badge-moment", has_text="Lời đầu tiên").wait_for(state="visible")
    post = page.locator("article.post", has_text="pha lạnh qua đêm").get_attribute("id") or ""

    page = newcomer.go("/vi/badges/first-words/")
    with page.expect_download() as loading:
        page.get_by_role("button", name="Mang theo, có chữ ký").click()
    file = tmp_path / loading.value.suggested_filename
    loading.value.save_as(file)
    assert file.name == "badge-first-words.jwt"

    said = verdict(stranger, file)
    assert said.startswith("Huy hiệu thật, và còn hiệu lực")
    assert "Bế Thị Mang Theo" in said
    assert "Lời đầu tiên" in said

    keeper.sign_in("mod")
    keeper.go(f"/vi/community/posts/{post.removeprefix('post-')}/hide/")
    keeper.page.fill("[name=reason]", "Trông như quảng cáo")
    with keeper.page.expect_navigation():
        keeper.page.locator("main form button.button").first.click()
    house.until(
        "SELECT COUNT(*) FROM badges_award a JOIN badges_badge b ON b.id = a.badge_id JOIN portal_member m "
        "ON m.id = a.member_id WHERE b.code = 'first-words' AND m.email = 'mang-theo@may.example' "
        "AND a.revoked_at IS NOT NULL",
        [(1,)],
    )
    assert verdict(stranger, file).startswith("Huy hiệu này đã bị thu lại")
    for visitor in (newcomer, keeper, stranger):
        visitor.close()
