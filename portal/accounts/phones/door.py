"""The telephone at the one door: what allauth asks about numbers, answered by this house. Mixed into its adapter."""

from typing import Any

from allauth.account.fields import PhoneField
from allauth.core import context
from allauth.core.exceptions import RateLimited
from django import forms
from django.core.validators import validate_email
from django.http import HttpRequest
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from portal.accounts.models import Member
from portal.accounts.phones import actions
from portal.accounts.phones.numbers import parse
from portal.accounts.sms import actions as sms
from portal.core import clock
from portal.core.errors import TooMany

NOT_A_NUMBER = _("That is no mobile number of this country yet. It looks like 0912 345 678.")


class TextRefused(TooMany, RateLimited):
    """A limit of texts was reached: a refusal of this house, and one that allauth's pages know how to tell."""


class NumberField(PhoneField):
    """A mobile number, typed as people type it, cleaned to E.164."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{**kwargs, "validators": []})
        self.widget.attrs.pop("placeholder", None)
        self.widget.attrs.update({"inputmode": "tel", "maxlength": "30"})

    def clean(self, value: Any) -> str:
        typed = forms.CharField.clean(self, value)
        if not typed:
            return ""
        phone = parse(typed)
        if phone is None:
            raise forms.ValidationError(NOT_A_NUMBER, code="invalid_phone")
        return phone


def visitor_address(request: HttpRequest | None) -> str:
    """The address by which limits know a visitor: allauth's own, which counts trusted proxies."""
    from allauth.account.adapter import get_adapter

    return get_adapter(request).get_client_ip(request) if request is not None else ""


def check_may_ask(request: HttpRequest, phone: str) -> None:
    """Raises ValidationError when a text to this number is not to be had now; alike for known and unknown numbers."""
    try:
        sms.check_limits(to=phone, address=visitor_address(request), at=clock.now())
    except TooMany as refused:
        raise forms.ValidationError(str(refused), code="too_many") from refused


def is_address(typed: str) -> bool:
    """Whether this is an e-mail address."""
    try:
        validate_email(typed)
    except forms.ValidationError:
        return False
    return True


class PhoneDoor:
    """What allauth's account adapter must know to let people in by a code sent to their telephone."""

    def phone_form_field(self, **kwargs: Any) -> forms.Field:
        """Numbers are read by ourselves, in the forms people use here."""
        return NumberField(**kwargs)

    def get_phone(self, user: Member) -> tuple[str, bool] | None:
        """The number, and whether she proved it herself."""
        return (user.phone, user.phone_verified_at is not None) if user.phone else None

    def get_user_by_phone(self, phone: str) -> Member | None:
        """Who has this number: a member, or an account that a shop opened and nobody has claimed."""
        return Member.objects.filter(phone=phone, is_active=True).first()

    def set_phone(self, user: Member, phone: str, verified: bool) -> None:
        """Only a proven number is ever kept; others wait in the session of whoever typed them."""
        if verified:
            actions.keep_phone(actor=user, phone=phone, at=clock.now())

    def set_phone_verified(self, user: Member, phone: str) -> None:
        """Coming in by a code proves the number once more; nothing to write."""

    def send_verification_code_sms(self, user: Member, phone: str, code: str, **kwargs: Any) -> None:
        """The code for somebody who has a seat."""
        self._ask(phone, "sign_in", user.language, code)

    def send_unknown_account_sms(self, phone: str, **kwargs: Any) -> None:
        """Nobody has this number: the same steps are taken, and the text says so at most once a day."""
        self._ask(phone, "unknown", translation.get_language() or "vi")

    def send_account_already_exists_sms(self, phone: str) -> None:
        """Never asked for: people join with an address."""

    def _ask(self, phone: str, kind: str, language: str, code: str = "") -> None:
        request = context.request
        try:
            sms.ask(to=phone, kind=kind, language=language, address=visitor_address(request), at=clock.now(), code=code)
        except TooMany as refused:
            raise TextRefused(retry_after=refused.retry_after) from refused
