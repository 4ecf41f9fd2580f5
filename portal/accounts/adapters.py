"""The border post to allauth: its steps become our actions, its letters become ours."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.login import record_authentication
from allauth.account.models import EmailAddress
from allauth.account.signals import email_confirmed
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authenticator_added
from django import forms
from django.db import transaction
from django.dispatch import receiver
from django.http import HttpRequest
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from portal.accounts import actions, second_factor
from portal.accounts.claims.stage import with_claiming
from portal.accounts.models import Consent, Member
from portal.accounts.phones.door import PhoneDoor
from portal.accounts.tasks import send_letter
from portal.core import clock
from portal.core.mail import absolute

# What allauth calls its letters, and what ours are called (templates/email/).
LETTERS = {
    "account/email/email_confirmation_signup": "join_code",
    "account/email/email_confirmation": "join_code",
    "account/email/login_code": "sign_in_code",
    "account/email/account_already_exists": "already_member",
    "account/email/unknown_account": "unknown_address",
}


class AccountAdapter(PhoneDoor, DefaultAccountAdapter):
    """Our ways of keeping a new member, writing letters and ending a visit."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "incorrect_code": _("Those are not the digits we sent. Look at the newest letter and try once more."),
        "too_many_login_attempts": _("That was a few tries too many. Please wait a while, then ask for a new code."),
        "rate_limited": _("A letter just left. Give it a minute before you ask for another."),
        "account_inactive": _("This account is closed."),
    }

    def save_user(self, request: HttpRequest, user: Member, form: forms.Form, commit: bool = True) -> Member:
        """Stores the newcomer together with what she agreed to; she becomes a member when her address is confirmed."""
        user.email = form.cleaned_data["email"]
        user.name = form.cleaned_data["name"]
        user.language = translation.get_language() or "vi"
        user.set_unusable_password()
        with transaction.atomic():
            user.save()
            actions.record_consent(
                member=user,
                purposes=[Consent.Purpose.TERMS, Consent.Purpose.AGE],
                way="join_form",
                at=clock.now(),
            )
        return user

    def get_login_stages(self) -> list[str]:
        """allauth's steps of coming in, and ours for somebody whose account a shop opened."""
        return with_claiming(super().get_login_stages())

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Hands a letter to the worker: the page never waits for a mail server, known address or not."""
        member = Member.objects.filter(email=email.lower()).only("language").first()
        language = member.language if member else translation.get_language() or "vi"
        with translation.override(language):
            links = {
                "sign_in_url": absolute(reverse("account_login")),
                "join_url": absolute(reverse("account_signup")),
            }
        send_letter.enqueue(
            name=LETTERS[template_prefix],
            to=email,
            language=language,
            context={"code": context.get("code", ""), **links},
        )

    def send_account_already_exists_mail(self, email: str) -> None:
        """The letter for somebody who asks for a second seat; the page looks as it does for everybody."""
        self.send_mail("account/email/account_already_exists", email, {})


class SecondKeyAdapter(DefaultMFAAdapter):
    """Second keys, in the words of the house. Whoever works here never takes her last one away."""

    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": _("Those are not the digits the app shows now. Each works once; wait for the next ones."),
        "unverified_email": _("Please confirm your e-mail address first."),
        "cannot_delete_authenticator": _("Whoever works here keeps one second key. Add another before this one goes."),
    }

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        """allauth asks before an app goes; our own form asks for passkeys."""
        return not second_factor.is_last_of_staff(authenticator)


@receiver(email_confirmed)
def welcome(sender: type, request: HttpRequest, email_address: EmailAddress, **kwargs: Any) -> None:
    """A confirmed address makes a member."""
    actions.join(member=email_address.user, at=clock.now())


@receiver(authenticator_added)
def count_as_second_factor(
    sender: type, request: HttpRequest, user: Member, authenticator: Authenticator, **kwargs: Any
) -> None:
    """Who has just set up an app or a passkey has shown it: she need not wait for the next code."""
    if authenticator.type in second_factor.HELD:
        record_authentication(
            request, user, method="mfa", id=authenticator.pk, type=authenticator.type, reauthenticated=True
        )
