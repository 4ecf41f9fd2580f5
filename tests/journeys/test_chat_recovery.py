"""Two members chat; one is offline for twenty seconds and misses nothing, edits included."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from tests.journeys.household import Household
from tests.journeys.people import Visitor

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(900)]
ROOM = "/vi/chat/sanh-chung/"
LOG = """() => [...document.querySelectorAll('#messages li.message')].slice(-12)
  .map((m) => m.querySelector('.message-body, .message-gone').innerText.trim())"""


@pytest.fixture(scope="module")
def house() -> Iterator[Household]:
    """One house for the stories of this module."""
    with Household() as running:
        yield running


def say(page: Page, text: str) -> None:
    """Says something and waits until the house has it."""
    page.fill("#say", text)
    page.keyboard.press("Enter")
    page.locator("li.message:not(.is-sending)", has_text=text).last.wait_for()


def change_own(page: Page, text: str, fresh: str) -> None:
    """Edits one's own message as a person would: the menu beside it, new words, Enter."""
    line = page.locator("li.message", has_text=text).last
    line.hover()
    line.locator("summary").click()
    line.locator("[data-edit]").click()
    page.locator("li.message.is-editing").wait_for()  # its words are in the box now
    page.fill("#say", fresh)
    page.keyboard.press("Enter")
    page.locator("li.message", has_text=fresh).last.wait_for()


def talk_with_a_gap(browser: Browser, house: Household, webs: tuple[int, int] = (0, 0), away: float = 20) -> None:
    """The whole story; `away` is how long the second member is offline, in seconds."""
    khoa, tam = Visitor(browser, house, web=webs[0]), Visitor(browser, house, web=webs[1])
    khoa.sign_in("khoa")
    tam.sign_in("tam")
    his, hers = khoa.go(ROOM), tam.go(ROOM)
    hers.evaluate("window.neverReloaded = true")
    say(his, "Cô ơi, sáng nay phin nhà con chín phút.")
    hers.locator("li.message", has_text="phin nhà con chín phút").wait_for()
    say(hers, "Chậm rứa thì nới tay ra con.")
    his.locator("li.message", has_text="nới tay ra").wait_for()
    tam.context.set_offline(True)
    hers.locator("[data-connection]:visible").wait_for()
    for number in range(1, 5):
        say(his, f"Lời lúc cô vắng, số {number}.")
    change_own(his, "số 2.", "Lời số 2 đã sửa lại cho gọn.")
    change_own(his, "chín phút", "Cô ơi, sáng nay phin nhà con bảy phút.")
    hers.fill("#say", "Cô viết lúc mất mạng.")
    hers.keyboard.press("Enter")
    his.wait_for_timeout(away * 1000)
    tam.context.set_offline(False)
    hers.locator("li.message", has_text="Lời lúc cô vắng, số 4.").wait_for(timeout=30_000)
    his.locator("li.message", has_text="Cô viết lúc mất mạng.").wait_for(timeout=30_000)
    hers.locator("li.message:not(.is-sending)", has_text="Cô viết lúc mất mạng.").wait_for(timeout=30_000)
    his.wait_for_timeout(500)
    assert hers.evaluate(LOG) == his.evaluate(LOG)
    said = his.evaluate(LOG)
    assert [line for line in said if "Lời" in line or "lời" in line] == [
        "Lời lúc cô vắng, số 1.", "Lời số 2 đã sửa lại cho gọn.", "Lời lúc cô vắng, số 3.", "Lời lúc cô vắng, số 4.",
    ]  # fmt: skip
    assert any("bảy phút" in line for line in said)
    assert not any("chín phút" in line for line in said)
    assert said.count("Cô viết lúc mất mạng.") == 1
    assert hers.evaluate("window.neverReloaded") is True
    khoa.close()
    tam.close()


def test_a_member_who_was_offline_for_twenty_seconds_misses_nothing(chromium: Browser, house: Household) -> None:
    talk_with_a_gap(chromium, house)
