"""A challenge from the desk to its prize: given once, lost and given again by its policy, counted for good."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction

from badges.awards.models import Award, Badge, BadgeInForce
from badges.challenges import actions, judging, selectors
from badges.challenges.models import Challenge, ChallengeInForce, Finish, Part
from badges.challenges.tasks import close_challenges
from badges.earning.statement import lines_of
from badges.ledger.models import Entry, Role, Transaction
from badges.ledger.verify import verify
from badges.programme.actions import approve_draft
from badges.programme.days import rehearse, run_days
from badges.segments.models import Segment, Stay
from badges.tiers.models import Tier, TierStatus
from portal.accounts.models import Member
from portal.core.errors import Conflict, Forbidden, Invalid, NotFound
from portal.events import bus, relay
from portal.events.models import DomainEvent
from portal.events.types.accounts import AccountsMerged
from portal.notifications.models import Notification
from tests.badges.awards import house
from tests.badges.awards.house import MORNING
from tests.badges.challenges.conftest import challenge, content, step, texts
from tests.badges.programme.conftest import handed_in, written
from tests.factories.portal import make_member, make_members

pytestmark = [pytest.mark.both_databases, pytest.mark.django_db]
DAY = timedelta(days=1)
AFTER = MORNING + 17 * DAY  # 2026-05-21, the day after the last one
Make = Callable[..., Challenge]


@pytest.fixture
def make(manager: Member, approver: Member) -> Make:
    """Makes a challenge in force."""
    return lambda code="three-words", **changes: challenge(manager, approver, code, **changes)


def paid(member: Member, code: str = "spend") -> int:
    """What challenges gave her and left her, of one kind of points."""
    relay.drain()
    legs = Entry.objects.filter(
        transaction__member=member, transaction__source__startswith="challenge:", point_type__code=code,
        account__role__in=[Role.AVAILABLE, Role.DEBT],
    )  # fmt: skip
    return sum(legs.values_list("amount", flat=True))


def replies(member: Member, times: int, at: Any = MORNING) -> list[int]:
    host = make_member()
    return [house.reply(member, 100 + n, host, at + n * timedelta(minutes=1)) for n in range(times)]


def close() -> None:
    assert close_challenges(AFTER) >= 1
    relay.drain()


# ── The way of a draft ──────────────────────────────────────────────────────────────────────────────────────────
def test_a_challenge_is_written_by_one_approved_by_another_and_numbered(make: Make, approver: Member) -> None:
    first = make()
    make(steps=[step(at_least=4)])
    rows = list(ChallengeInForce.objects.filter(challenge=first).order_by("number"))
    assert [(row.number, row.approved_by, row.body["steps"][0]["at_least"]) for row in rows] == [
        (1, approver, 3), (2, approver, 4),
    ]  # fmt: skip
    assert {text.locale: text.steps for text in first.texts.all()} == {"vi": ["Bước 1"], "en": ["Bước 1"]}


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"content": content(steps=[step(at_least=0)])}, "steps:1:at_least"),
        ({"content": content(last="2026-04-30")}, "last"),
        ({"content": content(last="2026-05-03")}, "last"),
        ({"texts": texts(steps=2)}, "steps:1:words_vi"),
        ({"texts": texts() | {"en": {**texts()["en"], "steps": [" "]}}}, "steps:1:words_en"),
        ({"texts": texts(name="")}, "name_vi"),
        ({"until": MORNING + 30 * DAY}, "until"),
    ],
)
def test_what_could_not_be_is_refused_at_save(manager: Member, changes: dict[str, Any], field: str) -> None:
    whole = {"kind": "challenge", "subject": "new-one", "content": content(), "texts": texts()} | changes
    with pytest.raises(Invalid) as found:
        written(manager, **whole)
    assert found.value.details["field"] == field


# ── The prize ───────────────────────────────────────────────────────────────────────────────────────────────────
def test_the_prize_comes_with_the_last_step_once_and_names_challenge_revision_and_event(make: Make) -> None:
    alice, one = make_member(), make()
    replies(alice, 2)
    assert paid(alice) == 0
    replies(alice, 1, MORNING + DAY)
    replies(alice, 5, MORNING + 2 * DAY)
    assert (paid(alice), paid(alice, "status")) == (40, 5)
    finish = Finish.objects.get(member=alice)
    event = DomainEvent.objects.get(pk=finish.event_id)
    assert (finish.revision.number, event.name, event.payload["author"]) == (1, "reply_posted", alice.pk)
    posting = Transaction.objects.get(source="challenge:three-words")
    assert (posting.pk, posting.key, posting.member_id) == (finish.paid_id, f"member:{alice.pk}", alice.pk)
    [line] = lines_of([posting])
    assert "three-words" in line.title
    assert "three-words" in line.why["facts"][0]["value"]
    assert "1" in line.why["facts"][0]["value"]
    assert TierStatus.objects.filter(member=alice).exists()
    assert verify() == []
    assert one.closed_at is None


def test_facts_from_before_and_after_its_days_do_not_count(make: Make) -> None:
    alice = make_member()
    make(first="2026-05-04", last="2026-05-10")
    replies(alice, 2, MORNING - DAY)
    replies(alice, 2, MORNING + 7 * DAY)
    replies(alice, 2)
    assert paid(alice) == 0
    replies(alice, 1, MORNING + 6 * DAY)
    assert paid(alice) == 40


def test_who_has_done_it_already_when_it_begins_has_the_prize(make: Make) -> None:
    alice = make_member()
    replies(alice, 3)
    make(at=MORNING + DAY)
    assert paid(alice) == 40


def test_a_prize_that_stays_and_one_that_is_taken_back_given_again_and_taken_once_more(make: Make) -> None:
    alice = make_member()
    make("kept", prize={"spend": 10})
    make("taken", on_loss="take", prize={"spend": 100, "status": 7})
    posts = replies(alice, 3)
    assert (paid(alice), paid(alice, "status")) == (110, 7)
    for _round in range(2):
        house.hide(alice, posts[0], MORNING + DAY)
        assert (paid(alice), paid(alice, "status")) == (10, 0)
        assert not Notification.objects.filter(
            member=alice, subject=f"finish:{Finish.objects.get(challenge__code='taken').pk}", rescinded_at=None
        ).exists()
        assert verify() == []
        house.restore(alice, posts[0], MORNING + DAY)
        assert (paid(alice), paid(alice, "status")) == (110, 7)
        assert verify() == []
    assert Finish.objects.get(challenge__code="taken").round == 3
    titles = [
        line.title for line in lines_of(list(Transaction.objects.filter(source="challenge:taken").order_by("pk")))
    ]
    assert len(set(titles)) == 3


def test_points_that_were_spent_meanwhile_become_a_debt_and_the_ledger_still_adds_up(make: Make) -> None:
    from badges.ledger import actions as ledger

    alice = make_member()
    make(on_loss="take", prize={"spend": 100})
    posts = replies(alice, 3)
    assert paid(alice) == 100
    with transaction.atomic():
        ledger.redeem(member_id=alice.pk, amount=100, source="test", key="r", at=MORNING + DAY)
    house.hide(alice, posts[0], MORNING + 2 * DAY)
    house.restore(alice, posts[0], MORNING + 3 * DAY)
    relay.drain()
    assert verify() == []


def test_finishing_is_a_fact_and_gives_and_takes_a_badge_by_the_common_path(make: Make) -> None:
    alice = make_member()
    medal = Badge.objects.values_list("medal", flat=True)[0]
    badge = Badge.objects.create(code="walker", metal="gold", medal=medal, series="rare", on_loss="revoke")
    BadgeInForce.objects.create(
        badge=badge, number=1, since=MORNING - DAY,
        criteria={"all": [step("challenge_finished", 1, targets=["challenge:three-words"])]},
    )  # fmt: skip
    make(on_loss="take", prize={})
    posts = replies(alice, 3)
    relay.drain()
    assert Award.objects.filter(badge=badge, member=alice, revoked_at=None).exists()
    house.hide(alice, posts[1], MORNING + DAY)
    relay.drain()
    assert not Award.objects.filter(badge=badge, member=alice, revoked_at=None).exists()
    house.restore(alice, posts[1], MORNING + DAY)
    relay.drain()
    assert Award.objects.filter(badge=badge, member=alice, revoked_at=None).exists()
    assert verify() == []


# ── Taking part ─────────────────────────────────────────────────────────────────────────────────────────────────
def test_who_asks_takes_part_and_what_she_did_since_the_first_day_counts(make: Make) -> None:
    alice = make_member()
    make(joining="asked")
    replies(alice, 3)
    assert paid(alice) == 0
    for _again in range(2):
        actions.take_part(actor=alice, code="three-words", at=MORNING + DAY)
    assert paid(alice) == 40
    assert Part.objects.count() == 1
    with pytest.raises(Conflict):
        actions.step_back(actor=alice, code="three-words", at=MORNING + DAY)


def test_who_steps_back_gets_nothing_and_may_come_again(make: Make) -> None:
    alice = make_member()
    make(joining="asked")
    actions.take_part(actor=alice, code="three-words", at=MORNING)
    actions.step_back(actor=alice, code="three-words", at=MORNING)
    replies(alice, 3)
    assert paid(alice) == 0
    actions.take_part(actor=alice, code="three-words", at=MORNING + DAY)
    assert paid(alice) == 40


def test_nobody_comes_into_what_is_over_unknown_or_for_others(make: Make) -> None:
    alice = make_member()
    make(joining="asked", tiers=["gold"])
    with pytest.raises(NotFound):
        actions.take_part(actor=alice, code="nothing", at=MORNING)
    with pytest.raises(Forbidden):
        actions.take_part(actor=alice, code="three-words", at=MORNING)
    with pytest.raises(Conflict):
        actions.take_part(actor=alice, code="three-words", at=AFTER)
    make("by-itself")
    with pytest.raises(Conflict):
        actions.take_part(actor=alice, code="by-itself", at=MORNING)


def test_a_challenge_for_a_tier_or_a_segment_is_for_who_is_in_one_of_them(make: Make, manager: Member) -> None:
    gold, inside, outside = make_members(3)
    circle = Segment.objects.create(
        code="regulars", name="Người quen", definition={}, author=manager, created_at=MORNING, changed_at=MORNING
    )
    Stay.objects.create(segment=circle, member=inside, entered_at=MORNING - DAY)
    make(tiers=["gold"], segments=["regulars"], prize={"spend": 40})
    TierStatus.objects.update_or_create(
        member=gold, defaults={"tier": Tier.objects.get(code="gold"), "since": MORNING, "valid_until": None}
    )
    for member in (gold, inside, outside):
        replies(member, 3)
    assert [paid(member) for member in (gold, inside, outside)] == [40, 40, 0]


# ── Counting for good ───────────────────────────────────────────────────────────────────────────────────────────
def test_after_its_end_it_is_counted_once_and_nothing_changes_any_more(make: Make) -> None:
    alice, bob = make_members(2)
    one = make(on_loss="take")
    posts = replies(alice, 3)
    replies(bob, 2)
    assert close_challenges(MORNING + 16 * DAY) == 0
    close()
    assert close_challenges(AFTER) == 0
    one.refresh_from_db()
    assert one.closed_at == AFTER
    house.hide(alice, posts[0], AFTER + DAY)
    house.reply(bob, 900, alice, MORNING + DAY)  # late: it happened in its days, and is told after it was counted
    assert (paid(alice), paid(bob)) == (40, 0)
    assert verify() == []


def test_what_is_counted_for_good_takes_no_change(make: Make, manager: Member) -> None:
    make()
    close()
    with pytest.raises(Invalid) as found:
        written(manager, kind="challenge", subject="three-words", content=content(), texts=texts(), draft_id=None)
    assert found.value.details["field"] == "last"


def test_a_draft_that_waited_while_it_was_counted_is_not_approved(
    make: Make, manager: Member, approver: Member
) -> None:
    make()
    draft = handed_in(
        manager, kind="challenge", subject="three-words", content=content(last="2026-06-20"), texts=texts()
    )
    close()
    with pytest.raises(Invalid) as found:
        approve_draft(actor=approver, draft_id=draft.pk, version=draft.version, at=AFTER)
    assert found.value.details["field"] == "last"
    assert ChallengeInForce.objects.count() == 1


def test_together_the_prize_comes_at_the_end_to_all_who_added_their_share(make: Make) -> None:
    alice, bob, carol, dora = make_members(4)
    make(together=True, share=2, steps=[step(at_least=6)], joining="asked", prize={"spend": 30})
    for member in (alice, bob, carol):
        actions.take_part(actor=member, code="three-words", at=MORNING)
    replies(alice, 3)
    replies(bob, 2)
    replies(dora, 9)  # she did not ask to take part
    assert selectors.view(bob, "three-words", at=MORNING, locale="vi").together == 5
    replies(carol, 1)
    assert [paid(member) for member in (alice, bob, carol, dora)] == [0, 0, 0, 0]
    close()
    assert [paid(member) for member in (alice, bob, carol, dora)] == [30, 30, 0, 0]
    assert Challenge.objects.get().counted == 6
    assert verify() == []


def test_together_nobody_has_a_prize_when_the_goal_was_not_reached(make: Make) -> None:
    alice = make_member()
    make(together=True, share=1, steps=[step(at_least=6)])
    posts = replies(alice, 6)
    house.hide(alice, posts[0], MORNING + DAY)
    close()
    assert (paid(alice), Challenge.objects.get().counted) == (0, 5)


def test_a_closing_that_died_goes_on_with_the_same_count(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    alice, bob = make_members(2)
    make(together=True, share=1, steps=[step(at_least=4)], prize={"spend": 30})
    posts = replies(alice, 2)
    replies(bob, 2)
    real, calls = actions._give, []

    def dies(*args: Any) -> set[int]:
        calls.append(1)
        if len(calls) == 2:
            raise RuntimeError("the lamp went out")
        return real(*args)

    with monkeypatch.context() as patch:
        patch.setattr(actions, "_give", dies)
        with pytest.raises(RuntimeError):
            close_challenges(AFTER)
    house.hide(alice, posts[0], AFTER)
    close()
    assert (paid(alice), paid(bob)) == (30, 30)


def test_the_programmes_day_closes_it_and_a_rehearsal_writes_nothing(make: Make) -> None:
    alice = make_member()
    one = make(together=True, share=1, steps=[step(at_least=1)])
    replies(alice, 1)
    day = AFTER.date()
    [outcome] = rehearse(day, AFTER, ("challenges",))
    assert (outcome.count, len(outcome.rows)) == (1, 1)
    assert not Finish.objects.exists()
    run_days(AFTER)
    one.refresh_from_db()
    assert one.closed_at == AFTER
    assert paid(alice) == 40


# ── Two accounts, proof ─────────────────────────────────────────────────────────────────────────────────────────
def test_two_accounts_that_become_one_have_one_prize(make: Make) -> None:
    shop, alice, other = make_members(3)
    make("one", prize={"spend": 10})
    make("two", prize={"spend": 100}, steps=[step(at_least=5)])
    replies(shop, 3)
    replies(alice, 2)
    assert paid(shop) == 10
    merged = house.publish(AccountsMerged(kept=alice.pk, closed=shop.pk), MORNING + DAY)
    Member.objects.filter(pk=shop.pk).update(is_active=False, merged_into=alice)
    for ear in ("earning", "awards"):
        with transaction.atomic():
            bus.handler_of(ear, "accounts_merged")(merged)
    relay.drain()
    rows = Finish.objects.filter(member=alice).values_list("challenge__code", flat=True)
    assert sorted(rows) == ["one", "two"]
    assert Transaction.objects.filter(source__startswith="challenge:", kind="earn").count() == 2
    assert verify(["I13"]) == []
    assert other.pk


@pytest.mark.parametrize("fault", ["unnamed", "unpaid", "another"])
def test_i13_finds_a_prize_that_is_not_what_its_revision_says(make: Make, fault: str) -> None:
    alice, one = make_member(), make()
    replies(alice, 3)
    assert verify(["I13"]) == []
    if fault == "unnamed":
        Finish.objects.all().delete()
    elif fault == "unpaid":
        Finish.objects.update(paid=None)
    else:
        ChallengeInForce.objects.filter(challenge=one).update(body=content(prize={"spend": 41}))
    assert {found.check for found in verify(["I13"])} == {"I13"}


def test_replaying_the_whole_log_gives_nothing_twice(make: Make) -> None:
    alice = make_member()
    make()
    replies(alice, 3)
    for event in DomainEvent.objects.filter(name="reply_posted").order_by("pk"):
        house.hear(bus.heard(event))
    assert paid(alice) == 40
    assert len(judging.open_ones(MORNING)) == 1
