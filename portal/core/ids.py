"""Public identifiers and idempotency keys."""

import hashlib
import json
import re
import secrets
from typing import Any

from portal.core.errors import Invalid

_ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"  # no 0/o, 1/l/i: people read these aloud
_KEY = re.compile(r"[A-Za-z0-9_.:\-]{1,100}")


def public_id(length: int = 12) -> str:
    """A random identifier for addresses; 12 characters carry about 59 bits and give away no count."""
    return "".join(secrets.choice(_ALPHABET) for _ in range(length))


def new_key() -> str:
    """A fresh idempotency key, for forms that are drawn by the server."""
    return secrets.token_urlsafe(18)


def check_key(key: str) -> str:
    """The idempotency key itself; raises Invalid when it is empty, too long or of foreign characters."""
    if not isinstance(key, str) or not _KEY.fullmatch(key):
        raise Invalid(code="bad_key")
    return key


def body_hash(body: Any) -> str:
    """A stable hash of a JSON-like request body, to tell a repeat from a reused key."""
    return hashlib.sha256(json.dumps(body, sort_keys=True, ensure_ascii=False, default=str).encode()).hexdigest()
