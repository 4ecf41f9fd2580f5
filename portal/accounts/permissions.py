"""Who may write, and who must stay silent for a while."""

from datetime import datetime

from django.utils import formats, timezone
from django.utils.translation import gettext_lazy as _

from portal.accounts.models import Member
from portal.core.errors import DomainError, Forbidden, SignInRequired

SUSPENDED = _("Your account rests until %(when)s. You can read along meanwhile.")
MUTED = _("You cannot write until %(when)s. You can read along meanwhile.")


def _moment(until: datetime) -> str:
    return formats.date_format(timezone.localtime(until), "SHORT_DATETIME_FORMAT")


def _refusal(member: Member | None, at: datetime) -> DomainError | None:
    if member is None:
        return SignInRequired()
    if not member.is_active or member.joined_at is None:
        return Forbidden(_("Please confirm your e-mail address first."), code="not_confirmed")
    for until, code, words in (
        (member.suspended_until, "suspended", SUSPENDED),
        (member.muted_until, "muted", MUTED),
    ):
        if until is not None and until > at:
            return Forbidden(words % {"when": _moment(until)}, code=code, until=until)
    return None


def check_can_write(member: Member | None, *, at: datetime) -> None:
    """Lets a member write; raises SignInRequired for a visitor, Forbidden with the reason for the silenced."""
    refusal = _refusal(member, at)
    if refusal is not None:
        raise refusal


def can_write(member: Member | None, *, at: datetime) -> bool:
    """Whether `check_can_write` would let her: for templates that offer a composer."""
    return _refusal(member, at) is None


def is_present(member: Member | None, *, at: datetime) -> bool:
    """Whether her sockets may stay open: active, joined and not suspended."""
    return (
        member is not None
        and member.is_active
        and member.joined_at is not None
        and member.left_at is None
        and not (member.suspended_until is not None and member.suspended_until > at)
    )
