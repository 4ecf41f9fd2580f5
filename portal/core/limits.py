"""Rate limits shared by pages and sockets, counted in the cache (Redis at scale, this process when embedded)."""

import time
from dataclasses import dataclass

from django.core.cache import cache
from django.core.cache.backends.base import BaseCache
from django.utils.translation import ngettext

from portal.core.errors import TooMany
from portal.core.shared_cache import AWAY, own


@dataclass(frozen=True)
class Limit:
    """At most `times` acts in `seconds`, counted by `name` and whose key is given."""

    name: str
    times: int
    seconds: int


@dataclass(frozen=True)
class Room:
    """What is left in the window after an act was counted: `left` is below 0 for an act too many."""

    left: int
    seconds: int

    def check(self) -> None:
        """Raises TooMany with the seconds to wait when the act was one too many."""
        if self.left < 0:
            raise TooMany(_wait_words(self.seconds), retry_after=self.seconds)


def hit(limit: Limit, who: str | int) -> None:
    """Counts one act; raises TooMany with the seconds to wait once the window is full."""
    count(limit, who).check()


def count(limit: Limit, who: str | int) -> Room:
    """Counts one act and says how much room is left and after how many seconds the window begins anew.

    While the shared cache is away each process counts for itself: talk goes on, no faster than the limit a process.
    Sign-in has limits of its own (allauth's), which fail closed.
    """
    window = int(time.time()) // limit.seconds
    key = f"limit:{limit.name}:{who}:{window}"
    try:
        used = _count(cache, key, limit.seconds)
    except AWAY:
        used = _count(own, key, limit.seconds)
    return Room(limit.times - used, max((window + 1) * limit.seconds - int(time.time()), 1))


def _wait_words(wait: int) -> str:
    """How long, as people say it; the seconds themselves are in `retry_after`."""
    if wait > 5400:
        hours = round(wait / 3600)
        words = ngettext(
            "That is enough for today. Please try again in %(hours)s hour.",
            "That is enough for today. Please try again in %(hours)s hours.",
            hours,
        )
        return words % {"hours": hours}
    return ngettext(
        "That was a little fast. Please try again in %(wait)s second.",
        "That was a little fast. Please try again in %(wait)s seconds.",
        wait,
    ) % {"wait": wait}


def _count(store: BaseCache, key: str, seconds: int) -> int:
    store.add(key, 0, timeout=seconds + 5)
    try:
        return int(store.incr(key))
    except ValueError:  # the window's key ran out between the two calls
        store.set(key, 1, timeout=seconds + 5)
        return 1
