"""Codes that prove a number or an address, kept with the browser that asked: six digits, ten minutes, five tries."""

import secrets
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from django.http import HttpRequest
from django.utils.crypto import constant_time_compare, salted_hmac

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
        "target": target, "digest": _digest(purpose, target, code), "at": at.timestamp(), "tries": 0, **more,
    }  # fmt: skip
    return code


def waiting(request: HttpRequest, purpose: str, *, at: datetime) -> dict[str, Any] | None:
    """What a code is awaited for: `target` and what was put beside it; None when none is."""
    kept = request.session.get(_key(purpose))
    if not isinstance(kept, dict) or at.timestamp() - kept["at"] > GOOD_FOR.total_seconds() or kept["tries"] >= TRIES:
        return None
    return kept


def check(request: HttpRequest, purpose: str, typed: str, *, at: datetime) -> Answer:
    """Compares what was typed. RIGHT uses the code up; each WRONG counts, and the fifth ends it."""
    kept = waiting(request, purpose, at=at)
    if kept is None:
        return Answer.OVER
    digits = "".join(c for c in typed if c.isdigit())
    if constant_time_compare(_digest(purpose, kept["target"], digits), kept["digest"]):
        drop(request, purpose)
        return Answer.RIGHT
    kept["tries"] += 1
    request.session[_key(purpose)] = kept
    return Answer.OVER if kept["tries"] >= TRIES else Answer.WRONG


def drop(request: HttpRequest, purpose: str) -> None:
    """Forgets the code."""
    request.session.pop(_key(purpose), None)
