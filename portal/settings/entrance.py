"""The entrance: our forms in place of allauth's, how often its doors may be tried, and who hears of a hole in them."""

from typing import Any

from portal.settings import env

ACCOUNT_FORMS = {
    "signup": "portal.accounts.forms.JoinForm",
    "login": "portal.accounts.forms.SignInForm",
    "confirm_login_code": "portal.accounts.forms.SignInCodeForm",
    "confirm_email_verification_code": "portal.accounts.forms.JoinCodeForm",
    "set_password": "portal.accounts.key_forms.NewPasswordForm",
    "change_password": "portal.accounts.key_forms.OtherPasswordForm",
    "reset_password": "portal.accounts.key_forms.ForgottenPasswordForm",
    "confirm_password_reset_code": "portal.accounts.key_forms.ForgottenPasswordCodeForm",
    "reset_password_from_key": "portal.accounts.key_forms.ReplacedPasswordForm",
    "reauthenticate": "portal.accounts.key_forms.PasswordAgainForm",
    "add_email": "portal.accounts.key_forms.AddressForm",
}
MFA_FORMS = {
    "authenticate": "portal.accounts.key_forms.SecondKeyForm",
    "reauthenticate": "portal.accounts.key_forms.SecondKeyAgainForm",
    "activate_totp": "portal.accounts.key_forms.SetUpAppForm",
    "add_webauthn": "portal.accounts.key_forms.NewPasskeyForm",
    "edit_webauthn": "portal.accounts.key_forms.RenamePasskeyForm",
}
# Six digits, five tries a code: the daily cap per address keeps guessing hopeless (150 tries against a million).
ACCOUNT_RATE_LIMITS: Any = {
    "request_login_code": "20/m/ip,3/m/key,30/d/key",
    "confirm_email": "3/m/key,30/d/key",
    "reset_password": "20/m/ip,3/m/key,30/d/key",
    "login": "30/m/ip",
    "login_failed": "10/m/ip,5/300s/key",
    "reauthenticate": "10/m/user",
    "change_password": "5/m/user",
    "manage_email": "10/m/user",
}
# Who hears of a hole in the house: told at /.well-known/security.txt. Production does not start without it.
SECURITY_CONTACT = env.contact("TRIAN_SECURITY_CONTACT", "bao-mat@trian.example")
