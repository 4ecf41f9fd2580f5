"""What the starting programme pays, what waits, what is capped, and what goes when its act goes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import permutations

import pytest

from badges.earning.models import Evaluation, PendingEarning, RuleInForce
from badges.earning.tasks import settle_waiting
from badges.ledger.models import Transaction
from badges.ledger.verify import verify
from portal.accounts.models import Member
from portal.events import relay
from portal.events.models import Delivery
from portal.events.types.brand import StoryRead
from portal.events.types.community import TalkedInChat
from tests.badges.earning.conftest import MORNING, Forum, tell
from tests.factories.portal import make_members

pytestmark = pytest.mark.django_db
Purse = Callable[..., int]
STORY = "0b5f0a52-6d4f-4f6c-9a3e-2d8f1a0c7e11"


@pytest.fixture(autouse=True)
def ledger_is_sound() -> object:
    """Whatever a test did, the books balance afterwards and the programme heard everything."""
    yield
    assert verify() == []
    heard = Delivery.objects.filter(subscriber="earning")  # the forum of these tests has no posts for others to find
    assert list(heard.exclude(error="").values_list("event__name", "error")) == []


def test_joining_pays_once(alice: Member) -> None:
    relay.drain()
    [posted] = Transaction.objects.filter(member=alice)
    assert (posted.kind, posted.response["amounts"]) == ("earn", {"spend": 20, "status": 10})
    assert posted.revision is not None
    assert posted.revision.rule.code == "join"


def test_a_story_pays_at_once_and_only_once(alice: Member, purse: Purse) -> None:
    for _twice in range(2):
        tell(StoryRead(actor=alice.pk, member=alice.pk, story=STORY, title="Năm sương muối"))
    assert (purse(alice), purse(alice, "status")) == (5, 5)


def test_three_stories_a_day_and_the_fourth_says_why_not(alice: Member, purse: Purse) -> None:
    for n in range(4):
        event = tell(StoryRead(actor=alice.pk, member=alice.pk, story=f"{STORY[:-1]}{n}", title=f"Chuyện {n}"))
    assert purse(alice) == 15
    [outcome] = Evaluation.objects.get(event_id=event, member=alice).outcomes
    assert (outcome["outcome"], outcome["granted"]) == ("capped", {})
    assert outcome["data"] == {"cap": "rule", "metric": "times", "limit": 3, "window": "day", "used": 3}


def test_a_reply_waits_for_one_other_member(alice: Member, bob: Member, forum: Forum, purse: Purse) -> None:
    topic = forum.topic(bob)
    post = forum.reply(alice, topic)
    assert (purse(alice), purse(alice, role="pending"), purse(alice, "status", "pending")) == (0, 3, 1)
    forum.react(bob, alice, post)
    # The reply is confirmed; the reaction itself (2) waits for more different givers.
    assert (purse(alice), purse(alice, role="pending"), purse(alice, "status")) == (3, 2, 1)


def test_a_topic_waits_for_two_others_and_a_reply_counts_as_an_answer(
    alice: Member, bob: Member, charlie: Member, forum: Forum, purse: Purse
) -> None:
    topic = forum.topic(alice)
    forum.reply(bob, topic)
    forum.reply(bob, topic)
    assert (purse(alice), purse(alice, role="pending")) == (0, 5)
    forum.reply(charlie, topic)
    assert (purse(alice), purse(alice, role="pending"), purse(alice, "rep")) == (5, 0, 2)


def test_ones_own_answer_frees_nothing(alice: Member, bob: Member, forum: Forum, purse: Purse) -> None:
    topic = forum.topic(bob)
    post = forum.reply(alice, topic)
    forum.reply(alice, topic, reply_to=post)
    assert purse(alice) == 0


def test_what_nobody_answers_lapses_after_seven_days_and_costs_nothing(
    alice: Member, bob: Member, forum: Forum, purse: Purse
) -> None:
    forum.reply(alice, forum.topic(bob))
    assert settle_waiting(MORNING + timedelta(days=7, seconds=-1)) == 0
    assert settle_waiting(MORNING + timedelta(days=7)) == 2  # bob's topic and alice's reply
    assert settle_waiting(MORNING + timedelta(days=8)) == 0
    assert (purse(alice), purse(alice, role="pending")) == (0, 0)


def test_an_answer_after_the_lapse_comes_too_late(alice: Member, bob: Member, forum: Forum, purse: Purse) -> None:
    post = forum.reply(alice, forum.topic(bob))
    settle_waiting(MORNING + timedelta(days=7))
    forum.react(bob, alice, post, MORNING + timedelta(days=7, minutes=1))
    assert purse(alice) == 0


def test_reactions_wait_until_five_different_people_gave_them(alice: Member, forum: Forum, purse: Purse) -> None:
    givers = make_members(5)
    for n, giver in enumerate(givers[:4]):
        forum.react(giver, alice, 900 + n)
    assert (purse(alice), purse(alice, role="pending")) == (0, 8)
    forum.react(givers[4], alice, 904)
    assert (purse(alice), purse(alice, role="pending"), purse(alice, "rep")) == (10, 0, 10)


def test_criterion_22_two_friends_cannot_feed_each_other(
    alice: Member, bob: Member, forum: Forum, purse: Purse
) -> None:
    """Criterion 22: twenty reactions a day between two accounts stay held, and the pair's cap lets three count."""
    for n in range(20):
        forum.react(bob, alice, 900 + n)
        forum.react(alice, bob, 950 + n)
    assert [purse(m) for m in (alice, bob)] == [0, 0]
    assert [purse(m, role="pending") for m in (alice, bob)] == [6, 6]


def test_criterion_21_reacting_to_oneself_pays_nothing_and_says_so(alice: Member, forum: Forum, purse: Purse) -> None:
    forum.react(alice, alice, 900)
    assert (purse(alice), purse(alice, role="pending")) == (0, 0)
    assert Evaluation.objects.filter(member=alice).latest("id").outcomes[0]["outcome"] == "excluded"


def test_criterion_21_hiding_takes_back_exactly_what_the_post_earned_and_restoring_gives_it_once(
    alice: Member, bob: Member, forum: Forum, purse: Purse
) -> None:
    topic = forum.topic(bob)
    kept, post = forum.reply(alice, topic), forum.reply(alice, topic)
    forum.react(bob, alice, kept)
    forum.react(bob, alice, post)
    before = (purse(alice), purse(alice, role="pending"), purse(alice, "status"), purse(alice, "rep"))
    assert before == (6, 4, 2, 2)
    forum.hide(alice, post)
    forum.hide(alice, post)
    assert (purse(alice), purse(alice, role="pending"), purse(alice, "status"), purse(alice, "rep")) == (3, 2, 1, 1)
    forum.restore(alice, post)
    forum.restore(alice, post)
    assert (purse(alice), purse(alice, role="pending"), purse(alice, "status"), purse(alice, "rep")) == before


def test_a_waiting_reply_that_was_hidden_waits_again_when_it_is_back(
    alice: Member, bob: Member, forum: Forum, purse: Purse
) -> None:
    post = forum.reply(alice, forum.topic(bob))
    forum.hide(alice, post)
    assert purse(alice, role="pending") == 0
    forum.restore(alice, post)
    assert purse(alice, role="pending") == 3
    forum.react(bob, alice, post)
    assert purse(alice) == 3


def test_a_reaction_taken_back_takes_back_its_points_and_a_restore_does_not_revive_it(
    alice: Member, bob: Member, forum: Forum, purse: Purse
) -> None:
    post = forum.reply(alice, forum.topic(bob))
    reaction = forum.react(bob, alice, post)
    forum.unreact(bob, alice, post, reaction)
    assert (purse(alice), purse(alice, role="pending")) == (3, 0)
    forum.hide(alice, post)
    forum.restore(alice, post)
    assert (purse(alice), purse(alice, role="pending")) == (3, 0)


def test_behaviour_11_reacting_and_taking_back_again_and_again_earns_nothing(
    alice: Member, bob: Member, forum: Forum, purse: Purse
) -> None:
    for _turn in range(10):
        forum.unreact(bob, alice, 900, forum.react(bob, alice, 900))
    assert (purse(alice), purse(alice, role="pending")) == (0, 0)


def test_behaviour_11_a_hundred_reactions_each_in_a_day_pay_each_of_two_the_pairs_cap_at_most(
    alice: Member, bob: Member, forum: Forum, purse: Purse
) -> None:
    for n in range(50):
        forum.react(bob, alice, 900 + n)
        forum.react(alice, bob, 1900 + n)
    # Three of two Hạt each, and none of them confirmed: too few different people.
    assert [(purse(m), purse(m, role="pending")) for m in (alice, bob)] == [(0, 6), (0, 6)]


def test_behaviour_11_ones_own_replies_confirm_nothing(alice: Member, forum: Forum, purse: Purse) -> None:
    topic = forum.topic(alice)
    for _ in range(5):
        forum.reply(alice, topic)
    assert purse(alice) == 0


def test_behaviour_08_hiding_twice_takes_back_once_and_the_sums_stay_the_balance(
    alice: Member, bob: Member, forum: Forum, purse: Purse
) -> None:
    post = forum.reply(alice, forum.topic(bob))
    forum.react(bob, alice, post)
    for _twice in range(2):
        forum.hide(alice, post)
    assert (purse(alice), purse(alice, role="pending"), purse(alice, "rep")) == (0, 0, 0)
    for _twice in range(2):
        forum.restore(alice, post)
    assert (purse(alice), purse(alice, "rep")) == (3, 1)


def test_criterion_13_rejecting_follows_the_order_of_arrival(alice: Member, purse: Purse) -> None:
    """Fifteen then ten pays fifteen; ten then fifteen pays ten; what came later never takes back what was given."""
    rules = {15: "story-read", 10: "chat-day"}
    for amount, code in rules.items():
        rule = RuleInForce.objects.get(rule__code=code, number=1).rule
        cap = {"scope": "group:both", "metric": "spend", "limit": 20, "window": "day", "on_exceed": "reject"}
        definition = {"beneficiary": "member", "points": {"spend": amount}, "caps": [cap]}
        RuleInForce.objects.create(rule=rule, number=2, since=MORNING - timedelta(days=1), definition=definition)

    def talk(at: datetime) -> int:
        return tell(TalkedInChat(actor=alice.pk, member=alice.pk, room=1, message=1, day=f"{at:%Y-%m-%d}"), at)

    def read(at: datetime) -> int:
        return tell(StoryRead(actor=alice.pk, member=alice.pk, story=f"{at:%d}", title="x"), at)

    read(MORNING)
    late = talk(MORNING)
    assert purse(alice) == 15
    assert Evaluation.objects.get(event_id=late, member=alice).outcomes[0]["outcome"] == "capped"
    tomorrow = MORNING + timedelta(days=1)
    talk(tomorrow)
    read(tomorrow)
    assert purse(alice) == 25


def test_talk_gives_at_most_two_hundred_status_points_a_year(alice: Member, purse: Purse) -> None:
    for n in range(205):
        at = MORNING + timedelta(days=n)
        tell(TalkedInChat(actor=alice.pk, member=alice.pk, room=1, message=n + 1, day=at.date().isoformat()), at)
    assert (purse(alice, "status"), purse(alice)) == (200, 615)
    last = Evaluation.objects.filter(member=alice).latest("at").outcomes[0]
    assert (last["outcome"], last["granted"], last["data"]["limit"]) == ("trimmed", {"rep": 1, "spend": 3}, 200)


@pytest.mark.parametrize("order", list(permutations([0, 1, 2])))
def test_criterion_13_trimming_grants_the_same_in_any_order(
    alice: Member, order: tuple[int, ...], purse: Purse
) -> None:
    """Criterion 13: with a cap of 20 and awards of 8, any order of a day's events grants 20 and tells what was cut."""
    rule = RuleInForce.objects.get(rule__code="chat-day").rule
    definition = {
        "beneficiary": "member", "points": {"spend": 8},
        "caps": [{"scope": "rule", "metric": "spend", "limit": 20, "window": "day", "on_exceed": "trim"}],
    }  # fmt: skip
    RuleInForce.objects.create(rule=rule, number=2, since=MORNING - timedelta(days=1), definition=definition)
    for n in order:
        tell(
            TalkedInChat(actor=alice.pk, member=alice.pk, room=1, message=n, day="2026-05-04"),
            MORNING + timedelta(hours=n),
        )
    assert purse(alice) == 20
    granted = [
        o["granted"]["spend"]
        for e in Evaluation.objects.filter(member=alice, event__name="talked_in_chat")
        for o in e.outcomes
    ]
    assert sorted(granted) == [4, 8, 8]


def test_an_event_is_judged_by_the_revision_in_force_when_it_happened(alice: Member, purse: Purse) -> None:
    """Criterion 15: one second before T revision 1 pays, at T revision 2; each posting names its revision."""
    rule = RuleInForce.objects.get(rule__code="story-read").rule
    change = MORNING
    RuleInForce.objects.create(
        rule=rule, number=2, since=change, definition={"beneficiary": "member", "points": {"spend": 50}}
    )
    tell(StoryRead(actor=alice.pk, member=alice.pk, story="a", title="A"), change)
    tell(StoryRead(actor=alice.pk, member=alice.pk, story="b", title="B"), change - timedelta(seconds=1))
    paid = Transaction.objects.filter(member=alice, source="rule:story-read").order_by("id")
    assert [(t.revision.number, t.response["amounts"]["spend"]) for t in paid if t.revision] == [(2, 50), (1, 5)]


def test_a_retired_rule_pays_nothing_from_then_on(alice: Member, purse: Purse) -> None:
    rule = RuleInForce.objects.get(rule__code="story-read").rule
    RuleInForce.objects.create(rule=rule, number=2, since=MORNING, definition={})
    tell(StoryRead(actor=alice.pk, member=alice.pk, story="a", title="A"), MORNING)
    assert purse(alice) == 0


def test_the_same_delivery_judged_twice_pays_once(alice: Member, purse: Purse) -> None:
    tell(StoryRead(actor=alice.pk, member=alice.pk, story=STORY, title="A"))
    relay.replay("earning")
    relay.drain()
    assert purse(alice) == 5
    assert PendingEarning.objects.count() == 0
