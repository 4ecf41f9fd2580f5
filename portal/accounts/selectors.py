"""Reads about members."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from allauth.socialaccount.providers import registry
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.sessions.models import Session
from django.db.models import Case, Max, Q, QuerySet, When

from portal.accounts import names
from portal.accounts.models import FOLD_LONGEST, Consent, FormerName, Member, Standing
from portal.core.errors import NotFound
from portal.core.lookalikes import skeleton
from portal.core.text import clean_line


def present_members() -> QuerySet[Member]:
    """Members whom others may meet: active, with a confirmed address, and not about to leave."""
    return Member.objects.filter(is_active=True, joined_at__isnull=False, left_at=None)


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
    return skeleton(clean_line(name))[:FOLD_LONGEST]


def is_name_taken(name: str, *, except_email: str = "", except_member: int | None = None) -> bool:
    """Whether somebody goes by a name that looks like this one.

    An unfinished sign-up of `except_email`, the member herself, or an account that a shop opened and nobody has claimed
    does not stand in the way.
    """
    folded = folded_name(name)
    own = Q(email=except_email.lower(), joined_at=None) if except_email else Q(pk=except_member)
    waiting = Q(opened_at__isnull=False, email=None)
    alike = Q(name_fold=folded) | Q(name_fold__startswith=f"{folded}~")
    return Member.objects.filter(alike).exclude(own).exclude(waiting).exists()


def is_name_free(name: str, *, except_email: str = "") -> bool:
    """Whether a newcomer may go by this name: nobody's looks like it, and it does not speak for the house."""
    free = not is_name_taken(name, except_email=except_email)
    return bool(folded_name(name)) and free and not names.speaks_for_the_house(name)


def find_by_address(who: str, *, at: datetime) -> tuple[Member, bool]:
    """The member behind the last part of her page's address, and whether that is the address she has now.

    Knows the handle, the public id, and for a year a handle that she gave up. Raises NotFound for unknown, closed,
    unconfirmed and leaving accounts alike. Two or three queries.
    """
    people = present_members().select_related("standing", "profile")
    found = (
        people.filter(Q(public_id=who) | Q(handle=who)).order_by(Case(When(public_id=who, then=0), default=1)).first()
    )
    if found is None:
        kept = (
            FormerName.objects.filter(kind=FormerName.Kind.HANDLE, text=who, kept_until__gt=at).order_by("-at").first()
        )
        found = people.filter(pk=kept.member_id).first() if kept else None
    if found is None:
        raise NotFound
    return found, who == (found.handle or found.public_id)


def consent_given(member: Member | int, purpose: str) -> bool:
    """Whether her newest answer for this purpose is yes. Silence is no."""
    newest = Consent.objects.filter(member=member, purpose=purpose).order_by("-at", "-pk").first()
    return newest is not None and newest.given


def unfinished_signups(*, before: datetime) -> QuerySet[Member]:
    """Accounts whose address was never confirmed; nothing can hang on them, because they could never sign in."""
    rows = Member.objects.filter(joined_at=None, is_staff=False, date_joined__lt=before, last_login=None)
    return rows.filter(opened_at=None)  # a shop's account waits for its person, with the points on it


def last_seen(member_ids: Iterable[int]) -> dict[int, datetime]:
    """When each of these members last looked at the site, in any browser; to two minutes. One query."""
    rows = UserSession.objects.filter(user__in=list(member_ids)).values_list("user")
    return dict(rows.annotate(seen=Max("last_seen_at")).order_by())


def live_sessions(member: Member, *, at: datetime) -> list[UserSession]:
    """The browsers in which she is signed in now, the one used last first. Two queries, however many there are."""
    found = list(UserSession.objects.filter(user=member).order_by("-last_seen_at", "-pk"))
    keys = [session.session_key for session in found]
    live = set(Session.objects.filter(pk__in=keys, expire_date__gt=at).values_list("pk", flat=True))
    return [session for session in found if session.session_key in live]


def connected_services(member: Member) -> list[str]:
    """The names of the services that open her account, as many times as she connected accounts of them. One query."""
    found = SocialAccount.objects.filter(user=member, provider__in=settings.SOCIALACCOUNT_PROVIDERS).order_by("pk")
    return [registry.get_class(account.provider).name for account in found]


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
