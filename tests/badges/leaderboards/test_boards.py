"""The board of the month: out of the ledger, in an order that is fair, of those who wish it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.cache import cache
from django.db import transaction
from django.test import Client

from badges.leaderboards import actions, selectors
from badges.leaderboards.models import PeriodClosed, Place
from badges.leaderboards.selectors import Score, board, ranked, reached, scores
from badges.leaderboards.tasks import close_boards
from badges.ledger import actions as ledger
from portal.accounts.models import Member
from portal.core import personal_data
from portal.core.errors import Forbidden, NotFound
from portal.events import relay
from portal.events.types.community import PostHidden, TopicStarted
from portal.scopes.models import Scope
from tests.badges.earning.conftest import tell
from tests.factories.portal import make_members

NOON = datetime(2026, 5, 4, 5, 0, tzinfo=UTC)
MAY, APRIL, MINUTE, DAY = date(2026, 5, 1), date(2026, 4, 1), timedelta(minutes=1), timedelta(days=1)
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def fresh_cache() -> None:
    cache.clear()


def wish(*members: Member) -> None:
    for member in members:
        actions.wish(actor=member, wanted=True, at=NOON)


def thank(member: Member, points: int, at: datetime = NOON, subject: str = "") -> int:
    """Reputation at a moment; returns the posting."""
    with transaction.atomic():
        key = f"{member.pk}:{at.timestamp():.0f}:{subject}"
        posting = ledger.earn(
            member_id=member.pk, amounts={"rep": points}, source="test", key=key, at=at, subject=subject
        )
    return posting.transaction.pk


def places(month: date = MAY, scope: str = "", at: datetime = NOON + DAY) -> list[tuple[int, int, int]]:
    """Member, rank and score, counted now."""
    return [(p.member_id, p.rank, p.score) for p in ranked(scores(month, scope, at=at))]


# ── Order ───────────────────────────────────────────────────────────────────────────────────────────────────────
def test_who_reached_the_score_earlier_stands_higher_and_the_same_instant_is_the_same_place() -> None:
    found = [Score(1, 5, NOON + MINUTE), Score(2, 5, NOON), Score(3, 9, NOON), Score(4, 5, NOON), Score(5, 1, NOON)]
    assert [(p.member_id, p.rank) for p in ranked(found)] == [(3, 1), (2, 2), (4, 2), (1, 3), (5, 4)]


@pytest.mark.parametrize(
    ("steps", "minute"),
    [
        ([(2, 0), (2, 1)], 1),  # the second act brought it
        ([(2, 0), (2, 1), (-2, 2)], 0),  # back to what she had from the start
        ([(2, 0), (-2, 1), (2, 2)], 2),  # lost and won again
    ],
)
def test_a_score_is_reached_when_it_was_last_come_to_from_below(steps: list[tuple[int, int]], minute: int) -> None:
    found = reached([(amount, NOON + n * MINUTE) for amount, n in steps])
    assert found == (sum(amount for amount, _n in steps), NOON + minute * MINUTE)


# ── Who ─────────────────────────────────────────────────────────────────────────────────────────────────────────
def test_only_who_wishes_it_stands_there_and_who_takes_it_back_is_gone_at_once(alice: Member, bob: Member) -> None:
    thank(alice, 3)
    thank(bob, 2)
    assert places() == []
    wish(alice, bob)
    assert places() == [(alice.pk, 1, 3), (bob.pk, 2, 2)]
    actions.wish(actor=alice, wanted=False, at=NOON)
    assert places() == [(bob.pk, 1, 2)]
    assert board(MAY, "", bob, at=NOON).people == 1


def test_whoever_works_here_is_on_no_board_even_with_an_old_wish(alice: Member, mod: Member, staff: Member) -> None:
    for one in (mod, staff):
        with pytest.raises(Forbidden):
            wish(one)
    wish(alice)
    thank(alice, 3)
    alice.groups.add(staff.groups.get())
    assert places() == []


def test_who_is_closed_suspended_or_leaving_is_not_shown(alice: Member, bob: Member, charlie: Member) -> None:
    wish(alice, bob, charlie)
    for one in (alice, bob, charlie):
        thank(one, 1)
    Member.objects.filter(pk=alice.pk).update(is_active=False)
    Member.objects.filter(pk=bob.pk).update(left_at=NOON)
    Member.objects.filter(pk=charlie.pk).update(suspended_until=NOON + 9 * DAY)
    assert places() == []


# ── What counts ─────────────────────────────────────────────────────────────────────────────────────────────────
def test_the_board_agrees_with_the_ledger_within_a_minute_after_a_reversal(alice: Member, bob: Member) -> None:
    wish(alice, bob)
    posting = thank(alice, 5)
    thank(bob, 3)
    assert [row.score for row in board(MAY, "", bob, at=NOON).rows] == [5, 3]
    with transaction.atomic():
        ledger.reverse(transaction_id=posting, source="test", key="back", at=NOON + DAY, reason="post_hidden")
    assert selectors.SECONDS <= 60
    cache.clear()  # what is kept is over by then
    assert [row.standing.member_id for row in board(MAY, "", bob, at=NOON + DAY).rows] == [bob.pk]


def test_points_that_still_wait_do_not_count(alice: Member) -> None:
    wish(alice)
    with transaction.atomic():
        ledger.earn(member_id=alice.pk, amounts={"rep": 4}, pending=True, source="test", key="wait", at=NOON)
    assert places() == []


def test_a_month_ends_with_the_programmes_own_day(alice: Member) -> None:
    wish(alice)
    thank(alice, 1, datetime(2026, 4, 30, 16, 59, tzinfo=UTC))  # 23:59 in Saigon
    thank(alice, 2, datetime(2026, 4, 30, 17, 0, tzinfo=UTC))  # 00:00 on 1 May
    assert places(APRIL) == [(alice.pk, 1, 1)]
    assert places(MAY) == [(alice.pk, 1, 2)]


def test_each_house_counts_what_was_said_in_it(alice: Member, bob: Member) -> None:
    brand = Scope.objects.create(code="may", kind="brand", name="Mây")
    Scope.objects.create(code="may-rang", kind="sub_brand", parent=brand, name="Mây Rang")
    wish(alice, bob)
    started = {"topic": 1, "space": 1, "author": alice.pk, "actor": alice.pk, "title": "Phin"}
    tell(TopicStarted(post=7, scope="may-rang", **started), NOON)
    tell(TopicStarted(post=8, scope="may", **started), NOON)
    thank(alice, 5, subject="post:7")
    thank(bob, 9, subject="post:8")
    assert places(scope="may-rang") == [(alice.pk, 1, 5)]
    assert [p[0] for p in places()] == [bob.pk, alice.pk]


def test_community_criterion_08_a_hidden_post_leaves_the_board(
    alice: Member, bob: Member, charlie: Member, forum: object
) -> None:
    from tests.badges.earning.conftest import Forum

    assert isinstance(forum, Forum)
    wish(alice)
    topic = forum.topic(alice, NOON)
    forum.reply(bob, topic, NOON)
    forum.reply(charlie, topic, NOON)
    assert places() == [(alice.pk, 1, 2)]
    tell(PostHidden(topic=topic, post=topic, author=alice.pk, reason="spam"), NOON + MINUTE)
    relay.drain()
    assert places() == []


# ── Closed months ───────────────────────────────────────────────────────────────────────────────────────────────
def test_a_month_that_is_over_is_counted_once_and_stays(alice: Member, bob: Member) -> None:
    Scope.objects.create(code="may", kind="brand", name="Mây")
    wish(alice, bob)
    thank(alice, 4, NOON - 20 * DAY)
    posting = thank(bob, 9, NOON - 20 * DAY)
    assert (close_boards(NOON), close_boards(NOON)) == (1, 0)
    with transaction.atomic():
        ledger.reverse(transaction_id=posting, source="test", key="back", at=NOON, reason="late")
    shown = board(APRIL, "", alice, at=NOON)
    assert shown.closed_at == NOON
    assert [(row.rank, row.score, row.own) for row in shown.rows] == [(1, 9, False), (2, 4, True)]
    assert actions.close_month(month=MAY, scope="", at=NOON) is False  # not over


def test_who_leaves_for_good_leaves_the_old_boards_too(alice: Member) -> None:
    wish(alice)
    thank(alice, 4, NOON - 20 * DAY)
    close_boards(NOON)
    assert Place.objects.filter(member=alice).exists()
    kept = next(one for one in personal_data.data_types() if one.name == "boards")
    assert kept.erase is not None
    kept.erase(alice)
    assert not Place.objects.filter(member=alice).exists()
    assert PeriodClosed.objects.filter(month=APRIL).exists()


def test_months_that_have_not_begun_or_lie_too_far_back_are_none(alice: Member) -> None:
    for month in (date(2026, 6, 1), date(2024, 1, 1)):
        with pytest.raises(NotFound):
            board(month, "", alice, at=NOON)


# ── The page ────────────────────────────────────────────────────────────────────────────────────────────────────
def test_her_own_place_is_shown_with_her_neighbours(alice: Member) -> None:
    others = make_members(30)
    wish(alice, *others)
    for n, one in enumerate(others):
        thank(one, 100 - n)
    thank(alice, 75, NOON + MINUTE)  # as much as the 26th, a minute later
    shown = board(MAY, "", alice, at=NOON)
    assert [row.rank for row in shown.rows[:20]] == list(range(1, 21))
    assert [(row.rank, row.own, row.gap) for row in shown.rows[20:]] == [
        (25, False, True), (26, False, False), (27, True, False), (28, False, False), (29, False, False),
    ]  # fmt: skip
    assert shown.own is not None
    assert shown.ahead == shown.rows[21].score - 75


def test_the_board_costs_the_same_for_one_and_for_many(
    alice: Member, django_assert_num_queries: Callable[..., object]
) -> None:
    wish(alice)
    thank(alice, 5)
    with django_assert_num_queries(3):
        board(MAY, "", alice, at=NOON)
    others = make_members(25)
    wish(*others)
    for one in others:
        thank(one, 7)
    cache.clear()
    with django_assert_num_queries(3):
        board(MAY, "", alice, at=NOON)


def test_the_page_asks_for_a_member_and_shows_nothing_to_machines(
    alice: Member, signed_in: Callable[..., Client], client: Client
) -> None:
    assert client.get("/vi/board/").status_code in (302, 401)
    browser = signed_in(alice)
    page = browser.get("/vi/board/")
    assert (page.status_code, "noindex" in page.content.decode()) == (200, True)
    assert browser.get("/vi/board/nowhere/").status_code == 404
    assert browser.get("/vi/board/?month=soon").status_code == 404
    assert browser.post("/vi/my/settings/board/wish/", {"wish": "yes"}).status_code == 302
    assert selectors.has_wish(alice.pk)
