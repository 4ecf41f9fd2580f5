"""Reads about members."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.db.models import Q, QuerySet

from portal.accounts.models import Consent, Member, Standing
from portal.core.errors import NotFound
from portal.core.text import clean_line, fold

# Names that would let somebody speak for the house.
RESERVED = frozenset(
    {"admin", "administrator", "moderator", "quantri", "quantrivien", "trian", "support", "hotro", "root"}
)


def present_members() -> QuerySet[Member]:
    """Members whom others may meet: active and with a confirmed address."""
    return Member.objects.filter(is_active=True, joined_at__isnull=False)


def member_by_public_id(public_id: str) -> Member:
    """The member of a public address; raises NotFound for unknown, closed and unconfirmed accounts alike."""
    member = present_members().select_related("standing").filter(public_id=public_id).first()
    if member is None:
        raise NotFound
    return member


def standings(member_ids: Iterable[int]) -> dict[int, Standing]:
    """The name chips of these members, by member id, in one query."""
    return Standing.objects.in_bulk(list(set(member_ids)))


def folded_name(name: str) -> str:
    """How a name is compared: two names that fold alike look alike."""
    return fold(clean_line(name)).replace(" ", "")


def is_name_free(name: str, *, except_email: str = "") -> bool:
    """Whether nobody else goes by this name. An unfinished sign-up of `except_email` does not stand in its own way."""
    folded = folded_name(name)
    if not folded or folded in RESERVED:
        return False
    own = Q(email=except_email.lower(), joined_at=None) if except_email else Q(pk=None)
    return not Member.objects.filter(name_fold=folded).exclude(own).exists()


def consent_given(member: Member, purpose: str) -> bool:
    """Whether her newest answer for this purpose is yes. Silence is no."""
    newest = Consent.objects.filter(member=member, purpose=purpose).order_by("-at", "-pk").first()
    return newest is not None and newest.given


def unfinished_signups(*, before: datetime) -> QuerySet[Member]:
    """Accounts whose address was never confirmed; nothing can hang on them, because they could never sign in."""
    rows = Member.objects.filter(joined_at=None, is_staff=False, date_joined__lt=before, last_login=None)
    return rows.filter(opened_at=None)  # a shop's account waits for its person, with the points on it


def live_sessions(member: Member, *, at: datetime) -> list[UserSession]:
    """The browsers in which she is signed in now, the one used last first. Two queries, however many there are."""
    found = list(UserSession.objects.filter(user=member).order_by("-last_seen_at", "-pk"))
    keys = [session.session_key for session in found]
    live = set(Session.objects.filter(pk__in=keys, expire_date__gt=at).values_list("pk", flat=True))
    return [session for session in found if session.session_key in live]


def second_keys(member: Member) -> dict[str, Any]:
    """What she holds besides the first key: `app`, `passkeys`, and how many recovery codes are left. One query."""
    held = list(Authenticator.objects.filter(user=member).order_by("created_at"))
    codes = next((key for key in held if key.type == Authenticator.Type.RECOVERY_CODES), None)
    return {
        "app": next((key for key in held if key.type == Authenticator.Type.TOTP), None),
        "passkeys": [key.wrap() for key in held if key.type == Authenticator.Type.WEBAUTHN],
        "has_codes": codes is not None,
        "codes_left": len(codes.wrap().get_unused_codes()) if codes else 0,
    }
