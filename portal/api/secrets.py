"""The secrets of keys: how they are made, hashed and recognised. No rows, no requests.

A secret is 256 random bits, so its hash needs no slow function; it is keyed with a key of its own derived from
SECRET_KEY, so that a copy of the database alone recognises nobody.
"""

import hmac
import re
import secrets
from dataclasses import dataclass
from hashlib import sha256

from django.conf import settings

_SHAPE = re.compile(r"ta_(live|test)_[A-Za-z0-9_-]{43}")
SHOWN = 14  # letters of a secret that stay readable: its kind and 30 bits


@dataclass(frozen=True)
class Secret:
    """A fresh secret: `text` is shown once, the rest is kept."""

    text: str

    @property
    def prefix(self) -> str:
        """By what people know it again."""
        return self.text[:SHOWN]

    @property
    def hash(self) -> str:
        """What is stored of it."""
        return hash_of(self.text)


def fresh(mode: str) -> Secret:
    """A new secret for a key of this mode."""
    return Secret(f"ta_{mode}_{secrets.token_urlsafe(32)}")


def hash_of(text: str) -> str:
    """The keyed hash of a secret, the same for ever while SECRET_KEY stays."""
    key = sha256(b"portal.api.keys:" + settings.SECRET_KEY.encode()).digest()
    return hmac.new(key, text.encode(), sha256).hexdigest()


def looks_right(text: str) -> bool:
    """Whether it could be one of ours at all; anything else is refused without a query."""
    return _SHAPE.fullmatch(text) is not None
