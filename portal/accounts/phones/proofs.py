"""Codes that prove a number or an address, kept with the browser that asked: six digits, ten minutes, five tries.

The tries are counted in the database (`codes.tries`): a session would be read by several requests at once.
"""

import secrets
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from django.http import HttpRequest
from django.utils.crypto import constant_time_compare, salted_hmac

from portal.accounts.codes import tries

GOOD_FOR = timedelta(minutes=10)
TRIES = 5


class Answer(StrEnum):
    """What typing a code came to. OVER: no code waits any more (too late, too many tries, none asked for)."""

    RIGHT = "right"
    WRONG = "wrong"
    OVER = "over"


def _key(purpose: str) -> str:
    return f"proof:{purpose}"


def _digest(purpose: str, target: str, code: str) -> str:
    # The session lies in the database; a code must not be readable there.
    return salted_hmac(f"portal.proof.{purpose}.{target}", code).hexdigest()


def begin(request: HttpRequest, purpose: str, target: str, *, at: datetime, **more: Any) -> str:
    """Makes a new code for `target`, which ends the one before, and returns it. `more` waits beside it."""
    code = f"{secrets.randbelow(10**6):06d}"
    request.session[_key(purpose)] = {
        "target": target, "digest": _digest(purpose, target, code), "at": at.timestamp(),
        "key": tries.key_of(purpose, secrets.token_hex(16)), **more,
    }  # fmt: skip
    return code


def waiting(request: HttpRequest, purpose: str, *, at: datetime) -> dict[str, Any] | None:
    """What a code is awaited for: `target` and what was put beside it; None when none is."""
    kept = request.session.get(_key(purpose))
    if not isinstance(kept, dict) or "key" not in kept or at.timestamp() - kept["at"] > GOOD_FOR.total_seconds():
        return None
    return kept


def check(request: HttpRequest, purpose: str, typed: str, *, at: datetime) -> Answer:
    """Compares what was typed, after a try of it was taken. RIGHT uses the code up, the fifth try ends it.

    However many requests ask at once, no more than `TRIES` compare, and one hears RIGHT.
    """
    kept = waiting(request, purpose, at=at)
    if kept is None:
        return Answer.OVER
    left = tries.take(kept["key"], most=TRIES, good_until=at + GOOD_FOR)
    if left is None:
        drop(request, purpose)
        return Answer.OVER
    digits = "".join(c for c in typed if c.isdigit())
    if constant_time_compare(_digest(purpose, kept["target"], digits), kept["digest"]):
        drop(request, purpose)
        return Answer.RIGHT if tries.spend(kept["key"]) else Answer.OVER
    if left:
        return Answer.WRONG
    drop(request, purpose)
    return Answer.OVER


def drop(request: HttpRequest, purpose: str) -> None:
    """Forgets the code."""
    request.session.pop(_key(purpose), None)
