"""The tier page: where she is, what is next, what keeps her there, by when, what counts, and perks that really gate."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import transaction

from badges.ledger import actions as ledger
from badges.tiers.actions import reassess
from portal.accounts.models import Member
from portal.core.clock import now, programme_day
from portal.events import relay
from tests.badges.tiers.test_tiers import give
from tests.community.chat.conftest import make_room
from tests.community.forum.conftest import make_space

pytestmark = pytest.mark.django_db
PAGE = "/en/my/tier/"


def words(browser: Any) -> str:
    """What the page says, without its markup."""
    answer = browser.get(PAGE)
    assert answer.status_code == 200
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode().split("<main", 1)[1]))


def day_in_words(day: date) -> str:
    return f"{day.day} {day:%B %Y}"


def test_it_says_where_she_is_what_is_next_and_that_nothing_more_is_needed(alice: Member, signed_in: Any) -> None:
    relay.drain()  # joining: 10
    said = words(signed_in(alice))
    assert "Your tier is Member." in said
    assert "140 tier points more and you are Silver." in said
    assert "The first tier has no last day." in said
    give(alice, 140, at=now())
    said = words(signed_in(alice))
    assert "Your tier is Silver." in said
    assert "850 tier points more and you are Gold." in said
    until = date(programme_day(now()).year + 1, 12, 31) + timedelta(days=30)
    assert f"Yours until {day_in_words(until)}, that day included." in said
    assert "Nothing more is needed." in said
    give(alice, 3000, at=now(), key="two")
    assert "There is nothing above it." in words(signed_in(alice))


def test_it_says_what_keeps_her_there_and_by_when(alice: Member, signed_in: Any) -> None:
    relay.drain()
    today = programme_day(now())
    last_year = now() - timedelta(days=today.timetuple().tm_yday + 30)
    with transaction.atomic():
        ledger.earn(member_id=alice.pk, amounts={"status": 160}, source="test", key="last-year", at=last_year)
        reassess(member_id=alice.pk, at=now())
    said = words(signed_in(alice))
    assert "Your tier is Silver." in said
    assert f"Yours until {day_in_words(date(today.year, 12, 31) + timedelta(days=30))}" in said
    assert f"140 tier points more by {day_in_words(date(today.year, 12, 31))} keep it for another year." in said


def test_it_names_what_counts_as_the_rules_in_force_pay_it(alice: Member, signed_in: Any) -> None:
    said = words(signed_in(alice))
    assert "never spent; redeeming Hạt changes no tier" in said
    for amount in (1, 2, 5, 10):  # a reply, a topic, a story, a chosen answer
        assert re.search(rf"\+{amount} tier points?", said), amount
    assert "Talk has given you 0 of 200 this year" in said


def test_what_it_says_a_tier_opens_is_shut_below_it_and_open_from_it_on(alice: Member, signed_in: Any) -> None:
    relay.drain()
    space, room = make_space("bac", read_from_rank=1), make_room("phong-nem", name="Phòng nếm thử", from_rank=1)
    doors = {"The bac corner": space.get_absolute_url(), "Phòng nếm thử": f"/en/chat/{room.code}/"}
    browser = signed_in(alice)
    before = browser.get(PAGE).content.decode()
    for name, address in doors.items():
        assert f"<b>{name}</b>" in before  # named, and no link that leads to a closed door
        assert browser.get(address, follow=True).status_code == 404
    give(alice, 140, at=now())
    browser = signed_in(Member.objects.select_related("standing").get(pk=alice.pk))
    after = browser.get(PAGE).content.decode()
    for name, address in doors.items():
        assert re.search(rf'<a href="[^"]+">{name}</a>', after)
        assert browser.get(address, follow=True).status_code == 200
