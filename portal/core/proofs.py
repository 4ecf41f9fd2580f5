"""Papers that the house signs, and how anybody tells that they are whole: compact JWS with Ed25519 (RFC 7515, 8037).

The key is TRIAN_SIGNING_KEY, else drawn from SECRET_KEY. Its name is its thumbprint (RFC 7638). Public keys of former
days stay listed, in TRIAN_SIGNING_KEYS_OLD and those drawn from SECRET_KEY_FALLBACKS, so that old papers go on holding.
"""

import base64
import binascii
import hashlib
import json
from collections.abc import Sequence
from enum import StrEnum
from typing import Any, NamedTuple

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.apps.config import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Tags, Warning, register
from django.utils.crypto import salted_hmac
from jwt.api_jws import PyJWS
from jwt.exceptions import PyJWTError

ALGORITHM = "EdDSA"
_jws = PyJWS(algorithms=[ALGORITHM])


class State(StrEnum):
    """What a paper turned out to be."""

    VALID = "valid"
    RETIRED = "retired"  # whole, and signed by a key of ours of former days
    ALTERED = "altered"
    UNKNOWN_KEY = "unknown_key"
    FOREIGN = "foreign"  # no paper of the kind that was asked for


class Reading(NamedTuple):
    """A paper that was read: `claims` is what it says, and empty unless one of our keys signed exactly that."""

    state: State
    claims: dict[str, Any]


def _pack(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def _unpack(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def _drawn_from(secret: str | bytes) -> Ed25519PrivateKey:
    seed = salted_hmac("portal.core.proofs", "signing key", secret=secret, algorithm="sha256").digest()
    return Ed25519PrivateKey.from_private_bytes(seed)


def _private() -> Ed25519PrivateKey:
    if settings.SIGNING_KEY:
        return Ed25519PrivateKey.from_private_bytes(_unpack(settings.SIGNING_KEY))
    return _drawn_from(settings.SECRET_KEY)


def _public() -> dict[str, Ed25519PublicKey]:
    """Every key whose papers hold, by name, the one of today first."""
    drawn = [_drawn_from(secret).public_key() for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)]
    old = [Ed25519PublicKey.from_public_bytes(_unpack(text)) for text in settings.SIGNING_KEYS_OLD]
    return {_name_of(key): key for key in (_private().public_key(), *old, *drawn)}


def _text_of(key: Ed25519PublicKey) -> str:
    return _pack(key.public_bytes(Encoding.Raw, PublicFormat.Raw))


def _name_of(key: Ed25519PublicKey) -> str:
    wanted = json.dumps({"crv": "Ed25519", "kty": "OKP", "x": _text_of(key)}, separators=(",", ":"))
    return _pack(hashlib.sha256(wanted.encode()).digest())


def new_seed() -> str:
    """A fresh secret key, as TRIAN_SIGNING_KEY holds it."""
    return _pack(Ed25519PrivateKey.generate().private_bytes_raw())


def public_of_today() -> str:
    """The public half of the key that signs now, as TRIAN_SIGNING_KEYS_OLD and a JWK's `x` hold it."""
    return _text_of(_private().public_key())


def key_set() -> dict[str, Any]:
    """The public keys as a JWK set, the one of today first; for `/.well-known/jwks.json`."""
    return {
        "keys": [
            {"kty": "OKP", "crv": "Ed25519", "use": "sig", "alg": ALGORITHM, "kid": name, "x": _text_of(key)}
            for name, key in _public().items()
        ]
    }


def sign(claims: dict[str, Any], *, kind: str) -> str:
    """The claims as a signed paper. `kind` is its `typ`, which whoever reads it asks for."""
    key = _private()
    body = json.dumps(claims, ensure_ascii=False, separators=(",", ":")).encode()
    headers = {"kid": _name_of(key.public_key()), "typ": kind}
    return _jws.encode(body, key, algorithm=ALGORITHM, headers=headers)


def read(text: str, *, kind: str) -> Reading:
    """What a paper says, if one of our keys signed it and nothing was changed since. Never raises.

    What is no signed paper of this kind is FOREIGN, whatever it is.
    """
    parts = text.split(".")
    head = _head(parts[0]) if len(parts) == 3 and text.isascii() else None
    if head is None or head.get("typ") != kind or head.get("alg") != ALGORITHM:
        return Reading(State.FOREIGN, {})
    name, keys = str(head.get("kid")), _public()
    if name not in keys:
        return Reading(State.UNKNOWN_KEY, {})
    try:
        claims = json.loads(_jws.decode(text, keys[name], algorithms=[ALGORITHM]))
    except (PyJWTError, ValueError, RecursionError):
        return Reading(State.ALTERED, {})
    if not isinstance(claims, dict):
        return Reading(State.FOREIGN, {})
    return Reading(State.VALID if name == next(iter(keys)) else State.RETIRED, claims)


def _head(part: str) -> dict[str, Any] | None:
    try:
        found = json.loads(_unpack(part))
    except (ValueError, binascii.Error, RecursionError):
        return None
    return found if isinstance(found, dict) else None


@register(Tags.security, deploy=True)
def a_key_of_its_own(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """What is drawn from SECRET_KEY ends with it: a house in service signs with a key of its own."""
    if settings.SIGNING_KEY:
        return []
    hint = "`manage.py signing_key --new` makes one and says where it belongs. Statements that are out go on holding."
    return [Warning("Papers are signed with a key that is drawn from SECRET_KEY.", hint=hint, id="portal.W004")]
