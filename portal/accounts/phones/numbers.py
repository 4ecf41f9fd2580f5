"""Telephone numbers as people write them, and as the house keeps them (E.164). Pure: no rows, no requests."""

import phonenumbers
from django.conf import settings
from phonenumbers import PhoneNumberFormat, PhoneNumberType

HOME = "VN"
_MOBILE = (PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE_OR_MOBILE)
LONGEST_TYPED = 30


def parse(typed: str) -> str | None:
    """The number as `+84912345678`, or None when it is none that a text can reach.

    0912…, +84 912…, 84912… and 912… are one number. Only countries of `SMS_COUNTRIES`: texts abroad are dear, and are
    what thieves of text money ask for.
    """
    if not typed or len(typed) > LONGEST_TYPED:
        return None
    try:
        number = phonenumbers.parse(typed, HOME)
    except phonenumbers.NumberParseException:
        return None
    known = phonenumbers.is_valid_number(number) and not number.extension
    if not known or phonenumbers.number_type(number) not in _MOBILE:
        return None
    if phonenumbers.region_code_for_number(number) not in settings.SMS_COUNTRIES:
        return None
    return phonenumbers.format_number(number, PhoneNumberFormat.E164)


def looks_like_number(typed: str) -> bool:
    """Whether somebody meant a number and not an address: digits and what people put between them."""
    return any(c.isdigit() for c in typed) and all(c.isdigit() or c in "+-. ()" for c in typed)


def show(phone: str | None) -> str:
    """The whole number as people write it: `0912 345 678` at home, with the country's code abroad."""
    if not phone:
        return ""
    number = phonenumbers.parse(phone, HOME)
    at_home = number.country_code == phonenumbers.country_code_for_region(HOME)
    return phonenumbers.format_number(
        number, PhoneNumberFormat.NATIONAL if at_home else PhoneNumberFormat.INTERNATIONAL
    )


def mask(phone: str | None) -> str:
    """The number for anybody but its owner: only the last three digits, such as `•••• ••• 678`."""
    shown = show(phone)
    digits = [place for place, c in enumerate(shown) if c.isdigit()]
    hidden = set(digits[:-3])
    return "".join("•" if place in hidden else c for place, c in enumerate(shown))
