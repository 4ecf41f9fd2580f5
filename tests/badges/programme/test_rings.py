"""Criterion 22: members who give each other points are found at night, held for a look, and decided by a moderator."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.conf import LazySettings
from django.test import Client
from django.urls import reverse

from badges.earning.models import Evaluation, PendingEarning, Ring
from badges.earning.statement import lines_of
from badges.earning.tasks import settle_waiting
from badges.ledger.models import Transaction
from badges.ledger.selectors import balances
from badges.ledger.verify import verify
from badges.programme import actions, rings
from badges.programme.days import JOBS, run_job
from portal.accounts.models import Member
from portal.core.clock import programme_day
from portal.core.errors import Conflict, Forbidden, Invalid, NotFound
from portal.events.types.accounts import AccountsMerged
from portal.events.types.community import TradingFound
from portal.notifications.models import Notification
from portal.notifications.registry import kind_of
from tests.badges.earning.conftest import MORNING, Forum, tell
from tests.factories.portal import make_members
from tests.helpers.queries import assert_num_queries_constant

pytestmark = pytest.mark.django_db
WHY = "Hai bạn này quen nhau ngoài đời"
DAY = timedelta(days=1)
NIGHT = MORNING + DAY


@pytest.fixture(autouse=True)
def ledger_is_sound() -> object:
    """Whatever a test did, the books balance afterwards."""
    yield
    assert verify() == []


def trade(forum: Forum, *people: Member, times: int = 10, at: datetime = MORNING) -> None:
    """Everybody thanks everybody else so many times within a quarter of an hour."""
    for n in range(times):
        for giver in people:
            for receiver in people:
                if giver != receiver:
                    forum.react(giver, receiver, 9000 + n, at + timedelta(minutes=n))


def look(at: datetime = NIGHT) -> int:
    return actions.look_for_rings(at, at=at)


def spend(member: Member) -> tuple[int, int]:
    of = balances(member.pk)["spend"]
    return of.get("available", 0), of.get("pending", 0)


def key_of(ring: Ring) -> str:
    [one] = rings.shown([Ring.objects.get(pk=ring.pk)], reader_id=0)
    return one.key


@pytest.fixture
def ring(alice: Member, bob: Member, forum: Forum) -> Ring:
    """Alice and Bob, who thank each other twenty times in a day."""
    trade(forum, alice, bob)
    look()
    return Ring.objects.get()


def decide(actor: Member, ring: Ring, honest: bool = True, **more: object) -> int:
    asked = {"key": key_of(ring), "note": WHY, "at": NIGHT + DAY} | more
    return actions.decide_ring(actor=actor, ring_id=ring.pk, honest=honest, **asked)


# ── Found and held ──────────────────────────────────────────────────────────────────────────────────────────────
def test_criterion_22_two_accounts_that_trade_twenty_reactions_a_day_have_those_points_held(
    ring: Ring, alice: Member, bob: Member
) -> None:
    assert (ring.mark, ring.state) == (f"{alice.pk}-{bob.pk}", "open")
    assert [(one["giver"], one["receiver"], one["acts"]) for one in ring.evidence] == [
        (alice.pk, bob.pk, 10),
        (bob.pk, alice.pk, 10),
    ]
    rows = PendingEarning.objects.filter(ring=ring)
    assert {(row.state, row.held_at) for row in rows} == {("held", NIGHT)}
    assert sorted(rows.values_list("member_id", flat=True)) == [alice.pk] * 3 + [bob.pk] * 3  # three a day from one


def test_criterion_22_what_is_held_neither_lapses_nor_is_confirmed_by_the_calendar_or_by_five_others(
    ring: Ring, alice: Member, forum: Forum
) -> None:
    before = spend(alice)
    for member in make_members(5):
        forum.react(member, alice, 9100, NIGHT)
    settle_waiting(NIGHT + 100 * DAY)
    assert PendingEarning.objects.filter(ring=ring, state="held").count() == 6
    assert spend(alice) == (before[0] + 10, before[1])  # the five others' thanks came at once


def test_a_hold_takes_nothing_that_is_confirmed_and_holds_what_comes_after(
    alice: Member, bob: Member, forum: Forum
) -> None:
    for owner in (alice, bob):
        for n, member in enumerate(make_members(5)):
            forum.react(member, owner, 9200 + n, MORNING - DAY)
    trade(forum, alice, bob)
    before = spend(alice)
    assert look() == 0
    assert spend(alice) == before
    forum.react(bob, alice, 9300, NIGHT + timedelta(hours=1))
    [row] = PendingEarning.objects.filter(member=alice, state="held")
    assert (row.ring.mark, row.held_at) == (f"{alice.pk}-{bob.pk}", NIGHT + timedelta(hours=1))
    assert spend(alice) == (before[0], before[1] + 2)


def test_nine_times_each_way_are_friendship_and_ten_are_looked_at(alice: Member, bob: Member, forum: Forum) -> None:
    trade(forum, alice, bob, times=9)
    assert (look(), Ring.objects.count()) == (0, 0)
    forum.react(alice, bob, 9400, MORNING + timedelta(hours=1))
    assert (look(), Ring.objects.count()) == (0, 0)  # one way is not both ways
    forum.react(bob, alice, 9401, MORNING + timedelta(hours=1))
    assert (look(), Ring.objects.count()) == (6, 1)


def test_thresholds_and_window_are_settings(alice: Member, bob: Member, forum: Forum, settings: LazySettings) -> None:
    trade(forum, alice, bob, times=3)
    settings.RING_PAIR_ACTS = 3
    assert look(NIGHT + 30 * DAY) == 0  # too long ago
    assert look(NIGHT + 29 * DAY) == 6


def test_three_who_thank_nobody_else_are_one_ring_and_no_pairs(
    alice: Member, bob: Member, charlie: Member, forum: Forum
) -> None:
    trade(forum, alice, bob, charlie)
    assert look() > 0
    ring = Ring.objects.get()
    assert ring.mark == "-".join(map(str, sorted([alice.pk, bob.pk, charlie.pk])))
    assert len(ring.evidence) == 6


def test_what_somebody_outside_gave_is_not_held(alice: Member, bob: Member, charlie: Member, forum: Forum) -> None:
    forum.react(charlie, alice, 9500)
    topic = forum.topic(alice)
    forum.react(charlie, alice, topic)
    trade(forum, alice, bob)
    look()
    free = PendingEarning.objects.filter(member=alice, state="open")
    assert {row.waits_for for row in free} == {"givers", "responders"}
    assert {row.transaction.event.actor_id for row in free} == {charlie.pk, alice.pk}


def test_answers_within_the_ring_confirm_nothing_and_an_answer_from_outside_does(
    ring: Ring, alice: Member, bob: Member, charlie: Member, forum: Forum
) -> None:
    topic = forum.topic(charlie, NIGHT)
    post = forum.reply(alice, topic, NIGHT)
    forum.react(bob, alice, post, NIGHT)
    row = PendingEarning.objects.get(subject=f"post:{post}", waits_for="responders")
    assert (row.state, row.ring_id) == ("held", ring.pk)
    forum.react(charlie, alice, post, NIGHT)
    row.refresh_from_db()
    assert (row.state, row.decided_by_id) == ("activated", None)


def test_looking_twice_holds_once_and_keeps_the_evidence_up_to_date(
    ring: Ring, alice: Member, bob: Member, forum: Forum
) -> None:
    assert look() == 0
    ring.refresh_from_db()
    assert (Ring.objects.count(), ring.version) == (1, 1)
    forum.react(bob, alice, 9600, NIGHT)
    look(NIGHT + DAY)
    ring.refresh_from_db()
    assert (Ring.objects.count(), ring.version, ring.evidence[0]["acts"]) == (1, 2, 11)


def test_the_calendar_looks_every_night_before_what_waited_is_confirmed(
    alice: Member, bob: Member, forum: Forum
) -> None:
    assert [job.name for job in JOBS][:2] == ["rings", "activate"]
    trade(forum, alice, bob)
    done = run_job(JOBS[0], programme_day(MORNING), NIGHT)
    assert done is not None
    assert (done.count, Ring.objects.count()) == (6, 1)


def test_a_hidden_post_and_a_barred_giver_take_what_is_held(ring: Ring, alice: Member, bob: Member) -> None:
    tell(TradingFound(actor=None, member=bob.pk), NIGHT)
    assert set(PendingEarning.objects.filter(member=alice).values_list("state", flat=True)) == {"reversed"}
    assert spend(alice)[1] == 0


def test_a_merged_account_stays_in_its_ring(ring: Ring, alice: Member, bob: Member, charlie: Member) -> None:
    tell(AccountsMerged(actor=None, closed=bob.pk, kept=charlie.pk), NIGHT)
    assert set(ring.seats.values_list("member_id", flat=True)) == {alice.pk, charlie.pk}
    assert PendingEarning.objects.filter(ring=ring, member=charlie).count() == 3


# ── Decided ─────────────────────────────────────────────────────────────────────────────────────────────────────
def test_a_moderator_releases_a_ring_and_everybody_reads_why(
    ring: Ring, alice: Member, bob: Member, mod: Member
) -> None:
    before = spend(alice)
    [line] = lines_of([PendingEarning.objects.filter(ring=ring, member=alice)[0].transaction])
    assert line.state == "pending"
    assert "Có người của nhà đang xem" in line.why["text"]
    assert decide(mod, ring) == 6
    assert spend(alice) == (before[0] + 6, before[1] - 6)
    rows = PendingEarning.objects.filter(ring=ring)
    assert {(r.state, r.decided_by_id, r.note) for r in rows} == {("activated", mod.pk, WHY)}
    [line] = lines_of([rows[0].transaction])
    assert WHY in line.why["text"]
    told = {
        item.member_id: kind_of(item.kind).sentence(item)
        for item in Notification.objects.filter(kind="points_looked_at")
    }
    assert set(told) == {alice.pk, bob.pk}
    assert all(WHY in sentence for sentence in told.values())


def test_rejected_it_lapses_nothing_is_lost_and_the_line_says_why(ring: Ring, alice: Member, mod: Member) -> None:
    before = spend(alice)
    assert decide(mod, ring, honest=False) == 6
    assert spend(alice) == (before[0], before[1] - 6)
    assert not Transaction.objects.filter(kind="reverse").exists()
    row = PendingEarning.objects.filter(ring=ring, member=alice)[0]
    [line] = lines_of([row.transaction])
    assert (line.state, WHY in line.why["text"]) == ("lapsed", True)


def test_after_a_release_what_was_counted_is_forgiven_and_after_a_rejection_it_is_not(
    ring: Ring, alice: Member, bob: Member, mod: Member, forum: Forum
) -> None:
    decide(mod, ring)
    trade(forum, alice, bob, times=9, at=NIGHT + 2 * DAY)
    assert look(NIGHT + 3 * DAY) == 0
    assert Ring.objects.filter(state="open").count() == 0
    forum.react(alice, bob, 9700, NIGHT + 2 * DAY)
    forum.react(bob, alice, 9700, NIGHT + 2 * DAY)
    assert look(NIGHT + 3 * DAY) > 0
    again = Ring.objects.get(state="open")
    decide(mod, again, honest=False, at=NIGHT + 4 * DAY)
    forum.react(bob, alice, 9701, NIGHT + 4 * DAY)
    assert look(NIGHT + 5 * DAY) == 1


def test_nobody_decides_without_the_right_about_herself_without_a_word_or_over_an_older_reading(
    ring: Ring, alice: Member, bob: Member, mod: Member, approver: Member, forum: Forum
) -> None:
    for other in (alice, approver):
        with pytest.raises(Forbidden):
            decide(other, ring)
    ring.seats.filter(member=bob).update(member=mod)
    with pytest.raises(Forbidden) as refusal:
        decide(mod, ring)
    assert refusal.value.code == "own_points"
    ring.seats.filter(member=mod).update(member=bob)
    with pytest.raises(Invalid) as refused:
        decide(mod, ring, note=" ")
    assert refused.value.details["field"] == "note"
    with pytest.raises(NotFound):
        actions.decide_ring(actor=mod, ring_id=999_999, key="1.6", honest=True, note=WHY, at=NIGHT)
    read = key_of(ring)
    forum.react(bob, alice, 9800, NIGHT)  # one line more is held
    with pytest.raises(Conflict):
        decide(mod, ring, key=read)
    assert PendingEarning.objects.filter(ring=ring, state="held").count() == 7


def test_sent_twice_by_the_same_hand_it_is_one_decision_and_another_word_is_a_conflict(
    ring: Ring, alice: Member, mod: Member, manager: Member
) -> None:
    read = key_of(ring)
    assert decide(mod, ring, key=read) == 6
    after = spend(alice)
    assert decide(mod, ring, key=read) == 0
    for actor, honest in ((mod, False), (manager, True)):
        with pytest.raises(Conflict):
            decide(actor, ring, honest, key=read)
    assert spend(alice) == after


# ── The page ────────────────────────────────────────────────────────────────────────────────────────────────────
def page() -> str:
    return f"{reverse('programme_waiting')}?kind=rings"


def test_the_page_shows_the_evidence_and_decides(
    signed_in: Callable[..., Client], ring: Ring, alice: Member, bob: Member, mod: Member, approver: Member
) -> None:
    seen = signed_in(approver).get(page()).content.decode()
    assert alice.standing.known_as in seen
    assert 'name="ring"' not in seen
    client = signed_in(mod)
    text = client.get(page()).content.decode()
    assert bob.standing.known_as in text
    assert "×&nbsp;10" in text
    sent = {"ring": str(ring.pk), "key": key_of(ring), "step": "release", "note": ""}
    address = reverse("programme_decide_ring")
    wrong = client.post(address, sent)
    assert wrong.status_code == 422
    assert f'id="ring-wrong-{ring.pk}"' in wrong.content.decode()
    assert client.post(address, sent | {"key": "9.9", "note": WHY}).status_code == 409
    assert client.post(address, sent | {"ring": "x", "note": WHY}).status_code == 404
    assert client.post(address, sent | {"step": "other", "note": WHY}).status_code == 422
    assert client.post(address, sent | {"note": WHY}).status_code == 302
    after = client.get(page()).content.decode()
    assert "Không ai đang được xem xét" in after
    assert WHY in after
    assert signed_in(approver).post(address, sent | {"note": WHY}).status_code == 403


def test_the_page_costs_the_same_for_one_ring_and_for_many(
    signed_in: Callable[..., Client], ring: Ring, mod: Member, forum: Forum, settings: LazySettings
) -> None:
    client = signed_in(mod)
    settings.RING_PAIR_ACTS = 2
    assert client.get(page()).status_code == 200

    def more() -> None:
        people = make_members(6)
        for one, other in zip(people[::2], people[1::2], strict=True):
            trade(forum, one, other, times=2)
        look()

    assert_num_queries_constant(lambda: client.get(page()), more)


# ── The more two trade, the less each further act pays ──────────────────────────────────────────────────────────
def test_reciprocal_thanks_pay_half_after_ten_times_both_ways_in_a_month_and_the_reason_says_so(
    alice: Member, bob: Member, forum: Forum, settings: LazySettings
) -> None:
    settings.RING_PAIR_ACTS = 10_000  # this is about paying alone
    granted = []
    for day in range(8):
        for n in range(3):
            forum.react(alice, bob, 9000 + n, MORNING + day * DAY)
            event = forum.react(bob, alice, 9000 + n, MORNING + day * DAY)
    assert event
    outcomes = [
        outcome
        for row in Evaluation.objects.filter(member=alice, event__name="reaction_added").order_by("id")
        for outcome in row.outcomes
    ]
    granted = [outcome["granted"].get("spend", 0) for outcome in outcomes]
    assert granted == [2] * 10 + [1] * 10 + [0] * 4
    assert [outcome["pair"] for outcome in outcomes][9:12] == [9, 10, 11]
    assert outcomes[10]["data"] == {"cap": "pair", "metric": "times", "limit": 10, "window": "month", "used": 10}
    assert outcomes[23]["outcome"] == "capped"
    paid = Transaction.objects.get(pk=outcomes[10]["transaction"])
    [line] = lines_of([paid])
    assert any("cảm ơn nhau 10 lần" in fact["value"] for fact in line.why["facts"])
    forum.react(bob, alice, 9900, MORNING + 31 * DAY)
    newest = Evaluation.objects.filter(member=alice).latest("id").outcomes[0]
    assert (newest["granted"]["spend"], newest["pair"]) == (2, 0)  # a new month


def test_thanks_that_go_one_way_alone_never_pay_less(alice: Member, bob: Member, forum: Forum) -> None:
    for day in range(8):
        for n in range(3):
            forum.react(bob, alice, 9000 + n, MORNING + day * DAY)
    outcomes = [row.outcomes[0] for row in Evaluation.objects.filter(member=alice, event__name="reaction_added")]
    assert {outcome["granted"]["spend"] for outcome in outcomes} == {2}


def test_a_number_of_the_pair_that_was_altered_is_found(alice: Member, bob: Member, forum: Forum) -> None:
    trade(forum, alice, bob, times=2)
    row = Evaluation.objects.filter(member=alice, event__name="reaction_added").latest("id")
    whole = row.outcomes
    Evaluation.objects.filter(pk=row.pk).update(outcomes=[{**whole[0], "pair": 5}])
    assert [finding.row for finding in verify(["I13"])] == [row.pk]
    Evaluation.objects.filter(pk=row.pk).update(outcomes=whole)
