"""What a member tells about herself, and who sees it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from badges import api as badges
from badges.ledger.models import Transaction
from portal.accounts import profiles
from portal.accounts.models import Member, Profile
from portal.accounts.profiles import FIELDS, LEVELS, ME, MEMBERS, PUBLIC, field_visible
from portal.core.errors import Forbidden, Invalid
from portal.events import relay
from portal.events.models import DomainEvent

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 11, 22, 5, 0, tzinfo=UTC)
YEAR = timedelta(days=365)
NAMES = [field.name for field in FIELDS]


@pytest.mark.parametrize("field", NAMES)
@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("who", ["visitor", "member", "moderator", "gone", "leaving", "unconfirmed", "herself"])
def test_every_field_shows_to_whom_it_says_and_to_nobody_else(
    field: str, level: str, who: str, alice: Member, bob: Member, mod: Member
) -> None:
    """The whole matrix: each field, each level, each kind of viewer."""
    viewer: Member | None = {"visitor": None, "moderator": mod, "herself": alice}.get(who, bob)
    if who == "gone":
        bob.is_active = False
    if who == "leaving":
        bob.left_at = NOON
    if who == "unconfirmed":
        bob.joined_at = None
    profile = Profile(member=alice, privacy={field: level})
    here = who in ("member", "moderator")
    expected = who == "herself" or level == PUBLIC or (level == MEMBERS and here)
    assert field_visible(profile, field, viewer) is expected


@pytest.mark.parametrize("field", [name for name in NAMES if name != "page"])
def test_what_the_page_hides_no_field_shows(field: str, alice: Member, bob: Member) -> None:
    profile = Profile(member=alice, privacy={"page": MEMBERS, field: PUBLIC})
    assert not field_visible(profile, field, None)
    assert field_visible(profile, field, bob)


def test_a_birthday_shows_to_nobody_by_default(alice: Member, bob: Member, mod: Member) -> None:
    profile = Profile(member=alice)
    assert [field_visible(profile, "birthday", viewer) for viewer in (None, bob, mod, alice)] == [False] * 3 + [True]


def test_an_unknown_level_hides_and_an_unknown_field_is_a_mistake(alice: Member) -> None:
    assert not field_visible(Profile(member=alice, privacy={"bio": "friends"}), "bio", None)
    with pytest.raises(LookupError):
        field_visible(Profile(member=alice), "shoe_size", None)


def test_only_what_differs_is_stored_and_nonsense_is_refused(alice: Member) -> None:
    profile = profiles.set_privacy(actor=alice, levels={"bio": PUBLIC, "city": ME}, findable=True)
    assert profile.privacy == {"city": ME}
    assert profiles.may_be_indexed(profile)
    for bad in ({"bio": "friends"}, {"shoe_size": ME}, {"page": ME}):
        with pytest.raises(Invalid):
            profiles.set_privacy(actor=alice, levels=bad, findable=True)
    assert not profiles.may_be_indexed(profiles.set_privacy(actor=alice, levels={"page": MEMBERS}, findable=True))


def test_a_birthday_is_told_once_and_changes_once_a_year(alice: Member) -> None:
    profiles.set_birthday(actor=alice, day=29, month=2, year=None, at=NOON)
    profiles.set_birthday(actor=alice, day=29, month=2, year=None, at=NOON + timedelta(days=1))
    with pytest.raises(Forbidden):
        profiles.set_birthday(actor=alice, day=1, month=3, year=1990, at=NOON + timedelta(days=300))
    profiles.set_birthday(actor=alice, day=None, month=None, year=None, at=NOON + timedelta(days=301))
    with pytest.raises(Forbidden):  # taking it away does not free another day
        profiles.set_birthday(actor=alice, day=1, month=3, year=None, at=NOON + timedelta(days=302))
    profile = profiles.set_birthday(actor=alice, day=1, month=3, year=1990, at=NOON + YEAR + timedelta(days=1))
    assert (profile.birth_day, profile.birth_month, Member.objects.get(pk=alice.pk).born_year) == (1, 3, 1990)


@pytest.mark.parametrize(
    "asked", [(31, 2, None), (29, 2, 2001), (0, 1, None), (1, 13, None), (1, None, None), (1, 1, 2020), (1, 1, 1800)]
)
def test_a_day_the_calendar_does_not_know_is_refused(alice: Member, asked: tuple[int, int, int]) -> None:
    with pytest.raises(Invalid):
        profiles.set_birthday(actor=alice, day=asked[0], month=asked[1], year=asked[2], at=NOON)


def test_language_and_zone_must_exist(alice: Member) -> None:
    for language, zone in (("fr", "Asia/Ho_Chi_Minh"), ("vi", "Mars/Olympus"), ("vi", "../../etc/passwd"), ("vi", "")):
        with pytest.raises(Invalid):
            profiles.set_place(actor=alice, language=language, zone=zone, at=NOON)
    profiles.set_place(actor=alice, language="en", zone="Europe/Berlin", at=NOON)
    fresh = Member.objects.get(pk=alice.pk)
    assert (fresh.language, fresh.zone) == ("en", "Europe/Berlin")


def test_too_long_a_word_about_oneself_is_refused(alice: Member) -> None:
    with pytest.raises(Invalid) as refused:
        profiles.tell_about(actor=alice, bio="ễ" * 501, city="", at=NOON)
    assert refused.value.details["field"] == "bio"
    assert profiles.tell_about(actor=alice, bio="ễ" * 500, city="Đà Lạt", at=NOON).city == "Đà Lạt"


def test_a_whole_profile_is_thanked_once_with_its_reason(alice: Member) -> None:
    relay.drain()
    before = badges.balance(alice.pk)
    Member.objects.filter(pk=alice.pk).update(avatar="/media/faces/x.webp")
    profiles.tell_about(actor=alice, bio="Tôi pha phin mỗi sáng.", city="", at=NOON)
    assert profiles.what_is_missing(Member.objects.get(pk=alice.pk)) == ["place"]
    for _again in range(2):
        profiles.set_place(actor=alice, language="vi", zone="Asia/Ho_Chi_Minh", at=NOON)
    profiles.tell_about(actor=alice, bio="", city="", at=NOON)
    profiles.tell_about(actor=alice, bio="Lại kể.", city="", at=NOON)
    assert DomainEvent.objects.filter(name="profile_completed").count() == 1
    assert relay.drain().failed == 0
    after = badges.balance(alice.pk)
    assert (after["spend"] - before["spend"], after["status"] - before["status"]) == (30, 10)
    line = badges.statement(alice.pk)[0][0]
    assert line.title == "Đã kể về mình cho nhà nghe"
    assert any("Kể đủ về mình" in fact["value"] for fact in line.why["facts"])
    assert Transaction.objects.filter(source="rule:profile").count() == 1
