"""What accounts knows about a member: for her export, and for erasing her."""

from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from allauth.usersessions.models import UserSession
from django.db.models import F, Q, TextField
from django.db.models.functions import Cast
from django.utils.translation import gettext_lazy as _
from django_tasks_db.models import DBTaskResult

from portal import realtime
from portal.accounts.blocks.models import Block
from portal.accounts.invitations.models import Arrival, Invitation
from portal.accounts.models import Consent, FormerName, Member, MemberWords, Picture, Profile, Standing
from portal.accounts.pictures import drop_after_commit
from portal.accounts.sms.actions import forget as forget_texts
from portal.core.personal_data import DataType, excuse, register, rows


def _profile(member: Member) -> list[dict[str, Any]]:
    return rows(
        Member.objects.filter(pk=member.pk),
        *("public_id", "email", "name", "handle", "bio", "avatar", "language", "zone", "born_year", "role"),
        *("date_joined", "joined_at", "last_login", "muted_until", "suspended_until", "trust_level", "left_at"),
    )


def _erase_profile(member: Member) -> None:
    """Leaves a row without a person, so that what she gave to others keeps standing on something."""
    alias = f"left-{member.public_id}"
    member.phone, member.phone_verified_at = None, None
    member.email, member.name, member.handle, member.bio, member.avatar = f"{alias}@invalid", alias, None, "", ""
    member.left_at, member.language, member.zone = None, "vi", "Asia/Ho_Chi_Minh"
    member.last_login = None
    member.born_year, member.is_active, member.is_staff, member.is_superuser = None, False, False, False
    member.rights_version += 1
    member.set_unusable_password()
    member.save()
    member.groups.clear()


def _erase_standing(member: Member) -> None:
    MemberWords.objects.filter(member=member).delete()
    Standing.objects.filter(member=member).update(
        name="",
        handle="",
        avatar_url="",
        role_mark="",
        tier_code="member",
        tier_names={},
        badges=[],
        version=F("version") + 1,
    )
    # Open pages draw the chip anew: no name, no face.
    realtime.record("site:1", "chip", {"member": member.pk})


def _erase_pictures(member: Member) -> None:
    """Rows at once, files once the erasure is committed."""
    mine = list(Picture.objects.filter(member=member))
    drop_after_commit({name for picture in mine for name in picture.files})
    Picture.objects.filter(pk__in=[picture.pk for picture in mine]).delete()


def _erase_blocks(member: Member) -> None:
    Block.objects.filter(Q(member=member) | Q(blocked=member)).delete()


def _erase_addresses(member: Member) -> None:
    EmailAddress.objects.filter(user=member).delete()
    # Letters of the entrance that wait or were sent lately carry the address in their task rows.
    tasks = DBTaskResult.objects.annotate(words=Cast("args_kwargs", TextField()))
    tasks.filter(words__icontains=f'"{member.email}"').delete()


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
        ("portal.Standing", "portal.MemberWords"),
        lambda member: rows(
            Standing.objects.filter(member=member),
            *("name", "handle", "avatar_url", "role_mark", "tier_code", "badges", "reputation"),
        ),
        _erase_standing,
    )
)
register(
    DataType(
        "about_me",
        _("What you told about yourself"),
        ("portal.Profile",),
        lambda member: rows(
            Profile.objects.filter(member=member),
            *("city", "birth_day", "birth_month", "birthday_changed_at", "privacy", "findable"),
            *("place_seen_at", "completed_at", "direct_from", "shows_presence"),
        ),
        lambda member: Profile.objects.filter(member=member).delete(),
    )
)
register(
    DataType(
        "pictures",
        _("Pictures you brought"),
        ("portal.Picture",),
        lambda member: rows(
            Picture.objects.filter(member=member),
            *("kind", "source", "large", "small", "focus_x", "focus_y", "changed_at"),
        ),
        _erase_pictures,
    )
)
register(
    DataType(
        "former_names",
        _("Names you had before"),
        ("portal.FormerName",),
        lambda member: rows(FormerName.objects.filter(member=member), "kind", "text", "at", "kept_until"),
        lambda member: FormerName.objects.filter(member=member).delete(),
    )
)
register(
    DataType(
        "blocks",
        _("Whom you blocked"),
        ("portal.Block",),
        lambda member: rows(Block.objects.filter(member=member), "blocked__public_id", "at"),
        _erase_blocks,
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
        _erase_addresses,
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
        "services",
        _("Services that open your account"),
        ("socialaccount.SocialAccount",),
        lambda member: rows(
            SocialAccount.objects.filter(user=member), "provider", "uid", "extra_data", "date_joined", "last_login"
        ),
        lambda member: SocialAccount.objects.filter(user=member).delete(),
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
