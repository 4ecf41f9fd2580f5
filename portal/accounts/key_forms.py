"""Forms about keys: passwords, passkeys, apps, and the proof that it is still she."""

from typing import Any

from allauth.account.forms import (
    AddEmailForm,
    ChangePasswordForm,
    ConfirmPasswordResetCodeForm,
    ReauthenticateForm,
    ResetPasswordForm,
    ResetPasswordKeyForm,
    SetPasswordForm,
)
from allauth.core.internal.cryptokit import compare_user_code
from allauth.mfa.base.forms import AuthenticateForm
from allauth.mfa.base.forms import ReauthenticateForm as ReauthenticateByKeyForm
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.webauthn.forms import AddWebAuthnForm, EditWebAuthnForm
from django import forms
from django.utils.translation import gettext_lazy as _

from portal.accounts import evenly
from portal.accounts.forms import CODE_LABEL, LineField, code_attrs, email_attrs
from portal.accounts.passwords import LONGEST

KEY_LABEL = _("The digits of the app, or a recovery code")
NEW_PASSWORD_HINT = _("Ten letters or more. A few words that only you would put together are easy to keep.")
KEY_NAME_LONGEST = 40


def password_attrs(field: forms.Field, label: Any, hint: Any = "") -> None:
    """Our words on a password field of allauth's, and an end to its length."""
    assert isinstance(field, forms.CharField)
    field.label, field.help_text, field.max_length = label, hint, LONGEST
    field.widget.attrs.pop("placeholder", None)
    field.widget.attrs.update({"maxlength": str(LONGEST), "spellcheck": "false", "autocapitalize": "off"})
    field.error_messages["required"] = _("Write the password here.")


def _one_new_password(form: forms.Form) -> None:
    # Typed once: who mistypes it still comes in by the digits, and password keepers fill in one field.
    form.fields.pop("password2", None)
    password_attrs(form.fields["password1"], _("New password"), NEW_PASSWORD_HINT)


class NewPasswordForm(SetPasswordForm):
    """The first password of an account."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _one_new_password(self)


class OtherPasswordForm(ChangePasswordForm):
    """Another password, for who knows the present one."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        password_attrs(self.fields["oldpassword"], _("The password you have now"))
        _one_new_password(self)


class ForgottenPasswordForm(ResetPasswordForm):
    """Where to send the digits with which a forgotten password is replaced."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        email_attrs(self.fields["email"], "username")

    def clean_email(self) -> str:
        email = str(super().clean_email())
        evenly.look_once_more(email, self.users)
        return email


class ForgottenPasswordCodeForm(ConfirmPasswordResetCodeForm):
    """The digits of that letter."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        code_attrs(self.fields["code"], CODE_LABEL)


class ReplacedPasswordForm(ResetPasswordKeyForm):
    """The password that takes the place of the forgotten one."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _one_new_password(self)


class PasswordAgainForm(ReauthenticateForm):
    """The password once more, before something touches the safety of the account."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        password_attrs(self.fields["password"], _("Password"))


class ProofForm(forms.Form):
    """The digits of the letter by which somebody without password and second key proves who she is."""

    code = forms.CharField()

    def __init__(self, *args: Any, expected: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.expected = expected
        code_attrs(self.fields["code"], CODE_LABEL)

    def clean_code(self) -> str:
        code = str(self.cleaned_data["code"])
        if not self.expected or not compare_user_code(actual=code, expected=self.expected):
            raise forms.ValidationError(
                _("Those are not the digits we sent. Look at the newest message and try once more.")
            )
        return code


class AddressForm(AddEmailForm):
    """Another address for letters and digits."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        email_attrs(self.fields["email"], "email")
        self.fields["email"].label = _("New e-mail address")


class SecondKeyForm(AuthenticateForm):
    """The second key at sign-in: six digits of the app, or a recovery code."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        code_attrs(self.fields["code"], KEY_LABEL)


class SecondKeyAgainForm(ReauthenticateByKeyForm):
    """The second key once more, before something touches the safety of the account."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        code_attrs(self.fields["code"], KEY_LABEL)


class SetUpAppForm(ActivateTOTPForm):
    """The first digits of a newly set up app."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        code_attrs(self.fields["code"], _("The six digits that the app shows now"))


def _key_name() -> LineField:
    return LineField(
        label=_("What do you call it?"),
        max_length=KEY_NAME_LONGEST,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


class NewPasskeyForm(AddWebAuthnForm):
    """A passkey: always one that opens the door by itself, so the device must have checked who holds it."""

    field_order = ("name", "credential", "passwordless")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"] = _key_name()
        self.fields["passwordless"] = forms.BooleanField(required=False, initial=True, widget=forms.HiddenInput)

    def clean_passwordless(self) -> bool:
        """Not the page's to choose."""
        return True


class RenamePasskeyForm(EditWebAuthnForm):
    """Another name for a passkey."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"] = _key_name()
        self.fields["name"].required = True
