"""What members read: balances, statements, what lapses next, what counts for the tier."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from badges.ledger import actions, selectors
from portal.core.errors import NotFound
from tests.badges.ledger.book import NOON, earn, new_member, redeem, then, utc
from tests.helpers.queries import assert_num_queries_constant

pytestmark = [pytest.mark.both_databases, pytest.mark.django_db]


@pytest.fixture
def member():
    return new_member()


def test_balances_of_a_newcomer_are_zero(member):
    zeros = {"available": 0, "pending": 0, "held": 0, "debt": 0}
    assert selectors.balances(member.pk) == {"spend": zeros, "status": zeros, "rep": zeros}


def test_statement_pages_newest_first_and_shows_only_ones_own(member):
    stranger = new_member()
    mine = [earn(member, number + 1, at=NOON + timedelta(hours=number // 2)) for number in range(5)]
    foreign = earn(stranger, 99)
    newest_first = sorted(mine, key=lambda row: (row.recorded_at, row.pk), reverse=True)
    pages, before = [], None
    while True:
        page = selectors.statement(member.pk, before=before, limit=2)
        pages.append([line.transaction for line in page.lines])
        before = page.before
        if before is None:
            break
    assert [len(page) for page in pages] == [2, 2, 1]
    assert [row for page in pages for row in page] == newest_first
    with pytest.raises(NotFound):
        selectors.statement(member.pk, before=foreign.pk)


def test_statement_of_a_newcomer_is_empty(member):
    assert selectors.statement(member.pk) == selectors.Statement([], None)


def test_statement_needs_the_same_queries_for_one_and_for_many(member):
    earn(member, amounts={"spend": 1, "rep": 1})

    def grow():
        for _ in range(8):
            earn(member, amounts={"spend": 3, "status": 2, "rep": 1})
        redeem(member, 5)

    assert_num_queries_constant(lambda: selectors.statement(member.pk), grow, expected=2)
    assert_num_queries_constant(lambda: selectors.balances(member.pk), grow, expected=2)


def test_a_line_sums_what_the_member_sees(member):
    first = earn(member, amounts={"spend": 3, "rep": 1}, pending=True)
    line = selectors.line(first.pk)
    assert line.shown == {"spend": 3, "rep": 1}
    assert selectors.line(then(actions.activate, first).pk).shown == {"spend": 0, "rep": 0}


def test_next_expiry_sums_the_lots_of_the_soonest_day(member):
    assert selectors.next_expiry(member.pk, at=NOON) is None
    earn(member, 5, code="status")
    assert selectors.next_expiry(member.pk, at=NOON, point_type="status") is None
    earn(member, 10)
    earn(member, 5)
    earn(member, 7, at=NOON + timedelta(days=31))
    assert selectors.next_expiry(member.pk, at=NOON) == (date(2027, 3, 31), 15)
    assert selectors.next_expiry(member.pk, at=utc(2027, 4, 1)) == (date(2027, 4, 30), 7)


def test_status_points_count_by_value_date_in_the_programme_year(member):
    # 31 Dec, 23:30 in the programme's zone, and half an hour later.
    earn(member, 10, at=utc(2026, 12, 31, 16, 30), code="status")
    earn(member, 20, at=utc(2026, 12, 31, 17, 0), code="status")
    assert [selectors.status_points(member.pk, year) for year in (2025, 2026, 2027)] == [0, 10, 20]
    # A late event counts for the day it happened on.
    earn(member, 5, at=utc(2027, 1, 2), value_date=date(2026, 12, 30), code="status")
    assert selectors.status_points(member.pk, 2026) == 15


def test_status_points_that_wait_count_when_they_are_confirmed(member):
    waiting = earn(member, 10, at=utc(2026, 12, 30), pending=True, code="status")
    assert selectors.status_points(member.pk, 2026) == 0
    then(actions.activate, waiting, at=utc(2027, 1, 3))
    assert [selectors.status_points(member.pk, year) for year in (2026, 2027)] == [0, 10]
    # Taken back, they are missing where they counted.
    then(actions.reverse, waiting, at=utc(2028, 1, 3))
    assert [selectors.status_points(member.pk, year) for year in (2026, 2027, 2028)] == [0, 0, 0]


def test_a_reversal_counts_for_the_year_of_its_earning_and_so_does_its_restoring(member):
    first = earn(member, 10, at=utc(2026, 6, 1), code="status")
    reversal = then(actions.reverse, first, at=utc(2027, 1, 20))
    assert [selectors.status_points(member.pk, year) for year in (2026, 2027)] == [0, 0]
    then(actions.restore, reversal, at=utc(2027, 2, 1))
    assert [selectors.status_points(member.pk, year) for year in (2026, 2027)] == [10, 0]


def test_spending_never_changes_status(member):
    earn(member, amounts={"spend": 100, "status": 100})
    redeem(member, 100)
    assert selectors.status_points(member.pk, 2026) == 100


def test_what_can_be_taken_back_and_given_again_is_found_by_subject_and_by_cause(member):
    giver = new_member()
    post = earn(member, 3, subject="post:1", cause="post:1")
    reaction = earn(member, 2, subject="post:1", cause="reaction:7")
    earn(giver, 1, subject="post:2", cause="reaction:8")
    assert selectors.reversible(subject="post:1") == [post, reaction]
    assert selectors.reversible(cause="reaction:7") == [reaction]
    assert selectors.reversible(cause="") == []
    taken = then(actions.reverse, reaction)
    assert selectors.reversible(subject="post:1") == [post]
    assert selectors.restorable(cause="reaction:7") == [taken]
    given = then(actions.restore, taken)
    assert selectors.restorable(subject="post:1") == []
    assert selectors.reversible(subject="post:1") == [post, given]


def test_finding_what_can_be_taken_back_needs_the_same_queries_for_one_and_for_many(member):
    def grow():
        for _ in range(4):
            posting = earn(member, 2, subject="post:1")
            then(actions.restore, then(actions.reverse, posting, amounts={"spend": 1}))
            then(actions.reverse, posting)

    grow()
    assert_num_queries_constant(lambda: selectors.reversible(subject="post:1"), grow, expected=3)
    assert_num_queries_constant(lambda: selectors.restorable(subject="post:1"), grow, expected=1)
