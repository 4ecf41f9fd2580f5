"""Whether a session proved a second factor, and what staff may do until it has: show it, or set one up."""

from types import SimpleNamespace
from typing import Any

from allauth.account.internal.flows.login import get_authentication_records
from allauth.mfa.models import Authenticator

from portal import realtime
from portal.accounts.models import Member
from portal.accounts.roles import works_here

# What alone counts as a factor that can be held: recovery codes come with one and open nothing by themselves.
HELD = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)

# Open to everybody who is half in: leaving, and what machines ask for.
ALWAYS = frozenset(
    {"account_logout", "account_inactive", "healthz", "readyz", "robots", "favicon", "security_txt"}
    | {f"identity:{drawn}" for drawn in ("theme", "icon", "full_icon", "favicon", "manifest")}
)
# She holds a factor: nothing but showing it. A password or a letter must not lead to setting up another one.
TO_SHOW = ALWAYS | {"mfa_reauthenticate", "mfa_reauthenticate_webauthn"}
# She holds none yet: proving that it is she, and setting one up.
TO_SET_UP = ALWAYS | {
    "account_reauthenticate",
    "account_prove",
    "mfa_activate_totp",
    "mfa_add_webauthn",
    "mfa_view_recovery_codes",
}


def shown(session: Any, member: Member) -> bool:
    """Whether this session of hers proved a second factor, at sign-in or since."""
    records = get_authentication_records(SimpleNamespace(session=session), member)
    return any(record.get("method") == "mfa" for record in records)


def is_half_in(session: Any, member: Member | None) -> bool:
    """Whether this is a session of somebody who works here and has not shown her second factor: it opens nothing."""
    # The session is asked first: it costs no query.
    return member is not None and not shown(session, member) and works_here(member)


def holds_one(member: Member) -> bool:
    """Whether she has an app or a passkey."""
    return Authenticator.objects.filter(user=member, type__in=HELD).exists()


def is_last_of_staff(authenticator: Authenticator) -> bool:
    """Whether taking this one away would leave somebody who works here without any."""
    if authenticator.type not in HELD or not works_here(authenticator.user):
        return False
    return (
        not Authenticator.objects.filter(user=authenticator.user, type__in=HELD).exclude(pk=authenticator.pk).exists()
    )


# Sockets and everything that speaks over them obey the same rule as pages.
realtime.demand(lambda member, session: not is_half_in(session, member))
