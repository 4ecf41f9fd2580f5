"""Behaviour 10 of the community: each badge one short of its threshold, at it, and one beyond it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

import pytest

from badges.awards import tasks
from badges.awards.models import Badge
from portal.accounts.models import Member
from portal.events.types.accounts import MemberJoined
from portal.events.types.community import AnswerAccepted
from tests.badges.awards.house import (
    DAY,
    MORNING,
    has,
    hide,
    react,
    read,
    reply,
    rise,
    talk,
    tell,
    tell_profile,
    topic,
    year,
)
from tests.factories.portal import make_member, make_members

pytestmark = pytest.mark.django_db
NIGHT = MORNING - timedelta(hours=6)  # 02:00 in Saigon


@dataclass(frozen=True)
class Case:
    """`act(alice, others, n)` is the n-th step; at `needed` steps the badge is hers, `times` after one step more."""

    needed: int
    act: Callable[[Member, list[Member], int], object]
    times: int = 1


def _answered(alice: Member, others: list[Member], n: int) -> None:
    reply(others[n], topic(alice), alice)


def _chosen(alice: Member, others: list[Member], n: int) -> None:
    host = others[n]
    tell(
        AnswerAccepted(
            actor=host.pk, acceptance=500 + n, topic=600 + n, post=700 + n, author=alice.pk, topic_author=host.pk,
            helper=alice.pk, title="Phin",
        )
    )  # fmt: skip


def _thanked_both_ways(alice: Member, others: list[Member], n: int) -> None:
    react(alice, others[n], post=7000 + n)
    react(others[n], alice, post=8000 + n)


CASES = {
    "threshold": Case(1, lambda alice, others, n: tell(MemberJoined(actor=alice.pk, member=alice.pk))),
    "name-and-face": Case(1, lambda alice, others, n: tell_profile(alice)),
    "ridge": Case(1, lambda alice, others, n: rise(alice, ("silver", "gold")[n])),
    "first-page": Case(1, lambda alice, others, n: read(alice, f"story-{n}")),
    "last-line": Case(5, lambda alice, others, n: read(alice, f"story-{n}")),
    "first-words": Case(1, lambda alice, others, n: reply(alice, topic(others[n]), others[n])),
    "good-talk": Case(5, _answered),
    "bridge": Case(10, lambda alice, others, n: reply(alice, topic(others[n]), others[n])),
    "hearth": Case(10, lambda alice, others, n: talk(alice, MORNING + 3 * n * DAY)),
    "first-cup": Case(1, lambda alice, others, n: react(others[n], alice, post=n)),
    "kept-words": Case(5, lambda alice, others, n: react(others[n], alice, post=77)),
    "both-hands": Case(10, _thanked_both_ways),
    "seven-days": Case(7, lambda alice, others, n: talk(alice, MORNING + n * DAY)),
    "whole-moon": Case(20, lambda alice, others, n: talk(alice, MORNING + (n + n // 2) * DAY)),
    "year-ring": Case(1, lambda alice, others, n: year(alice, n + 1), times=2),
    "good-answer": Case(3, _chosen),
    "late-lamp": Case(3, lambda alice, others, n: talk(alice, NIGHT + 5 * n * DAY)),
}


@pytest.fixture
def alice(db: None) -> Member:
    return make_member("Phạm Ngọc Alice")


@pytest.mark.parametrize("code", CASES)
def test_behaviour_10_one_short_is_none_enough_is_one_and_more_is_still_one(code: str, alice: Member) -> None:
    case, others = CASES[code], make_members(12)
    for n in range(case.needed - 1):
        case.act(alice, others, n)
    assert has(alice, code) == 0
    case.act(alice, others, case.needed - 1)
    assert has(alice, code) == 1
    case.act(alice, others, case.needed)
    assert has(alice, code) == case.times


def test_every_badge_of_a_new_site_has_its_case() -> None:
    assert set(Badge.objects.values_list("code", flat=True)) == set(CASES)
    assert len(CASES) == 17


def test_the_same_story_read_in_two_accounts_or_told_twice_counts_once(alice: Member) -> None:
    for _ in range(6):
        read(alice, "one")
    assert (has(alice, "first-page"), has(alice, "last-line")) == (1, 0)


def test_the_same_person_again_is_no_further_person(alice: Member) -> None:
    host = make_member()
    for _ in range(12):
        reply(alice, topic(host), host)
    assert has(alice, "bridge") == 0


def test_ones_own_talk_and_reactions_to_oneself_count_for_nothing(alice: Member) -> None:
    for n in range(12):
        reply(alice, topic(alice), alice)
        react(alice, alice, post=n)
    codes = ("first-words", "good-talk", "bridge", "first-cup", "kept-words", "both-hands")
    assert [has(alice, code) for code in codes] == [0] * 6


def test_what_was_hidden_meanwhile_is_not_counted(alice: Member) -> None:
    others = make_members(5)
    for host in others[:4]:
        reply(host, topic(alice), alice)
    hide(others[0], reply(others[0], first := topic(alice), alice))
    assert has(alice, "good-talk") == 0
    reply(others[1], first, alice)
    assert has(alice, "good-talk") == 1


def test_replies_in_a_topic_that_is_hidden_do_not_count_for_who_opened_it(alice: Member) -> None:
    bob = make_member()
    topics = [topic(alice) for _ in range(5)]
    for one in topics[:4]:
        reply(bob, one, alice)
    hide(alice, topics[0])
    reply(bob, topics[4], alice)
    assert has(alice, "good-talk") == 0
    assert has(bob, "first-words") == 1


def test_twenty_days_that_lie_too_far_apart_are_no_moon(alice: Member) -> None:
    for n in range(25):
        talk(alice, MORNING + 2 * n * DAY)
    assert has(alice, "whole-moon") == 0


def test_a_gap_of_a_day_breaks_a_row(alice: Member) -> None:
    for n in (0, 1, 2, 3, 4, 5, 7, 8, 9, 10, 11, 12):
        talk(alice, MORNING + n * DAY)
    assert has(alice, "seven-days") == 0
    talk(alice, MORNING + 6 * DAY)  # told late
    assert has(alice, "seven-days") == 1


def test_a_tier_that_falls_is_none_that_was_reached(alice: Member) -> None:
    from portal.events.types.badges import TierChanged

    tell(TierChanged(member=alice.pk, old="silver", new="member", rose=False))
    assert has(alice, "ridge") == 0


def test_every_word_that_makes_an_act_of_the_day_counts(alice: Member) -> None:
    bob = make_member()
    acts = [
        lambda at: read(alice, "one", at),
        lambda at: topic(alice, at),
        lambda at: reply(alice, 1, bob, at),
        lambda at: react(alice, bob, 2, at),
        lambda at: talk(alice, at),
        lambda at: topic(alice, at),
    ]
    for n, act in enumerate(acts):
        act(MORNING + n * DAY)
    assert has(alice, "seven-days") == 0
    react(bob, alice, 3, MORNING + 6 * DAY)  # what others do is no visit of hers
    assert has(alice, "seven-days") == 0
    topic(alice, MORNING + 6 * DAY)
    assert has(alice, "seven-days") == 1


def test_years_are_told_once_each_on_her_own_day_and_caught_up(alice: Member) -> None:
    joined = alice.joined_at
    assert joined is not None  # 1 March 2026, 09:00 in Saigon
    day = joined.replace(year=2027)
    from portal.events.models import DomainEvent

    def told() -> int:
        return DomainEvent.objects.filter(name="year_completed", payload__member=alice.pk).count()

    tasks.tell_years(day - timedelta(hours=10))  # still 28 February there
    assert told() == 0
    tasks.tell_years(day - timedelta(hours=8))  # 1 March there, 28 February in UTC
    assert told() == 1
    tasks.tell_years(day)
    assert told() == 1
    tasks.tell_years(joined.replace(year=2030))
    assert told() == 4
