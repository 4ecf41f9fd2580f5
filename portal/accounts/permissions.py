"""Who may write, and who must stay silent for a while."""

from datetime import datetime

from django.urls import reverse_lazy
from django.utils import formats, timezone
from django.utils.translation import gettext_lazy as _

from portal.accounts import terms
from portal.accounts.models import Member
from portal.accounts.roles import is_moderator
from portal.core.errors import DomainError, Forbidden, NotFound, SignInRequired

SUSPENDED = _("Your account rests until %(when)s. You can read along meanwhile.")
MUTED = _("You cannot write until %(when)s. You can read along meanwhile.")
TERMS_FIRST = _("The house rules have changed. Reading goes on as ever; writing waits for your yes to the new ones.")


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
    return terms_refusal(member)


def terms_refusal(member: Member | None) -> DomainError | None:
    """What a member hears who has yet to agree to new terms, with the way there as `url`; None for everybody else.

    The one place that says so: rooms ask it through `check_can_write`, pages and API also through `TermsMiddleware`.
    """
    if member is None or member.joined_at is None or not terms.must_agree(member):
        return None
    return Forbidden(TERMS_FIRST, code="terms_first", url=reverse_lazy("account_terms"))


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


# ── Former names ────────────────────────────────────────────────────────────────────────────────────────────────
def can_see_former_names(viewer: Member | None) -> bool:
    """Whether she keeps the talk kind: who was who before helps her, and nobody else. Not even the member herself."""
    return is_moderator(viewer)


def check_see_former_names(viewer: Member | None) -> None:
    """Raises NotFound: for everybody else there is no such list."""
    if not can_see_former_names(viewer):
        raise NotFound
