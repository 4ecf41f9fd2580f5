"""Tries of allauth's codes, counted by the house: mixed into its views."""

from datetime import timedelta
from typing import Any

from allauth.account.views import ConfirmEmailVerificationCodeView, ConfirmPasswordResetCodeView
from django.http import HttpRequest, HttpResponse

from portal.accounts.codes import tries
from portal.core import clock


class CountedTries:
    """Takes a try before the form compares anything; without one left the code is ended, as after its last try.

    allauth counts in the session, which requests at the same moment read alike. `_process` is allauth's: what waits for
    the code, begun at `state["at"]`; new digits asked for meanwhile share its tries.
    """

    _process: Any
    request: HttpRequest

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Lets the form be judged while tries are left."""
        if getattr(self, "_action", "verify") == "verify" and not take(request, self._process):
            return self.form_invalid(None)  # type: ignore[attr-defined]
        return super().post(request, *args, **kwargs)


def take(request: HttpRequest, process: Any) -> bool:
    """Takes a try of the code `process` waits for; False when none was left, and then its next wrong one ends it."""
    key = tries.key_of(type(process).__name__, request.session.session_key, process.state["at"])
    good_until = clock.now() + timedelta(seconds=process.timeout)
    if tries.take(key, most=process.max_attempts, good_until=good_until) is not None:
        return True
    process.state["failed_attempts"] = process.max_attempts
    return False


class JoinCodeView(CountedTries, ConfirmEmailVerificationCodeView):
    """The digits that prove an address, of a newcomer or a new one of a member."""


class ForgottenPasswordCodeView(CountedTries, ConfirmPasswordResetCodeView):
    """The digits that stand for a forgotten password."""
