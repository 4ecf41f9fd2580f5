"""The one field of the door when it takes an address or a number."""

from typing import Any

from django import forms
from django.core.validators import MaxLengthValidator
from django.utils.translation import gettext_lazy as _

from portal.accounts.phones.door import NOT_A_NUMBER, check_may_ask, is_address
from portal.accounts.phones.numbers import looks_like_number, parse

NEITHER = _("Write an e-mail address or a mobile number, as in name@place.vn or 0912 345 678.")


def take_numbers_too(field: forms.Field) -> None:
    """Dresses the field of the sign-in form for both."""
    field.label = _("E-mail or mobile number")
    field.widget.attrs.update({"inputmode": "email", "autocomplete": "username"})
    field.error_messages["required"] = _("Write the address or the number to which we send the code.")
    field.validators = [v for v in field.validators if not isinstance(v, MaxLengthValidator)]
    field.validators.append(MaxLengthValidator(254, NEITHER))


def read_login(form: Any, typed: str) -> str:
    """The address as it is, or the number as the house keeps it; ValidationError for neither and past the limits."""
    if is_address(typed):
        return typed
    phone = parse(typed)
    if phone is None:
        raise forms.ValidationError(NOT_A_NUMBER if looks_like_number(typed) else NEITHER, code="invalid")
    check_may_ask(form.request, phone)
    return phone
