"""Rate limits shared by pages and sockets, counted in the cache (Redis at scale, this process when embedded)."""

import time
from dataclasses import dataclass

from django.core.cache import cache
from django.utils.translation import ngettext

from portal.core.errors import TooMany


@dataclass(frozen=True)
class Limit:
    """At most `times` acts in `seconds`, counted by `name` and whose key is given."""

    name: str
    times: int
    seconds: int


def hit(limit: Limit, who: str | int) -> None:
    """Counts one act; raises TooMany with the seconds to wait once the window is full. A broken cache raises too."""
    window = int(time.time()) // limit.seconds
    key = f"limit:{limit.name}:{who}:{window}"
    cache.add(key, 0, timeout=limit.seconds + 5)
    try:
        used = cache.incr(key)
    except ValueError:  # the window's key ran out between the two calls
        cache.set(key, 1, timeout=limit.seconds + 5)
        used = 1
    if used > limit.times:
        wait = (window + 1) * limit.seconds - int(time.time())
        raise TooMany(
            ngettext(
                "That was a little fast. Please try again in %(wait)s second.",
                "That was a little fast. Please try again in %(wait)s seconds.",
                max(wait, 1),
            )
            % {"wait": max(wait, 1)},
            retry_after=max(wait, 1),
        )
