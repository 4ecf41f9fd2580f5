"""The writer's side of the forum in a real browser: asking and accepting on a phone, everything by keyboard, reading,
posting and reacting without JavaScript, and the composer with its drafts, pictures, names and quotes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from PIL import Image
from playwright.sync_api import Browser, Page, Route, expect

from community.chat.models import MessageReaction
from community.forum import actions
from community.forum.models import Post, Topic
from community.forum.writing import Draft, Upload
from portal.accounts.models import Member
from portal.core.clock import now
from tests.community.chat.conftest import make_room
from tests.community.chat.conftest import say as talk_in
from tests.community.forum.conftest import first, make_space, new_key
from tests.factories.portal import make_member
from tests.helpers.realtime import session_cookie, web_process
from tests.journeys.people import PATIENCE

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.timeout(400)]
PHONE = {"viewport": {"width": 360, "height": 740}, "has_touch": True, "is_mobile": True}


@pytest.fixture
def house(tmp_path: Path) -> Iterator[str]:
    with web_process(tmp_path, "portal.asgi:application") as (port, _web):
        yield f"http://127.0.0.1:{port}"


@contextmanager
def browsing(chromium: Browser, house: str, member: Member, **options: Any) -> Iterator[Page]:
    """A member's browser; what its console complains about fails the test."""
    context = chromium.new_context(locale="vi-VN", base_url=house, **options)
    context.set_default_timeout(PATIENCE)
    name, value = session_cookie(member).split("=", 1)
    assert name == settings.SESSION_COOKIE_NAME
    context.add_cookies([{"name": name, "value": value, "url": house}])
    page, errors = context.new_page(), []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda m: errors.append(m.text) if "Content Security Policy" in m.text else None)
    yield page
    context.close()
    assert errors == []


def talk() -> tuple[Topic, Member, Member]:
    make_space("phin")
    alice, bob = make_member("Phạm Ngọc Alice", handle="alice"), make_member("Vũ Tiến Bob", handle="bob")
    topic = actions.start_topic(
        actor=alice, space="phin", title="Phin chảy quá nhanh, cà phê nhạt", body="Nước vừa sôi, **hai phút** là hết.",
        key=new_key(), at=now(), kind="question", limited=False,
    )  # fmt: skip
    return topic, alice, bob


def say(actor: Member, topic: Topic, body: str) -> Post:
    return actions.post_reply(actor=actor, topic=topic.public_id, body=body, key=new_key(), at=now(), limited=False)


def picture(name: str, kind: str) -> Any:
    """A picture as a browser sends it."""
    out = BytesIO()
    Image.new("RGB", (640, 400), (90, 60, 30)).save(out, kind)
    return {"name": name, "mimeType": f"image/{kind.lower()}", "buffer": out.getvalue()}


def test_ask_and_accept_on_a_phone(chromium: Browser, house: str) -> None:
    make_space("phin")
    alice, bob = make_member("Phạm Ngọc Alice"), make_member("Vũ Tiến Bob")
    with browsing(chromium, house, alice, **PHONE) as page:
        page.goto("/vi/community/spaces/phin/new/")
        page.locator("label.kind", has_text="Một câu hỏi").tap()
        page.fill("[name=title]", "Phin chảy quá nhanh thì sao?")
        page.fill("[name=body]", "Nước vừa sôi, hai phút là hết.")
        page.locator("summary", has_text="Hỏi ý mọi người").tap()
        page.fill("[name=poll_question]", "Nhà bạn pha mấy lượt?")
        page.fill("[name=poll_options]", "Một lượt\nHai lượt")
        with page.expect_navigation():
            page.locator("main button[type=submit]", has_text="Mở chuyện").last.tap()
        expect(page.locator("#topic-meta")).to_contain_text("Câu hỏi")
        assert page.evaluate("document.documentElement.scrollWidth") <= 360
        topic = Topic.objects.get()
        with browsing(chromium, house, bob, **PHONE) as other:
            other.goto(topic.get_absolute_url())
            other.locator("#poll label", has_text="Hai lượt").tap()
            other.locator("#poll button[type=submit]").tap()
            expect(other.locator("#poll")).to_contain_text("1 · 100%")
            other.fill("#reply [name=body]", "Xay mịn hơn một nấc thử xem.")
            other.locator("#reply button[type=submit]").tap()
            expect(other.locator("article.post")).to_have_count(2)
        # Her page was open all the time: answer and vote stand there.
        answer = page.locator("article.post", has_text="Xay mịn hơn một nấc")
        expect(answer).to_be_visible()
        expect(page.locator("#poll")).to_contain_text("1 · 100%")
        with page.expect_navigation():
            answer.locator("button", has_text="Lời này giúp được").tap()
        expect(page.locator("article.post.is-accepted")).to_contain_text("Xay mịn hơn một nấc")
        expect(page.locator("#topic-meta")).to_contain_text("Đã có lời")
        for target in page.locator("main a:visible, main button:visible").all():
            box = target.bounding_box()
            inline = target.evaluate("(e) => getComputedStyle(e).display === 'inline'")
            assert inline or box is None or box["height"] >= 24
    topic.refresh_from_db()
    assert topic.answer is not None
    assert topic.answer.author == bob


def test_everything_by_keyboard(chromium: Browser, house: str) -> None:
    topic, alice, bob = talk()
    for n in range(3):
        say(alice, topic, f"Thêm một lời thứ {n}")

    def reach(page: Page, wanted: str) -> None:
        """Goes on with the tab key until what has the focus matches."""
        for _step in range(120):
            page.keyboard.press("Tab")
            if page.evaluate("(wanted) => document.activeElement.matches(wanted)", wanted):
                assert page.evaluate("document.activeElement.matches(':focus-visible')")
                return
        raise AssertionError(f"no way to {wanted} by keyboard")

    with browsing(chromium, house, bob, viewport={"width": 1280, "height": 900}) as page:
        page.goto("/vi/community/spaces/phin/")
        reach(page, ".topic-row h3 a")  # open
        with page.expect_navigation():
            page.keyboard.press("Enter")
        reach(page, f"#post-{first(topic).public_id} button[aria-pressed]")  # react
        page.keyboard.press("Enter")
        expect(page.locator(f"#post-{first(topic).public_id} button[aria-pressed=true]")).to_have_count(1)
        reach(page, f"#post-{first(topic).public_id} button[data-quote]")  # quote
        page.keyboard.press("Enter")
        expect(page.locator("#reply textarea")).to_be_focused()
        assert "[quote:" in page.locator("#reply textarea").input_value()
        page.keyboard.type("Bằng bàn phím cả.")
        page.keyboard.press("Control+Enter")  # reply
        expect(page.locator("article.post")).to_have_count(5)
        expect(page.locator("article.post").last).to_contain_text("Bằng bàn phím cả.")
        say(alice, topic, "Một lời mới tới")  # read new, without losing the place
        expect(page.locator("article.post").last).to_contain_text("Một lời mới tới")
        expect(page.locator("#reply textarea")).to_be_focused()


def test_reading_posting_and_reacting_without_javascript(chromium: Browser, house: str) -> None:
    topic, alice, bob = talk()
    with browsing(chromium, house, bob, java_script_enabled=False) as page:
        page.goto(topic.get_absolute_url())
        expect(page.locator("article.post").first).to_contain_text("hai phút")
        with page.expect_navigation():
            page.locator("button.act[aria-pressed]").first.click()
        expect(page.locator("button.act[aria-pressed=true]")).to_have_count(1)
        page.fill("#reply textarea", "Không có tập lệnh vẫn **gửi** được.")
        page.set_input_files("#reply [name=picture]", picture("phin.jpg", "JPEG"))
        page.fill("#reply [name=alt]", "Một chiếc phin")
        with page.expect_navigation():
            page.locator("#reply button[type=submit]").click()
        sent = page.locator("article.post").last
        expect(sent.locator("strong")).to_have_text("gửi")
        expect(sent.locator("img[alt='Một chiếc phin']")).to_be_visible()
        with page.expect_navigation():
            sent.locator("a:visible", has_text="Sửa").click()
        page.fill("textarea[name=body]", "Sửa cũng được.")
        with page.expect_navigation():
            page.locator("main button[type=submit]", has_text="Lưu").click()
        expect(page.locator("article.post").last).to_contain_text("Sửa cũng được.")
    with browsing(chromium, house, alice, java_script_enabled=False) as page:
        page.goto(topic.get_absolute_url())
        with page.expect_navigation():
            page.locator("button", has_text="Lời này giúp được").click()
        expect(page.locator("article.post.is-accepted")).to_have_count(1)


def test_a_room_of_the_chat_without_javascript(chromium: Browser, house: str) -> None:
    room, an, binh = make_room("sanh-chung", name="Sảnh chung"), make_member("Nguyễn An"), make_member("Trần Bình")
    said = talk_in(binh, room, "Ai uống trà không?")
    with browsing(chromium, house, an, java_script_enabled=False) as page:
        page.goto("/vi/chat/sanh-chung/")
        line = page.locator(f"#message-{said.public_id}")
        expect(line).to_contain_text("Ai uống trà không?")
        with page.expect_navigation():
            line.locator("button", has_text="Mời trà").click()
        expect(line.locator("button[type=submit][aria-pressed=true]")).to_have_text("Mời trà")
        page.fill("#say", "Cho một chén")
        with page.expect_navigation():
            page.locator(".chat-say button[type=submit]").click()
        expect(page.locator("#messages > .message").last).to_contain_text("Cho một chén")
        with page.expect_navigation():
            line.locator("a", has_text="Đáp dưới lời này").click()
        page.fill("#say-reply", "Chén nhỏ thôi")
        with page.expect_navigation():
            page.locator(".chat-thread .chat-say button[type=submit]").click()
        expect(page.locator(".chat-thread .message").last).to_contain_text("Chén nhỏ thôi")
    assert MessageReaction.objects.get().member_id == an.pk


def test_behaviour_14_words_left_on_one_device_are_found_on_another_within_five_seconds(
    chromium: Browser, house: str
) -> None:
    topic, _alice, bob = talk()
    with browsing(chromium, house, bob, **PHONE) as phone, browsing(chromium, house, bob) as desk:
        phone.goto(topic.get_absolute_url())
        phone.locator("#reply textarea").press_sequentially("Viết dở trên xe", delay=5)
        typed = phone.evaluate("performance.now()")
        expect(phone.locator("[data-kept]")).to_be_visible()
        # Five seconds is what the browser may wait before it sends; how long this machine takes to keep it is its own.
        sent = phone.evaluate(
            "performance.getEntriesByType('resource').filter((e) => e.name.includes('draft')).map((e) => e.startTime)"
        )
        assert sent, "nothing was sent"
        assert sent[-1] - typed < 5_000
        desk.goto(topic.get_absolute_url())
        expect(desk.locator("#reply textarea")).to_have_value("Viết dở trên xe")
        # Both windows write: the one that is behind is told, and nothing of it is lost.
        desk.locator("#reply textarea").press_sequentially(" rồi về nhà", delay=5)
        expect(desk.locator("[data-kept], [data-other]").locator("visible=true")).to_have_count(1)
        phone.locator("#reply textarea").press_sequentially(" thêm", delay=5)
        expect(phone.locator("[data-other]")).to_be_visible()
        assert phone.locator("#reply textarea").input_value() == "Viết dở trên xe thêm"
        desk.locator("#reply button[type=submit]").click()
        expect(desk.locator("article.post")).to_have_count(2)
        expect(desk.locator("#reply textarea")).to_have_value("")
    assert Draft.objects.get(member=bob).body == ""


def test_a_picture_is_chosen_described_and_sent(chromium: Browser, house: str) -> None:
    topic, _alice, bob = talk()
    with browsing(chromium, house, bob) as page:
        page.goto(topic.get_absolute_url())
        page.set_input_files("#reply input[type=file]", picture("phin.png", "PNG"))
        page.locator("[data-alt]").fill("Bột cà phê [mịn]")
        expect(page.locator("#reply textarea")).to_have_value(
            f"![Bột cà phê mịn](upload:{Upload.objects.get().public_id}/640x400)\n"
        )
        page.locator("#reply button[type=submit]").click()
        expect(page.locator("article.post img[alt='Bột cà phê mịn']")).to_be_visible()
        # One that is no picture is refused beside its name, and can be left out.
        page.set_input_files(
            "#reply input[type=file]", {"name": "x.png", "mimeType": "image/png", "buffer": b"nothing"}
        )
        expect(page.locator("[data-trouble]")).to_be_visible()
        page.locator("[data-cancel]").click()
        expect(page.locator(".composer-picture")).to_have_count(0)


BRING = """([kind, bytes]) => {
  const data = new DataTransfer(), box = document.querySelector("#reply textarea");
  data.items.add(new File([new Uint8Array(bytes)], `${kind}.png`, { type: "image/png" }));
  const how = { bubbles: true, cancelable: true };
  const drop = () => new DragEvent("drop", { ...how, dataTransfer: data });
  box.dispatchEvent(kind === "drop" ? drop() : new ClipboardEvent("paste", { ...how, clipboardData: data }));
}"""


@pytest.mark.parametrize("how", ["drop", "paste"])
def test_a_picture_comes_by_drop_and_by_paste_and_shows_how_far_it_is(chromium: Browser, house: str, how: str) -> None:
    topic, _alice, bob = talk()
    with browsing(chromium, house, bob) as page:
        page.goto(topic.get_absolute_url())
        expect(page.locator("[data-pick]")).to_be_visible()
        held: list[Route] = []
        page.route("**/community/uploads/**", lambda route: held.append(route))
        page.evaluate(BRING, [how, list(picture("phin.png", "PNG")["buffer"])])
        row = page.locator(".composer-picture")
        expect(row.locator("[data-name]")).to_have_text(f"{how}.png")
        expect(row.locator("progress")).to_be_visible()
        assert Upload.objects.count() == 0
        while not held:
            page.wait_for_timeout(50)
        held.pop().continue_()
        expect(page.locator("#reply textarea")).to_have_value(re.compile(r"!\[.*\]\(upload:"))
        expect(row.locator("progress")).to_have_count(0)
        assert Upload.objects.get().owner_id == bob.pk


def test_names_and_signs_are_offered_while_typing(chromium: Browser, house: str) -> None:
    topic, alice, bob = talk()
    with browsing(chromium, house, bob) as page:
        page.goto(topic.get_absolute_url())
        box = page.locator("#reply textarea")
        box.press_sequentially("Hỏi @ngo", delay=20)
        expect(page.locator(".composer-menu [role=option]").first).to_contain_text("Alice")
        page.keyboard.press("Enter")
        expect(box).to_have_value("Hỏi @alice ")
        box.press_sequentially(":phin", delay=20)
        expect(page.locator(".composer-menu [role=option]").first).to_contain_text("☕")
        page.keyboard.press("Enter")
        expect(box).to_have_value("Hỏi @alice ☕ ")
    assert alice.handle == "alice"


def test_enter_pressed_while_a_later_answer_is_on_its_way_takes_the_name_and_breaks_no_line(
    chromium: Browser, house: str
) -> None:
    topic, _alice, bob = talk()
    with browsing(chromium, house, bob) as page:
        held: list[Route] = []
        # The first letter is answered at once, the letters after it only when the test lets them through.
        page.route(re.compile(r"[?&]q=(ng|ngo)$"), lambda route: held.append(route))
        page.goto(topic.get_absolute_url())
        box = page.locator("#reply textarea")
        box.press_sequentially("Hỏi @n", delay=20)
        expect(page.locator(".composer-menu [role=option]").first).to_contain_text("Alice")
        box.press_sequentially("go", delay=20)
        page.keyboard.press("Enter")
        expect(box).to_have_value("Hỏi @ngo")
        page.wait_for_timeout(200)
        late, last = held
        last.continue_()
        expect(box).to_have_value("Hỏi @alice ")
        # What was asked before the last letter answers nobody any more.
        late.continue_()
        page.wait_for_timeout(300)
        expect(page.locator(".composer-menu")).to_have_count(0)
        expect(box).to_have_value("Hỏi @alice ")
