"""Criterion 20: days in a row by the member's own calendar, and the days of rest that keep them."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.urls import reverse

from badges.awards import actions, selectors
from badges.awards.models import Award, AwardMove, Fact, Sight, ZoneAsk
from badges.awards.streaks import MOST_FREEZES, mendable, reckon
from badges.awards.zones import Ask, timeline, unlived, zone_at
from portal.accounts import profiles
from portal.core import clock
from portal.core.errors import Conflict
from portal.events import bus
from portal.events.models import DomainEvent
from tests.badges.awards.house import hear, hide, read, talk, topic
from tests.factories.portal import make_member

SAIGON, ANGELES, BERLIN = "Asia/Ho_Chi_Minh", "America/Los_Angeles", "Europe/Berlin"
JUNE = date(2026, 6, 1)


def days(*numbers: int) -> list[date]:
    """Days counted from the first of June."""
    return [JUNE + timedelta(days=n) for n in numbers]


def local(zone: str, day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 6, day, hour, minute, tzinfo=ZoneInfo(zone)).astimezone(UTC)


def move(member, zone: str, at: datetime) -> None:
    """She chooses another zone in her settings, and the badges hear it."""
    profiles.set_place(actor=member, language="vi", zone=zone, at=at)
    for row in DomainEvent.objects.filter(name="zone_changed").exclude(pk__in=ZoneAsk.objects.values("event")):
        hear(bus.heard(row))


# ── The reckoning ───────────────────────────────────────────────────────────────────────────────────────────────
def test_a_day_without_a_day_of_rest_ends_the_streak_and_the_next_begins_at_one():
    assert reckon(days(0, 1, 2), JUNE + timedelta(days=3)).days == 3
    assert reckon(days(0, 1, 2), JUNE + timedelta(days=4)).days == 0
    broken = reckon(days(0, 1, 2, 4), JUNE + timedelta(days=4))
    assert (broken.days, broken.best, broken.held) == (1, 3, 0)


def test_today_is_missed_only_when_it_is_over():
    young = reckon(days(*range(3)), JUNE + timedelta(days=3))
    assert (young.days, young.here, young.week[-1][1]) == (3, False, "open")


def test_every_seventh_day_puts_a_day_of_rest_aside_and_two_at_most():
    held = [reckon(days(*range(n)), JUNE + timedelta(days=n - 1)).held for n in (6, 7, 13, 14, 21, 70)]
    assert held == [0, 1, 1, 2, 2, 2]
    assert MOST_FREEZES == 2


def test_a_missed_day_uses_one_day_of_rest_and_lengthens_nothing():
    after = reckon(days(*range(7), 8), JUNE + timedelta(days=8))
    assert (after.days, after.held) == (8, 0)
    assert after.frozen == set(days(7))
    assert after.rested == days(7)[0]
    assert dict(after.week)[days(7)[0]] == "rest"


def test_two_held_days_of_rest_bridge_two_days_and_not_three():
    fortnight = list(range(14))
    assert reckon(days(*fortnight, 16), JUNE + timedelta(days=16)).days == 15
    broken = reckon(days(*fortnight, 17), JUNE + timedelta(days=17))
    assert (broken.days, broken.held, broken.best) == (1, 0, 14)


def test_a_day_of_rest_is_earned_before_it_is_used():
    # Six days, one missed, then many: what comes later heals nothing that was missed before.
    late = reckon(days(*range(6), *range(7, 14)), JUNE + timedelta(days=13))
    assert (late.days, late.held) == (7, 1)


# ── Zones ───────────────────────────────────────────────────────────────────────────────────────────────────────
def test_a_new_zone_holds_from_the_next_midnight_of_the_old_one():
    held = timeline([Ask(local(SAIGON, 3, 10), SAIGON, ANGELES)], ANGELES)
    midnight = local(SAIGON, 4, 0)
    assert zone_at(held, midnight - timedelta(seconds=1)) == ZoneInfo(SAIGON)
    assert zone_at(held, midnight) == ZoneInfo(ANGELES)


def test_a_second_change_within_seven_days_waits_until_they_are_over():
    asks = [Ask(local(SAIGON, 3, 10), SAIGON, ANGELES), Ask(local(ANGELES, 5, 10), ANGELES, BERLIN)]
    held = timeline(asks, BERLIN)
    assert [one.zone for one in held] == [SAIGON, ANGELES, BERLIN]
    assert held[2].since - held[1].since >= timedelta(days=7)
    assert held[2].since - held[1].since < timedelta(days=8)


def test_a_wish_that_does_not_hold_yet_gives_way_to_a_newer_one():
    first = Ask(local(SAIGON, 3, 10), SAIGON, ANGELES)
    assert [h.zone for h in timeline([first, Ask(local(SAIGON, 3, 12), ANGELES, BERLIN)], BERLIN)] == [SAIGON, BERLIN]
    assert [h.zone for h in timeline([first, Ask(local(SAIGON, 3, 12), ANGELES, SAIGON)], SAIGON)] == [SAIGON]


def test_a_day_that_the_date_line_swallowed_was_missed_by_nobody():
    apia, pago = "Pacific/Apia", "Pacific/Pago_Pago"  # the same clock, a day apart
    held = timeline([Ask(local(pago, 3, 10), pago, apia)], apia)
    gone = unlived(held)
    assert gone == {date(2026, 6, 4)}
    active = [date(2026, 6, n) for n in (1, 2, 3, 5, 6)]
    assert reckon(active, date(2026, 6, 6), gone).days == 5
    assert reckon(active, date(2026, 6, 6)).days == 2


# ── A member's streak ───────────────────────────────────────────────────────────────────────────────────────────
@pytest.mark.django_db
def test_criterion_20_activity_at_half_past_eleven_and_half_past_midnight_is_two_days():
    member = make_member()
    for n, at in enumerate((local(SAIGON, 1, 23, 30), local(SAIGON, 2, 0, 30))):
        read(member, f"story-{n}", at)
    assert selectors.streak_of(member, at=local(SAIGON, 2, 9)).days == 2


@pytest.mark.django_db
@pytest.mark.parametrize("month", [3, 10], ids=["forward", "back"])
def test_criterion_20_a_change_of_the_clock_neither_breaks_nor_adds_a_day(month):
    member, zone = make_member(zone=BERLIN), ZoneInfo(BERLIN)
    for n, day in enumerate(range(23, 31)):
        for hour in (0, 23):
            read(member, f"story-{n}-{hour}", datetime(2026, month, day, hour, 30, tzinfo=zone).astimezone(UTC))
    assert selectors.streak_of(member, at=datetime(2026, month, 30, 23, 45, tzinfo=zone)).days == 8


@pytest.mark.django_db
@pytest.mark.both_databases
@pytest.mark.parametrize(("begin", "end"), [(SAIGON, ANGELES), (ANGELES, SAIGON)], ids=["west", "east"])
def test_criterion_20_a_move_from_one_zone_to_another_neither_breaks_nor_adds_a_day(begin, end):
    member = make_member(zone=begin)
    for day in (1, 2, 3):
        read(member, f"story-{day}", local(begin, day, 20))
    move(member, end, local(begin, 3, 21))
    for day in (4, 5, 6):
        read(member, f"story-{day}", local(end, day, 20))
    assert selectors.streak_of(member, at=local(end, 6, 21)).days == 6


@pytest.mark.django_db
def test_criterion_20_turning_the_globe_makes_no_day_out_of_nothing():
    member = make_member()
    read(member, "story-1", local(SAIGON, 1, 8))
    move(member, "Pacific/Kiritimati", local(SAIGON, 1, 9))  # there it is tomorrow already
    read(member, "story-2", local(SAIGON, 1, 23))
    assert selectors.streak_of(member, at=local(SAIGON, 1, 23, 30)).days == 1


@pytest.mark.django_db
def test_criterion_20_a_missed_day_uses_one_held_freeze():
    member = make_member()
    for day in (*range(1, 8), 9):
        read(member, f"story-{day}", local(SAIGON, day, 20))
    streak = selectors.streak_of(member, at=local(SAIGON, 9, 21))
    assert (streak.days, streak.held) == (8, 0)


@pytest.mark.django_db
@pytest.mark.both_databases
def test_criterion_20_the_streak_is_rederivable_from_events():
    member = make_member()
    for day in (*range(1, 8), 9):
        read(member, f"story-{day}", local(SAIGON, day, 20))
    move(member, ANGELES, local(SAIGON, 9, 21))
    for day in (10, 11):
        talk(member, local(ANGELES, day, 23, 30))
    before = selectors.streak_of(member, at=local(ANGELES, 11, 23, 45))
    assert before.days == 10
    for model in (AwardMove, Award, Fact, Sight, ZoneAsk):
        model.objects.all().delete()
    assert selectors.streak_of(member, at=local(ANGELES, 11, 23, 45)).days == 0
    for row in DomainEvent.objects.filter(deliveries__subscriber="awards").order_by("id"):
        hear(bus.heard(row))
    assert selectors.streak_of(member, at=local(ANGELES, 11, 23, 45)) == before


@pytest.mark.django_db
def test_a_zone_change_heard_twice_is_one_ask_and_the_same_zone_is_none():
    member = make_member()
    move(member, BERLIN, local(SAIGON, 1, 9))
    move(member, BERLIN, local(SAIGON, 2, 9))
    hear(bus.heard(DomainEvent.objects.get(name="zone_changed")))
    assert ZoneAsk.objects.filter(member=member).count() == 1


@pytest.mark.django_db
def test_what_was_hidden_counts_no_day_and_what_others_do_makes_none():
    member = make_member()
    post = topic(member, local(SAIGON, 1, 9))
    assert selectors.streak_of(member, at=local(SAIGON, 1, 10)).days == 1
    hide(member, post, local(SAIGON, 1, 11))
    assert selectors.streak_of(member, at=local(SAIGON, 1, 12)).days == 0


@pytest.mark.django_db
def test_shelf_and_home_say_the_streak_and_the_days_of_rest(client, django_assert_max_num_queries):
    member = make_member()
    client.force_login(member)
    for page in ("badges:shelf", "my:home"):
        assert "Chuỗi ngày" in client.get(reverse(page)).content.decode()
    now = datetime.now(UTC)
    for n in range(8):
        read(member, f"story-{n}", now - timedelta(days=7 - n))
    for page in ("badges:shelf", "my:home"):
        text = client.get(reverse(page)).content.decode()
        assert "8 ngày liền" in text
        assert "1 ngày nghỉ" in text
    with django_assert_max_num_queries(2):
        selectors.streak_of(member, at=now)


# ── Mending ─────────────────────────────────────────────────────────────────────────────────────────────────────
def test_one_missed_day_can_be_mended_for_two_days_and_lengthens_nothing():
    four = days(*range(4))
    for today, found in ((4, None), (5, (days(4)[0], 4)), (6, None)):
        # Nobody was here after the fourth day: on the sixth two days are missing, and one mend saves nothing.
        assert mendable(four, JUNE + timedelta(days=today)) == found
    back = days(*range(4), 5, 6)
    assert mendable(back, JUNE + timedelta(days=6)) == (days(4)[0], 6)
    assert mendable([*back, *days(7)], JUNE + timedelta(days=7)) is None  # three days ago
    mended = reckon(back, JUNE + timedelta(days=6), mended=days(4))
    assert (mended.days, dict(mended.week)[days(4)[0]]) == (6, "mended")


def test_what_saves_fewer_than_three_days_or_was_rested_is_not_mended():
    assert mendable(days(0, 1, 3), JUNE + timedelta(days=3)) is None
    assert mendable(days(0, 1, 2, 4), JUNE + timedelta(days=4)) == (days(3)[0], 4)
    assert mendable(days(*range(7), 8), JUNE + timedelta(days=8)) is None  # a day of rest has covered it


def test_a_member_mends_a_day_by_one_act_more_once_in_a_month_and_the_log_gives_the_same(alice, client):
    for day in (2, 3, 4, 6):
        read(alice, f"s{day}", local(SAIGON, day, 20))
    at = local(SAIGON, 6, 21)
    streak = selectors.streak_of(alice, at=at)
    assert (streak.days, streak.missed, streak.saved, streak.lacks) == (1, date(2026, 6, 5), 4, 1)
    with pytest.raises(Conflict):
        actions.mend(actor=alice, day="2026-06-05", at=at)
    read(alice, "more", local(SAIGON, 6, 21))
    for wrong in ("2026-06-04", "2026-05-05", "x", ""):
        with pytest.raises(Conflict):
            actions.mend(actor=alice, day=wrong, at=at)
    assert [actions.mend(actor=alice, day="2026-06-05", at=at) for _twice in range(2)] == [4, 4]
    assert selectors.streak_of(alice, at=at).days == 4
    # The same from the log alone.
    Fact.objects.all().delete()
    for row in DomainEvent.objects.filter(name__in=["story_read", "streak_mended"]).order_by("id"):
        hear(bus.heard(row))
    assert selectors.streak_of(alice, at=at).days == 4
    # A second one in June waits for July.
    for day in (7, 8, 10):
        read(alice, f"s{day}", local(SAIGON, day, 20))
    read(alice, "again", local(SAIGON, 10, 21))
    assert selectors.streak_of(alice, at=local(SAIGON, 10, 22)).missed is None
    with pytest.raises(Conflict):
        actions.mend(actor=alice, day="2026-06-09", at=local(SAIGON, 10, 22))


def test_the_shelf_offers_to_mend_and_says_what_is_in_the_way(alice, signed_in):
    today = clock.now()
    for back in (4, 3, 2, 0):
        read(alice, f"s{back}", today - timedelta(days=back))
    client, shelf, address = signed_in(alice), reverse("badges:shelf"), reverse("badges:mend")
    assert "Hôm nay thêm 1 việc nữa" in client.get(shelf).content.decode()
    day = selectors.streak_of(alice, at=today).missed.isoformat()
    refused = client.post(address, {"day": day}, follow=True).content.decode()
    assert "Hôm nay làm thêm một việc nữa" in refused
    read(alice, "more", today)
    assert f'value="{day}"' in client.get(shelf).content.decode()
    done = client.post(address, {"day": day}, follow=True).content.decode()
    assert "Đã vá: 4 ngày liền" in done
    assert "đã lỡ và đã vá" in done
    assert address not in done
