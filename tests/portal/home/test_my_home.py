"""A member's own pages: hers alone, one cost for one line and for many, every line and every refusal with its why."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.db import transaction
from django.test import Client

from badges.ledger import actions as ledger
from badges.ledger.models import Transaction
from portal.accounts.models import Member
from portal.events import relay
from portal.events.types.brand import StoryRead
from tests.badges.earning.conftest import MORNING, Forum, tell
from tests.helpers.queries import assert_num_queries_constant

pytestmark = pytest.mark.django_db
SignedIn = Callable[[Member], Client]
HOME, BOOK = "/vi/my/", "/vi/my/book/"


def lines(browser: Client, path: str = BOOK) -> list[str]:
    """The ids of the statement lines of a page, as they stand there."""
    answer = browser.get(path)
    assert answer.status_code == 200
    return re.findall(r'id="line-([^"]+)"', answer.content.decode())


def newest(member: Member) -> list[str]:
    """The member's postings that are lines of their own, newest first."""
    rows = Transaction.objects.filter(member=member).exclude(kind__in=["activate", "lapse"])
    return list(rows.order_by("-id").values_list("public_id", flat=True))


def read_stories(member: Member, amount: int, first: int = 0) -> None:
    """So many stories read to their end on one morning; three a day are paid."""
    for n in range(first, first + amount):
        tell(StoryRead(actor=member.pk, member=member.pk, story=f"chuyen-{n}", title=f"Chuyện {n}"), MORNING)


@pytest.mark.parametrize("path", [HOME, BOOK, "/en/my/", "/en/my/book/?before=3"])
def test_a_visitor_is_led_to_the_door_and_back(path: str) -> None:
    answer = Client().get(path)
    assert answer.status_code == 302
    assert answer["Location"].startswith(f"{path[:3]}/accounts/login/?next={path.split('?')[0]}")


@pytest.mark.parametrize("path", [HOME, BOOK])
def test_a_members_page_is_kept_by_nobody(path: str, alice: Member, signed_in: SignedIn) -> None:
    answer = signed_in(alice).get(path)
    assert "no-store" in answer["Cache-Control"]
    assert "private" in answer["Cache-Control"]


def test_each_sees_her_own_lines_only(alice: Member, bob: Member, signed_in: SignedIn) -> None:
    read_stories(alice, 2)
    read_stories(bob, 1, first=5)
    for member in (alice, bob):
        assert lines(signed_in(member)) == newest(member)
        assert lines(signed_in(member), HOME) == newest(member)
    assert not set(newest(alice)) & set(newest(bob))
    page = signed_in(bob).get(BOOK).content.decode()
    assert "Chuyện 5" in page
    assert "Chuyện 0" not in page


@pytest.mark.parametrize("path", [HOME, BOOK])
def test_a_page_costs_the_same_for_one_line_and_for_many(path: str, alice: Member, signed_in: SignedIn) -> None:
    forum, browser = Forum(), signed_in(alice)
    read_stories(alice, 1)

    def grow() -> None:
        read_stories(alice, 4, first=1)  # three are paid a day; the others show why they were not
        for _n in range(4):
            forum.hide(alice, forum.topic(alice))

    assert_num_queries_constant(lambda: browser.get(path), grow)


def post_lines(member: Member, amount: int) -> None:
    """So many small postings of the house."""
    with transaction.atomic():
        for n in range(amount):
            ledger.earn(member_id=member.pk, amounts={"spend": 1}, source="test", key=f"{member.pk}:{n}", at=MORNING)


def test_the_book_is_leafed_through_by_key_without_gap_or_repeat(
    alice: Member, bob: Member, signed_in: SignedIn
) -> None:
    relay.drain()
    post_lines(alice, 64)  # 65 with the thanks for joining
    post_lines(bob, 2)
    browser, path = signed_in(alice), BOOK
    seen: list[list[str]] = []
    while path:
        answer = browser.get(path)
        seen.append(lines(browser, path))
        if len(seen) == 1:
            post_lines(bob, 1)  # somebody else's posting between two pages moves nothing
        path = f"{BOOK}?before={answer.context['next']}" if answer.context["next"] else ""
    assert [len(page) for page in seen] == [30, 30, 5]
    assert [line for page in seen for line in page] == newest(alice)
    assert lines(browser, HOME) == newest(alice)[:8]


@pytest.mark.parametrize(
    "before",
    ["-1", "1.5", "abc", "1%20OR%201=1", "%00", "٣", "9" * 19, "9" * 5000, "0x10", "1e3", "+1", "%F0%9F%8D%B5"],
)
def test_a_hostile_key_finds_nothing_and_breaks_nothing(before: str, alice: Member, signed_in: SignedIn) -> None:
    assert signed_in(alice).get(f"{BOOK}?before={before}").status_code == 404


@pytest.mark.parametrize("before", ["0", "1", "9" * 18])
def test_a_key_from_elsewhere_shows_at_most_ones_own_lines(
    before: str, alice: Member, bob: Member, signed_in: SignedIn
) -> None:
    relay.drain()
    found = lines(signed_in(alice), f"{BOOK}?before={before}")
    assert found == [line for line in newest(alice) if before == "9" * 18]
    assert newest(bob)


def test_what_paid_nothing_says_why_with_the_numbers(alice: Member, bob: Member, signed_in: SignedIn) -> None:
    relay.drain()
    read_stories(alice, 4)
    Forum().react(alice, alice, 900)
    answer = signed_in(alice).get(HOME)
    assert [(m.rule, m.why) for m in answer.context["missed"]] == [
        ("Được hưởng ứng", "Lời mình thì không tự trả cho mình."),
        ("Đọc hết một câu chuyện", "Đã tới mức: 3 trên 3 hôm nay."),
    ]
    page = answer.content.decode()
    assert page.count("Lời mình thì không tự trả cho mình.") == 1
    assert signed_in(bob).get(HOME).context["missed"] == []


def test_the_purse_tells_worth_expiry_and_what_waits(alice: Member, bob: Member, signed_in: SignedIn) -> None:
    relay.drain()
    forum = Forum()
    forum.reply(alice, forum.topic(bob))
    context = signed_in(alice).get(HOME).context
    assert context["balance"] == {"spend": 20, "pending": 3, "status": 10, "rep": 0}
    assert context["worth"] == 20 * 50
    assert (context["expiring"]["amount"], context["expiring"]["day"].year) == (20, 2027)


def test_both_pages_speak_the_language_of_their_address(charlie: Member, signed_in: SignedIn) -> None:
    relay.drain()
    browser = signed_in(charlie)
    assert "Joined the house" in browser.get("/en/my/book/").content.decode()
    assert "Vào nhà" in browser.get(BOOK).content.decode()
