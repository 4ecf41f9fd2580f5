"""Names and small signs offered in a real browser: by keyboard, and on a phone with its keyboard open."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from community.chat.models import Message
from tests.community.chat.conftest import make_room, say
from tests.community.chat.test_browser import arrived, house, sitting
from tests.factories.portal import make_member

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
__all__ = ["house"]
MEASURED = """() => {
  const menu = document.querySelector(".composer-menu")?.getBoundingClientRect();
  return menu?.height ? [document.querySelector("#say").getBoundingClientRect().toJSON(), menu.toJSON()] : null;
}"""


def test_names_and_signs_by_keyboard_in_the_room_and_under_a_message(chromium, house):
    room, an = make_room("sanh-chung", name="Sảnh chung"), make_member("Nguyễn An")
    make_member("Trần Bình", handle="binh")
    above = say(an, room, "Ai pha phin?")
    with sitting(chromium, house, an, room) as page:
        box, menu = page.locator("#say"), page.locator("#say ~ .composer-menu")
        box.press_sequentially("Chào @bin", delay=20)
        expect(menu.locator("[role=option]").first).to_contain_text("Trần Bình")
        page.keyboard.press("Enter")
        expect(box).to_have_value("Chào @binh ")
        box.press_sequentially(":phin", delay=20)
        expect(menu.locator("[role=option]").first).to_contain_text("☕")
        page.keyboard.press("Tab")
        expect(box).to_have_value("Chào @binh ☕ ")
        box.press_sequentially(":D", delay=20)  # a face that she draws herself
        page.wait_for_timeout(300)
        page.keyboard.press("Enter")
        arrived(page)
        expect(page.locator("#messages .message b[data-named]")).to_have_text("@binh")
        page.goto(f"{house}/vi/chat/sanh-chung/threads/{above.public_id}/")
        page.wait_for_selector(".presence:not([hidden])")
        reply = page.locator("#say-reply")
        reply.press_sequentially("@bi", delay=20)
        expect(page.locator("#say-reply ~ .composer-menu")).to_be_visible()
        page.keyboard.press("Escape")  # closes what is offered, not the answers
        expect(page.locator(".composer-menu")).to_have_count(0)
        expect(page.locator(".chat-thread")).to_be_visible()
    assert Message.objects.get(parent=None, number=2).source == "Chào @binh ☕ :D"


def test_on_a_phone_with_its_keyboard_open_the_names_stand_above_the_box(chromium, house):
    room, an = make_room("sanh-chung"), make_member("Nguyễn An")
    for number in range(8):
        make_member(f"Trần Bình {number}", handle=f"binh-{number}")
    with sitting(chromium, house, an, room, viewport={"width": 360, "height": 640}) as page:
        page.locator("#say").focus()
        page.set_viewport_size({"width": 360, "height": 340})
        page.wait_for_selector("body.has-keyboard")
        page.locator("#say").press_sequentially("@binh", delay=20)
        page.wait_for_selector(".composer-menu [role=option]")
        # Measured at once: the list is drawn anew with every letter.
        box, menu = page.wait_for_function(MEASURED).json_value()
        assert menu["top"] >= 0
        assert menu["bottom"] <= box["top"] + 1
        assert (menu["left"] >= 0, menu["right"] <= 360) == (True, True)
        page.locator(".composer-menu [role=option]").nth(1).click()
        assert page.locator("#say").input_value().startswith("@binh-")
        assert page.evaluate("sessionStorage.length") >= 1  # and is kept as a draft
