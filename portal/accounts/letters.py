"""Letters about the safety of an account: which there are, and the words of each. One template draws them all."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.utils import formats, translation
from django.utils.translation import gettext_lazy as _

from portal.accounts import devices
from portal.accounts.models import Member
from portal.accounts.tasks import send_safety_letter

# What happened: heading, sentence. `%(…)s` are facts.
HAPPENED: dict[str, tuple[Any, Any]] = {
    "password_set": (
        _("Your account has a password now"),
        _("From now on you can come in with it, besides the digits by mail. Your other devices were signed out."),
    ),
    "password_changed": (
        _("Your password was changed"),
        _("The old one no longer opens the door. Your other devices were signed out."),
    ),
    "password_removed": (
        _("Your password was taken away"),
        _("From now on you come in with the digits by mail, or with a passkey."),
    ),
    "address_changed": (
        _("Your account has a new address"),
        _("Letters and digits now go to %(address)s. This address opens the door no longer."),
    ),
    "address_restored": (
        _("Your account has its old address again"),
        _("Digits come here once more. Every device was signed out, the password and keys added since are gone."),
    ),
    "app_added": (
        _("An authenticator app was added"),
        _("From now on its digits are asked for at each sign-in."),
    ),
    "app_removed": (_("The authenticator app was removed"), _("Its digits are no longer asked for.")),
    "passkey_added": (
        _("A passkey was added"),
        _("It opens the door by itself: with a finger, a face or the code of the device."),
    ),
    "passkey_removed": (_("A passkey was removed"), _("It no longer opens the door.")),
    "service_added": (_("Another service can open your account"), _("From now on you can come in through it as well.")),
    "service_removed": (_("A service no longer opens your account"), _("The other ways in stay as they are.")),
    "recovery_codes_made": (
        _("New recovery codes were made"),
        _("The older ones no longer work."),
    ),
    "new_device": (
        _("Somebody came in from a device we had not seen"),
        _("If that was you, all is well and there is nothing to do."),
    ),
}
# How allauth names what happened.
NAMES_OF_ALLAUTH = {
    "account/email/password_set": "password_set",
    "account/email/password_changed": "password_changed",
    "account/email/password_reset": "password_changed",
    "account/email/email_changed": "address_changed",
    "socialaccount/email/account_connected": "service_added",
    "socialaccount/email/account_disconnected": "service_removed",
    "mfa/email/totp_activated": "app_added",
    "mfa/email/totp_deactivated": "app_removed",
    "mfa/email/webauthn_added": "passkey_added",
    "mfa/email/webauthn_removed": "passkey_removed",
    "mfa/email/recovery_codes_generated": "recovery_codes_made",
}


def masked(address: str) -> str:
    """An address that its owner recognises and nobody else can use: `k•••@gmail.com`."""
    name, _at, place = address.partition("@")
    return f"{name[:1]}•••@{place}"


def tell(
    what: str, member: Member, *, agent: str, at: datetime, to: str = "", address: str = "", back_url: str = ""
) -> None:
    """Queues the letter about `what` to her address, or to `to`; the page never waits for it.

    Who has no address yet (an account that a shop opened) gets none.
    """
    to = to or member.email or ""
    if not to:
        return
    with translation.override(member.language):
        when = formats.date_format(at.astimezone(ZoneInfo(member.zone)), "SHORT_DATETIME_FORMAT")
        device = devices.in_words(agent)
    send_safety_letter.enqueue(
        what=what,
        to=to,
        language=member.language,
        facts={"device": device, "when": when, "address": masked(address) if address else "", "back_url": back_url},
    )
