"""Who is here now: a list with an expiry per name, in this process or in Redis.

Used twice: members present at a stream (a name per tab, so that only the first tab enters and the last one leaves),
and the open sockets of one member or address (for the limits). Names that are not renewed fade away by themselves, so
a killed process leaves no ghosts.
"""

import threading
import time
from functools import cache
from typing import Any, Protocol

from django.conf import settings


class Roster(Protocol):
    """Lists of names. All methods are quick and may be called from any thread."""

    def enter(self, place: str, name: str, seconds: float) -> list[str]:
        """Adds or renews a name for `seconds`; returns all live names of the place, oldest first."""

    def leave(self, place: str, name: str) -> list[str]:
        """Takes a name away; returns the live names that remain."""

    def names(self, place: str) -> list[str]:
        """The live names, oldest first."""

    def members(self, stream: str) -> list[int]:
        """The members present at a stream, each once, in the order they came."""


def member_ids(names: list[str]) -> list[int]:
    """Members behind presence names such as `17/x4f`, each once."""
    return list(dict.fromkeys(int(name.split("/", 1)[0]) for name in names))


class LocalRoster:
    """For one process: a dictionary."""

    def __init__(self) -> None:
        self._places: dict[str, dict[str, float]] = {}
        self._lock = threading.Lock()

    def enter(self, place: str, name: str, seconds: float) -> list[str]:
        with self._lock:
            self._places.setdefault(place, {})[name] = time.monotonic() + seconds
            return self._live(place)

    def leave(self, place: str, name: str) -> list[str]:
        with self._lock:
            self._places.get(place, {}).pop(name, None)
            return self._live(place)

    def names(self, place: str) -> list[str]:
        with self._lock:
            return self._live(place)

    def members(self, stream: str) -> list[int]:
        return member_ids(self.names(f"here:{stream}"))

    def _live(self, place: str) -> list[str]:
        names = self._places.get(place)
        if not names:
            self._places.pop(place, None)
            return []
        now = time.monotonic()
        for name in [name for name, until in names.items() if until <= now]:
            del names[name]
        return list(names)


class RedisRoster:
    """For many processes: a hash of expiry times and a counter for the order, changed by one script each time.

    When Redis is away everybody is unseen for a while: presence is a courtesy, and the limits fall back to what each
    process counts by itself (`hub.py`).
    """

    _SCRIPT = """
    local now = tonumber(redis.call('TIME')[1])
    for _, name in ipairs(redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', now)) do
      redis.call('ZREM', KEYS[1], name)
      redis.call('ZREM', KEYS[2], name)
    end
    if ARGV[1] == 'enter' then
      redis.call('ZADD', KEYS[1], now + tonumber(ARGV[3]), ARGV[2])
      local last = redis.call('ZREVRANGE', KEYS[2], 0, 0, 'WITHSCORES')
      redis.call('ZADD', KEYS[2], 'NX', (tonumber(last[2]) or 0) + 1, ARGV[2])
      redis.call('EXPIRE', KEYS[1], 300)
      redis.call('EXPIRE', KEYS[2], 300)
    elseif ARGV[1] == 'leave' then
      redis.call('ZREM', KEYS[1], ARGV[2])
      redis.call('ZREM', KEYS[2], ARGV[2])
    end
    return redis.call('ZRANGE', KEYS[2], 0, -1)
    """

    def __init__(self, url: str) -> None:
        import redis

        client = redis.Redis.from_url(url, decode_responses=True, socket_timeout=1, socket_connect_timeout=0.5)
        self._run: Any = client.register_script(self._SCRIPT)
        self._errors = (redis.RedisError, OSError)

    def _call(self, place: str, *words: str) -> list[str]:
        try:
            names: list[str] = self._run(keys=[f"trian:roster:{place}", f"trian:roster:order:{place}"], args=words)
        except self._errors:
            return []
        return names

    def enter(self, place: str, name: str, seconds: float) -> list[str]:
        return self._call(place, "enter", name, str(max(1, round(seconds))))

    def leave(self, place: str, name: str) -> list[str]:
        return self._call(place, "leave", name)

    def names(self, place: str) -> list[str]:
        return self._call(place, "names")

    def members(self, stream: str) -> list[int]:
        return member_ids(self.names(f"here:{stream}"))


@cache
def roster() -> Roster:
    """The roster of this installation."""
    return RedisRoster(settings.REDIS_URL) if settings.REDIS_URL else LocalRoster()
