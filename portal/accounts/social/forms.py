"""The form that a newcomer through a service fills in: the same name, address and agreements as everybody."""

from typing import Any

from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.forms import SignupForm

from portal.accounts.forms import JoinForm


class SocialJoinForm(JoinForm):
    """Asks for a seat, with what the service told already filled in.

    The address is proved by our letter, whatever the service says. One that has an account gets the same answer as any
    other: no account is joined by its address. She comes in first, and connects the service then.
    """

    # allauth's own form for this keeps the pending sign-in; the fields and the checks are those of the join form.
    def __init__(self, *args: Any, sociallogin: Any, **kwargs: Any) -> None:
        self.sociallogin = sociallogin
        kwargs["initial"] = get_adapter().get_signup_form_initial_data(sociallogin)
        super().__init__(*args, **kwargs)

    def save(self, request: Any) -> Any:
        """Stores the newcomer together with the service."""
        return SignupForm.save(self, request)
