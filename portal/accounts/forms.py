"""The forms of the entrance. They keep what was typed and say in the member's language what is wrong."""

from typing import Any

from allauth.account.forms import (
    ConfirmEmailVerificationCodeForm,
    ConfirmLoginCodeForm,
    LoginForm,
    SignupForm,
)
from django import forms
from django.conf import settings
from django.core.validators import MaxLengthValidator
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from portal.accounts import evenly, selectors, session_life
from portal.accounts.passwords import LONGEST
from portal.accounts.phones.login import read_login, take_numbers_too
from portal.core import clock, gate
from portal.core.errors import Invalid
from portal.core.text import clean_line, length

NAME_SHORTEST, NAME_LONGEST, ADDRESS_LONGEST = 2, 60, 254
NOT_AN_ADDRESS = _("That does not look like a whole address yet. It has the shape name@place.vn.")
CODE_LABEL = _("The six digits from the letter")


class LineField(forms.CharField):
    """One line of text, cleaned before it is judged: control and bidi characters go, letters are composed."""

    def to_python(self, value: Any) -> str | None:
        return super().to_python(clean_line(value) if isinstance(value, str) else value)


def email_attrs(field: forms.Field, autocomplete: str) -> None:
    """Our words on an address field of allauth's."""
    field.label = _("E-mail")
    field.widget.attrs.pop("placeholder", None)
    field.widget.attrs.update({"autocomplete": autocomplete, "inputmode": "email", "spellcheck": "false"})
    field.error_messages["invalid"] = NOT_AN_ADDRESS
    field.error_messages["required"] = _("Write the address to which we send the code.")
    # Django's own limit for the field is longer than the column that keeps the address.
    field.validators.append(MaxLengthValidator(ADDRESS_LONGEST, NOT_AN_ADDRESS))


class JoinForm(SignupForm):
    """Asks for a seat: what to call you, where to send the code, that you are old enough and agree to the rules.

    No box is ticked beforehand. What is agreed to is stored by the adapter, as rows of their own.
    """

    name = LineField(
        label=_("What may we call you?"),
        max_length=NAME_LONGEST,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        error_messages={
            "required": _("Tell us a name, so that others can greet you."),
            "max_length": _("That name is very long. Up to %(limit_value)d letters fit on a name tag."),
        },
    )
    of_age = forms.BooleanField()
    terms = forms.BooleanField(
        label=_("I agree to the terms and the house rules"),
        error_messages={"required": _("We need your word on this before we can give you a seat.")},
    )
    field_order = ("name", "email", "of_age", "terms")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        email_attrs(self.fields["email"], "email")
        age = {"age": settings.MINIMUM_AGE}
        box = self.fields["of_age"]
        box.label = _("I am %(age)d years old or older") % age
        box.error_messages["required"] = _("This house is for people of %(age)d or older. See you when you are.") % age

    def clean_name(self) -> str:
        name = self.cleaned_data["name"]
        if length(name) < NAME_SHORTEST or not any(letter.isalpha() for letter in name):
            raise forms.ValidationError(_("A name needs at least two letters."))
        try:
            gate.read("name", {"name": name}, author=None, at=clock.now(), covers=False)
        except Invalid as refusal:
            raise forms.ValidationError(str(refusal), code=refusal.code) from None
        return name

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        name, email = cleaned.get("name"), cleaned.get("email") or ""
        if name and not selectors.is_name_free(name, except_email=email):
            self.refuse_name()
        return cleaned

    def refuse_name(self) -> None:
        """Says that the name is taken, and how to go on."""
        words = _("Somebody here goes by that name already. Add a word, so that nobody mixes you up.")
        self.add_error("name", forms.ValidationError(words, code="name_taken"))


class SignInForm(LoginForm):
    """The one door: an address, and then a code by mail or a password. No answer tells whether a member has either.

    `way` says which button was pressed: `code` takes no notice of what a password keeper filled in.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        email_attrs(self.fields["login"], "username")
        if settings.SMS_ENABLED:
            take_numbers_too(self.fields["login"])

    def clean_login(self) -> str:
        return read_login(self, super().clean_login()) if settings.SMS_ENABLED else str(super().clean_login())

    use_required_attribute = False

    def _setup_password_field(self) -> None:
        # allauth drops the field where joining asks for no password; here it is one of two ways.
        field = self.fields["password"]
        field.label, field.help_text = _("Password"), ""
        field.widget.attrs.pop("placeholder", None)

    def full_clean(self) -> None:
        # Not asked for where the digits are; yet no word of "optional" beside a field that is one way in.
        self.fields["password"].required = False
        super().full_clean()
        self.fields["password"].required = True

    def clean_password(self) -> str:
        way, password = self.data.get("way"), str(self.cleaned_data["password"])
        if way == "password" and not password:
            raise forms.ValidationError(_("Write the password here."))
        if len(password) > LONGEST:
            raise forms.ValidationError(_("Address and password do not fit together. The digits by mail always work."))
        return "" if way == "code" else password

    def _clean_without_password(self, email: str | None, phone: str | None) -> dict[str, Any]:
        cleaned: dict[str, Any] = super()._clean_without_password(email, phone)
        if email:
            evenly.look_once_more(email, [user] if (user := getattr(self, "user", None)) else [])
        return cleaned

    def _login_with_password(self, request: HttpRequest, redirect_url: str | None, credentials: dict[str, Any]) -> Any:
        response = super()._login_with_password(request, redirect_url, credentials)
        if request.user.is_authenticated:  # allauth has just set an end of its own
            session_life.settle(request.session, request.user, at=clock.now())
        return response


def code_attrs(field: forms.Field, label: Any) -> None:
    """Our words on a field for digits, which phones then offer from the letter."""
    assert isinstance(field, forms.CharField)
    field.label = label
    field.max_length = 20
    field.widget.attrs.pop("placeholder", None)
    field.widget.attrs.update(
        {"class": "code-input", "inputmode": "numeric", "autocomplete": "one-time-code", "maxlength": "20"}
    )
    field.error_messages["required"] = _("Write the digits here.")


class SignInCodeForm(ConfirmLoginCodeForm):
    """The code that opens the door."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        code_attrs(self.fields["code"], CODE_LABEL)


class JoinCodeForm(ConfirmEmailVerificationCodeForm):
    """The code that proves a new member's address."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        code_attrs(self.fields["code"], CODE_LABEL)
