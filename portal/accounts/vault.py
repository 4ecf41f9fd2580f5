"""Secrets at rest: locked with a key that is drawn from SECRET_KEY, so that a stolen database alone opens no door."""

import base64

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.utils.crypto import salted_hmac

PREFIX = "f1:"


def _key(secret: str | bytes) -> Fernet:
    digest = salted_hmac("portal.accounts.vault", "second keys", secret=secret, algorithm="sha256").digest()
    return Fernet(base64.urlsafe_b64encode(digest))


def _keys() -> MultiFernet:
    return MultiFernet([_key(secret) for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)])


def lock(text: str) -> str:
    """The text, readable only with the house's key."""
    return PREFIX + _keys().encrypt(text.encode()).decode()


def open_(stored: str) -> str:
    """What `lock` was given. Raises ValueError when the key is another; text that was never locked comes back as is."""
    if not stored.startswith(PREFIX):
        return stored
    try:
        return _keys().decrypt(stored.removeprefix(PREFIX).encode()).decode()
    except InvalidToken as error:
        raise ValueError("A second key was locked with another SECRET_KEY; name the older in the fallbacks.") from error
