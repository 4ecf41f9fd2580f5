"""The world in memory is the ledger's: with the rules as they are, a replay gives what was posted, to the point."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

import pytest

from badges.backtest.replay import Log, replay
from badges.earning import settling
from badges.earning.models import PendingEarning, Ring
from badges.earning.tasks import settle_waiting
from badges.ledger.selectors import status_points_of_all
from badges.programme.actions import decide_ring, look_for_rings
from portal.accounts.models import Member
from portal.events import relay
from portal.events.types.accounts import AccountsMerged, ProfileCompleted
from portal.events.types.brand import StoryRead
from portal.events.types.community import (
    AnswerAccepted,
    AnswerUnaccepted,
    TalkedInChat,
    TradingCleared,
    TradingFound,
)
from portal.events.types.outside import PurchaseCompleted, PurchaseRefunded
from tests.badges.backtest.conftest import (
    DAY,
    END,
    MONDAY,
    counted,
    drafted,
    has,
    issued,
    ledger_has,
    ledger_issued,
    replayed,
    rows_of_everything,
)
from tests.badges.earning.conftest import Forum, tell
from tests.badges.programme.conftest import NOON, approved, rule
from tests.factories.portal import make_members

pytestmark = [pytest.mark.both_databases, pytest.mark.django_db]
HOUR = timedelta(hours=1)


@pytest.fixture
def month(alice: Member, bob: Member, charlie: Member, forum: Forum) -> int:
    """Caps that are met, waits that are answered, lapse and stay open, and every way of taking back; Alice's post."""
    relay.drain()
    Member.objects.update(joined_at=MONDAY - 9 * DAY)
    for n in range(5):
        tell(StoryRead(actor=alice.pk, member=alice.pk, story=f"s{n}", title="x"), MONDAY + n * HOUR)
    tell(StoryRead(actor=alice.pk, member=alice.pk, story="s0", title="x"), MONDAY + DAY)
    tell(ProfileCompleted(actor=bob.pk, member=bob.pk), MONDAY)
    tell(TalkedInChat(actor=bob.pk, member=bob.pk, room=1, message=1, day="2026-05-04"), MONDAY)
    topic = forum.topic(bob, MONDAY)
    replies = [forum.reply(alice, topic, MONDAY + n * timedelta(minutes=5)) for n in range(12)]
    for post in replies[:6]:
        forum.react(charlie, alice, post, MONDAY + HOUR)
    forum.react(bob, alice, replies[6], MONDAY + 2 * HOUR)
    taken = forum.react(bob, alice, replies[7], MONDAY + 2 * HOUR)
    forum.unreact(bob, alice, replies[7], taken, MONDAY + 3 * HOUR)
    forum.hide(alice, replies[0], MONDAY + DAY)
    forum.hide(alice, replies[8], MONDAY + DAY)
    forum.restore(alice, replies[0], MONDAY + 2 * DAY)
    forum.restore(alice, replies[8], MONDAY + 2 * DAY)
    forum.react(charlie, alice, replies[8], MONDAY + 2 * DAY)
    settle_waiting(MONDAY + 8 * DAY)
    forum.reply(charlie, topic, END - DAY)
    answer = AnswerAccepted(
        actor=bob.pk, acceptance=1, topic=topic, post=replies[1], author=alice.pk, topic_author=bob.pk,
        helper=alice.pk, title="x",
    )  # fmt: skip
    tell(answer, MONDAY + 3 * DAY)
    return replies[1]


def the_same() -> None:
    begun = MONDAY - 400 * DAY
    found = replayed(since=begun).base
    assert issued(found) == ledger_issued(begun)
    assert has(found) == ledger_has()
    status = status_points_of_all((2025, 2026, 2027))
    assert counted(found) == {(m, year): n for m, years in status.items() for year, n in years.items() if n}


def test_the_rules_as_they_are_give_what_the_ledger_has(month: int) -> None:
    the_same()


def test_an_answer_that_is_chosen_no_more_and_a_giver_who_traded(
    alice: Member, bob: Member, charlie: Member, forum: Forum, month: int
) -> None:
    no_more = AnswerUnaccepted(
        actor=bob.pk, acceptance=1, topic=1, post=month, author=alice.pk, topic_author=bob.pk, helper=alice.pk,
        title="x", why="withdrawn",
    )  # fmt: skip
    tell(no_more, MONDAY + 5 * DAY)
    the_same()
    tell(TradingFound(actor=bob.pk, member=charlie.pk), MONDAY + 6 * DAY)
    forum.react(charlie, alice, month, MONDAY + 6 * DAY)
    the_same()
    forum.hide(alice, month, MONDAY + 7 * DAY)
    tell(TradingCleared(actor=bob.pk, member=charlie.pk), MONDAY + 8 * DAY)
    forum.restore(alice, month, MONDAY + 9 * DAY)
    the_same()


def test_thanks_from_enough_different_people_free_what_waited(alice: Member, forum: Forum) -> None:
    post = forum.topic(alice, MONDAY)
    givers = make_members(6)
    for n, giver in enumerate([*givers[:2] * 3, *givers]):
        forum.react(giver, alice, post, MONDAY + n * HOUR)
    the_same()
    assert {line.state for line in replayed().base.lines if line.rule == "reaction"} >= {"confirmed", "paid"}


def test_refunds_in_parts_take_their_share(manager: Member, approver: Member, alice: Member) -> None:
    bought = {"beneficiary": "member", "points": {"spend": 10, "status": 7}, "caps": []}
    approved(manager, approver, MONDAY - DAY, subject="bought", content=rule(event="purchase_completed", **bought))
    order = {"member": alice.pk, "source": "till", "order": "1"}
    paid = tell(PurchaseCompleted(actor=None, amount=3000, currency="VND", **order), MONDAY)
    for part in (1000, 2000):
        tell(
            PurchaseRefunded(actor=None, paid=3000, refunded=part, of=paid, **order),
            MONDAY + part * timedelta(seconds=9),
        )
    the_same()
    assert has(replayed().base)[alice.pk, "spend"] == 4


def test_two_accounts_that_became_one(alice: Member, bob: Member, charlie: Member, forum: Forum, month: int) -> None:
    tell(AccountsMerged(actor=bob.pk, kept=bob.pk, closed=alice.pk), MONDAY + 6 * DAY)
    tell(StoryRead(actor=bob.pk, member=bob.pk, story="s1", title="x"), MONDAY + 7 * DAY)
    forum.hide(alice, month, MONDAY + 7 * DAY)
    the_same()


def test_a_rule_that_changed_is_replayed_as_it_was_then(
    manager: Member, approver: Member, alice: Member, bob: Member, forum: Forum
) -> None:
    approved(manager, approver, NOON + 3 * DAY)
    for at in (NOON + 3 * DAY - timedelta(seconds=1), NOON + 3 * DAY):
        topic = forum.topic(bob, at)
        forum.react(bob, alice, forum.reply(alice, topic, at), at + HOUR)
    the_same()
    assert [line.amounts["spend"] for line in replayed().base.lines if line.rule == "reply"] == [3, 4]


def test_what_was_decided_by_hand_stays_decided(manager: Member, alice: Member, bob: Member, forum: Forum) -> None:
    topic = forum.topic(bob, MONDAY)
    for _ in range(2):
        forum.reply(alice, topic, MONDAY)
    first, second = PendingEarning.objects.filter(member=alice).order_by("id")
    settling.confirm(first, at=MONDAY + DAY, by=manager.pk, note="Thật")
    settling.refuse(second, at=MONDAY + DAY, by=manager.pk, note="Không")
    the_same()
    states = [line.state for line in replayed().base.lines if line.rule == "reply"]
    assert states == ["confirmed", "reversed"]


def test_what_was_held_for_a_look_is_held_in_memory_and_becomes_what_was_decided(
    manager: Member, alice: Member, bob: Member, charlie: Member, forum: Forum
) -> None:
    topic = forum.topic(charlie, MONDAY)
    for n in range(10):
        forum.react(alice, bob, 9000 + n, MONDAY)
        forum.react(bob, alice, 9000 + n, MONDAY)
    look_for_rings(MONDAY + DAY, at=MONDAY + DAY)
    reply = forum.reply(alice, topic, MONDAY + 2 * DAY)
    forum.react(bob, alice, reply, MONDAY + 2 * DAY)  # held at once, both the thanks and the reply that it answers
    freed = forum.reply(bob, topic, MONDAY + 2 * DAY)
    forum.react(alice, bob, freed, MONDAY + 2 * DAY)
    forum.react(charlie, bob, freed, MONDAY + 2 * DAY)  # somebody from outside answers it
    the_same()
    rows = PendingEarning.objects.values_list("state", flat=True)
    waited = Counter({"activated": "confirmed"}.get(state, state) for state in rows)
    assert Counter(line.state for line in replayed().base.lines if line.wait) == waited
    ring = Ring.objects.get()
    held = PendingEarning.objects.filter(ring=ring, state="held").count()
    assert held == 9
    decide_ring(
        actor=manager, ring_id=ring.pk, key=f"{ring.version}.{held}", honest=False, note="x", at=MONDAY + 3 * DAY
    )
    forum.react(bob, alice, 9100, MONDAY + 4 * DAY)
    the_same()


# ── With a draft ────────────────────────────────────────────────────────────────────────────────────────────────
def sums(world_lines: list, rule_code: str, code: str = "spend") -> int:
    return sum(line.amounts.get(code, 0) for line in world_lines if line.rule == rule_code and not line.again)


def test_a_doubled_rule_gives_double(alice: Member, bob: Member, forum: Forum) -> None:
    topic = forum.topic(bob, MONDAY)
    for n in range(13):
        forum.reply(alice, topic, MONDAY + n * timedelta(minutes=1))
    cap = {"scope": "rule", "metric": "times", "limit": 10, "window": "day", "on_exceed": "reject"}
    found = replayed({"reply": drafted("reply_posted", points={"spend": 6}, caps=[cap])})
    assert (sums(found.base.lines, "reply"), sums(found.draft.lines, "reply")) == (30, 60)


def test_a_cap_that_trims_and_one_that_rejects(alice: Member, bob: Member, forum: Forum) -> None:
    topic = forum.topic(bob, MONDAY)
    for n in range(5):
        forum.reply(alice, topic, MONDAY + n * timedelta(minutes=1))
    cap = {"scope": "rule", "metric": "spend", "limit": 10, "window": "day"}
    got = {}
    for way in ("trim", "reject"):
        draft = drafted("reply_posted", points={"spend": 4}, caps=[cap | {"on_exceed": way}])
        found = replayed({"reply": draft}).draft
        got[way] = (sums(found.lines, "reply"), dict(found.outcomes)["reply", "capped"])
    assert got == {"trim": (10, 2), "reject": (8, 3)}


def test_a_cap_counts_what_happened_before_the_window(alice: Member, bob: Member, forum: Forum) -> None:
    topic = forum.topic(bob, MONDAY)
    for n in range(6):
        forum.reply(alice, topic, MONDAY + n * HOUR)
    cap = {"scope": "rule", "metric": "times", "limit": 4, "window": "day", "on_exceed": "reject"}
    draft = drafted("reply_posted", points={"spend": 3}, caps=[cap])
    found = replayed({"reply": draft}, since=MONDAY + 3 * HOUR)
    assert (sums(found.base.lines, "reply"), sums(found.draft.lines, "reply")) == (9, 3)
    assert (found.events, found.draft is found.base) == (3, False)


def test_a_drafted_wait_lapses_without_answers(alice: Member, bob: Member, forum: Forum) -> None:
    topic = forum.topic(bob, MONDAY)
    quiet, heard = forum.reply(alice, topic, MONDAY), forum.reply(alice, topic, MONDAY)
    forum.react(bob, alice, heard, MONDAY + HOUR)
    draft = drafted("reply_posted", points={"spend": 3}, wait={"kind": "responders", "needed": 1, "days": 2})
    lines = [line for line in replayed({"reply": draft}).draft.lines if line.rule == "reply"]
    assert [(line.subject, line.state, line.left) for line in lines] == [
        (f"post:{quiet}", "lapsed", {}), (f"post:{heard}", "confirmed", {"spend": 3}),
    ]  # fmt: skip


def test_a_new_rule_pays_what_nobody_was_paid_for(alice: Member) -> None:
    tell(StoryRead(actor=alice.pk, member=alice.pk, story="s1", title="x"), MONDAY)
    draft = drafted("story_read", beneficiary="member", points={"rep": 2})
    found = replayed({"read-more": draft})
    assert (sums(found.base.lines, "read-more", "rep"), sums(found.draft.lines, "read-more", "rep")) == (0, 2)


def test_nothing_is_written_by_a_replay(month: int) -> None:
    relay.drain()
    settle_waiting(END)
    before = rows_of_everything()
    replay(Log.up_to(END), drafts={"reply": drafted("reply_posted", points={"spend": 9})}, since=MONDAY)
    assert rows_of_everything() == before


def test_a_replay_asks_the_same_for_one_event_and_for_many(
    alice: Member, bob: Member, forum: Forum, django_assert_max_num_queries
) -> None:
    topic = forum.topic(bob, MONDAY)
    with django_assert_max_num_queries(10):
        replay(Log.up_to(END), drafts={}, since=MONDAY)
    for n in range(9):
        forum.reply(alice, topic, MONDAY + n * HOUR)
    with django_assert_max_num_queries(10):
        assert replay(Log.up_to(END), drafts={}, since=MONDAY).events == 10
