"""What campaigns add, by exact amounts: windows, conditions, rounding, caps, groups and budgets; each sum is proved."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from badges.campaigns.models import Boost, Budget
from badges.earning.models import EarningRule, RuleInForce
from badges.earning.statement import lines_of
from badges.ledger.models import Transaction
from badges.ledger.verify import verify
from badges.segments.models import Segment, Stay
from badges.tiers.models import Tier, TierMove
from portal.accounts.models import Member
from portal.events import relay
from portal.events.types.accounts import AccountsMerged
from tests.badges.campaigns.conftest import END, HOUR, START, Talk, granted, outcome, read, running
from tests.badges.earning.conftest import Forum, points, tell
from tests.factories.portal import make_member

pytestmark = [pytest.mark.both_databases, pytest.mark.django_db]


@pytest.fixture(autouse=True)
def quiet(db: None) -> None:
    """Everybody has joined before the campaign."""
    relay.drain()


@pytest.fixture
def talk() -> Talk:
    """Replies."""
    return Talk()


def boost(member: Member, place: int = 0) -> tuple[str, dict[str, int]]:
    """What a campaign did with her newest act."""
    found = outcome(member)["boosts"][place]
    return found["outcome"], found["added"]


def rule(code: str, **definition: Any) -> None:
    """Another definition of a rule, from long ago."""
    row = EarningRule.objects.get(code=code)
    old = RuleInForce.objects.get(rule=row, number=1)
    RuleInForce.objects.create(
        rule=row, number=50, since=START - timedelta(days=30), definition=old.definition | definition
    )


def test_it_counts_from_its_first_instant_to_the_one_before_its_end(alice: Member, talk: Talk) -> None:
    running()
    second = timedelta(seconds=1)
    for at in (START - second, START, END - second, END, END + timedelta(days=4)):
        talk.reply(alice, at)
    assert granted(alice) == [3, 6, 6, 3, 3]
    assert verify() == []


def test_who_comes_just_after_its_end_reads_that_it_is_over_and_later_nobody_speaks_of_it(
    alice: Member, talk: Talk
) -> None:
    running()
    talk.reply(alice, END)
    assert boost(alice) == ("over", {})
    talk.reply(alice, END + timedelta(days=4))
    assert "boosts" not in outcome(alice)


def test_a_late_fact_is_lifted_by_what_ran_when_it_happened(alice: Member, talk: Talk) -> None:
    running()
    talk.reply(alice, END + HOUR)
    talk.reply(alice, START + HOUR)
    assert granted(alice) == [3, 6]
    assert verify() == []


@pytest.mark.parametrize(("times", "spend"), [("2", 6), ("3/2", 4), ("5/4", 3), ("7/3", 7), ("10", 30)])
def test_fractions_are_exact_and_rounded_down(alice: Member, talk: Talk, times: str, spend: int) -> None:
    running(times=times)
    talk.reply(alice)
    assert granted(alice) == [spend]
    assert boost(alice)[0] == ("paid" if spend > 3 else "rounded")


def test_it_holds_in_its_houses_alone(alice: Member, talk: Talk) -> None:
    running(scopes=["tea"])
    talk.reply(alice, scope="tea")
    assert boost(alice) == ("paid", {"spend": 3})
    talk.reply(alice, scope="coffee")
    assert (boost(alice), granted(alice)) == (("scope", {}), [6, 3])
    assert verify() == []


def test_it_is_for_who_was_in_the_circle_when_it_happened(alice: Member, manager: Member, talk: Talk) -> None:
    circle = Segment.objects.create(
        code="quen", name="Quen", definition={}, author=manager, created_at=START, changed_at=START
    )
    Stay.objects.create(segment=circle, member=alice, entered_at=START, left_at=START + HOUR)
    running(segments=["quen"])
    talk.reply(alice, START)
    talk.reply(alice, START + HOUR)
    assert (granted(alice), boost(alice)) == ([6, 3], ("segment", {}))
    assert verify() == []


def test_each_tier_has_its_own_and_the_tier_is_the_one_of_that_moment(alice: Member, talk: Talk) -> None:
    running(times="", tiers={"silver": "2", "gold": "3"})
    tiers = {tier.code: tier for tier in Tier.objects.all()}
    for n, (old, new) in enumerate([("member", "silver"), ("silver", "gold")], 1):
        TierMove.objects.create(member=alice, old=tiers[old], new=tiers[new], at=START + n * HOUR, status_points=0)
    for n in range(4):
        talk.reply(alice, START + n * HOUR)
    # What moves her in that very moment comes after it.
    assert granted(alice) == [3, 3, 6, 9]
    assert outcome(alice)["boosts"][0]["data"] == {"tier": "gold", "times": "3"}
    assert verify() == []


def test_within_the_caps_it_adds_what_still_fits_and_takes_nothing_of_the_award(alice: Member) -> None:
    cap = {"scope": "rule", "metric": "spend", "limit": 12, "window": "day", "on_exceed": "trim"}
    rule("story-read", caps=[cap])
    running(rules=["story-read"])
    for n in range(3):
        read(alice, f"s{n}", START + n * HOUR)
    assert granted(alice) == [10, 2, 0]
    # Tier points still came, so it says why it added nothing.
    assert (outcome(alice)["outcome"], boost(alice)) == ("trimmed", ("nothing", {}))
    assert verify() == []


def test_where_a_cap_rejects_it_adds_all_or_nothing(alice: Member) -> None:
    cap = {"scope": "rule", "metric": "spend", "limit": 12, "window": "day", "on_exceed": "reject"}
    rule("story-read", points={"spend": 4, "status": 1}, caps=[cap])
    running(rules=["story-read"])
    for n in range(2):
        read(alice, f"s{n}", START + n * HOUR)
    assert (granted(alice), boost(alice)) == ([8, 4], ("capped", {}))
    assert verify() == []


def test_beyond_the_caps_it_multiplies_what_they_let_through(alice: Member) -> None:
    cap = {"scope": "rule", "metric": "spend", "limit": 7, "window": "day", "on_exceed": "trim"}
    rule("story-read", caps=[cap])
    running(rules=["story-read"], beyond_caps=True)
    for n in range(3):
        read(alice, f"s{n}", START + n * HOUR)
    assert granted(alice) == [10, 4, 0]
    assert verify() == []


def test_it_lifts_only_the_points_it_names_and_every_rule_of_an_event(alice: Member, talk: Talk) -> None:
    running(rules=[], events=["reply_posted"], types=["status", "rep"])
    talk.reply(alice)
    assert outcome(alice)["granted"] == {"spend": 3, "status": 2, "rep": 2}
    assert boost(alice) == ("paid", {"status": 1, "rep": 1})


@pytest.mark.parametrize(
    ("mode", "spend", "outcomes"),
    [
        ("first_match", 6, ["paid", "group", "group"]),
        ("best_of", 12, ["group", "paid", "group"]),
        ("stack", 3 + 3 + 9 + 6, ["paid", "paid", "paid"]),
    ],
)
def test_several_of_a_group_go_by_its_mode(
    alice: Member, talk: Talk, mode: str, spend: int, outcomes: list[str]
) -> None:
    for code, times in (("a", "2"), ("b", "4"), ("c", "3")):
        running(code, times=times, group="tet", mode=mode)
    talk.reply(alice)
    assert granted(alice) == [spend]
    assert [one["outcome"] for one in outcome(alice)["boosts"]] == outcomes
    assert verify() == []


def test_a_group_leaves_out_who_does_not_fit_and_whose_budget_is_used_up(alice: Member, talk: Talk) -> None:
    running("a", times="9", group="tet", mode="first_match", scopes=["coffee"])
    running("b", times="4", group="tet", mode="first_match", budget=budget(9))
    running("c", times="2", group="tet", mode="first_match")
    running("apart", times="3")
    talk.reply(alice)
    talk.reply(alice, START + HOUR)
    # 3, and 9 of b, and 6 of the one that is in no group; then c comes in the place of b.
    assert granted(alice) == [18, 12]
    assert [one["outcome"] for one in outcome(alice)["boosts"]] == ["scope", "budget", "paid", "paid"]
    assert verify() == []


def budget(limit: int, on_exceed: str = "trim", kind: str = "spend") -> dict[str, Any]:
    return {"type": kind, "limit": limit, "on_exceed": on_exceed}


@pytest.mark.parametrize(("on_exceed", "amounts", "used"), [("trim", [6, 6, 4, 3], 7), ("reject", [6, 6, 3, 3], 6)])
def test_a_budget_gives_what_is_left_or_nothing_and_then_stops(
    alice: Member, talk: Talk, on_exceed: str, amounts: list[int], used: int
) -> None:
    running(budget=budget(7, on_exceed))
    for n in range(4):
        talk.reply(alice, START + n * HOUR)
    assert (granted(alice), Budget.objects.get().used) == (amounts, used)
    assert Budget.objects.get().emptied_at == START + 2 * HOUR
    assert boost(alice)[0] == "budget"
    assert verify() == []


def test_a_budget_bounds_its_own_points_and_no_other(alice: Member, talk: Talk) -> None:
    running(types=["spend", "status"], budget=budget(4))
    for n in range(2):
        talk.reply(alice, START + n * HOUR)
    assert (granted(alice), outcome(alice)["granted"]["status"]) == ([6, 4], 2)
    assert boost(alice) == ("trimmed", {"spend": 1, "status": 1})


def test_what_is_taken_back_goes_whole_and_does_not_return_to_the_budget(alice: Member, forum: Forum) -> None:
    running(budget=budget(6))
    topic = forum.topic(make_member(at=START - HOUR), START)
    post = forum.reply(alice, topic, START)
    forum.hide(alice, post, START + HOUR)
    assert (points(alice, "spend", "pending"), Budget.objects.get().used) == (0, 3)
    forum.restore(alice, post, START + 2 * HOUR)
    assert (points(alice, "spend", "pending"), Budget.objects.get().used) == (6, 3)
    assert verify() == []


def test_the_posting_names_both_revisions(alice: Member, talk: Talk) -> None:
    running("a")
    running("b", times="3")
    talk.reply(alice)
    posting = Transaction.objects.get(source="rule:reply", member=alice)
    named = [(b.version.campaign.code, b.version.number, b.added) for b in Boost.objects.filter(transaction=posting)]
    assert (posting.revision.number, named) == (1, [("a", 1, {"spend": 3}), ("b", 1, {"spend": 6})])


def test_a_newer_revision_brings_its_own_end(alice: Member, talk: Talk) -> None:
    running()
    running(times="3", since=START + 24 * HOUR, until=END + 24 * HOUR)
    for at in (START, START + 24 * HOUR, END, END + 24 * HOUR):
        talk.reply(alice, at)
    assert granted(alice) == [6, 9, 9, 3]
    assert verify() == []


def test_merged_accounts_keep_budgets_and_proof(alice: Member, bob: Member, talk: Talk) -> None:
    running(budget=budget(9))
    for author in (alice, bob):
        talk.reply(author)
    tell(AccountsMerged(actor=None, closed=bob.pk, kept=alice.pk), START + HOUR)
    talk.reply(alice, START + 2 * HOUR)
    assert Budget.objects.get().used == 9
    assert verify() == []


def test_the_member_reads_what_it_added_and_why_not(alice: Member, talk: Talk) -> None:
    running("tet", scopes=["tea"])
    talk.reply(alice)
    talk.reply(alice, START + HOUR, scope="coffee")

    def facts(locale: str) -> list[dict[str, str]]:
        rows = Transaction.objects.filter(source="rule:reply", member=alice).order_by("pk")
        with translation.override(locale):
            lines = lines_of(rows.select_related("event", "revision__rule"))
        return [fact for line in lines for fact in line.why["facts"] if "tet" in fact["label"]]

    assert facts("en") == [
        {"label": "Campaign tet", "value": "× 2: 3 Hạt of this came from it, by revision 1."},
        {"label": "Campaign tet", "value": "It added nothing: it holds in other houses than this one."},
    ]
    assert facts("vi") == [
        {"label": "Chiến dịch tet", "value": "× 2: 3 Hạt trong số này là nhờ nó, theo bản số 1."},
        {"label": "Chiến dịch tet", "value": "Không thêm gì: nó chỉ tính ở nhà khác, không phải nhà này."},
    ]


# ── The proof finds what is wrong ───────────────────────────────────────────────────────────────────────────────
def test_i9_names_a_budget_that_says_something_else(alice: Member, talk: Talk) -> None:
    running(budget=budget(9))
    talk.reply(alice)
    Budget.objects.update(used=2)
    assert [(f.check, f.table) for f in verify(["I9"])] == [("I9", "badges_budget")]


def test_i13_names_what_a_campaign_would_not_have_added(alice: Member, talk: Talk) -> None:
    running(scopes=["tea"])
    talk.reply(alice)
    Boost.objects.update(added={"spend": 2})
    assert [(f.check, f.table) for f in verify(["I13"])] == [("I13", "badges_boost")]
    Boost.objects.update(added={"spend": 3})
    version = Boost.objects.get().version
    type(version).objects.filter(pk=version.pk).update(definition=version.definition | {"scopes": ["coffee"]})
    assert any("replayed it gives" in f.message for f in verify(["I13"]))


# ── What it costs ───────────────────────────────────────────────────────────────────────────────────────────────
def asked_of(author: Member, talk: Talk, at: Any = START) -> list[str]:
    """The tables of campaigns that judging one reply asks."""
    with CaptureQueriesContext(connection) as queries:
        talk.reply(author, at)
    tables = ("badges_campaigninforce", "badges_budget", "badges_boost", "badges_tiermove", "badges_stay")
    return [table for query in queries for table in tables if f'FROM "{table}"' in query["sql"]]


def test_without_a_campaign_judging_asks_one_question_more_and_a_budget_only_where_it_pays(
    alice: Member, talk: Talk
) -> None:
    assert asked_of(alice, talk) == ["badges_campaigninforce"]
    running(scopes=["tea"], budget=budget(90))
    assert asked_of(alice, talk, START + HOUR) == ["badges_campaigninforce", "badges_budget"]
    talk_elsewhere = Talk()
    talk_elsewhere.number = 5000
    with CaptureQueriesContext(connection) as queries:
        talk_elsewhere.reply(alice, START + 2 * HOUR, scope="coffee")
    assert not any("badges_budget" in query["sql"] for query in queries)
