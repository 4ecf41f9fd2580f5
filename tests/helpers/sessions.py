"""Sessions for tests, as the one door would leave them."""

from __future__ import annotations

import time

from django.test import Client

from portal.accounts.models import Member
from portal.accounts.roles import works_here


def enter(browser: Client, member: Member, *, second_factor: bool | None = None) -> Client:
    """Signs her in; whoever works here has shown a second factor, unless told otherwise."""
    browser.force_login(member)
    if works_here(member) if second_factor is None else second_factor:
        show_second_factor(browser, member)
    return browser


def show_second_factor(browser: Client, member: Member) -> None:
    """Writes into her session what allauth writes when a second factor was shown."""
    session = browser.session
    session["account_authentication_methods"] = [
        {"method": "code", "at": time.time()},
        {"method": "mfa", "at": time.time(), "type": "totp"},
    ]
    session["account_authentication_methods_user"] = str(member.pk)
    session.save()
