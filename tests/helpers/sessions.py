"""Sessions for tests, as the one door would leave them."""

from __future__ import annotations

import time

from django.test import Client

from portal.accounts.models import Member
from portal.accounts.roles import works_here


def enter(browser: Client, member: Member, *, second_factor: bool | None = None, at: float | None = None) -> Client:
    """Signs her in by code; whoever works here has shown a second factor, unless told otherwise."""
    browser.force_login(member)
    at = at or time.time()
    shown = [{"method": "code", "at": at, "email": member.email}]
    if works_here(member) if second_factor is None else second_factor:
        shown.append({"method": "mfa", "at": at, "type": "totp", "reauthenticated": True})
    # What allauth notes at each step.
    session = browser.session
    session["account_authentication_methods"] = shown
    session["account_authentication_methods_user"] = str(member.pk)
    session.save()
    return browser
