"""A fresh proof that it is still she, before something touches the safety of her account.

allauth asks for the password or the second key again where there is one. Who has neither proves it by a letter: six
digits to her address. A sign-in of the last minutes is fresh enough, whatever it was done with.
"""

import time
from typing import Any

from allauth.account import app_settings
from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.code_verification import AbstractCodeVerificationProcess
from allauth.account.internal.flows.login import get_authentication_records, record_authentication
from allauth.core import ratelimit
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.http import HttpRequest
from django.utils.http import urlencode

from portal.accounts.models import Member
from portal.accounts.tasks import send_letter

STATE = "account_proof"
TRIES, GOOD_FOR = 5, 600

# Routes that ask for a fresh proof; allauth's own check stands behind most of them, and is content without any where
# a member has neither password nor second key.
SENSITIVE = frozenset(
    {
        "account_email",
        "account_phone",
        "account_phone_remove",
        "account_set_password",
        "account_social_disconnect",
        "socialaccount_connections",
        "account_remove_password",
        "mfa_activate_totp",
        "mfa_deactivate_totp",
        "mfa_add_webauthn",
        "mfa_edit_webauthn",
        "mfa_remove_webauthn",
        "mfa_generate_recovery_codes",
        "mfa_view_recovery_codes",
        "settings:export",
        "settings:export_file",
        "settings:leave_now",
    }
)


def way(request: HttpRequest, following: str) -> str:
    """Where she proves who she is, and goes on to `following` from there."""
    first = get_adapter().get_reauthentication_methods(request.user)[0]["url"]
    return f"{first}?{urlencode({REDIRECT_FIELD_NAME: following})}"


def is_fresh(request: HttpRequest) -> bool:
    """Whether she proved who she is within the last minutes, at the door or since."""
    records = get_authentication_records(request, request.user)
    newest = max((record.get("at", 0) for record in records), default=0)
    return bool(time.time() - newest < app_settings.REAUTHENTICATION_TIMEOUT)


class ProofByLetter(AbstractCodeVerificationProcess):
    """Six digits by mail, good for ten minutes, five tries and one use, in the session that asked for them."""

    def __init__(self, request: HttpRequest, state: dict[str, Any], member: Member | None = None) -> None:
        self.request = request
        super().__init__(max_attempts=TRIES, timeout=GOOD_FOR, state=state, user=member)

    @classmethod
    def begin(cls, request: HttpRequest, member: Member) -> bool:
        """Sends the digits; False when too many letters left already."""
        if not ratelimit.consume(request, action="request_login_code", key=member.email or member.phone):
            return False
        process = cls(request, cls.initial_state(member, member.email), member)
        process.send()
        process.persist()
        return True

    @classmethod
    def under_way(cls, request: HttpRequest) -> "ProofByLetter | None":
        """The one this session waits for, unless it ran out or was begun by somebody else."""
        state = request.session.get(STATE)
        if not isinstance(state, dict) or state.get("user_id") != str(request.user.pk):
            return None
        found: ProofByLetter | None = cls(request, state).abort_if_invalid()
        return found

    def send(self) -> None:
        """Makes new digits and hands the letter to the worker; a text to who has no address."""
        member, adapter = self.user, get_adapter()
        assert isinstance(member, Member)
        code = self.state["code"] = adapter.generate_login_code()
        if member.email:
            send_letter.enqueue(name="proof_code", to=member.email, language=member.language, context={"code": code})
        else:
            adapter.send_verification_code_sms(user=member, phone=member.phone, code=code)

    def persist(self) -> None:
        """Keeps the state in the session."""
        self.request.session[STATE] = self.state

    def abort(self) -> None:
        """Forgets the digits."""
        self.request.session.pop(STATE, None)

    def finish(self) -> None:
        """The digits were right: this session has proved who she is."""
        self.abort()
        member = self.user
        assert isinstance(member, Member)
        record_authentication(self.request, member, method="code", email=member.email, reauthenticated=True)
