"""Two people at one moment: a draft comes into force once, a form is one correction, a month is closed once."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from badges.earning.models import Ring, RuleInForce
from badges.leaderboards.actions import close_month
from badges.leaderboards.models import PeriodClosed
from badges.ledger.selectors import balances
from badges.ledger.verify import verify
from badges.programme import actions
from badges.programme.models import Adjustment
from badges.tiers.models import LadderInForce, Tier
from portal.events import relay
from tests.badges.earning.conftest import MORNING, Forum
from tests.badges.programme.conftest import NOON, handed_in
from tests.badges.programme.test_rungs import with_summit
from tests.factories.portal import make_member, make_members, make_staff
from tests.helpers.races import run_parallel

DAY = timedelta(days=1)
pytestmark = [pytest.mark.both_databases, pytest.mark.django_db(transaction=True), pytest.mark.timeout(300)]


def test_two_who_approve_at_the_same_moment_bring_it_into_force_once(transactional_db):
    manager = make_staff("Quản Lý", group="Brand managers")
    approvers = [make_staff(f"Duyệt {n}", group="Programme approvers") for n in range(4)]
    draft = handed_in(manager)
    race = run_parallel(
        lambda n: actions.approve_draft(actor=approvers[n], draft_id=draft.pk, version=draft.version, at=NOON), 4
    )
    assert race.error_types() == {"Conflict": 3}
    numbers = RuleInForce.objects.filter(rule__code="reply").order_by("number").values_list("number", flat=True)
    assert list(numbers) == [1, 2]


def test_one_form_sent_ten_times_at_once_is_one_correction(transactional_db):
    manager, member = make_staff("Quản Lý", group="Brand managers"), make_member()
    race = run_parallel(
        lambda n: actions.adjust_points(
            actor=manager, member_id=member.pk, point_type="spend", amount=40, reason="goodwill", note="Xin lỗi",
            key="one-form", at=NOON,
        ),
        10,
    )  # fmt: skip
    assert race.errors == {}
    assert (Adjustment.objects.count(), balances(member.pk)["spend"]["available"]) == (1, 40)
    assert verify() == []


def test_a_month_is_closed_once_by_whoever_comes_first(transactional_db):
    race = run_parallel(lambda n: close_month(month=date(2026, 4, 1), scope="", at=NOON), 5)
    assert race.errors == {}
    assert sorted(race.values) == [False, False, False, False, True]
    assert PeriodClosed.objects.count() == 1


def test_two_moderators_at_one_ring_decide_it_once_while_an_answer_comes_from_outside(transactional_db):
    one, other, third = make_members(3)
    mods = [make_staff(f"Trông {n}", group="Moderators", role="moderator") for n in range(2)]
    forum = Forum()
    topic = forum.topic(third)
    post = forum.reply(one, topic)
    for n in range(10):
        forum.react(one, other, 9000 + n)
        forum.react(other, one, 9000 + n)
    actions.look_for_rings(MORNING + DAY, at=MORNING + DAY)
    ring = Ring.objects.get()
    key = f"{ring.version}.{ring.lines.filter(state='held').count()}"

    def decide(n):
        if n == 2:
            return forum.react(third, one, post, MORNING + DAY)
        return actions.decide_ring(actor=mods[n], ring_id=ring.pk, key=key, honest=n == 0, note="x", at=MORNING + DAY)

    race = run_parallel(decide, 3)
    relay.drain()
    ring.refresh_from_db()
    assert race.error_types() == {"Conflict": 1}
    ended = set(ring.lines.values_list("state", flat=True))
    assert ended == ({"activated"} if ring.state == "released" else {"lapsed"})
    assert verify() == []


def test_two_calendars_at_once_open_a_ring_once(transactional_db):
    one, other = make_members(2)
    forum = Forum()
    for n in range(10):
        forum.react(one, other, 9000 + n)
        forum.react(other, one, 9000 + n)
    race = run_parallel(lambda n: actions.look_for_rings(MORNING + DAY, at=MORNING + DAY), 4)
    assert race.errors == {}
    assert sorted(race.values) == [0, 0, 0, 6]
    assert Ring.objects.count() == 1


def test_two_ladders_approved_at_the_same_moment_come_one_after_the_other(transactional_db):
    manager = make_staff("Quản Lý", group="Brand managers")
    approvers = [make_staff(f"Duyệt {n}", group="Programme approvers") for n in range(4)]
    drafts = [handed_in(manager, **with_summit(f"top-{n}")) for n in range(4)]
    race = run_parallel(
        lambda n: actions.approve_draft(
            actor=approvers[n], draft_id=drafts[n].pk, version=drafts[n].version, at=NOON
        ),
        4,
    )  # fmt: skip
    assert race.error_types() == {"Conflict": 3}
    assert list(LadderInForce.objects.order_by("number").values_list("number", flat=True)) == [1, 2]
    assert Tier.objects.filter(rank=4).count() == 1
