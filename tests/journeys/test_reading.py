"""The reader's side of the forum in a real browser: how far she has read, what a page that stays open leaves alone, and
the way of a visitor to the door and back."""

from __future__ import annotations

import time
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from community.forum import actions
from community.forum.actions.polling import wanted
from community.forum.models import ReadMark, Topic
from portal.accounts.models import Member
from portal.core.clock import now
from tests.community.forum.conftest import first, make_space, new_key
from tests.factories.portal import make_member, make_staff
from tests.journeys.people import PATIENCE
from tests.journeys.test_writing import browsing, house, say

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.timeout(400)]
__all__ = ["house"]
LONG = "\n\n".join(["Nước vừa sôi thì tráng phin, ủ bột ba mươi giây, rồi rót từng vòng nhỏ một."] * 6)
HIDE = """(state) => {
  Object.defineProperty(document, "visibilityState", { value: state, configurable: true });
  document.dispatchEvent(new Event("visibilitychange"));
}"""


def long_talk(**more: Any) -> tuple[Topic, Member, Member]:
    make_space("phin")
    alice, bob = make_member("Phạm Ngọc Alice"), make_member("Vũ Tiến Bob")
    topic = actions.start_topic(
        actor=alice, space="phin", title="Phin chảy quá nhanh, cà phê nhạt", body=LONG, key=new_key(), at=now(),
        limited=False, **more,
    )  # fmt: skip
    for _number in range(9):
        say(alice, topic, LONG)
    return topic, alice, bob


def mark_of(member: Member) -> int:
    return ReadMark.objects.filter(member=member).values_list("last_number", flat=True).first() or 0


def reaches(member: Member, *numbers: int, seconds: float = 20) -> None:
    """Waits until the mark is one of these (a big screen shows the next post too)."""
    deadline = time.monotonic() + seconds
    while mark_of(member) not in numbers:
        assert time.monotonic() < deadline, mark_of(member)
        time.sleep(0.1)


def to_post(page: Page, number: int) -> None:
    page.locator(f".post[data-number='{number}']").evaluate("(post) => post.scrollIntoView({ block: 'center' })")


def test_behaviour_04_the_mark_follows_what_was_seen_and_every_open_list_follows_the_mark(
    chromium: Browser, house: str
) -> None:
    topic, alice, bob = long_talk()
    with browsing(chromium, house, bob) as other, browsing(chromium, house, bob) as page:
        page.goto(topic.get_absolute_url())
        reaches(bob, 1, 2, 3)  # the rest lies below
        other.goto("/vi/community/spaces/phin/")
        expect(other.locator(".topic-row.is-unread")).to_have_count(1, timeout=PATIENCE)
        to_post(page, 5)
        reaches(bob, 5, 6)
        to_post(page, 10)
        reaches(bob, 10)
        expect(other.locator(".topic-row.is-unread")).to_have_count(0, timeout=PATIENCE)
        page.evaluate("scrollTo(0, 0)")
        page.wait_for_timeout(2_000)
        assert mark_of(bob) == 10
        page.goto("/vi/community/")
        say(alice, topic, LONG)
        page.goto(topic.get_absolute_url())
        page.locator("a[href$='/at/11/']").first.click()
        expect(page.locator("#new-from-here")).to_be_in_viewport(timeout=PATIENCE)


def test_what_was_seen_just_before_leaving_counts_and_a_hidden_tab_marks_nothing(chromium: Browser, house: str) -> None:
    topic, _alice, bob = long_talk()
    with browsing(chromium, house, bob) as page:
        page.goto(topic.get_absolute_url())
        to_post(page, 7)
        page.wait_for_timeout(150)
        page.goto("/vi/community/")
        reaches(bob, 7, 8)
        before = mark_of(bob)
        page.goto(topic.get_absolute_url())
        page.evaluate(HIDE, "hidden")
        to_post(page, 10)
        page.wait_for_timeout(2_500)
        assert mark_of(bob) == before
        page.evaluate(HIDE, "visible")
        reaches(bob, 10)


def test_a_refresh_leaves_an_unsent_choice_and_an_open_line_as_they_are(chromium: Browser, house: str) -> None:
    poll = wanted("Nhà bạn pha mấy lượt?", "Một lượt\nHai lượt\nBa lượt", multiple=False, results="always", days=0)
    topic, _alice, bob = long_talk(poll=poll)
    mod = make_staff("Đỗ Minh Mod", email="mod@thu.example", role="moderator", group="Moderators")
    with browsing(chromium, house, bob) as page:
        page.goto(topic.get_absolute_url())
        page.wait_for_function("() => document.querySelector('live-stream').stop")
        page.locator("#poll label", has_text="Hai lượt").click()
        page.locator("#poll input[name=option]").nth(1).evaluate("(box) => box.blur()")
        actions.set_pinned(actor=mod, topic=topic.public_id, pinned=True, at=now())
        expect(page.locator("#topic-meta")).to_contain_text("Ghim trên cùng")
        expect(page.locator("#poll input[name=option]").nth(1)).to_be_checked()
        with page.expect_response(lambda answer: answer.request.method == "POST"):
            page.locator("#poll button[type=submit]").click()
        expect(page.locator("#poll .is-mine")).to_contain_text("Hai lượt")


def test_a_visitors_thanks_lead_to_the_door_and_back_without_javascript(chromium: Browser, house: str) -> None:
    topic, _alice, _bob = long_talk()
    context = chromium.new_context(locale="vi-VN", base_url=house, java_script_enabled=False)
    page = context.new_page()
    page.goto(topic.get_absolute_url())
    with page.expect_navigation():
        page.locator(f"#acts-{first(topic).public_id} button", has_text="Mời trà").click()
    expect(page.locator(f"input[name=next][value='{topic.get_absolute_url()}']").first).to_be_attached()
    context.close()
