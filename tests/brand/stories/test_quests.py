"""A challenge in the middle of a story: the reader's own way, an invitation for visitors, and nobody's numbers kept."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.cache import cache
from django.test import Client, RequestFactory

from badges import api as badges
from brand.stories.blocks import StoryBody
from brand.stories.models import StoryPage
from portal.accounts.models import Member
from portal.core.clock import now, programme_day
from portal.events import relay
from tests.badges.awards import house
from tests.badges.challenges.conftest import content, step, texts
from tests.brand.conftest import BEATS, Shelf, body
from tests.factories.portal import make_member, make_staff
from tests.helpers.queries import assert_num_queries_constant

pytestmark = pytest.mark.django_db
SignIn = Callable[..., Client]


@pytest.fixture
def quest(manager: Member) -> Callable[..., None]:
    """Brings a challenge of these days into force."""
    approver = make_staff("Lò Thị Duyệt", email="duyet@thu.example", role="brand", group="Programme approvers")

    def make(code: str = "three-words", **changes: Any) -> None:
        today = programme_day(now())
        days = {"first": today.isoformat(), "last": (today + timedelta(days=9)).isoformat()}
        draft = badges.propose(
            actor=manager, kind="challenge", subject=code, at=now(), note="", hand_in=True,
            texts=texts(name=f"Tên {code}"), content=content(**days, **changes),
        )  # fmt: skip
        badges.approve(actor=approver, draft_id=draft, at=now())
        relay.drain()

    return make


def told(shelf: Shelf, *codes: str) -> StoryPage:
    """A story with these challenges in it."""
    blocks = body(*BEATS)
    blocks[-1:-1] = [{"type": "quest", "value": {"heading": "Cùng đi", "challenge": code}} for code in codes]
    return shelf.tell("suong", body=blocks)


def read(story: StoryPage, browser: Client) -> str:
    response = browser.get(story.url)
    assert response.status_code == 200
    return response.content.decode()


def test_a_member_reads_her_own_way_and_a_visitor_an_invitation_without_anybodys_numbers(
    shelf: Shelf, quest: Callable[..., None], alice: Member, bob: Member, signed_in: SignIn
) -> None:
    quest(steps=[step(at_least=7)], joining="asked")
    story, host, visitor = told(shelf, "three-words"), make_member(), Client()
    for n in range(3):
        house.reply(alice, n, host, now())
    hers, his = read(story, signed_in(alice)), read(story, signed_in(bob))
    assert "Tên three-words" in hers
    assert "3 / 7" in hers
    assert "0 / 7" in his
    assert "/challenges/three-words/part/" in hers
    # Before and after members have read it, whatever was kept of the page in between.
    for browser in (visitor, Client()):
        seen = read(story, browser)
        assert "Tên three-words" in seen
        assert " / 7" not in seen
        assert "csrfmiddlewaretoken" not in seen.partition("block-quest")[2].partition("</aside>")[0]
        assert "/accounts/signup/" in seen.partition("block-quest")[2].partition("</aside>")[0]


def test_she_takes_part_from_the_story(
    shelf: Shelf, quest: Callable[..., None], alice: Member, signed_in: SignIn
) -> None:
    quest(joining="asked")
    story, browser = told(shelf, "three-words"), signed_in(alice)
    assert browser.post("/vi/challenges/three-words/part/", {"part": "yes"}).status_code == 302
    assert "/challenges/three-words/part/" not in read(story, browser)


def test_what_is_not_in_force_or_unknown_leaves_no_trace(shelf: Shelf, quest: Callable[..., None]) -> None:
    quest()
    assert "block-quest" not in read(told(shelf, "nothing"), Client())


def test_many_of_them_cost_what_one_costs(
    shelf: Shelf, quest: Callable[..., None], alice: Member, signed_in: SignIn
) -> None:
    quest("one", joining="asked")
    quest("all", together=True, share=1)
    for n in range(3):
        quest(f"more-{n}", joining="asked", tiers=["gold"])
    story, browser = told(shelf, "one", "all", "more-0"), signed_in(alice)
    read(story, browser)

    def look() -> None:
        cache.clear()
        read(story, browser)

    def grow() -> None:
        story.body = told_again
        story.save_revision().publish()
        read(story, browser)

    told_again = body(*BEATS)
    told_again[-1:-1] = [
        {"type": "quest", "value": {"heading": "", "challenge": code}}
        for code in ("one", "all", "more-0", "more-1", "more-2", "one")
    ]
    assert_num_queries_constant(look, grow)


def test_the_workshop_offers_what_there_is(quest: Callable[..., None]) -> None:
    quest()
    assert badges.challenge_choices() == [("three-words", "Tên three-words")]
    block = StoryBody().child_blocks["quest"]
    request = RequestFactory().get("/")
    request.user = AnonymousUser()
    value = block.get_preview_value()
    context = block.get_preview_context(value, {"request": request})
    assert "Tên three-words" in block.render(value, context={**context, "request": request})
