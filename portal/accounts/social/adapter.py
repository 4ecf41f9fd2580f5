"""The border post to allauth's social accounts: nobody is let in, joined or believed beyond what was proved."""

from typing import Any

from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialLogin
from django.db import transaction
from django.http import HttpRequest

from portal.accounts.models import Member
from portal.core.text import clean_line

# What is kept of a service's answer: enough to show which account it is. No address, picture, token, circle of friends.
KEPT = ("name",)


class SocialAdapter(DefaultSocialAccountAdapter):
    """No address of a service is believed: each is proved by our own letter. No account is joined by its address."""

    def populate_user(self, request: HttpRequest, sociallogin: SocialLogin, data: dict[str, Any]) -> Member:
        """The name and address that the form begins with; the rest of what the service told is dropped here.

        allauth calls this before it looks whom the answer belongs to, so nothing else of it is ever stored or asked.
        """
        user, told = sociallogin.user, sociallogin.account.extra_data
        assert isinstance(user, Member)
        first, last = data.get("first_name") or "", data.get("last_name") or ""
        user.name = clean_line(str(told.get("name") or f"{last} {first}"))[:60]
        user.email = str(data.get("email") or "")[:254].lower() or None
        sociallogin.account.extra_data = {key: told[key][:200] for key in KEPT if isinstance(told.get(key), str)}
        sociallogin.email_addresses = []
        return user

    def get_signup_form_initial_data(self, sociallogin: SocialLogin) -> dict[str, Any]:
        """What the service knows, for her to look at."""
        user = sociallogin.user
        assert isinstance(user, Member)
        return {"email": user.email or "", "name": user.name}

    def save_user(self, request: HttpRequest, sociallogin: SocialLogin, form: Any = None) -> Member:
        """The newcomer with what she typed and agreed to, and the service by which she may come in: both or neither."""
        with transaction.atomic():
            member: Member = super().save_user(request, sociallogin, form)
        return member
