"""What a member tells about herself, who may see which part of it, and how it changes."""

import calendar
import zoneinfo
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import formats, timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.accounts.actions import lock_member, update_standing
from portal.accounts.models import Member, Profile
from portal.accounts.permissions import check_can_write
from portal.core import gate
from portal.core.clock import now
from portal.core.errors import Forbidden, Invalid
from portal.core.text import clean, clean_line, length
from portal.events.bus import publish
from portal.events.types.accounts import PrivacyChanged, ProfileCompleted, ZoneChanged

PUBLIC, MEMBERS, ME = "public", "members", "me"
LEVELS = (PUBLIC, MEMBERS, ME)
BIO_LONGEST, CITY_LONGEST = 500, 80
BIRTHDAY_REST = timedelta(days=365)
OLDEST = 120


@dataclass(frozen=True)
class Field:
    """A part of the page with a privacy of its own: its name, its word, and who sees it until she says otherwise."""

    name: str
    label: Any
    default: str


FIELDS: tuple[Field, ...] = (
    Field("page", _("My page"), PUBLIC),
    Field("cover", _("Cover picture"), PUBLIC),
    Field("bio", _("About me"), PUBLIC),
    Field("city", _("Town"), MEMBERS),
    Field("birthday", _("Birthday"), ME),
    Field("joined", _("Since when I am here"), PUBLIC),
    Field("topics", _("Topics and replies"), PUBLIC),
    Field("reputation", _("Reputation"), PUBLIC),
    Field("badges", pgettext_lazy("on the shelf", "Badges"), PUBLIC),
)
_DEFAULTS = {field.name: field.default for field in FIELDS}
# The whole page is for everybody or for members; a page that nobody may open would be no page.
PAGE_LEVELS = (PUBLIC, MEMBERS)


def profile_of(member: Member) -> Profile:
    """Her profile, or one with nothing in it (not stored) while she has told nothing. At most one query."""
    try:
        return member.profile
    except Profile.DoesNotExist:
        return Profile(member=member)


def level_of(profile: Profile, field: str) -> str:
    """Who may see a field: public, members or me; raises LookupError for a field that does not exist."""
    if field not in _DEFAULTS:
        raise LookupError(f"no profile field {field!r}")
    level = profile.privacy.get(field, _DEFAULTS[field])
    # A level that no code knows any more hides: better too little than too much.
    return level if level in LEVELS else ME


def field_visible(profile: Profile, field: str, viewer: Member | None) -> bool:
    """Whether this viewer (None: a visitor) may see this part. The one answer for page, chip, API, search and markup.

    She always sees her own. What the page as a whole hides, no field of it shows. Moderators have no right of their
    own here. Raises LookupError for a field that does not exist.
    """
    level = level_of(profile, field)
    if viewer is not None and viewer.pk == profile.member_id:
        return True
    if field != "page" and not field_visible(profile, "page", viewer):
        return False
    if level == PUBLIC:
        return True
    here = viewer is not None and viewer.is_active and viewer.joined_at is not None and viewer.left_at is None
    return level == MEMBERS and here


def visible_fields(profile: Profile, viewer: Member | None) -> set[str]:
    """The names of all fields that this viewer may see."""
    return {field.name for field in FIELDS if field_visible(profile, field.name, viewer)}


def may_be_indexed(profile: Profile) -> bool:
    """Whether search engines may list her page: she asked for it, and everybody may open it."""
    return profile.findable and level_of(profile, "page") == PUBLIC


def _stored(member: Member) -> Profile:
    profile, _created = Profile.objects.select_for_update().get_or_create(member=member)
    return profile


def check_about(bio: str, city: str) -> tuple[str, str]:
    """Both as they are stored; raises Invalid (`field`) for what is too long."""
    bio, city = clean(bio), clean_line(city)
    if length(bio) > BIO_LONGEST or len(bio) > BIO_LONGEST:
        raise Invalid(
            _("That is a long story. Up to %(limit)d letters fit here.") % {"limit": BIO_LONGEST}, field="bio"
        )
    if len(city) > CITY_LONGEST:
        raise Invalid(_("Up to %(limit)d letters fit here.") % {"limit": CITY_LONGEST}, field="city")
    return bio, city


def tell_about(*, actor: Member, bio: str, city: str, at: datetime, limited: bool = True) -> Profile:
    """Stores what she says about herself and where she lives; raises Invalid (`field`) for what is too long or
    what the gate for words refuses, Forbidden while she may not write, and Waits when a moderator has to read it
    first: what she said before goes on standing meanwhile.

    Side effects: may complete the profile (ProfileCompleted, once); words that waited are taken back. `limited=False`
    is for words that a moderator has read. Idempotent.
    """
    bio, city = check_about(bio, city)
    stored = Member.objects.get(pk=actor.pk)
    before = (stored.bio, profile_of(stored).city)
    verdict = gate.Verdict({"bio": bio, "city": city})
    if (bio, city) != before:
        check_can_write(stored, at=at)
        if limited:
            verdict = gate.read(
                "profile", verdict.texts, author=stored, at=at, waits=True,
                before=dict(zip(("bio", "city"), before, strict=True)), about=f"profile:{stored.pk}",
            )  # fmt: skip
            gate.hold(
                verdict, author=stored, at=at, verb="profile", about=f"profile:{stored.pk}", source=bio,
                before="\n\n".join(part for part in before if part), given={"city": city},
            )  # fmt: skip
    with transaction.atomic():
        if limited:
            gate.overtake(f"profile:{stored.pk}", author_id=stored.pk, at=at)
        return _keep_about(actor, verdict, at)


def _keep_about(actor: Member, verdict: gate.Verdict, at: datetime) -> Profile:
    member = lock_member(actor.pk)
    bio, city = verdict.texts["bio"][:BIO_LONGEST], verdict.texts["city"][:CITY_LONGEST]
    gate.note(verdict, f"member:{member.pk}", author_id=member.pk, words=f"{bio}\n{city}".strip(), at=at)
    Member.objects.filter(pk=member.pk).update(bio=bio)
    member.bio = actor.bio = bio
    profile = _stored(member)
    profile.city = city
    profile.save(update_fields=["city"])
    complete_if_whole(member=member, at=at)
    return profile


@transaction.atomic
def set_birthday(*, actor: Member, day: int | None, month: int | None, year: int | None, at: datetime) -> Profile:
    """Stores day and month of birth, and the year when she tells it; raises Invalid, or Forbidden within a year.

    The first telling is free, every further change waits a year: a birthday is honoured once a year. Taking it away
    is always allowed, and does not shorten that year. Idempotent: the same day again is no change.
    """
    member = lock_member(actor.pk)
    profile = _stored(member)
    asked = (day, month, year)
    if asked == (profile.birth_day, profile.birth_month, member.born_year):
        return profile
    if any(part is not None for part in asked):
        _check_birthday(day, month, year, at)
        free_from = profile.birthday_changed_at + BIRTHDAY_REST if profile.birthday_changed_at else at
        if free_from > at:
            raise Forbidden(
                _("A birthday can be changed once a year; the next time on %(day)s.") % {"day": _day(free_from)},
                code="birthday_rests",
            )
        profile.birthday_changed_at = at
    profile.birth_day, profile.birth_month = day, month
    profile.save(update_fields=["birth_day", "birth_month", "birthday_changed_at"])
    Member.objects.filter(pk=member.pk).update(born_year=year)
    actor.born_year = year
    return profile


def _day(at: datetime) -> str:
    return formats.date_format(timezone.localtime(at), "DATE_FORMAT")


def _check_birthday(day: int | None, month: int | None, year: int | None, at: datetime) -> None:
    if day is None or month is None:
        raise Invalid(_("Tell both the day and the month, or neither."), field="birthday")
    # Without a year the 29th of February counts: whoever was born then has a birthday, too.
    if not 1 <= month <= 12 or not 1 <= day <= calendar.monthrange(year or 2024, month)[1]:
        raise Invalid(_("The calendar does not know that day."), field="birthday")
    youngest = timezone.localtime(at).year - settings.MINIMUM_AGE
    if year is not None and not youngest - OLDEST <= year <= youngest:
        raise Invalid(_("Please look at the year again, or leave it out."), field="birthday")


@transaction.atomic
def set_place(*, actor: Member, language: str, zone: str, at: datetime) -> Member:
    """Stores the language of letters and pages and the time zone; in force from the next page and letter on.

    Raises Invalid (`field`) for what the house does not speak or the world does not know. Idempotent. Tells
    ZoneChanged. May complete the profile (ProfileCompleted, once): looking at this page counts as having looked.
    """
    if language not in dict(settings.LANGUAGES):
        raise Invalid(_("Choose one of the languages of the house."), field="language")
    if zone not in zoneinfo.available_timezones():
        raise Invalid(_("Choose a time zone from the list."), field="zone")
    member = lock_member(actor.pk)
    if member.zone != zone:
        publish(ZoneChanged(actor=actor.pk, member=member.pk, old=member.zone, new=zone), at=at)
    Member.objects.filter(pk=member.pk).update(language=language, zone=zone)
    actor.language, actor.zone = language, zone
    profile = _stored(member)
    profile.place_seen_at = at
    profile.save(update_fields=["place_seen_at"])
    complete_if_whole(member=member, at=at)
    return actor


@transaction.atomic
def set_privacy(*, actor: Member, levels: Mapping[str, str], findable: bool, at: datetime | None = None) -> Profile:
    """Stores who may see which field; raises Invalid for an unknown field or level. In force with the next page.

    Only what differs from the house's defaults is kept. Tells PrivacyChanged. Idempotent.
    """
    for field, level in levels.items():
        if field not in _DEFAULTS or level not in (PAGE_LEVELS if field == "page" else LEVELS):
            raise Invalid(_("Choose who may see this."), field=field)
    at = at or now()
    profile = _stored(lock_member(actor.pk))
    chosen = {**profile.privacy, **levels}
    profile.privacy = {field: level for field, level in chosen.items() if _DEFAULTS.get(field) != level}
    profile.findable = findable
    profile.save(update_fields=["privacy", "findable"])
    if not field_visible(profile, "badges", None):
        # At once, not only when the badges have heard: the chip is seen by everybody.
        update_standing(member_id=actor.pk, at=at, badges=[])
    publish(PrivacyChanged(actor=actor.pk, member=actor.pk), at=at)
    return profile


def what_is_missing(member: Member) -> list[str]:
    """Which of name, face, bio and place she has not told yet; [] for a whole profile."""
    told = {
        "name": bool(member.name),
        "face": bool(member.avatar),
        "bio": bool(member.bio.strip()),
        "place": profile_of(member).place_seen_at is not None,
    }
    return [part for part, there in told.items() if not there]


def complete_if_whole(*, member: Member, at: datetime) -> bool:
    """Tells ProfileCompleted the first time that nothing is missing; the caller holds the member's lock.

    Once for a member, whatever she takes away later: the key of the event and `completed_at` both guard it.
    """
    stored = Profile.objects.filter(member=member).first()
    if stored is None or stored.completed_at is not None or member.joined_at is None:
        return False
    fresh = Member.objects.select_related("profile").get(pk=member.pk)
    if what_is_missing(fresh):
        return False
    Profile.objects.filter(member=member).update(completed_at=at)
    publish(ProfileCompleted(actor=member.pk, member=member.pk), at=at, key=f"profile_completed:{member.pk}")
    return True
