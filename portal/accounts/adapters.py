"""The border post to allauth: its steps become our actions, its letters become ours."""

from datetime import timedelta
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.login import record_authentication
from allauth.account.models import EmailAddress
from allauth.account.signals import (
    email_confirmed,
    password_changed,
    password_reset,
    password_set,
    user_logged_in,
)
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authenticator_added
from allauth.mfa.utils import is_mfa_enabled
from django import forms
from django.contrib import messages
from django.contrib.auth.signals import user_logged_in as came_in
from django.db import transaction
from django.dispatch import receiver
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from portal.accounts import actions, devices, leaving, letters, second_factor, vault, way_back
from portal.accounts.claims.stage import with_claiming
from portal.accounts.invitations import actions as invitations
from portal.accounts.invitations.views import BROUGHT
from portal.accounts.models import Consent, Member
from portal.accounts.phones.door import PhoneDoor
from portal.accounts.social import actions as social
from portal.accounts.tasks import send_letter
from portal.core import clock
from portal.core.mail import absolute, house_name

# What allauth calls its letters, and what ours are called (templates/email/).
LETTERS = {
    "account/email/email_confirmation_signup": "join_code",
    "account/email/email_confirmation": "address_code",
    "account/email/login_code": "sign_in_code",
    "account/email/password_reset_code": "password_code",
    "account/email/account_already_exists": "already_member",
    "account/email/unknown_account": "unknown_address",
}
# So long after joining a new browser is still the one she joined with.
JUST_JOINED = timedelta(hours=1)


class AccountAdapter(PhoneDoor, DefaultAccountAdapter):
    """Our ways of keeping a new member, writing letters and ending a visit."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "incorrect_code": _("Those are not the digits we sent. Look at the newest message and try once more."),
        "too_many_login_attempts": _("That was a few tries too many. Please wait a while, then ask for a new code."),
        "rate_limited": _("A letter just left. Give it a minute before you ask for another."),
        "account_inactive": _("This account is closed."),
        "email_password_mismatch": _("Address and password do not fit together. The digits by mail always work."),
        "phone_password_mismatch": _("Address and password do not fit together. The digits by mail always work."),
        "incorrect_password": _("That is not the password. Try once more, or take the digits by mail."),
        "enter_current_password": _("That is not the password you have now."),
        "duplicate_email": _("That is the address you have already."),
        "same_as_current": _("That is the one you have already."),
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
            if brought := request.session.pop(BROUGHT, None):
                invitations.note_arrival(member=user, invitation_id=brought, at=clock.now())
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

    def send_notification_mail(
        self,
        template_prefix: str,
        user: Member,
        context: dict[str, Any] | None = None,
        email: str | None = None,
    ) -> None:
        """A letter about the safety of the account, in her language; after a change of address to the old one."""
        what, at, facts = letters.NAMES_OF_ALLAUTH[template_prefix], clock.now(), context or {}
        address = facts.get("to_email", "")
        back = way_back.link(user, old=facts["from_email"], new=address, at=at) if address else ""
        agent = self.get_http_user_agent(self.request)
        letters.tell(what, user, agent=agent, at=at, to=email or "", address=address, back_url=back)

    def get_reauthentication_methods(self, user: Any) -> list[dict[str, Any]]:
        """Password and second keys as allauth has them; a letter for who has no second key."""
        words = {
            "reauthenticate": _("Use your password"),
            "mfa_reauthenticate": _("Use the app or a recovery code"),
            "mfa_reauthenticate:webauthn": _("Use a passkey"),
        }
        methods = [
            {**method, "description": words.get(method["id"], method["description"])}
            for method in super().get_reauthentication_methods(user)
        ]
        # The first is offered first: a passkey asks for no typing.
        methods.sort(key=lambda method: method["id"] != "mfa_reauthenticate:webauthn")
        if user.is_authenticated and not is_mfa_enabled(user):
            methods.append({"id": "prove", "description": _("Get six digits by mail"), "url": reverse("account_prove")})
        return methods

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        """Back to the page about safety."""
        return reverse("account_security")


class SecondKeyAdapter(DefaultMFAAdapter):
    """Second keys, in the words of the house. Whoever works here never takes her last one away."""

    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": _("Those are not the digits the app shows now. Each works once; wait for the next ones."),
        "unverified_email": _("Please confirm your e-mail address first."),
        "cannot_delete_authenticator": _("Whoever works here keeps one second key. Add another before this one goes."),
    }

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        """How the browser names this house when it asks for a passkey."""
        return {**super().get_public_key_credential_rp_entity(), "name": house_name()}

    def generate_authenticator_name(self, user: Member, type: Authenticator.Type) -> str:
        """The name of a passkey until she gives it one: the device on which it was made."""
        return devices.in_words(self.request.META.get("HTTP_USER_AGENT", ""))

    def encrypt(self, text: str) -> str:
        """Secrets of apps and recovery codes lie in the database locked with the house's key."""
        return vault.lock(text)

    def decrypt(self, encrypted_text: str) -> str:
        """What `encrypt` locked; what was stored before it did is read as it is."""
        return vault.open_(encrypted_text)

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        """allauth asks before an app goes; our own form asks for passkeys."""
        return not second_factor.is_last_of_staff(authenticator)


@receiver(email_confirmed)
def welcome(sender: type, request: HttpRequest, email_address: EmailAddress, **kwargs: Any) -> None:
    """A confirmed address makes a member, and counts for whoever invited her."""
    at = clock.now()
    with transaction.atomic():
        if email_address.user.joined_at is None:
            social.forget_strangers(member=email_address.user, request=request)
        member = actions.join(member=email_address.user, at=at)
        invitations.count_arrival(member=member, at=at)


@receiver(came_in)
def welcome_back(sender: type, request: HttpRequest, user: Member, **kwargs: Any) -> None:
    """Whoever comes in through the whole door, second key included, has thought better of leaving."""
    if leaving.come_back(member=user, at=clock.now()):
        words = _("Good that you are back. Your leaving is called off; everything is as it was.")
        messages.success(request, words, fail_silently=True)


@receiver(authenticator_added)
def count_as_second_factor(
    sender: type, request: HttpRequest, user: Member, authenticator: Authenticator, **kwargs: Any
) -> None:
    """Who has just set up an app or a passkey has shown it: she need not wait for the next code."""
    if authenticator.type in second_factor.HELD:
        record_authentication(
            request, user, method="mfa", id=authenticator.pk, type=authenticator.type, reauthenticated=True
        )


@receiver([password_changed, password_set, password_reset])
def end_what_the_old_password_opened(sender: type, request: HttpRequest, user: Member, **kwargs: Any) -> None:
    """A new password ends every other session of hers; the one she holds goes on under a new id."""
    keep = request.session.session_key if request.user.is_authenticated else None
    actions.end_sessions(actor=user, member=user, except_key=keep)


@receiver(user_logged_in)
def tell_of_a_new_device(
    sender: type, request: HttpRequest, response: HttpResponseBase, user: Member, **kwargs: Any
) -> None:
    """A letter when she comes in with a browser not seen before; not while she is just joining."""
    at = clock.now()
    known = kwargs.get("known_device") or devices.is_known(request, user)
    devices.remember(request, response, user)
    if not known and user.joined_at is not None and at - user.joined_at > JUST_JOINED:
        letters.tell("new_device", user, agent=request.META.get("HTTP_USER_AGENT", ""), at=at)
