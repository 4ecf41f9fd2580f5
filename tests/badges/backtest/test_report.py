"""What a result says: sums, days, who wins and loses, tiers, and points that go round in small circles."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from typing import Any

import pytest

from badges.backtest.replay import Replayed
from badges.backtest.report import report_of, tiers_of
from badges.backtest.rings import pairs_of, rings_of
from badges.ledger.selectors import status_points_of_all
from badges.tiers.models import Tier
from badges.tiers.selectors import drafted_rungs, ladders_at
from portal.accounts.models import Member
from portal.events import relay
from tests.badges.backtest.conftest import END, MONDAY, drafted, replayed
from tests.badges.earning.conftest import Forum
from tests.badges.tiers.test_tiers import give
from tests.factories.portal import make_members

HOUR = timedelta(hours=1)
FIRST, LAST = date(2026, 5, 4), date(2026, 5, 18)
VALUES = {"spend": 50, "status": 0, "rep": 0}
TEN = {"scope": "rule", "metric": "times", "limit": 10, "window": "day", "on_exceed": "reject"}


def told(found: Replayed) -> tuple[dict[str, Any], list[Any]]:
    return report_of(found, first=FIRST, last=LAST, values=VALUES, drafted=["reply"])


@pytest.fixture
def talk(alice: Member, bob: Member, charlie: Member, forum: Forum) -> Replayed:
    """Two replies by Alice are answered, one lapses; the draft pays 7 instead of 3 Hạt, and no reputation."""
    relay.drain()
    topic = forum.topic(bob, MONDAY)
    for n in range(3):
        post = forum.reply(alice, topic, MONDAY + n * HOUR)
        if n:
            forum.react(charlie, alice, post, MONDAY + 5 * HOUR)
    forum.hide(alice, post, MONDAY + 30 * HOUR)
    wait = {"kind": "responders", "needed": 1, "days": 7}
    return replayed({"reply": drafted("reply_posted", points={"spend": 7, "status": 1}, caps=[TEN], wait=wait)})


@pytest.mark.django_db
def test_a_rule_says_what_it_issued_and_what_became_of_it(talk: Replayed) -> None:
    result, _differences = told(talk)
    reply = result["rules"][0]
    assert (reply["code"], reply["drafted"]) == ("reply", True)
    assert reply["points"]["spend"] == {
        "issued": [9, 21], "waiting": [0, 0], "lapsed": [3, 7], "taken": [3, 7], "had": [3, 7],
    }  # fmt: skip
    assert reply["points"]["rep"]["issued"] == [3, 0]
    assert reply["acts"]["pending"] == [3, 3]
    assert result["rule_days"]["reply"]["spend"] == [["2026-05-04", 9, 21]]


@pytest.mark.django_db
def test_days_add_up_to_what_was_issued_and_cost_is_what_members_have(talk: Replayed) -> None:
    result, _differences = told(talk)
    spend = result["types"]["spend"]
    assert [sum(day[n] for day in result["days"]["spend"]) for n in (1, 2)] == spend["issued"]
    assert len(result["days"]["spend"]) == 15
    assert spend["cost"] == [50 * had for had in spend["had"]]
    assert spend["had"][1] - spend["had"][0] == 4


@pytest.mark.django_db
def test_who_wins_and_who_loses_by_how_much(talk: Replayed, alice: Member) -> None:
    result, differences = told(talk)
    spend, rep = result["people"]["spend"], result["people"]["rep"]
    base = dict(differences)[alice.pk]["spend"][0]
    assert (spend["more"], spend["less"], spend["top_more"]) == (1, 0, [[alice.pk, base, base + 4]])
    assert [bucket for bucket in spend["buckets"] if bucket[2]] == [[0, 0, spend["same"]], [1, 4, 1]]
    assert (rep["more"], rep["less"]) == (0, 1)
    assert [member for member, _sums in differences] == [alice.pk]


@pytest.mark.django_db
def test_tiers_move_by_exactly_the_points_that_the_draft_changes(
    alice: Member, bob: Member, charlie: Member, forum: Forum
) -> None:
    relay.drain()
    for member, points in ((alice, 138), (bob, 139), (charlie, 137)):  # and 10 for joining; Silver asks for 150
        give(member, points, MONDAY - HOUR)
    topic = forum.topic(bob, MONDAY)
    for member in (alice, charlie):
        forum.react(bob, member, forum.reply(member, topic, MONDAY), MONDAY + HOUR)
    draft = drafted("reply_posted", points={"status": 2})
    found = replayed({"reply": draft})
    points = status_points_of_all((2025, 2026), until=LAST)
    rungs = ladders_at(END)[-1].rungs
    moved = tiers_of(found, points, now=rungs, drafted=rungs, day=LAST)
    # Alice: 148, and one for the reply (that for the reaction waits); the draft gives her one more. Charlie lacks one.
    assert moved["moves"] == [["member", "silver", 1]]
    assert moved["sample"] == [[alice.pk, "member", "silver", 149, 150]]
    higher = {"steps": [
        {"code": rung.code, "threshold": rung.threshold + (9 if rung.rank else 0), "percent": rung.step.percent}
        for rung in rungs
    ]}  # fmt: skip
    give(bob, 1, MONDAY, key="two")
    points = status_points_of_all((2025, 2026), until=LAST)
    raised = drafted_rungs(higher, list(Tier.objects.all()))
    down = tiers_of(replayed(), points, now=rungs, drafted=raised, day=LAST)
    assert (down["moves"], down["up"], down["down"]) == ([["silver", "member", 1]], 0, 1)
    assert down["counts"][1][:1] + down["counts"][1][2:] == ["silver", 0]


# ── Circles ─────────────────────────────────────────────────────────────────────────────────────────────────────
def test_a_pair_thanks_each_other_often_enough_both_ways() -> None:
    thanks = Counter({(1, 2): 5, (2, 1): 6, (3, 4): 9, (4, 3): 4, (5, 6): 50})
    assert [(one.members, one.acts, one.each) for one in pairs_of(thanks)] == [((1, 2), 11, (5, 6))]


def test_a_ring_is_small_closed_and_dense() -> None:
    dense = {(a, b): 3 for a in (1, 2, 3) for b in (1, 2, 3) if a != b}
    chain = {(n, n + 1): 9 for n in range(10, 16)}  # comes back to nobody
    thin = {(20 + n, 20 + (n + 1) % 6): 9 for n in range(6)}  # a circle of six, each thanks one only
    large = {(a, b): 9 for a in range(30, 37) for b in range(30, 37) if a != b}
    seldom = {(a, b): 2 for a in (40, 41, 42) for b in (40, 41, 42) if a != b}
    found = rings_of(Counter({**dense, **chain, **thin, **large, **seldom}))
    assert [(one.members, one.acts, one.density) for one in found] == [((1, 2, 3), 18, 1.0)]


def test_a_long_chain_of_members_does_not_exhaust_the_stack() -> None:
    thanks = Counter({(n, n + 1): 3 for n in range(30_000)} | {(30_000, 29_998): 3})
    assert [one.members for one in rings_of(thanks)] == []


@pytest.mark.django_db
def test_the_share_of_a_pair_is_what_each_has_by_the_other(
    alice: Member, bob: Member, charlie: Member, forum: Forum
) -> None:
    relay.drain()
    theirs = {member: forum.topic(member, MONDAY) for member in (alice, bob, charlie)}
    for n in range(6):
        forum.react(alice, bob, theirs[bob], MONDAY + n * 24 * HOUR)
        forum.react(bob, alice, theirs[alice], MONDAY + n * 24 * HOUR)
    forum.react(alice, charlie, theirs[charlie], MONDAY)
    found = replayed({"reaction": drafted("reaction_added", points={"spend": 4}, exclude_self=True)})
    risk = told(found)[0]["risk"]
    [row] = risk["pairs"]["rows"]
    assert (row["members"], row["acts"], row["points"]) == ([alice.pk, bob.pk], 12, [24, 48])
    # Charlie's one, and topics that nobody answered enough have lapsed.
    assert (risk["total"], risk["together"], risk["rings"]["count"]) == ([26, 52], [24, 48], 0)


@pytest.mark.django_db
def test_points_inside_a_ring_are_counted_once(forum: Forum) -> None:
    ring = make_members(3)
    relay.drain()
    posts = {member.pk: forum.topic(member, MONDAY) for member in ring}
    for n in range(5):
        for giver in ring:
            for author in ring:
                if giver != author:
                    forum.react(giver, author, posts[author.pk], MONDAY + n * 24 * HOUR)
    found = replayed({"reaction": drafted("reaction_added", points={"spend": 1})})
    risk = told(found)[0]["risk"]
    assert (risk["pairs"]["count"], risk["rings"]["count"]) == (3, 1)
    assert risk["rings"]["rows"][0]["members"] == sorted(member.pk for member in ring)
    # Thirty thanks, and the three topics that two others answered.
    assert risk["together"] == risk["total"] == [30 * 2 + 3 * 5, 30 + 3 * 5]
