"""The life of a tier (criterion 16 of the programme): held to the end of the next year and thirty days, one step down
and never two, and points that are taken back in time or too late."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import transaction

from badges.ledger import actions as ledger
from badges.ledger.selectors import status_points, status_points_of_all
from badges.ledger.verify import verify
from badges.tiers import verify as tier_verify
from badges.tiers.actions import reassess
from badges.tiers.models import TierMove, TierStatus
from badges.tiers.reckoning import earned, period_of, tier_earned, years_for
from badges.tiers.selectors import ladders_at
from badges.tiers.tasks import end_tiers
from portal.accounts.models import Member, Standing
from portal.core.clock import day_bounds
from portal.events import relay
from tests.badges.tiers.test_tiers import MARCH, give

pytestmark = pytest.mark.django_db


def noon(day: date) -> datetime:
    """A moment of a programme day."""
    return day_bounds(day)[0] + timedelta(hours=12)


def shown(member: Member) -> tuple[str, date | None]:
    """Where she stands, as stored."""
    status = TierStatus.objects.select_related("tier").get(member=member)
    assert Standing.objects.get(member=member).tier_code == status.tier.code
    return status.tier.code, status.valid_until


def take_back(posting: int, at: datetime, key: str = "back", amount: int = 1) -> int:
    """A refund as the ledger writes it; the tier is looked at again."""
    with transaction.atomic():
        found = ledger.reverse(
            transaction_id=posting, source="test", key=key, at=at, reason="refund", amounts={"status": amount}
        )
        reassess(member_id=found.transaction.member_id, at=at)
    return found.transaction.pk


def test_the_tier_of_a_day_follows_the_calendar() -> None:
    rungs = ladders_at(MARCH)[-1].rungs

    def on(day: date, **points: int) -> tuple[str, date | None]:
        found = tier_earned({int(y[1:]): p for y, p in points.items()}, rungs, day)
        return found[0].code, found[1]

    assert on(date(2026, 6, 1), y2026=149) == ("member", None)
    assert on(date(2026, 6, 1), y2026=999) == ("silver", date(2028, 1, 30))
    assert on(date(2027, 12, 31), y2026=1000) == ("gold", date(2028, 1, 30))
    assert on(date(2028, 1, 30), y2026=1000) == ("gold", date(2028, 1, 30))
    assert on(date(2028, 1, 31), y2026=1000) == ("silver", date(2029, 1, 30))
    assert on(date(2029, 1, 30), y2026=1000) == ("silver", date(2029, 1, 30))
    assert on(date(2029, 1, 31), y2026=1000) == ("member", None)
    assert on(date(2027, 5, 1), y2026=1000, y2027=150) == ("gold", date(2028, 1, 30))
    assert on(date(2028, 2, 1), y2026=1000, y2027=150) == ("silver", date(2029, 1, 30))
    assert on(date(2028, 2, 1), y2026=3000, y2027=150) == ("gold", date(2029, 1, 30))
    # Who reaches it anew in the days of grace keeps it without a break, and for a year longer.
    assert on(date(2028, 1, 15), y2026=1000, y2028=1000) == ("gold", date(2030, 1, 30))


def test_the_years_asked_for_are_all_that_can_matter_and_no_more() -> None:
    rungs = ladders_at(MARCH)[-1].rungs
    top = rungs[-1].rank
    for day in (date(2030, 1, 1), date(2030, 1, 30), date(2030, 1, 31), date(2030, 12, 31)):
        years = years_for(day, top)
        assert years[-1] == day.year
        assert tier_earned({years[0] - 1: 999_999}, rungs, day)[0].rank == 0
        assert tier_earned({years[0]: 999_999}, rungs, day)[0].rank == 1
    assert [period_of(date(2030, 1, d)) for d in (30, 31)] == [2029, 2030]


def test_in_january_what_the_year_before_last_gave_still_holds(alice: Member) -> None:
    give(alice, 1000)
    give(alice, 1, at=noon(date(2028, 1, 5)), key="january")  # any posting looks at the tier again
    assert shown(alice) == ("gold", date(2028, 1, 30))


def test_without_new_points_she_falls_one_step_a_year_and_each_is_a_move(
    alice: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    relay.drain()
    give(alice, 3000)
    seen = []
    for day in (date(2028, 1, 30), date(2028, 1, 31), date(2029, 1, 31), date(2030, 1, 31), date(2031, 1, 31)):
        end_tiers(noon(day))
        seen.append(shown(alice))
        monkeypatch.setattr(tier_verify, "now", lambda day=day: noon(day))
        assert verify(["I11"]) == []
    assert seen == [
        ("diamond", date(2028, 1, 30)), ("gold", date(2029, 1, 30)), ("silver", date(2030, 1, 30)),
        ("member", None), ("member", None),
    ]  # fmt: skip
    assert [m.new.code for m in TierMove.objects.filter(member=alice).order_by("id")][-3:] == [
        "gold", "silver", "member",
    ]  # fmt: skip


def test_a_job_that_was_down_for_a_year_ends_where_the_calendar_is(alice: Member) -> None:
    give(alice, 3000)
    end_tiers(noon(date(2029, 6, 1)))
    assert shown(alice) == ("silver", date(2030, 1, 30))


def test_a_refund_to_the_last_counted_day_takes_the_tier_and_a_later_one_does_not(alice: Member, bob: Member) -> None:
    relay.drain()
    last = day_bounds(date(2027, 1, 30))[1] - timedelta(seconds=1)
    for member, at in ((alice, last), (bob, last + timedelta(seconds=1))):
        give(member, 140, key="first")
        posting = give(member, 860, key="more")  # 1,010 with the ten for joining
        assert shown(member)[0] == "gold"
        take_back(posting, at, key=f"back:{member.pk}", amount=11)
    assert (shown(alice), shown(bob)) == (("silver", date(2028, 1, 30)), ("gold", date(2028, 1, 30)))

    assert status_points(bob.pk, 2026) - status_points(alice.pk, 2026) == 11
    assert status_points_of_all((2026,))[bob.pk][2026] == status_points(bob.pk, 2026)
    assert verify() == []


def test_what_was_taken_back_too_late_and_given_again_counts_once(alice: Member) -> None:
    posting = give(alice, 1000)
    late = noon(date(2027, 3, 1))
    reversal = take_back(posting, late, amount=1000)
    with transaction.atomic():
        ledger.restore(transaction_id=reversal, source="test", key="again", at=late + timedelta(days=1))
        reassess(member_id=alice.pk, at=late + timedelta(days=1))
    assert status_points(alice.pk, 2026) == 1000
    give(alice, 1, at=late + timedelta(days=2), key="two")
    assert status_points(alice.pk, 2026) == 1000


def test_what_was_taken_back_in_time_and_given_again_late_counts(alice: Member) -> None:
    posting = give(alice, 1000)
    reversal = take_back(posting, noon(date(2027, 1, 10)), amount=1000)
    assert status_points(alice.pk, 2026) == 0
    with transaction.atomic():
        ledger.restore(transaction_id=reversal, source="test", key="again", at=noon(date(2027, 3, 1)))
        reassess(member_id=alice.pk, at=noon(date(2027, 3, 1)))
    assert (status_points(alice.pk, 2026), shown(alice)[0]) == (1000, "gold")


def test_the_steps_that_were_fallen_are_told() -> None:
    rungs = ladders_at(datetime(2026, 3, 1, tzinfo=UTC))[-1].rungs
    assert [earned({2026: 3000}, rungs, date(year, 6, 1)).steps for year in (2026, 2027, 2028, 2029)] == [0, 0, 1, 2]
