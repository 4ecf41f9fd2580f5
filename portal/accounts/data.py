"""What accounts knows about a member: for her export, and for erasing her."""

from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.utils.translation import gettext_lazy as _

from portal.accounts.invitations.models import Arrival, Invitation
from portal.accounts.models import Consent, Member, Standing
from portal.accounts.sms.actions import forget as forget_texts
from portal.core.personal_data import DataType, excuse, register, rows


def _profile(member: Member) -> list[dict[str, Any]]:
    return rows(
        Member.objects.filter(pk=member.pk),
        *("public_id", "email", "name", "handle", "bio", "avatar", "language", "zone", "born_year", "role"),
        *("date_joined", "joined_at", "last_login", "muted_until", "suspended_until"),
    )


def _erase_profile(member: Member) -> None:
    """Leaves a row without a person, so that what she gave to others keeps standing on something."""
    alias = f"left-{member.public_id}"
    member.phone, member.phone_verified_at = None, None
    member.email, member.name, member.handle, member.bio, member.avatar = f"{alias}@invalid", alias, None, "", ""
    member.born_year, member.is_active, member.is_staff, member.is_superuser = None, False, False, False
    member.rights_version += 1
    member.set_unusable_password()
    member.save()
    member.groups.clear()


def _erase_standing(member: Member) -> None:
    Standing.objects.filter(member=member).update(
        name=f"left-{member.public_id}", handle="", avatar_url="", role_mark="", badges=[]
    )


def _forget_texts(member: Member) -> None:
    if member.phone:
        forget_texts(to=member.phone)


# Before the profile, which takes the number itself away.
register(
    DataType(
        "phone",
        _("Mobile number, and texts to it"),
        ("portal.TextMessage",),
        lambda member: rows(Member.objects.filter(pk=member.pk), "phone", "phone_verified_at", "opened_at"),
        _forget_texts,
    )
)
register(DataType("profile", _("Profile"), ("portal.Member",), _profile, _erase_profile))
register(
    DataType(
        "name_tag",
        _("Name tag"),
        ("portal.Standing",),
        lambda member: rows(
            Standing.objects.filter(member=member),
            *("name", "handle", "avatar_url", "role_mark", "tier_code", "badges", "reputation"),
        ),
        _erase_standing,
    )
)
register(
    DataType(
        "consents",
        _("What you agreed to"),
        ("portal.Consent",),
        lambda member: rows(Consent.objects.filter(member=member), "purpose", "given", "text_version", "way", "at"),
        keeps=_("Proof of what was agreed to, and when, without a name"),
    )
)
register(
    DataType(
        "addresses",
        _("E-mail addresses"),
        ("account.EmailAddress",),
        lambda member: rows(EmailAddress.objects.filter(user=member), "email", "verified", "primary"),
        lambda member: EmailAddress.objects.filter(user=member).delete(),
    )
)
register(
    DataType(
        "sessions",
        _("Where you are signed in"),
        ("usersessions.UserSession",),
        lambda member: rows(UserSession.objects.filter(user=member), "created_at", "ip", "user_agent", "last_seen_at"),
        lambda member: [session.end() for session in UserSession.objects.filter(user=member)],
    )
)
register(
    DataType(
        "second_factors",
        _("Second keys"),
        ("mfa.Authenticator",),
        # Never the secret itself: an export lies about in download folders.
        lambda member: rows(Authenticator.objects.filter(user=member), "type", "created_at", "last_used_at"),
        lambda member: Authenticator.objects.filter(user=member).delete(),
    )
)
register(
    DataType(
        "invitations",
        _("Invitations"),
        ("portal.Invitation", "portal.Arrival"),
        lambda member: [
            *rows(Invitation.objects.filter(inviter=member), "limit", "used", "created_at", "expires_at", "ended_at"),
            *rows(Arrival.objects.filter(member=member), "joined_at"),
        ],
        # Who came stays, who invited is forgotten with her name; her links let nobody else in.
        lambda member: Invitation.objects.filter(inviter=member).delete(),
    )
)
excuse("portal.DomainEvent", "holds ids and plain values only; after erasure they point at a row without a person")
