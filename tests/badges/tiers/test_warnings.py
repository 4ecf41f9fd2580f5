"""Before a tier falls its member is told in time, once each, and what is not true any more is taken back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import translation

from badges.ledger.verify import verify
from badges.tiers.actions import warning_due
from badges.tiers.models import TierMove, TierWarning
from badges.tiers.tasks import end_tiers, warn_of_ends
from portal.accounts.models import Member
from portal.events import relay
from portal.notifications.registry import kind_of
from portal.notifications.selectors import inbox
from tests.badges.tiers.test_life import noon, shown, take_back
from tests.badges.tiers.test_tiers import give
from tests.factories.portal import make_members, make_staff
from tests.helpers.queries import assert_num_queries_constant
from tests.helpers.races import run_parallel

FALL = date(2028, 1, 31)  # of what 2026 reached


def before(days: int) -> Any:
    """A moment so many days before the fall."""
    return noon(FALL - timedelta(days=days))


def told(member: Member, kind: str = "tier_warning") -> list[str]:
    """What she reads in her inbox of this kind, in her language."""
    with translation.override(member.language):
        return [kind_of(kind).sentence(item) for item in inbox(member.pk).filter(kind=kind)]


def stages(member: Member) -> list[int]:
    return list(TierWarning.objects.filter(member=member).order_by("id").values_list("days", flat=True))


@pytest.fixture
def gold(alice: Member) -> Member:
    """Gold by the points of 2026 alone."""
    relay.drain()
    give(alice, 1000)
    return alice


@pytest.mark.parametrize(
    ("left", "due"), [(61, None), (60, 60), (31, 60), (30, 30), (8, 30), (7, 7), (1, 7), (0, None), (-1, None)]
)
def test_which_warning_is_due_on_a_day(left: int, due: int | None) -> None:
    assert warning_due(FALL - timedelta(days=1), FALL - timedelta(days=left)) == due


@pytest.mark.django_db
def test_she_is_told_sixty_thirty_and_seven_days_before_once_each(gold: Member) -> None:
    for days in range(70, -2, -1):
        for _twice in range(2):
            warn_of_ends(before(days))
    assert stages(gold) == [60, 30, 7]
    rows = TierWarning.objects.filter(member=gold).order_by("id")
    assert [(FALL - row.at.date()).days for row in rows] == [60, 30, 7]
    assert [row.kind for row in gold.notifications.filter(rescinded_at=None, kind="tier_warning")] == ["tier_warning"]
    assert len(told(gold)) == 1  # the newest took the place of the others


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("vi", "Hạng Vàng là của bạn đến hết 30 tháng 1, 2028; từ hôm sau bạn ở hạng Bạc. Xem cách giữ hạng."),
        ("en", "Gold is yours until 30 January 2028; from the day after you are Silver. See what keeps it."),
    ],
)
def test_the_words_are_hers(gold: Member, language: str, words: str) -> None:
    gold.language = language
    gold.save()
    warn_of_ends(before(60))
    assert told(gold) == [words]


@pytest.mark.django_db
def test_after_a_pause_only_the_most_urgent_is_told(gold: Member) -> None:
    assert warn_of_ends(before(20)) == 1
    assert stages(gold) == [30]
    assert warn_of_ends(before(5)) == 1
    assert stages(gold) == [30, 7]


@pytest.mark.django_db
def test_who_is_safe_again_reads_no_warning_and_who_is_not_is_told_anew(gold: Member) -> None:
    warn_of_ends(before(60))
    posting = give(gold, 1000, at=before(50), key="kept")
    assert shown(gold) == ("gold", date(2029, 1, 30))
    assert told(gold) == []
    assert warn_of_ends(before(30)) == 0
    take_back(posting, before(20), amount=900)
    assert shown(gold) == ("gold", date(2028, 1, 30))
    assert warn_of_ends(before(20)) == 1
    assert len(told(gold)) == 1


@pytest.mark.django_db
def test_who_left_and_who_stands_on_the_lowest_is_told_nothing(gold: Member, bob: Member) -> None:
    Member.objects.filter(pk=gold.pk).update(left_at=before(90))
    assert warn_of_ends(before(60)) == 0
    assert not TierWarning.objects.exists()


@pytest.mark.django_db
def test_the_fall_itself_is_told_and_takes_the_place_of_the_warnings(gold: Member) -> None:
    warn_of_ends(before(7))
    end_tiers(noon(FALL))
    end_tiers(noon(FALL))
    assert told(gold) == []
    assert told(gold, "tier_down") == ["Hạng Vàng đã qua ngày cuối. Nay bạn ở hạng Bạc."]
    give(gold, 1000, at=noon(FALL), key="again")
    assert told(gold, "tier_down") == []  # not true any more


@pytest.mark.django_db
def test_every_move_says_what_moved_it_on_her_page_and_in_her_book(
    care: Member, alice: Member, signed_in: Callable[..., Client]
) -> None:
    relay.drain()
    give(alice, 140)
    posting = give(alice, 860, key="more")
    take_back(posting, noon(date(2026, 6, 1)), amount=860)
    assert told(alice, "tier_down") == ["Số điểm đưa bạn lên hạng Vàng đã bị lấy lại. Nay bạn ở hạng Bạc."]
    end_tiers(noon(date(2028, 2, 1)))
    causes = list(TierMove.objects.filter(member=alice).order_by("id").values_list("cause", flat=True))
    assert causes == ["points", "points", "taken_back", "ended"]
    for who, address in ((alice, "/en/my/tier/"), (care, f"/en/books/{alice.public_id}/")):
        page = signed_in(who).get(address).content.decode()
        for words in ("Points reached it", "Points were taken back", "Its last day was over"):
            assert words in page, (address, words)


@pytest.fixture
def care(db: None) -> Member:
    """Answers who needs help."""
    return make_staff("Hà Chăm Sóc", email="cham@thu.example", role="brand", group="Care")


@pytest.mark.django_db
def test_a_day_without_anybody_to_tell_costs_the_same_for_many_members() -> None:
    first = make_members(2)
    for member in first:
        give(member, 1000)
    warn_of_ends(before(60))

    def more() -> None:
        for member in make_members(5):
            give(member, 1000)
        warn_of_ends(before(60))

    assert_num_queries_constant(lambda: warn_of_ends(before(59)), more)


@pytest.mark.both_databases
@pytest.mark.django_db(transaction=True)
def test_two_jobs_at_once_tell_once(transactional_db: None) -> None:
    members = make_members(4)
    for member in members:
        give(member, 1000)
    race = run_parallel(lambda n: warn_of_ends(before(60)), 4)
    assert race.errors == {}
    assert sum(n for n in race.values if isinstance(n, int)) == 4
    assert [stages(member) for member in members] == [[60]] * 4
    assert verify() == []
