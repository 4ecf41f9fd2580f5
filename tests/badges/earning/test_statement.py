"""Every line of the statement says what happened, where it stands and why, in the reader's words."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import translation

from badges import api
from badges.earning.models import RuleInForce
from badges.earning.statement import cap_text, outcome_text
from badges.earning.tasks import settle_waiting
from badges.ledger import actions as ledger
from portal.accounts.models import Member
from portal.cards.actions import put_card
from portal.events import relay
from portal.events.types.brand import StoryRead
from portal.events.types.community import TalkedInChat
from tests.badges.earning.conftest import MORNING, Forum, tell
from tests.factories.portal import make_members
from tests.helpers.queries import assert_num_queries_constant

pytestmark = pytest.mark.django_db
Shown = tuple[str, int, str, str]


@pytest.fixture(autouse=True)
def in_english() -> Any:
    """The originals; their Vietnamese is the catalogue's affair, and two lines of it are read below."""
    with translation.override("en"):
        yield


def shown(member: Member) -> list[Shown]:
    """Title, amount, state and reason of each line, newest first, without the thanks for joining."""
    relay.drain()
    lines, following = api.statement(member.pk, limit=50)
    assert following is None
    return [(line.title, line.amount, line.state, line.why["text"]) for line in lines if line.icon != "house"]


def facts(member: Member) -> dict[str, str]:
    """What stands under the newest line's reason."""
    line = api.statement(member.pk, limit=1)[0][0]
    return {fact["label"]: fact["value"] for fact in line.why["facts"]}


def test_a_story_is_called_as_in_the_readers_language_whichever_it_was_read_in(alice: Member) -> None:
    put_card(kind="story", ref="muoi", locale="vi", title="Năm sương muối", url="/vi/stories/muoi/")
    put_card(kind="story", ref="muoi", locale="en", title="The year of frost", url="/en/stories/muoi/")
    tell(StoryRead(actor=alice.pk, member=alice.pk, story="muoi", title="The year of frost"))
    assert [line[0] for line in shown(alice)] == ["Read “The year of frost” to the end"]
    with translation.override("vi"):
        assert [line[0] for line in shown(alice)] == ["Đọc hết “Năm sương muối”"]


def test_joining_is_the_first_line(alice: Member) -> None:
    relay.drain()
    [line] = api.statement(alice.pk)[0]
    assert (line.title, line.amount, line.state) == ("Joined the house", 20, "posted")
    assert line.why["text"] == "Paid at once by the rule below."
    assert facts(alice) == {
        "Rule": "Joining, revision 1, in force since 1 January 2026",
        "Comes with": "10 tier points",
        "Within the cap": "1 of 1 in all",
    }


def test_a_waiting_line_counts_down_as_people_answer(alice: Member, bob: Member, charlie: Member, forum: Forum) -> None:
    topic = forum.topic(alice)
    [line] = shown(alice)
    assert line[:3] == ("Opened “Phin”", 5, "pending")
    assert line[3].startswith("Waits for 2 more people to answer. If they have not by 11 May 2026,")
    forum.reply(bob, topic)
    assert shown(alice)[0][3].startswith("Waits for 1 more person to answer. If nobody has by 11 May 2026,")
    forum.reply(charlie, topic)
    assert shown(alice) == [
        ("Opened “Phin”", 5, "posted", "It waited for an answer, and the answer came. These points can be spent.")
    ]


def test_a_line_that_nobody_answered_closes_by_itself(alice: Member, bob: Member, forum: Forum) -> None:
    forum.reply(alice, forum.topic(bob))
    settle_waiting(MORNING + timedelta(days=7))
    assert shown(alice) == [
        (
            "Replied in “Phin”", 3, "lapsed",
            "Nobody answered in time, so this line went back by itself. You lost nothing you had.",
        )
    ]  # fmt: skip


def test_a_reaction_waits_for_different_people_and_is_released(alice: Member, forum: Forum) -> None:
    givers = make_members(5)
    for n, giver in enumerate(givers[:4]):
        forum.react(giver, alice, 900 + n)
    assert shown(alice)[0] == (
        "Someone warmed to your words in “Phin”", 2, "pending",
        "Waits until your reactions come from 5 different people.",
    )  # fmt: skip
    forum.react(givers[4], alice, 904)
    assert [line[2] for line in shown(alice)] == ["posted"] * 5


def test_a_wait_in_time_names_its_day(alice: Member, forum: Forum) -> None:
    rule = RuleInForce.objects.get(rule__code="story-read").rule
    waits = {"beneficiary": "member", "points": {"spend": 5}, "wait": {"kind": "time", "hours": 48}}
    RuleInForce.objects.create(rule=rule, number=2, since=MORNING - timedelta(days=1), definition=waits)
    tell(StoryRead(actor=alice.pk, member=alice.pk, story="a", title="A"))
    assert shown(alice) == [("Read “A” to the end", 5, "pending", "Waits until 6 May 2026.")]
    assert settle_waiting(MORNING + timedelta(hours=48)) == 1
    assert shown(alice)[0][2] == "posted"


def test_taking_back_and_giving_again_are_lines_of_their_own(alice: Member, bob: Member, forum: Forum) -> None:
    post = forum.reply(alice, forum.topic(bob))
    forum.react(bob, alice, post)
    forum.hide(alice, post)
    taken = (
        "Taken back: the post is no longer shown",
        "What an act earned goes when the act goes. Nothing beyond it was taken.",
    )
    gone = "It was paid, and taken back when the words it was paid for left the page. If they return, so does this."
    lines = shown(alice)
    assert sorted(lines[:2]) == [(taken[0], -3, "spent", taken[1]), (taken[0], -2, "spent", taken[1])]
    assert [(amount, state, why) for _title, amount, state, why in lines[2:]] == [
        (2, "reversed", gone),
        (3, "reversed", gone),
    ]
    forum.restore(alice, post)
    again = [line for line in shown(alice) if line[0] == "Given again: the post is back"]
    assert sorted(amount for _title, amount, _state, _why in again) == [2, 3]


def test_a_withdrawn_reaction_says_so(alice: Member, bob: Member, forum: Forum) -> None:
    forum.unreact(bob, alice, 900, forum.react(bob, alice, 900))
    assert [line[:3] for line in shown(alice)] == [
        ("Taken back: the reaction was withdrawn", -2, "spent"),
        ("Someone warmed to your words in “Phin”", 2, "reversed"),
    ]


def test_spending_names_what_it_was_for(alice: Member) -> None:
    relay.drain()
    ledger.redeem(member_id=alice.pk, amount=7, source="test", key="cup", at=MORNING, reason="A cup")
    assert shown(alice) == [("A cup", -7, "spent", "")]


def test_a_trimmed_line_says_that_it_is_a_part(alice: Member) -> None:
    rule = RuleInForce.objects.get(rule__code="chat-day").rule
    cap = {"scope": "rule", "metric": "spend", "limit": 10, "window": "day", "on_exceed": "trim"}
    definition = {"beneficiary": "member", "points": {"spend": 8}, "caps": [cap]}
    RuleInForce.objects.create(rule=rule, number=2, since=MORNING - timedelta(days=1), definition=definition)
    for n in (1, 2):
        tell(TalkedInChat(actor=alice.pk, member=alice.pk, room=1, message=n, day="2026-05-04"))
    assert shown(alice) == [
        ("Talked with the house that day", 2, "posted", "Part of it, because the cap was reached."),
        ("Talked with the house that day", 8, "posted", "Paid at once by the rule below."),
    ]
    assert facts(alice)["Within the cap"] == "8 of 10 today"


@pytest.mark.parametrize(
    ("window", "words"),
    [("day", "2 of 3 today"), ("month", "2 of 3 this month"), ("year", "2 of 3 this year"), ("ever", "2 of 3 in all")],
)
def test_a_cap_is_told_with_its_window(window: str, words: str) -> None:
    assert cap_text({"window": window, "used": 2, "limit": 3}) == words


def test_a_cap_never_seems_overdrawn() -> None:
    assert cap_text({"window": "day", "used": 9, "limit": 3}) == "3 of 3 today"


def test_only_what_paid_nothing_has_a_reason_for_it() -> None:
    cap = {"window": "day", "used": 3, "limit": 3}
    told = {
        name: outcome_text({"outcome": name, "data": cap})
        for name in ("paid", "pending", "trimmed", "capped", "excluded")
    }
    assert told == {
        "paid": "",
        "pending": "",
        "trimmed": "",
        "capped": "The cap was reached: 3 of 3 today.",
        "excluded": "One's own words never pay oneself.",
    }


def test_the_reader_is_told_in_her_language(alice: Member, bob: Member, forum: Forum) -> None:
    forum.reply(alice, forum.topic(bob))
    with translation.override("vi"):
        [line] = shown(alice)
        assert line[0] == "Trả lời trong “Phin”"
        assert line[3].startswith("Chờ thêm 1 người hưởng ứng. Nếu đến ")


def test_many_lines_cost_as_many_queries_as_one(alice: Member, bob: Member, forum: Forum) -> None:
    forum.react(bob, alice, 900)
    tell(StoryRead(actor=alice.pk, member=alice.pk, story="a", title="A"))

    def grow() -> None:
        for n in range(3):
            post = forum.reply(alice, 1)
            forum.react(bob, alice, post)
            forum.hide(alice, post)
            tell(StoryRead(actor=alice.pk, member=alice.pk, story=f"b{n}", title="B"))

    assert_num_queries_constant(lambda: api.statement(alice.pk, limit=50), grow)
