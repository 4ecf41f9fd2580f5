"""The people of the demo world as /dev/ offers them, and the second keys of those who work there."""

import base64
import hashlib
import time
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value
from django.utils.translation import gettext as _

from portal.accounts.claims.holdings import held_by
from portal.accounts.models import Member
from portal.accounts.phones.numbers import show
from portal.accounts.roles import works_here
from portal.editing import work

DOMAIN = "@may.example"
PERIOD = 30


def secret_of(member: Member) -> str:
    """The fixed, printed secret of a demo person's app. It protects nothing, as everything in the demo."""
    return base64.b32encode(hashlib.sha256(f"demo:{member.email}".encode()).digest()[:20]).decode()


def code_of(member: Member) -> str:
    """What her app would show now."""
    return format_hotp_value(hotp_value(secret_of(member), int(time.time()) // PERIOD))


def give_second_key(member: Member) -> None:
    """Sets up the app of a demo person who works in the house. Idempotent; a key of her own stays."""
    if not Authenticator.objects.filter(user=member, type=Authenticator.Type.TOTP).exists():
        TOTP.activate(member, secret_of(member))


def cast() -> list[Member]:
    """The demo people: those who work there last, by name."""
    people = Member.objects.filter(email__endswith=DOMAIN, is_active=True)
    found = people.select_related("standing").prefetch_related("groups")
    return sorted(found, key=lambda member: (works_here(member), member.role != "", member.pk))


def unclaimed() -> list[dict[str, Any]]:
    """Accounts that a counter opened by number, with what stands on them: signing in with the number claims one."""
    rows = Member.objects.filter(opened_at__isnull=False, joined_at=None, is_active=True).order_by("pk")[:10]
    return [{"name": row.name, "phone": show(row.phone), "held": held_by(row.pk)} for row in rows]


def find(public_id: str) -> Member | None:
    """One of the cast; nobody else can be entered as."""
    return Member.objects.filter(email__endswith=DOMAIN, is_active=True, public_id=public_id).first()


def work_of(member: Member) -> list[str]:
    """What she does in the house, in the reader's language; empty for a member. Her groups are at hand."""
    if member.is_superuser:
        return [_("May do everything")]
    return [work.work_of(group) for group in sorted(member.groups.all(), key=lambda group: group.name)]


def line(member: Member) -> dict[str, Any]:
    """What the page shows about one person."""
    works = works_here(member)
    return {
        "member": member,
        "standing": getattr(member, "standing", None),
        "works": works,
        "work": work_of(member),
        "secret": secret_of(member) if works else "",
        "code": code_of(member) if works else "",
    }
