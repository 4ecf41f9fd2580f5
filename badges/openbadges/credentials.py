"""A badge as a signed credential (Open Badges 3.0 over W3C Verifiable Credentials 2.0, as a compact JWS), and what such
a one turns out to be when somebody brings it.

The signature proves what was said on the day it was taken. Whether the badge still holds is asked of this house, under
an address that nobody can guess: it is in the file and nowhere else.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils.crypto import constant_time_compare, salted_hmac

from badges.awards.models import Award, Badge
from badges.awards.selectors import BadgeView, active_awards, badge_view
from portal.accounts.models import Member
from portal.core import proofs
from portal.core.errors import NotFound
from portal.core.mail import absolute, house_name

CONTEXT = ["https://www.w3.org/ns/credentials/v2", "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"]
TYPES = ["VerifiableCredential", "OpenBadgeCredential"]
KIND = "vc+jwt"
LARGEST = 16_384  # characters; what we give out has a tenth of it
_SALT = "badges.openbadges"


@dataclass(frozen=True)
class Credential:
    """A badge to take along: the signed text, and the name of its file."""

    text: str
    name: str


@dataclass(frozen=True)
class Stand:
    """What an award is now. `gone`: it is no longer on record, with its member or into another account."""

    badge: BadgeView | None
    given_at: datetime | None = None
    withdrawn_at: datetime | None = None

    @property
    def gone(self) -> bool:
        """Whether nothing is known of it any more."""
        return self.badge is None

    @property
    def holds(self) -> bool:
        """Whether the member holds it now."""
        return self.badge is not None and self.withdrawn_at is None


@dataclass(frozen=True)
class Finding:
    """What a text turned out to be. `stand` and what the file says only of one that we signed."""

    state: proofs.State
    badge: str = ""
    criterion: str = ""
    member: str = ""
    house: str = ""
    given_at: datetime | None = None
    stand: Stand | None = None


def take(member: Member, code: str, *, locale: str) -> Credential:
    """The member's own newest award of this badge, signed. Raises NotFound where she holds none. Reads only.

    The file says her name, the badge, its criterion and the day, in this language; no address and no number of hers.
    """
    award = active_awards(member.pk).filter(badge__code=code).select_related("badge").first()
    if award is None:
        raise NotFound
    view, status = badge_view(award.badge, locale), address_of(award)
    when = award.at.isoformat(timespec="seconds")
    claims: dict[str, Any] = {
        "@context": CONTEXT, "id": status, "type": TYPES, "name": view.name, "validFrom": when,
        "issuer": {"id": settings.SITE_URL, "type": ["Profile"], "name": house_name(), "url": settings.SITE_URL},
        "credentialSubject": {
            "type": ["AchievementSubject"],
            "identifier": [
                {"type": "IdentityObject", "identityType": "name", "hashed": False, "identityHash": member.name}
            ],
            "achievement": {
                "id": absolute(f"/badges/{code}/"), "type": ["Achievement"], "name": view.name,
                "description": view.criterion, "criteria": {"narrative": view.criterion},
                "image": {"id": absolute(view.src), "type": "Image"},
            },
        },
        # The same as the claims of a JWT, for readers that look there (section 8.2.4 of the standard).
        "iss": settings.SITE_URL, "jti": status, "nbf": int(award.at.timestamp()),
    }  # fmt: skip
    return Credential(proofs.sign(claims, kind=KIND), f"badge-{code}.jwt")


def address_of(award: Award) -> str:
    """Where anybody who has the file sees whether the award still holds."""
    return absolute(f"/credentials/{award.pk}-{_mark(award.pk, settings.SECRET_KEY)}/")


def stand_of(token: str, *, locale: str) -> Stand:
    """What became of an award, by the last part of its address. Raises NotFound for an address that we never gave.

    Two queries. Says nothing of the member.
    """
    number, _dash, mark = token.partition("-")
    secrets = (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    if not number.isdecimal() or len(number) > 18 or not number.isascii():
        raise NotFound
    if not any(constant_time_compare(mark, _mark(int(number), secret)) for secret in secrets):
        raise NotFound
    here = Award.objects.filter(pk=int(number), member__is_active=True, member__left_at=None)
    award = here.select_related("badge").first()
    if award is None:
        return Stand(None)
    badge = Badge.objects.prefetch_related("texts").get(pk=award.badge_id)
    return Stand(badge_view(badge, locale), award.at, award.revoked_at)


def _mark(number: int, secret: str | bytes) -> str:
    return salted_hmac(_SALT, str(number), secret=secret, algorithm="sha256").hexdigest()[:32]


def is_compact(text: str) -> bool:
    """Whether somebody brought a compact JWS, and not the file of a statement."""
    return text.count(".") == 2 and not text.lstrip("\ufeff \n\r\t").startswith("{")


def examine(text: str, *, locale: str) -> Finding:
    """What a compact text is, and whether the award that it speaks of still holds. Never raises.

    Nothing is looked up for a text that we did not sign.
    """
    text = text.strip().lstrip("\ufeff")
    reading = proofs.read(text, kind=KIND) if len(text) <= LARGEST else proofs.Reading(proofs.State.FOREIGN, {})
    if not reading.claims:
        return Finding(reading.state)
    said = reading.claims
    try:
        achievement = said["credentialSubject"]["achievement"]
        stand = stand_of(str(said["id"]).rstrip("/").rpartition("/")[2], locale=locale)
        return Finding(
            reading.state, str(achievement["name"]), str(achievement["description"]),
            str(said["credentialSubject"]["identifier"][0]["identityHash"]), str(said["issuer"]["name"]),
            datetime.fromisoformat(said["validFrom"]), stand,
        )  # fmt: skip
    except (KeyError, TypeError, ValueError, IndexError, NotFound):
        return Finding(proofs.State.FOREIGN)
