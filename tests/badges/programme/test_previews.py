"""What a draft says of itself before it is approved is what then happens."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from badges.awards.models import Award
from badges.programme import previews
from badges.programme.previews import preview_of, reached_by
from portal.accounts.models import Member
from portal.events import relay
from portal.events.types.brand import StoryRead
from portal.events.types.community import PostHidden
from tests.badges.earning.conftest import Forum, tell
from tests.badges.programme.conftest import (
    NOON,
    TIMES_A_DAY,
    approved,
    badge,
    badge_texts,
    rule,
    written,
)
from tests.badges.programme.test_drafts import ladder, ladder_texts
from tests.badges.tiers.test_tiers import give
from tests.factories.portal import make_members

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def read(member: Member, story: str, days_ago: int = 1) -> None:
    tell(StoryRead(actor=member.pk, member=member.pk, story=story, title="x"), NOON - days_ago * DAY)


def test_criterion_23_the_number_in_the_preview_is_the_number_of_holders_afterwards(
    manager: Member, approver: Member
) -> None:
    readers = make_members(5)
    for n, reader in enumerate(readers):
        for story in range(n):
            read(reader, f"story-{story}", days_ago=120 if n == 4 else 1)
    made = {"kind": "badge", "subject": "two-pages", "content": badge(), "texts": badge_texts()}
    trial = preview_of(written(manager, **made), at=NOON)["badge"]
    assert (trial.holders, trial.fresh, trial.recent, trial.holders_now) == (3, 3, 2, 0)
    assert {chip.member_id for chip in trial.sample} == {reader.pk for reader in readers[2:]}
    approved(manager, approver, **made)
    relay.drain()
    held = set(Award.objects.filter(badge__code="two-pages").values_list("member", flat=True))
    assert held == {reader.pk for reader in readers[2:]}


def test_what_is_hidden_and_who_has_left_is_not_in_the_preview(alice: Member, bob: Member, charlie: Member) -> None:
    for member in (alice, bob):
        read(member, "story-0")
        read(member, "story-1")
    Member.objects.filter(pk=bob.pk).update(left_at=NOON)
    assert reached_by(badge(), until=NOON) == {alice.pk: 1}
    assert reached_by(badge(), until=NOON - 2 * DAY) == {}


def test_a_badge_per_target_counts_each_of_them(alice: Member) -> None:
    for n in range(3):
        read(alice, f"story-{n}")
    each = badge(per_target=True, criteria={"all": [{"metrics": ["story_read"], "count": "times", "at_least": 1}]})
    assert reached_by(each, until=NOON) == {alice.pk: 3}


def test_a_rule_is_tried_on_what_happened_beside_the_one_in_force(
    manager: Member, alice: Member, bob: Member, forum: Forum
) -> None:
    topic = forum.topic(bob, NOON - 2 * DAY)
    posts = [forum.reply(alice, topic, NOON - 2 * DAY) for _ in range(4)]
    forum.reply(alice, topic, NOON - DAY)
    forum.reply(alice, topic, NOON - 100 * DAY)
    tell(PostHidden(topic=topic, post=posts[0], author=alice.pk, reason="spam"), NOON - DAY)
    draft = written(manager, content=rule(caps=[TIMES_A_DAY | {"limit": 2}]))
    trial = preview_of(draft, at=NOON)["rule"]
    # Three shown that day, two within the cap, and one the day after; in force: four of 3 Hạt.
    assert (trial.events, trial.draft.total["spend"], trial.now.total["spend"]) == (4, 12, 12)
    assert [(day.isoformat(), tried, now) for day, tried, now in trial.days if tried or now] == [
        ("2026-05-02", 8, 9), ("2026-05-03", 4, 3),
    ]  # fmt: skip
    assert [(chip.member_id, tried, now) for chip, tried, now in trial.people] == [(alice.pk, 12, 12)]


def test_a_rule_that_leaves_out_ones_own_acts_is_tried_without_them(
    manager: Member, alice: Member, bob: Member, forum: Forum
) -> None:
    post = forum.topic(alice, NOON - DAY)
    forum.react(alice, alice, post, NOON - DAY)
    forum.react(bob, alice, post, NOON - DAY)
    draft = rule(event="reaction_added", exclude_self=True, points={"spend": 4})
    trial = preview_of(written(manager, subject="reaction", content=draft), at=NOON)["rule"]
    assert (trial.draft.total["spend"], trial.now.total["spend"]) == (4, 2), "the thanks of another, not her own"


def test_trying_a_rule_grants_what_judging_it_granted(
    manager: Member, alice: Member, bob: Member, forum: Forum
) -> None:
    topic = forum.topic(bob, NOON - DAY)
    for _ in range(13):
        forum.reply(alice, topic, NOON - DAY)
    trial = preview_of(written(manager), at=NOON)["rule"]
    from badges.ledger.models import Transaction

    paid = Transaction.objects.filter(member=alice, source="rule:reply")
    assert trial.now.paid == paid.count() == 10


def test_a_ladder_says_who_rises_and_who_keeps_what_it_would_no_longer_give(
    manager: Member, alice: Member, bob: Member
) -> None:
    relay.drain()
    give(alice, 110)
    give(bob, 145)
    made: dict[str, Any] = {"kind": "ladder", "subject": "ladder", "texts": ladder_texts()}
    lower = preview_of(written(manager, content=ladder(silver=120), **made), at=NOON)["ladder"]
    assert ([(c.member_id, old.code, new.code) for c, old, new in lower.up], lower.keeps) == (
        [(alice.pk, "member", "silver")], 0,
    )  # fmt: skip
    higher = preview_of(written(manager, content=ladder(silver=200), **made), at=NOON)["ladder"]
    assert (higher.ups, [c.member_id for c, _old, _new in higher.kept]) == (0, [bob.pk])


def test_a_preview_costs_the_same_for_one_and_for_many(
    manager: Member, alice: Member, django_assert_max_num_queries: Any
) -> None:
    read(alice, "story-0")
    read(alice, "story-1")
    draft = written(manager, kind="badge", subject="two-pages", content=badge(), texts=badge_texts())
    with django_assert_max_num_queries(6):
        preview_of(draft, at=NOON)
    for member in make_members(12):
        read(member, "story-0")
        read(member, "story-1")
    with django_assert_max_num_queries(6):
        assert preview_of(draft, at=NOON)["badge"].holders == 13
    assert previews.DAYS == 90


def test_nothing_is_written_by_trying(manager: Member, alice: Member) -> None:
    read(alice, "story-0")
    read(alice, "story-1")
    draft = written(manager, kind="badge", subject="two-pages", content=badge(), texts=badge_texts())
    before = Award.objects.count()
    preview_of(draft, at=NOON)
    assert Award.objects.count() == before
