"""A change of the programme is written, read by a second person, and becomes a numbered row for ever."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from badges.awards.models import Award, Badge, BadgeInForce
from badges.earning.models import Evaluation, RuleInForce, RuleText
from badges.ledger.models import Transaction
from badges.programme import actions, permissions
from badges.programme.models import Draft, DraftStep
from badges.programme.tasks import begin_drafts
from badges.tiers.models import LadderInForce, TierText
from portal.accounts.models import Member, Standing
from portal.core.errors import Conflict, Forbidden, Invalid
from portal.events import relay
from portal.events.types.brand import StoryRead
from tests.badges.earning.conftest import tell
from tests.badges.programme.conftest import (
    NOON,
    TIMES_A_DAY,
    approved,
    badge,
    badge_texts,
    handed_in,
    rule,
    rule_texts,
    written,
)
from tests.badges.tiers.test_tiers import give
from tests.factories.portal import make_staff

pytestmark = pytest.mark.django_db
SECOND, DAY = timedelta(seconds=1), timedelta(days=1)
STEPS = [
    {"code": "member", "threshold": 0, "percent": 100},
    {"code": "silver", "threshold": 150, "percent": 110},
    {"code": "gold", "threshold": 1000, "percent": 125},
    {"code": "diamond", "threshold": 3000, "percent": 150},
]


def ladder(**thresholds: int) -> dict[str, Any]:
    return {"steps": [{**step, "threshold": thresholds.get(step["code"], step["threshold"])} for step in STEPS]}


def ladder_texts() -> dict[str, Any]:
    words = {step["code"]: {"name": step["code"].title(), "perks": ["Một tách trà"]} for step in STEPS}
    return {"vi": words, "en": words}


def refusal(actor: Member, **changes: Any) -> str:
    """The field beside which saving is refused."""
    with pytest.raises(Invalid) as refused:
        written(actor, **changes)
    return str(refused.value.details["field"])


# ── The way of a draft ──────────────────────────────────────────────────────────────────────────────────────────
def test_what_a_second_person_approves_becomes_the_next_number_in_force(manager: Member, approver: Member) -> None:
    draft = approved(manager, approver, texts=rule_texts("Góp lời"))
    newest = RuleInForce.objects.filter(rule__code="reply").latest("number")
    assert (newest.number, newest.since, newest.approved_by, newest.definition["points"]) == (
        2, NOON, approver, {"spend": 4, "status": 1},
    )  # fmt: skip
    assert RuleText.objects.get(rule__code="reply", locale="vi").name == "Góp lời"
    assert (draft.state, draft.number, draft.applied_at) == ("approved", 2, NOON)
    kinds = list(DraftStep.objects.filter(draft=draft).order_by("id").values_list("kind", "actor__name"))
    assert kinds == [
        ("written", manager.name), ("handed_in", manager.name), ("approved", approver.name), ("applied", None),
    ]  # fmt: skip


def test_nobody_approves_her_own_words_administrators_included(manager: Member, approver: Member) -> None:
    admin = make_staff("Quản Trị", email="quan@thu.example", is_superuser=True)
    own = handed_in(admin)
    with pytest.raises(Forbidden):
        actions.approve_draft(actor=admin, draft_id=own.pk, version=own.version, at=NOON)
    # Whoever wrote a word of it later, too.
    shared = written(manager)
    shared = actions.write_draft(
        actor=admin, draft_id=shared.pk, version=shared.version, kind="rule", subject="reply", content=rule(),
        texts=rule_texts(), at=NOON,
    )  # fmt: skip
    shared = actions.hand_in_draft(actor=manager, draft_id=shared.pk, version=shared.version, at=NOON)
    with pytest.raises(Forbidden):
        actions.approve_draft(actor=admin, draft_id=shared.pk, version=shared.version, at=NOON)
    assert not permissions.may_decide(admin, shared)
    assert permissions.may_decide(approver, shared)
    assert RuleInForce.objects.filter(rule__code="reply").count() == 1


def test_who_only_writes_does_not_decide_and_who_decides_does_not_write(manager: Member, approver: Member) -> None:
    other = make_staff("Quản Lý Hai", email="hai@thu.example", group="Brand managers")
    draft = handed_in(manager)
    with pytest.raises(Forbidden):
        actions.approve_draft(actor=other, draft_id=draft.pk, version=draft.version, at=NOON)
    with pytest.raises(Forbidden):
        written(approver)


@pytest.mark.parametrize("group", ["Moderators", "Store staff", "Care", "Analysts", ""])
def test_nobody_else_writes_or_decides(manager: Member, group: str) -> None:
    somebody = make_staff("Ai Đó", email="ai@thu.example", group=group)
    draft = handed_in(manager)
    with pytest.raises(Forbidden):
        written(somebody)
    with pytest.raises(Forbidden):
        actions.approve_draft(actor=somebody, draft_id=draft.pk, version=draft.version, at=NOON)


def test_a_draft_that_changed_meanwhile_is_answered_with_a_conflict(manager: Member, approver: Member) -> None:
    draft = written(manager)
    actions.hand_in_draft(actor=manager, draft_id=draft.pk, version=draft.version, at=NOON)
    for act in (actions.hand_in_draft, actions.withdraw_draft):
        with pytest.raises(Conflict):
            act(actor=manager, draft_id=draft.pk, version=draft.version, at=NOON)
    with pytest.raises(Conflict):
        actions.approve_draft(actor=approver, draft_id=draft.pk, version=draft.version, at=NOON)


def test_a_draft_is_decided_once(manager: Member, approver: Member) -> None:
    draft = approved(manager, approver)
    for version in (draft.version, draft.version - 1):
        with pytest.raises(Conflict):
            actions.approve_draft(actor=approver, draft_id=draft.pk, version=version, at=NOON)
    assert RuleInForce.objects.filter(rule__code="reply").count() == 2


def test_a_draft_over_which_another_revision_came_must_be_looked_at_again(manager: Member, approver: Member) -> None:
    late = handed_in(manager)
    approved(manager, approver)
    with pytest.raises(Conflict):
        actions.approve_draft(actor=approver, draft_id=late.pk, version=late.version, at=NOON)


def test_what_is_sent_back_says_why_and_can_be_written_again(manager: Member, approver: Member) -> None:
    draft = handed_in(manager)
    with pytest.raises(Invalid):
        actions.refuse_draft(actor=approver, draft_id=draft.pk, version=draft.version, at=NOON, note=" ")
    draft = actions.refuse_draft(
        actor=approver, draft_id=draft.pk, version=draft.version, at=NOON, note="Bốn Hạt là nhiều"
    )
    assert (draft.state, draft.steps.last().note) == ("refused", "Bốn Hạt là nhiều")
    again = actions.write_draft(
        actor=manager, draft_id=draft.pk, version=draft.version, kind="rule", subject="reply", content=rule(),
        texts=rule_texts(), at=NOON,
    )  # fmt: skip
    assert again.state == Draft.State.DRAFT


# ── What is refused at save ─────────────────────────────────────────────────────────────────────────────────────
def cap(**changes: Any) -> dict[str, Any]:
    return TIMES_A_DAY | changes


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"caps": [cap(metric="spend", limit=3)]}, "caps"),
        ({"beneficiary": "member"}, "beneficiary"),
        ({"exclude_self": True}, "exclude_self"),
        ({"wait": {"kind": "givers", "needed": 5, "last": 10}}, "wait"),
        ({"caps": [cap(scope="giver")]}, "caps"),
        ({"points": {}}, "points"),
    ],
)
def test_a_rule_that_could_never_pay_in_full_or_never_match_is_refused_beside_its_field(
    manager: Member, changes: dict[str, Any], field: str
) -> None:
    assert refusal(manager, content=rule(**changes)) == field


def test_a_window_that_ends_before_it_starts_is_refused(manager: Member) -> None:
    assert refusal(manager, effective_from=NOON + 2 * DAY, until=NOON + DAY) == "until"
    assert refusal(manager, effective_from=NOON - DAY) == "effective_from"
    nights = {"all": [{"metrics": ["story_read"], "count": "days", "at_least": 3, "hours": [5, 4]}]}
    made = {"kind": "badge", "subject": "new", "texts": badge_texts()}
    assert refusal(manager, content=badge(criteria=nights), **made) == "hours"


@pytest.mark.parametrize(
    ("condition", "field"),
    [
        ({"metrics": ["story_read"], "count": "targets"}, "at_least"),
        ({"metrics": ["story_read"], "count": "people", "at_least": 2}, "count"),
        ({"metrics": ["joined"], "count": "times", "at_least": 2}, "at_least"),
        ({"metrics": ["story_read"], "count": "days", "at_least": 9, "within_days": 7}, "within_days"),
        ({"metrics": ["tier_reached"], "count": "times", "at_least": 1, "targets": ["tier:tin"]}, "targets"),
    ],
)
def test_a_criterion_without_bound_or_that_nobody_could_reach_is_refused(
    manager: Member, condition: dict[str, Any], field: str
) -> None:
    made = {"kind": "badge", "subject": "new", "texts": badge_texts()}
    assert refusal(manager, content=badge(criteria={"all": [condition]}), **made) == field


def test_tiers_that_overlap_are_refused_beside_the_threshold(manager: Member) -> None:
    made = {"kind": "ladder", "subject": "ladder", "texts": ladder_texts()}
    assert refusal(manager, content=ladder(gold=150), **made) == "threshold:gold"
    assert refusal(manager, content=ladder(member=5), **made) == "threshold:member"


def test_words_in_one_language_only_are_refused(manager: Member) -> None:
    assert refusal(manager, texts=rule_texts() | {"en": {"name": "", "explanation": "x"}}) == "name_en"


# ── What begins later, and what ends ────────────────────────────────────────────────────────────────────────────
def test_a_planned_revision_judges_and_is_told_from_its_own_moment_on(manager: Member, approver: Member) -> None:
    draft = approved(manager, approver, effective_from=NOON + DAY, texts=rule_texts("Góp lời"))
    assert (draft.number, draft.applied_at) == (2, None)
    assert begin_drafts(NOON + DAY - SECOND) == 0
    assert RuleText.objects.get(rule__code="reply", locale="vi").name == "Trả lời"
    assert (begin_drafts(NOON + DAY), begin_drafts(NOON + DAY)) == (1, 0)
    assert RuleText.objects.get(rule__code="reply", locale="vi").name == "Góp lời"


def test_a_revision_with_an_end_puts_back_what_was_before(manager: Member, approver: Member) -> None:
    before = RuleInForce.objects.get(rule__code="story-read", number=1).definition
    doubled = {"event": "story_read", "definition": before | {"points": {"spend": 10, "status": 5}}}
    approved(manager, approver, subject="story-read", content=doubled, until=NOON + 3 * DAY)
    rows = list(RuleInForce.objects.filter(rule__code="story-read").order_by("number").values_list("number", "since"))
    assert rows[1:] == [(2, NOON), (3, NOON + 3 * DAY)]
    assert RuleInForce.objects.get(rule__code="story-read", number=3).definition == before


def test_criterion_15_rule_edit(manager: Member, approver: Member, alice: Member, purse: Callable[..., int]) -> None:
    """Events at T−1 s are judged by revision 1, at T by revision 2; each posting names its own."""
    one = tell(StoryRead(actor=alice.pk, member=alice.pk, story="story-1", title="Một"), NOON - SECOND)
    before = RuleInForce.objects.get(rule__code="story-read", number=1).definition
    doubled = {"event": "story_read", "definition": before | {"points": {"spend": 10, "status": 5}}}
    approved(manager, approver, subject="story-read", content=doubled)
    two = tell(StoryRead(actor=alice.pk, member=alice.pk, story="story-2", title="Hai"), NOON)
    # An event of before that comes in late is judged as it would have been then.
    late = tell(StoryRead(actor=alice.pk, member=alice.pk, story="story-3", title="Ba"), NOON - SECOND)
    rows = Transaction.objects.filter(member=alice, event__in=[one, two, late]).order_by("id")
    assert [(t.event_id, t.revision.number, t.response["amounts"]["spend"]) for t in rows if t.revision] == [
        (one, 1, 5), (two, 2, 10), (late, 1, 5),
    ]  # fmt: skip
    assert Evaluation.objects.get(event_id=two, member=alice).outcomes[0]["revision"] == 2


# ── Badges and tiers ────────────────────────────────────────────────────────────────────────────────────────────
def test_a_new_badge_is_held_by_who_did_it_already_and_told_once(
    manager: Member, approver: Member, alice: Member, bob: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("badges.awards.subscribers.now", lambda: NOON)
    for n in range(2):
        tell(StoryRead(actor=alice.pk, member=alice.pk, story=f"story-{n}", title="x"), NOON - DAY)
    tell(StoryRead(actor=bob.pk, member=bob.pk, story="story-0", title="x"), NOON - DAY)
    approved(manager, approver, kind="badge", subject="two-pages", content=badge(), texts=badge_texts())
    relay.drain()
    awards = Award.objects.filter(badge__code="two-pages")
    assert [(a.member, a.revision.number) for a in awards] == [(alice, 1)]
    assert alice.notifications.filter(kind="badge", subject=f"award:{awards[0].pk}").count() == 1
    tell(StoryRead(actor=bob.pk, member=bob.pk, story="story-1", title="x"), NOON + SECOND)
    assert set(awards.all().values_list("member", flat=True)) == {alice.pk, bob.pk}


def test_without_looking_back_a_new_badge_waits_for_the_next_act(
    manager: Member, approver: Member, alice: Member
) -> None:
    for n in range(2):
        tell(StoryRead(actor=alice.pk, member=alice.pk, story=f"story-{n}", title="x"), NOON - DAY)
    approved(manager, approver, kind="badge", subject="two-pages", content=badge(backfill=False), texts=badge_texts())
    relay.drain()
    assert not Award.objects.filter(badge__code="two-pages").exists()
    assert BadgeInForce.objects.get(badge__code="two-pages").approved_by == approver
    assert Badge.objects.get(code="two-pages").loud is True


def test_a_lower_threshold_lifts_at_once_and_a_higher_one_lowers_nobody(
    manager: Member, approver: Member, alice: Member, bob: Member
) -> None:
    relay.drain()
    give(alice, 110)
    give(bob, 145)

    def codes() -> list[str]:
        relay.drain()
        return [Standing.objects.get(member=m).tier_code for m in (alice, bob)]

    assert codes() == ["member", "silver"]
    made = {"kind": "ladder", "subject": "ladder", "texts": ladder_texts()}
    approved(manager, approver, content=ladder(silver=120), **made)
    assert codes() == ["silver", "silver"]
    approved(manager, approver, at=NOON + DAY, content=ladder(silver=200), **made)
    assert codes() == ["silver", "silver"]
    give(bob, 1, at=NOON + 2 * DAY, key="later")
    assert codes() == ["silver", "silver"]
    assert list(LadderInForce.objects.order_by("number").values_list("number", flat=True)) == [1, 2, 3]
    assert TierText.objects.get(tier__code="silver", locale="vi").perks == ["Một tách trà"]


def test_points_taken_back_lower_a_tier_that_an_earlier_ladder_gave(
    manager: Member, approver: Member, alice: Member
) -> None:
    from django.db import transaction

    from badges.ledger import actions as ledger
    from badges.tiers.actions import reassess

    relay.drain()
    posting = give(alice, 145)
    made = {"kind": "ladder", "subject": "ladder", "texts": ladder_texts()}
    approved(manager, approver, content=ladder(silver=200), **made)
    relay.drain()
    assert Standing.objects.get(member=alice).tier_code == "silver"
    with transaction.atomic():
        ledger.reverse(transaction_id=posting, source="test", key="back", at=NOON + DAY, reason="mistake")
        reassess(member_id=alice.pk, at=NOON + DAY)
    assert Standing.objects.get(member=alice).tier_code == "member"
