"""Pages left open while things happen: what their frames make of them equals the same page fetched anew.

Some kinds are put in place by scripts of their own and are shown here in the browser: `chip`, `notification`,
`room_read` and `thread_read`. The kinds that bring fragments are compared without a browser, in
`tests/community/*/test_broadcasts.py` and `tests/badges/earning/test_broadcasts.py`.
"""

from __future__ import annotations

import time
import uuid
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from tests.journeys.callers import Caller
from tests.journeys.household import Household
from tests.journeys.people import Visitor
from tests.tooling.house import manage

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(600)]

ROOM = "/vi/chat/sanh-chung/"
# What a page shows, without what only ever stands in a page that was fetched or only in one that has lived.
LOOK = """(selector) => [...document.querySelectorAll(selector)].map((found) => {
  const copy = found.cloneNode(true);
  for (const part of copy.querySelectorAll("script, [name=csrfmiddlewaretoken]")) part.remove();
  for (const part of [copy, ...copy.querySelectorAll("*")]) {
    for (const name of ["is-changed", "is-new", "is-earned"]) part.classList.remove(name);
    if (part.getAttribute("class") === "") part.removeAttribute("class");
    if (part.matches("relative-time")) part.replaceWith(part.getAttribute("datetime"));
    part.removeAttribute("after");
  }
  return copy.outerHTML.replace(/\\s+/g, " ").replace(/> </g, "><");
})"""

SECOND_ROOM = """
from community.chat.models import Room, RoomText
room = Room.objects.create(code="hien-sau", position=9, scope=Room.objects.first().scope)
RoomText.objects.create(room=room, locale="vi", name="Hiên sau")
"""


@pytest.fixture(scope="module")
def house() -> Iterator[Household]:
    """One house for the stories of this module."""
    with Household() as running:
        yield running


def difference(now: list[str], fresh: list[str]) -> str:
    """The first place where the open page and the fresh one part."""
    one, other = "\n".join(now), "\n".join(fresh)
    at = next((n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    return f"open …{one[max(0, at - 120) : at + 200]}… fresh …{other[max(0, at - 120) : at + 200]}…"


class OpenPage:
    """A page that stays open. `agrees` waits until it shows what the same page shows when it is fetched anew."""

    def __init__(self, visitor: Visitor, path: str, selector: str) -> None:
        self.visitor, self.path, self.selector = visitor, path, selector
        self.page: Page = visitor.context.new_page()
        self.page.goto(visitor.url + path)
        self.page.wait_for_load_state("load")
        self.page.evaluate("window.neverReloaded = true")
        self.was = self.look(self.page)

    def look(self, page: Page) -> list[str]:
        return page.evaluate(LOOK, self.selector)

    def fresh(self) -> list[str]:
        page = self.visitor.context.new_page()
        page.route("**/ws/**", lambda route: route.abort())
        page.goto(self.visitor.url + self.path)
        page.wait_for_load_state("load")
        seen = self.look(page)
        page.close()
        return seen

    def agrees(self, patience: float = 15) -> None:
        deadline = time.monotonic() + patience
        while True:
            fresh, now = self.fresh(), self.look(self.page)
            if now == fresh and now != self.was:
                assert self.page.evaluate("window.neverReloaded") is True
                return
            if time.monotonic() > deadline:
                raise AssertionError(f"{self.path}: {difference(now, fresh)}")
            self.page.wait_for_timeout(250)


def caller(house: Household, key: str) -> Caller:
    return Caller(house.url, f"{key}@may.example")


def topic_of(house: Household, key: str) -> str:
    [(topic,)] = house.rows(
        "SELECT t.public_id FROM community_topic t JOIN portal_member m ON m.id = t.author_id "
        f"WHERE m.email = '{key}@may.example' AND t.hidden_at IS NULL ORDER BY t.id LIMIT 1"
    )
    return str(topic)


def key() -> str:
    return f"stale:{uuid.uuid4()}"


def test_bell_and_inbox_follow_what_is_told_read_and_taken_back(chromium: Browser, house: Household) -> None:
    han, khoa = Visitor(chromium, house), caller(house, "khoa")
    han.sign_in("han")
    topic = topic_of(house, "han")
    inbox = OpenPage(han, "/vi/notifications/", "[data-unread], live-stream")
    elsewhere = OpenPage(han, "/vi/my/", "[data-unread]")
    # Somebody answers her.
    answer = khoa.send(
        f"/vi/community/topics/{topic}/do/replies/", {"body": "Em thử nước chín mươi độ xem.", "key": key()}
    )
    assert answer.status_code in (200, 201, 302), answer.text[:300]
    inbox.agrees()
    # She reads in another tab.
    inbox.was, elsewhere.was = inbox.look(inbox.page), elsewhere.look(elsewhere.page)
    reader = caller(house, "han")
    assert reader.send("/vi/notifications/read/", {}).status_code == 302
    inbox.agrees()
    elsewhere.agrees()
    # Another answer comes, and is put away: what was told is taken back.
    answer = khoa.send(f"/vi/community/topics/{topic}/do/replies/", {"body": "Câu này nặng lời quá.", "key": key()})
    assert answer.status_code in (200, 201, 302), answer.text[:300]
    [(post,)] = house.rows("SELECT public_id FROM community_post ORDER BY id DESC LIMIT 1")
    house.until(
        "SELECT COUNT(*) FROM portal_notification n JOIN portal_member m ON m.id = n.member_id "
        "WHERE m.email = 'han@may.example' AND n.read_at IS NULL AND n.rescinded_at IS NULL",
        [(1,)],
    )
    inbox.was, elsewhere.was = inbox.look(inbox.page), ["before"]
    mod = caller(house, "mod")
    assert mod.send(f"/vi/community/posts/{post}/hide/", {"reason": "Nặng lời"}).status_code in (200, 204, 302)
    inbox.agrees()
    elsewhere.agrees()
    han.close()


def test_the_rail_of_rooms_follows_what_she_reads_in_another_tab(chromium: Browser, house: Household) -> None:
    tam = Visitor(chromium, house)
    tam.sign_in("tam")
    manage(house.env, "shell", "--no-imports", "-c", SECOND_ROOM)
    other, here = "/vi/chat/hien-sau/", caller(house, "tam")
    assert here.send(f"{other}read/", {"number": "0"}).status_code == 200  # she takes her seat there
    open_room = OpenPage(tam, ROOM, ".chat-rooms, .chat-drawer")
    khoa = caller(house, "khoa")
    for number in range(3):
        sent = khoa.send(f"{other}send/", {"text": f"Chuyện bên này {number}", "key": key()})
        assert sent.status_code in (200, 201, 302), sent.text[:300]
    open_room.agrees()
    assert "3" in open_room.page.inner_text(".chat-rooms .count-dot:visible")
    # She reads the first of the three in another tab; the second is taken back by its writer.
    open_room.was = open_room.look(open_room.page)
    assert here.send(f"{other}read/", {"number": "1"}).status_code == 200
    open_room.agrees()
    assert "2" in open_room.page.inner_text(".chat-rooms .count-dot:visible")
    open_room.was = open_room.look(open_room.page)
    [(second,)] = house.rows(
        "SELECT m.public_id FROM community_message m JOIN community_room r ON r.id = m.room_id "
        "WHERE r.code = 'hien-sau' AND m.number = 2"
    )
    assert khoa.send(f"{other}messages/{second}/remove/", {}).status_code in (200, 204, 302)
    open_room.agrees()
    assert "1" in open_room.page.inner_text(".chat-rooms .count-dot:visible")
    # Somebody begins to talk with her alone.
    open_room.was = open_room.look(open_room.page)
    [(name,)] = house.rows("SELECT handle FROM portal_member WHERE email = 'tam@may.example'")
    begun = caller(house, "dung").send("/vi/chat/conversations/new/", {"people": name})
    assert begun.status_code == 302, begun.text[:300]
    open_room.agrees()
    assert "Vũ Tiến Dũng" in open_room.page.inner_text(".chat-rooms")
    tam.close()


def test_the_new_answers_under_a_message_follow_what_she_reads_in_another_tab(
    chromium: Browser, house: Household
) -> None:
    tam = Visitor(chromium, house)
    tam.sign_in("tam")
    here, khoa = caller(house, "tam"), caller(house, "khoa")
    sent = here.send(f"{ROOM}send/", {"text": "Ai còn thức không?", "key": key()})
    assert sent.status_code in (200, 201), sent.text[:300]
    [(above,)] = house.rows("SELECT public_id FROM community_message ORDER BY id DESC LIMIT 1")
    line = f"#message-{above} .message-thread"
    open_room = OpenPage(tam, ROOM, line)
    for number in range(3):
        sent = khoa.send(f"{ROOM}send/", {"text": f"Còn đây {number}", "parent": above, "key": key()})
        assert sent.status_code in (200, 201), sent.text[:300]
    open_room.agrees()
    assert "3" in open_room.page.inner_text(f"{line} .count-dot")
    open_room.was = open_room.look(open_room.page)
    assert here.send(f"{ROOM}threads/{above}/read/", {"number": "2"}).status_code == 200
    open_room.agrees()
    assert "1" in open_room.page.inner_text(f"{line} .count-dot")
    open_room.was = open_room.look(open_room.page)
    assert here.send(f"{ROOM}threads/{above}/follow/", {"on": "0"}).status_code in (200, 204, 302)
    open_room.agrees()
    assert open_room.page.locator(f"{line} .count-dot").is_hidden()
    tam.close()


def test_chips_and_portraits_follow_a_tier_that_moves(chromium: Browser, house: Household) -> None:
    dung = Visitor(chromium, house)
    dung.sign_in("dung")
    topic = topic_of(house, "han")
    pages = [
        OpenPage(dung, f"/vi/community/topics/{topic}/", "member-chip, img.avatar"),
        OpenPage(dung, ROOM, ".chat-log member-chip, .chat-log img.avatar"),
        OpenPage(dung, "/vi/community/", "member-chip, img.avatar"),
    ]
    [(reacted,)] = house.rows(
        "SELECT p.public_id FROM community_post p JOIN portal_member m ON m.id = p.author_id "
        "WHERE m.email = 'han@may.example' AND p.hidden_at IS NULL ORDER BY p.id DESC LIMIT 1"
    )
    tam = caller(house, "tam")
    answer = tam.send(f"/vi/community/posts/{reacted}/reactions/?kind=tea", {})
    assert answer.status_code in (200, 201, 204, 302), answer.text[:300]
    house.until(
        "SELECT s.tier_code FROM portal_standing s JOIN portal_member m ON m.id = s.member_id "
        "WHERE m.email = 'han@may.example'",
        [("silver",)],
    )
    for page in pages[:2]:
        page.agrees()
    assert pages[2].look(pages[2].page) == pages[2].fresh()
    dung.close()
