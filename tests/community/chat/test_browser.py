"""Two members in a real browser, against a real web process: what one says the other sees, whatever the line does."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.conf import settings
from playwright.sync_api import Browser, Page

from community.chat.models import Message
from tests.community.chat.conftest import AT, make_room, say
from tests.factories.portal import make_member
from tests.helpers.realtime import session_cookie, web_process

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

# A message as it stands, without what belongs to this reader's moment: her menu, the arrival's motion.
TALK = """() => [...document.querySelectorAll("#messages > .message, #messages > .chat-day[data-day]")].map((line) => {
  const copy = line.cloneNode(true);
  for (const menu of copy.querySelectorAll(".message-menu")) menu.remove();
  copy.classList.remove("is-arriving", "is-editing");
  copy.className = [...copy.classList].sort().join(" ");
  return copy.outerHTML.replace(/\\s+/g, " ");
})"""
WORDS = """() => [...document.querySelectorAll("#messages > .message")].map(
  (line) => line.querySelector(".message-body, .message-gone").textContent.trim())"""


@pytest.fixture
def house(tmp_path: Path) -> Iterator[str]:
    """Address of a web process on the test's database."""
    with web_process(tmp_path, "portal.asgi:application") as (
        port,
        _web,
    ):
        yield f"http://127.0.0.1:{port}"


@contextmanager
def sitting(chromium: Browser, house: str, member, room, **options: object) -> Iterator[Page]:
    """A member's page of the room, once its line is open."""
    context = chromium.new_context(locale="vi-VN", viewport=options.pop("viewport", {"width": 1280, "height": 800}))
    name, value = session_cookie(member).split("=", 1)
    assert name == settings.SESSION_COOKIE_NAME
    context.add_cookies([{"name": name, "value": value, "url": house}])
    page = context.new_page()
    page.goto(f"{house}/vi/chat/{room.code}/")
    page.wait_for_selector(".presence:not([hidden])")
    yield page
    context.close()


def write(page: Page, text: str) -> None:
    page.locator("#say").fill(text)
    page.keyboard.press("Enter")


def see(page: Page, words: list[str], seconds: float = 15) -> None:
    """Waits until the last messages on the page are exactly these."""
    deadline = time.monotonic() + seconds
    while (found := page.evaluate(WORDS)[-len(words) :]) != words:
        assert time.monotonic() < deadline, found
        page.wait_for_timeout(50)


def arrived(page: Page) -> None:
    """Waits until the house has confirmed all that was said here."""
    page.wait_for_function("() => !document.querySelector('.message.is-sending')")


def assert_like_fresh(page: Page) -> None:
    """What stands on the page that stayed open is what a fresh page shows."""
    live = page.evaluate(TALK)
    page.reload()
    page.wait_for_selector(".presence:not([hidden])")
    assert live == page.evaluate(TALK)


def test_who_was_offline_misses_nothing(chromium, house):
    room, an, binh = make_room("sanh-chung", name="Sảnh chung"), make_member("Nguyễn An"), make_member("Trần Bình")
    with sitting(chromium, house, an, room) as first, sitting(chromium, house, binh, room) as second:
        write(first, "Chào **Bình**")
        see(second, ["Chào Bình"])
        second.locator("#say").press_sequentially("Em đang", delay=10)
        first.wait_for_selector("text=Trần Bình đang viết")
        write(second, "Em đây")
        see(first, ["Chào Bình", "Em đây"])

        second.context.set_offline(True)
        for text in ("Một", "Hai", "Ba"):
            write(first, text)
        see(first, ["Chào Bình", "Em đây", "Một", "Hai", "Ba"])
        arrived(first)
        first.keyboard.press("ArrowUp")
        first.wait_for_selector("[data-editing]:not([hidden])")
        write(first, "Ba, đã sửa")
        taken_back = first.locator("#messages > .message", has_text="Hai")
        taken_back.hover()
        taken_back.locator("summary").click()
        first.wait_for_timeout(500)  # the edit above it has come back by now, and closed menus are open again
        if not taken_back.locator("[data-remove]").is_visible():
            taken_back.locator("summary").click()
        taken_back.locator("[data-remove]").click()
        first.locator("#chat-remove [value=remove]").click()
        gone = "Lời này người viết đã gỡ."
        see(first, ["Chào Bình", "Em đây", "Một", gone, "Ba, đã sửa"])
        write(second, "Viết lúc mất mạng")
        second.wait_for_selector("text=Mất kết nối")
        see(second, ["Chào Bình", "Em đây", "Viết lúc mất mạng"])

        second.context.set_offline(False)
        everything = ["Chào Bình", "Em đây", "Một", gone, "Ba, đã sửa", "Viết lúc mất mạng"]
        see(second, everything)
        see(first, everything)
        assert_like_fresh(second)
        assert_like_fresh(first)
    assert [message.number for message in Message.objects.order_by("number")] == [1, 2, 3, 4, 5, 6]


def test_after_a_long_absence_the_page_is_fetched_anew(chromium, house):
    room, an, binh = make_room("sanh-chung"), make_member("Nguyễn An"), make_member("Trần Bình")
    say(an, room, "Lời đầu")
    with sitting(chromium, house, binh, room) as page:
        page.context.set_offline(True)
        write(page, "Viết lúc mất mạng")
        for number in range(510):
            say(an, room, f"Lời thứ {number}", at=AT)
        page.context.set_offline(False)
        see(page, [f"Lời thứ {number}" for number in range(461, 510)] + ["Viết lúc mất mạng"])
        assert "Lời đầu" not in page.evaluate(WORDS)
        page.locator(".chat-scroll").evaluate("(scroll) => { scroll.scrollTop = -scroll.scrollHeight }")
        page.wait_for_selector("text=Lời thứ 412")
        numbers = page.eval_on_selector_all(
            "#messages > .message", "(lines) => lines.map((line) => Number(line.dataset.n))"
        )
        assert numbers == list(range(numbers[0], 513))


def test_a_phone_with_its_keyboard_open(chromium, house):
    room, an = make_room("sanh-chung"), make_member("Nguyễn An")
    for number in range(30):
        say(an, room, f"Lời thứ {number}")
    with sitting(chromium, house, an, room, viewport={"width": 360, "height": 640}) as page:
        page.locator("#say").focus()
        page.set_viewport_size({"width": 360, "height": 340})
        page.wait_for_selector("body.has-keyboard")
        box = page.locator(".chat-say").bounding_box()
        assert box is not None
        assert box["y"] + box["height"] <= 340
        assert page.locator("#messages > .message").last.is_visible()
        assert page.locator(".tab-bar").is_hidden()
        assert page.evaluate("document.documentElement.scrollWidth") == 360
        write(page, "dòng một")
        page.locator("#say").press("Shift+Enter")
        assert page.locator("#say").input_value() == "\n"


def test_a_refusal_keeps_the_words(chromium, house):
    room, an = make_room("sanh-chung"), make_member("Nguyễn An")
    with sitting(chromium, house, an, room) as page:
        write(page, "Cùng một câu")
        see(page, ["Cùng một câu"])
        page.wait_for_selector("#messages > .message[data-n]")
        write(page, "Cùng một câu")
        page.wait_for_selector("text=Bạn vừa nói đúng câu này rồi.")
        assert page.locator(".message.is-failed .message-body").inner_text() == "Cùng một câu"
        page.reload()
        page.wait_for_selector(".message.is-failed")
        page.locator("[data-discard]").click()
        see(page, ["Cùng một câu"])
    assert Message.objects.count() == 1
