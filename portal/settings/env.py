"""Strict readers of environment variables: a wrong value stops the start and names itself."""

import ipaddress
import os
import re
from collections.abc import Iterable

from django.core.exceptions import ImproperlyConfigured

_TRUE, _FALSE = {"1", "true", "yes", "on"}, {"0", "false", "no", "off"}


class _Missing:
    """Marks "no default given", so that None and "" stay usable as defaults."""


MISSING = _Missing()


def text(name: str, default: str | _Missing = MISSING, *, choices: Iterable[str] | None = None) -> str:
    """The variable as text; raises ImproperlyConfigured when it is absent without a default or not among `choices`."""
    value = os.environ.get(name)
    if value is None or value == "":
        if isinstance(default, _Missing):
            raise ImproperlyConfigured(f"Environment variable {name} is required and not set.")
        return default
    if choices is not None and value not in (allowed := sorted(choices)):
        raise ImproperlyConfigured(f"Environment variable {name} must be one of {', '.join(allowed)}; it is {value!r}.")
    return value


def boolean(name: str, default: bool | _Missing = MISSING) -> bool:
    """The variable as a truth value: 1/true/yes/on or 0/false/no/off."""
    raw = os.environ.get(name, "").strip().lower()
    if raw == "":
        if isinstance(default, _Missing):
            raise ImproperlyConfigured(f"Environment variable {name} is required and not set.")
        return default
    if raw in _TRUE:
        return True
    if raw in _FALSE:
        return False
    raise ImproperlyConfigured(f"Environment variable {name} must be true or false; it is {raw!r}.")


def integer(name: str, default: int | _Missing = MISSING, *, minimum: int | None = None) -> int:
    """The variable as a whole number, at least `minimum` when given."""
    raw = os.environ.get(name, "").strip()
    if raw == "":
        if isinstance(default, _Missing):
            raise ImproperlyConfigured(f"Environment variable {name} is required and not set.")
        return default
    try:
        value = int(raw)
    except ValueError:
        raise ImproperlyConfigured(f"Environment variable {name} must be a whole number; it is {raw!r}.") from None
    if minimum is not None and value < minimum:
        raise ImproperlyConfigured(f"Environment variable {name} must be at least {minimum}; it is {value}.")
    return value


def listing(name: str, default: list[str] | _Missing = MISSING) -> list[str]:
    """The variable as a list, parted by commas; empty parts are dropped."""
    raw = os.environ.get(name, "")
    if raw.strip() == "":
        if isinstance(default, _Missing):
            raise ImproperlyConfigured(f"Environment variable {name} is required and not set.")
        return default
    return [part.strip() for part in raw.split(",") if part.strip()]


def key(name: str) -> str:
    """The variable as 32 bytes in base64url without padding, as they stand there; "" when it is absent. Its value never
    appears in the error."""
    return _checked_key(name, value) if (value := os.environ.get(name, "").strip()) else ""


def keys(name: str) -> list[str]:
    """The variable as a list of such keys, parted by commas."""
    return [_checked_key(name, part) for part in listing(name, [])]


def _checked_key(name: str, value: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9_-]{43}", value):
        raise ImproperlyConfigured(f"Environment variable {name} must hold keys of 32 bytes in base64url (43 letters).")
    return value


def networks(name: str, default: list[str]) -> list[str]:
    """The variable as a list of networks, such as 10.0.0.0/8; "none" is the empty list."""
    found = [] if os.environ.get(name, "").strip().lower() == "none" else listing(name, default)
    for part in found:
        try:
            ipaddress.ip_network(part)
        except ValueError:
            raise ImproperlyConfigured(
                f"Environment variable {name} must list networks such as 10.0.0.0/8; {part!r} is none."
            ) from None
    return found


def secret(name: str, *, minimum_length: int = 50) -> str:
    """A secret of at least `minimum_length` characters; its value never appears in the error."""
    value = text(name)
    if len(value) < minimum_length:
        raise ImproperlyConfigured(f"Environment variable {name} must have at least {minimum_length} characters.")
    return value


def contact(name: str, default: str | _Missing = MISSING) -> str:
    """Where people may write: an e-mail address (told as `mailto:`), or an address that begins with https://."""
    value = text(name, default).strip()
    if not value or value.startswith("https://"):
        return value
    address = value.removeprefix("mailto:")
    if not re.fullmatch(r"[^@\s<>]+@[^@\s<>]+\.[^@\s<>]+", address):
        raise ImproperlyConfigured(f"Environment variable {name} must be an e-mail address or begin with https://.")
    return f"mailto:{address}"


def url(name: str, default: str = "", *, schemes: Iterable[str]) -> str:
    """An address whose scheme is among `schemes`, or `default` when unset; its value never appears in the error."""
    value = text(name, default)
    allowed = sorted(schemes)
    if value and value.split("://", 1)[0] not in allowed:
        raise ImproperlyConfigured(
            f"Environment variable {name} must begin with one of {', '.join(allowed)} and '://'."
        )
    return value
