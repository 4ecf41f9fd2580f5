"""Without a mouse, with a screen reader, on a phone, beside another page: the chat in a real browser."""

from __future__ import annotations

from io import BytesIO

import pytest
from PIL import Image

from community.chat import actions
from community.chat.models import Message, MessageReaction, Seat
from portal.core.clock import now
from tests.community.chat.conftest import make_room, say
from tests.community.chat.test_browser import arrived, assert_like_fresh, house, see, sitting, write
from tests.factories.portal import make_member

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
__all__ = ["house"]

ANNOUNCED = """() => {
  window.announced = [];
  const log = document.querySelector(".chat-room .chat-scroll");
  new MutationObserver((changes) => {
    if (log.getAttribute("aria-live") === "off") return;
    for (const change of changes) for (const node of change.addedNodes) {
      if (node.matches?.(".message")) window.announced.push(node.querySelector(".message-body").textContent.trim());
    }
  }).observe(log.querySelector("#messages"), { childList: true });
}"""
FOCUS = "() => document.activeElement.closest('.message')?.id ?? document.activeElement.id"


def tab_to(page, selector: str, most: int = 60, back: bool = False) -> None:
    """Presses Tab until the focus is there."""
    for _ in range(most):
        if page.evaluate("(s) => document.activeElement?.matches(s)", selector):
            return
        page.keyboard.press("Shift+Tab" if back else "Tab")
    raise AssertionError(f"{selector} is not reached by keyboard")


def test_behaviour_25_the_room_by_keyboard_alone_and_new_words_announced_once(chromium, house):
    room, an, binh = make_room("sanh-chung", name="Sảnh chung"), make_member("Nguyễn An"), make_member("Trần Bình")
    for number in range(3):
        say(binh, room, f"Lời thứ {number}")
    with sitting(chromium, house, an, room) as page:
        log = page.locator(".chat-room .chat-scroll")
        assert (log.get_attribute("role"), log.get_attribute("aria-live")) == ("log", "polite")
        page.evaluate(ANNOUNCED)
        # say
        tab_to(page, "#say")
        page.keyboard.type("Chào cả nhà")
        page.keyboard.press("Enter")
        arrived(page)
        assert page.evaluate("document.activeElement.id") == "say"
        # read what is new: each once, and nothing takes the focus
        say(binh, room, "Lời mới")
        see(page, ["Chào cả nhà", "Lời mới"])
        assert page.evaluate("window.announced").count("Lời mới") == 1
        assert page.evaluate("document.activeElement.id") == "say"
        # react, by the menu of the newest message
        tab_to(page, ".message:last-child .message-menu > summary", back=True)
        stays = page.evaluate(FOCUS)
        page.keyboard.press("Enter")
        tab_to(page, ".message-menu[open] [data-react=tea]")
        page.keyboard.press("Enter")
        page.wait_for_selector(".message:last-child .message-reactions [aria-pressed=true]")
        assert page.evaluate(FOCUS) == stays
        # words above it are taken away and words come below: the focus stays where it is
        actions.remove_message(actor=binh, message_id=Message.objects.get(number=2).pk, at=now())
        say(binh, room, "Thêm một lời")
        see(page, ["Lời mới", "Thêm một lời"])
        assert page.evaluate(FOCUS) == stays
        # answer under it, and back by Escape
        page.keyboard.press("Enter")
        tab_to(page, ".message-menu[open] [data-answer]")
        page.keyboard.press("Enter")
        page.wait_for_selector(".chat-thread")
        page.wait_for_function("() => document.activeElement.id === 'say-reply'")
        page.keyboard.type("Đáp dưới lời này")
        page.keyboard.press("Enter")
        page.wait_for_selector(".chat-thread .message:not(.is-sending) >> text=Đáp dưới lời này")
        page.keyboard.press("Escape")
        page.wait_for_selector(".chat-thread", state="detached")
        assert page.evaluate(FOCUS) == stays
        # report
        page.keyboard.press("Enter")
        tab_to(page, ".message-menu[open] [data-report]")
        page.keyboard.press("Enter")
        page.wait_for_selector("dialog.report-dialog[open]")
        page.wait_for_function("() => document.activeElement.matches('.report-dialog input[type=radio]')")
        page.keyboard.press("Escape")
        page.wait_for_selector("dialog.report-dialog", state="detached")
        assert page.evaluate("() => document.activeElement.matches('.message-menu > summary')")
    assert MessageReaction.objects.get().member_id == an.pk
    assert Message.objects.get(source="Đáp dưới lời này").parent.source == "Lời mới"


def test_what_hangs_on_messages_is_live_and_like_a_fresh_page(chromium, house):
    room, an, binh = make_room("sanh-chung"), make_member("Nguyễn An"), make_member("Trần Bình")
    say(binh, room, "Lời một")
    say(an, room, "Lời hai")
    with sitting(chromium, house, an, room) as first, sitting(chromium, house, binh, room) as second:
        line = second.locator("#messages > .message", has_text="Lời hai")
        line.hover()
        line.locator("summary").click()
        line.locator(".message-menu [data-react=heart]").click()
        first.wait_for_selector("#messages > .message:last-child .message-reactions")
        line.hover()
        line.locator("summary").click()
        line.locator("[data-answer]").click()
        write_under(second, "Đáp lời hai")
        first.wait_for_selector("#messages .message-thread .count-dot:not([hidden])")
        picture = BytesIO()
        Image.new("RGB", (200, 120), "#2b5a4c").save(picture, "PNG")
        second.locator(".chat-room [data-attach]").set_input_files(
            {"name": "am.png", "mimeType": "image/png", "buffer": picture.getvalue()}
        )
        second.wait_for_selector(".chat-room .chat-picture progress[hidden]", state="attached")
        second.locator("#say").press("Enter")
        first.wait_for_selector("#messages .message-picture img")
        arrived(second)
        second.keyboard.press("Escape")
        assert_like_fresh(first)
        assert_like_fresh(second)


def write_under(page, text: str) -> None:
    page.wait_for_selector("#say-reply")
    page.locator("#say-reply").fill(text)
    page.keyboard.press("Enter")
    page.wait_for_selector(f".chat-thread .message:not(.is-sending) >> text={text}")


def test_a_hidden_tab_never_marks_read(chromium, house):
    room, an, binh = make_room("sanh-chung"), make_member("Nguyễn An"), make_member("Trần Bình")
    with sitting(chromium, house, an, room) as page:
        page.evaluate(
            "() => { Object.defineProperty(document, 'visibilityState', { value: 'hidden', configurable: true });"
            " document.dispatchEvent(new Event('visibilitychange')); }"
        )
        say(binh, room, "Không ai nhìn")
        see(page, ["Không ai nhìn"])
        page.wait_for_timeout(1_500)
        assert not Seat.objects.filter(member=an, last_read=1).exists()
        page.evaluate(
            "() => { delete document.visibilityState; document.dispatchEvent(new Event('visibilitychange')); }"
        )
        page.wait_for_timeout(1_800)
    assert Seat.objects.get(member=an).last_read == 1


def test_the_chat_opens_beside_any_page_without_moving_it(chromium, house):
    room, an, binh = make_room("sanh-chung", name="Sảnh chung"), make_member("Nguyễn An"), make_member("Trần Bình")
    say(binh, room, "Lời đầu")
    with sitting(chromium, house, an, room) as page:
        page.goto(f"{house}/vi/community/")
        loads = "() => performance.getEntriesByType('resource').filter((one) => one.name.includes('chat.')).length"
        assert page.evaluate(loads) == 0
        box = page.locator("main h1").first.bounding_box()
        page.locator("[data-chat-beside]").focus()
        page.keyboard.press("Enter")
        page.wait_for_selector("#chat-beside >> text=Lời đầu")
        assert page.locator("main h1").first.bounding_box() == box
        page.wait_for_function("() => document.activeElement.id === 'say'")
        write(page, "Nói từ bên cạnh")
        page.wait_for_selector("#chat-beside .message:not(.is-sending) >> text=Nói từ bên cạnh")
        say(binh, room, "Nghe rồi")
        page.wait_for_selector("#chat-beside >> text=Nghe rồi")
        page.keyboard.press("Escape")
        page.wait_for_selector("#chat-beside", state="detached")
        assert page.evaluate("document.activeElement.matches('[data-chat-beside]')")
