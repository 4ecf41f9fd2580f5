"""A story from the first click to both languages, by people who have never seen the workshop, in real browsers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from io import BytesIO
from typing import TYPE_CHECKING

import pytest
from PIL import Image
from playwright.sync_api import TimeoutError as Unanswered

from tests.journeys.household import Household
from tests.journeys.people import Visitor

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(900)]
TITLE, SLUG = "Đẵm sương ở Mường Ảng", "dam-suong-o-muong-ang"
BEATS = [
    ("Sương xuống trước người", "Bốn giờ sáng, đứng ở đầu vườn không thấy cuối vườn."),
    ("Lò không chịu nóng", "Củi ẩm, gió lùa, kim nhiệt đứng im như giận."),
    ("Tiếng nổ đầu", "Rồi một hạt nổ, rất khẽ, như ai gõ cửa."),
    ("Cái tách đặt lâu", "Ông Dũng đặt tách xuống hơi lâu rồi mới gật."),
]
MESSAGE = "Ai chờ được thì cà phê chờ người ấy."
ALT = "Lò rang lúc chưa nhóm lửa"
ENGLISH = {
    TITLE: "Drenched in mist at Muong Ang", "Một sáng mưa, lò chưa nóng.": "A wet morning, the drum still cold.",
    BEATS[0][0]: "The mist comes down first", BEATS[0][1]: "At four in the morning one end cannot see the other.",
    BEATS[1][0]: "The drum stays cold", BEATS[1][1]: "Damp wood, a draught, and a needle that sulks.",
    BEATS[2][0]: "The first crack", BEATS[2][1]: "Then one bean cracked, softly, as if knocking.",
    BEATS[3][0]: "A cup set down slowly", BEATS[3][1]: "Mr Dung set the cup down a little late, and nodded.",
    MESSAGE: "Coffee waits for whoever can wait.", ALT: "The roasting drum before it is lit",
}  # fmt: skip
OURS = ["/admin/users/", "/admin/groups/", "/admin/sites/", "/admin/workflows/list/", "/admin/redirects/"]


@pytest.fixture(scope="module")
def house() -> Iterator[Household]:
    """One house for the stories of this module."""
    with Household() as running:
        yield running


def photograph() -> dict[str, object]:
    """A picture from her phone."""
    held = BytesIO()
    Image.effect_noise((1200, 800), 80).convert("RGB").save(held, "JPEG")
    return {"name": "IMG_2041.jpg", "mimeType": "image/jpeg", "buffer": held.getvalue()}


def write(page: Page) -> None:
    """She fills in what lies ready: title, invitation, four beats, the message."""
    page.locator("#id_title").press_sequentially(TITLE)
    page.fill("#id_teaser", "Một sáng mưa, lò chưa nóng.")
    for number, (heading, words) in enumerate(BEATS):
        page.fill(f"[name=body-{number}-value-heading]", heading)
        page.locator("[data-streamfield-child]").nth(number).locator(".public-DraftEditor-content").click()
        page.keyboard.type(words)
    page.fill("[name=body-4-value-text]", MESSAGE)


def add_picture(page: Page) -> None:
    """She uploads a picture into the first beat; without words for who cannot see it, it is not taken."""
    window = page.locator(".modal-content")
    choose = page.locator("[data-streamfield-child]").first.get_by_role("button", name="Chọn ảnh").first
    for _try in range(8):
        if choose.is_enabled():  # pressed before its script has come, it is not heard; once heard, it rests
            choose.click()
        with suppress(Unanswered):
            window.wait_for(timeout=4_000)
            break
    window.get_by_role("tab", name="Tải lên").click()
    window.locator("input[type=file]").set_input_files(photograph())  # type: ignore[arg-type]
    send = window.locator("form[action*=create] [type=submit]")
    send.click()
    window.locator(".w-field__errors", has_text="không được để trống").first.wait_for()
    window.locator("[name=image-chooser-upload-description]").fill(ALT)
    send.click()
    window.wait_for(state="detached")
    assert page.input_value("[name=body-0-value-picture-alt_text]") == ALT


def saved(page: Page) -> None:
    """The workshop keeps it by itself."""
    page.wait_for_url(re.compile(r"/admin/pages/\d+/edit/"))
    page.locator("[data-w-autosave-target], .w-autosave, header").get_by_text("Đã lưu").first.wait_for()


def seen_as(page: Page, mode: str) -> str:
    """What the panel beside the editor shows with somebody's eyes."""
    if not page.locator("#id_preview_mode").is_visible():
        page.get_by_role("button", name="Xem trước").first.click()
    for look in range(60):
        if look % 10 == 0:  # chosen while the panel is still drawing, it is not heard
            page.select_option("#id_preview_mode", mode)
        frame = next((one for one in page.frames if f"preview/?mode={mode}" in one.url), None)
        if frame is not None and TITLE in (words := frame.locator("body").inner_text()):
            return words
        page.wait_for_timeout(500)
    raise AssertionError(f"no preview as {mode}: {[one.url for one in page.frames]}")


def hand_in(page: Page) -> None:
    """The arrow beside “save”, and the word on it."""
    page.locator("footer [data-w-dropdown-target=toggle]").first.click()
    with page.expect_navigation():
        page.get_by_role("button", name="Gửi duyệt").click()


def translate(page: Page) -> None:
    """Passage by passage: the word to translate stands there, she writes beside it and saves."""
    page.locator(".js-translation-editor li, .js-translation-editor section").first.wait_for()
    for vietnamese, english in ENGLISH.items():
        passage = page.locator(".js-translation-editor li", has_text=vietnamese).last
        passage.get_by_role("button", name="Dịch").click()
        field = passage.locator("textarea, input[type=text], .public-DraftEditor-content").first
        field.fill(english)
        passage.get_by_role("button", name="Lưu").click()
        passage.get_by_text("Người dịch").first.wait_for()  # the server has it


def test_a_story_is_written_read_by_another_and_public_in_both_languages(chromium: Browser, house: Household) -> None:
    mai, reader, visitor = (Visitor(chromium, house) for _person in range(3))
    mai.sign_in("mai")
    page = mai.go("/admin/")
    page.get_by_role("link", name="Viết chuyện cho “Chuyện bên lò”").click()
    page.wait_for_load_state("load")
    write(page)
    add_picture(page)
    saved(page)
    page.get_by_role("tab", name="Giới thiệu").click()
    assert page.input_value("#id_slug") == SLUG
    assert "Vào nhà" in seen_as(page, "visitor")
    silver = seen_as(page, "silver")
    assert "Vào nhà" not in silver
    assert "Lò Thị Mai" in silver  # the teller, in the story
    edit = page.url.split("#")[0].removeprefix(mai.url)
    # Into English, side by side.
    page.get_by_role("button", name="Thao tác").first.click()
    page.get_by_role("link", name="Dịch trang này").first.click()
    page.locator("[name=locales]").first.check()
    with page.expect_navigation():
        page.locator("main form [type=submit]").first.click()
    translate(page)
    page.reload()
    english = page.url.removeprefix(mai.url)
    assert page.locator(".desk-way-missing").count() == 0
    with page.expect_navigation():
        page.get_by_role("button", name="Gửi duyệt").click()
    mai.go(edit)
    hand_in(page)
    # Another person reads both and lets them out.
    reader.sign_in("approver")
    desk = reader.go("/admin/")
    desk.locator(".desk-heap-waiting a", has_text=TITLE).click()
    desk.locator("footer [data-w-dropdown-target=toggle]").first.click()
    with desk.expect_navigation(timeout=60_000):
        desk.get_by_role("button", name="Duyệt và xuất bản").first.click(no_wait_after=True)
    assert desk.url.endswith("/admin/")
    reader.go(english)
    with desk.expect_navigation(timeout=60_000):
        desk.get_by_role("button", name="Duyệt và xuất bản").first.click(no_wait_after=True)
    # A visitor reads it in both languages.
    told = visitor.go(public(house, "vi"))
    assert MESSAGE in told.inner_text("main")
    assert told.locator(f"main img[alt='{ALT}']").count() == 1
    told = visitor.go(public(house, "en"))
    words = told.inner_text("main")
    assert ENGLISH[MESSAGE] in words
    assert not [vietnamese for vietnamese in ENGLISH if vietnamese in words]
    for person in (mai, reader, visitor):
        person.close()


def public(house: Household, code: str) -> str:
    """Where the story stands, as its card says."""
    query = f"SELECT url FROM portal_card WHERE kind = 'story' AND locale = '{code}' ORDER BY id DESC LIMIT 1"
    [(address,)] = house.rows(query)
    assert address.endswith(f"/{SLUG}/" if code == "vi" else "/drenched-in-mist-at-muong-ang/")
    return str(address)


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
