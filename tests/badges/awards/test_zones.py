"""Days are those of the member's own calendar, also where the clock is put forward or back."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from badges.awards.models import Fact
from tests.badges.awards.house import has, talk
from tests.factories.portal import make_member

pytestmark = pytest.mark.django_db
BERLIN = ZoneInfo("Europe/Berlin")
# Three days before the clocks change; the zone is put on below.
FORWARD, BACK = datetime(2026, 3, 26, tzinfo=UTC), datetime(2026, 10, 22, tzinfo=UTC)


@pytest.mark.parametrize("begin", [FORWARD, BACK], ids=["forward", "back"])
@pytest.mark.parametrize("hour", [0, 2, 23])
def test_criterion_20_a_week_in_which_the_clock_changes_is_seven_days_in_a_row(begin, hour):
    member = make_member(zone="Europe/Berlin")
    for n in range(7):
        assert has(member, "seven-days") == 0
        # The wall clock of each day: 02:30 of the day on which it is skipped reads as 03:30.
        talk(member, (begin + timedelta(days=n, hours=hour, minutes=30)).replace(tzinfo=BERLIN))
    assert has(member, "seven-days") == 1


@pytest.mark.parametrize("begin", [FORWARD, BACK], ids=["forward", "back"])
def test_minutes_around_midnight_belong_to_the_day_that_her_clock_shows(begin):
    member = make_member(zone="Europe/Berlin")
    midnight = (begin + timedelta(days=3)).replace(tzinfo=BERLIN)
    for at in (midnight - timedelta(seconds=1), midnight, midnight + timedelta(hours=23, minutes=59)):
        talk(member, at.astimezone(ZoneInfo("UTC")))
    days = set(Fact.objects.filter(member=member, metric="chat_day").values_list("day", flat=True))
    assert days == {(begin + timedelta(days=2)).date(), (begin + timedelta(days=3)).date()}


def test_criterion_20_half_past_eleven_and_half_past_midnight_are_two_days():
    member = make_member()
    evening = datetime(2026, 6, 1, 23, 30, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh"))
    for at in (evening, evening + timedelta(hours=1)):
        talk(member, at)
    assert Fact.objects.filter(member=member, metric="chat_day").values("day").distinct().count() == 2


@pytest.mark.parametrize("zone", ["America/Los_Angeles", "Pacific/Auckland"])
def test_criterion_20_moving_across_the_world_neither_breaks_nor_adds_a_day(zone):
    member = make_member()
    noon = datetime(2026, 6, 1, 12, 0, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh"))
    for n in range(3):
        talk(member, noon + timedelta(days=n))
    member.zone = zone
    member.save()
    for n in range(3, 7):
        talk(member, (noon + timedelta(days=n)).replace(tzinfo=ZoneInfo(zone)))
    assert Fact.objects.filter(member=member, metric="chat_day").values("day").distinct().count() == 7
    assert has(member, "seven-days") == 1


def test_one_moment_is_two_days_in_two_zones():
    east, west = make_member(zone="Pacific/Auckland"), make_member(zone="America/Los_Angeles")
    moment = datetime(2026, 6, 1, 0, 30, tzinfo=ZoneInfo("UTC"))
    for member in (east, west):
        talk(member, moment)
    days = {m: Fact.objects.get(member=m, metric="chat_day").day.day for m in (east, west)}
    assert days == {east: 1, west: 31}


def test_the_late_lamp_burns_by_her_own_clock():
    saigon, berlin = make_member(), make_member(zone="Europe/Berlin")
    for n in range(3):
        at = datetime(2026, 6, 1 + 2 * n, 18, 30, tzinfo=ZoneInfo("UTC"))  # 01:30 in Saigon, 20:30 in Berlin
        talk(saigon, at)
        talk(berlin, at)
    assert (has(saigon, "late-lamp"), has(berlin, "late-lamp")) == (1, 0)


@pytest.mark.parametrize(("hour", "counts"), [(23, 0), (0, 1), (3, 1), (4, 0)])
def test_the_hours_begin_at_the_first_and_end_before_the_last(hour, counts):
    member = make_member(zone="UTC")
    for n in range(3):
        talk(member, datetime(2026, 6, 1 + n, hour, 0, tzinfo=ZoneInfo("UTC")))
    assert has(member, "late-lamp") == counts


def test_criterion_20_a_later_change_of_zone_rewrites_no_past_day():
    member = make_member(zone="Asia/Ho_Chi_Minh")
    at = datetime(2026, 6, 1, 18, 0, tzinfo=ZoneInfo("UTC"))
    talk(member, at)
    member.zone = "America/Los_Angeles"
    member.save()
    assert Fact.objects.get(member=member, metric="chat_day").day.day == 2
