"""A rehearsal's world pays what the ledger paid, campaigns included, and tries a drafted campaign on what happened."""

from __future__ import annotations

import random
from datetime import timedelta

import pytest

from badges.backtest.actions import run
from badges.backtest.replay import Log, replay
from badges.campaigns.definitions import parse
from badges.earning.tasks import settle_waiting
from badges.ledger.verify import verify
from badges.programme.actions import ask_for_backtest
from badges.programme.previews import preview_of
from badges.segments.models import Segment, Stay
from badges.tiers.models import Tier, TierMove
from portal.accounts.models import Member
from portal.events import relay
from tests.badges.backtest.conftest import counted, has, issued, ledger_has, ledger_issued
from tests.badges.campaigns.conftest import HOUR, START, Talk, read, running, terms
from tests.badges.earning.conftest import Forum
from tests.badges.programme.conftest import rule_texts, written
from tests.factories.portal import make_members

pytestmark = [pytest.mark.both_databases, pytest.mark.django_db]
DAY = timedelta(days=1)
UNTIL = START + 20 * DAY


def the_same() -> None:
    """The world of the rules and campaigns as they were is the ledger, to the point."""
    settle_waiting(UNTIL)
    begun = START - 400 * DAY
    found = replay(Log.up_to(UNTIL), drafts={}, since=begun).base
    assert issued(found) == ledger_issued(begun)
    assert has(found) == ledger_has()
    assert verify() == []


def test_a_random_history_under_many_campaigns_is_rehearsed_to_the_point(manager: Member, forum: Forum) -> None:
    relay.drain()
    people, talk, dice = make_members(4), Talk(), random.Random(11)
    relay.drain()
    Member.objects.update(joined_at=START - 9 * DAY)
    silver = Tier.objects.get(code="silver")
    TierMove.objects.create(
        member=people[0], old=Tier.objects.get(code="member"), new=silver, at=START - DAY, status_points=150
    )
    circle = Segment.objects.create(
        code="quen", name="Quen", definition={}, author=manager, created_at=START, changed_at=START
    )
    for person in people[:2]:
        Stay.objects.create(segment=circle, member=person, entered_at=START, left_at=START + 2 * DAY)
    limited = {"type": "spend", "limit": 20, "on_exceed": "trim"}
    running("a", rules=["story-read"], times="3/2", budget=limited, group="g", mode="first_match")
    running("b", rules=[], events=["story_read", "reply_posted"], types=["spend", "status"], times="2", group="g",
            mode="first_match")  # fmt: skip
    running("c", tiers={"silver": "3"}, times="", beyond_caps=True, scopes=["tea"])
    running("d", segments=["quen"], times="4", budget=limited | {"limit": 10, "on_exceed": "reject"})
    topic = forum.topic(people[3], START)
    for n in range(40):
        at, who = START + n * 2 * HOUR, people[dice.randrange(4)]
        what = dice.choice(("read", "tea", "coffee", "react", "hide"))
        if what == "read":
            read(who, f"s{n}", at)
        elif what in ("tea", "coffee"):
            talk.reply(who, at, scope=what)
        elif what == "react":
            forum.react(who, people[(people.index(who) + 1) % 4], topic, at)
        elif talk.number > 1000:
            forum.hide(people[0], talk.number, at)
    the_same()


def test_a_drafted_campaign_is_tried_over_the_window_and_touches_nothing(
    manager: Member, alice: Member, bob: Member
) -> None:
    relay.drain()
    talk = Talk()
    for author, scope in ((alice, "tea"), (alice, "coffee"), (bob, "tea")):
        talk.reply(author, START + HOUR, scope=scope)
    before = ledger_has()
    draft = parse(terms(scopes=["tea"], budget={"type": "spend", "limit": 5, "on_exceed": "trim"}))
    found = replay(Log.up_to(START + DAY), drafts={}, since=START, campaigns={"tet": draft})
    assert [line.amounts["spend"] for line in found.base.lines] == [3, 3, 3]
    assert [line.amounts["spend"] for line in found.draft.lines] == [6, 3, 5]
    assert counted(found.base) == counted(found.draft)
    assert ledger_has() == before


def test_what_stands_beside_the_approve_button(manager: Member, alice: Member) -> None:
    relay.drain()
    talk = Talk()
    for n in range(3):
        talk.reply(alice, START + n * HOUR)
    draft = written(
        manager, kind="campaign", subject="tet", texts=rule_texts("Tết"), at=START + DAY,
        content={"definition": terms(tiers={"gold": "3"})},
    )  # fmt: skip
    trial = preview_of(draft, at=START + DAY)["campaign"]
    assert (trial.acts, trial.lifted, trial.members, trial.added) == (3, 3, 1, {"spend": 9})
    assert [(before["spend"], after["spend"]) for before, after in trial.rules[0][1]] == [
        (3, 6),
        (3, 6),
        (3, 9),
        (3, 6),
    ]
    row, _fresh = ask_for_backtest(
        actor=manager, draft_id=draft.pk, version=draft.version, first=START.date(), last=START.date(), together=False,
        at=START + DAY,
    )  # fmt: skip
    assert run(row.pk)
    row.refresh_from_db()
    assert row.result["types"]["spend"]["issued"] == [9, 18]
    assert [rule["code"] for rule in row.result["rules"] if rule["drafted"]] == ["reply"]
