"""Probes of what this house leans on. Rooms may add one when the house starts; `/readyz` asks them all."""

import secrets
from collections.abc import Callable

from django.core.cache import cache
from django.db import connection

# A probe returns what is wrong in a few words, or "" when all is well. It may raise: that counts as wrong.
Probe = Callable[[], str]
_probes: dict[str, Probe] = {}


def register(name: str, probe: Probe) -> None:
    """Adds a probe; a later one of the same name takes the place of the earlier."""
    _probes[name] = probe


def findings() -> dict[str, str]:
    """Each probe's name with "ok" or what is wrong. Messages of exceptions stay inside: they may name hosts."""
    answers = {}
    for name, probe in _probes.items():
        try:
            answers[name] = probe() or "ok"
        except Exception as error:
            answers[name] = f"failed: {type(error).__name__}"
    return answers


def _database() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return ""


def _cache() -> str:
    token = secrets.token_hex(8)
    key = f"health:{token}"
    cache.set(key, token, 10)
    found = cache.get(key)
    cache.delete(key)
    return "" if found == token else "does not keep what it is given"


register("database", _database)
register("cache", _cache)
