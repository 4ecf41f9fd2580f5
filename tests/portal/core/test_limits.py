"""Limits count what they say, and talk goes on while the shared cache is away."""

from __future__ import annotations

import pytest
from django.core.cache import cache
from redis.exceptions import ConnectionError as RedisAway

from portal.core import limits, shared_cache
from portal.core.errors import TooMany

PAIR = limits.Limit("pair", times=2, seconds=3600)


@pytest.fixture(autouse=True)
def empty_counters() -> None:
    cache.clear()
    shared_cache.own.clear()


def test_the_third_of_two_is_refused_with_the_time_to_wait_and_others_are_not() -> None:
    limits.hit(PAIR, "alice")
    limits.hit(PAIR, "alice")
    with pytest.raises(TooMany) as refused:
        limits.hit(PAIR, "alice")
    assert 0 < refused.value.retry_after <= 3600
    limits.hit(PAIR, "bob")


def test_while_the_shared_cache_is_away_this_process_counts_for_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    def away(*_args: object, **_kwargs: object) -> None:
        raise RedisAway("gone")

    monkeypatch.setattr(limits.cache, "add", away)
    limits.hit(PAIR, "alice")
    limits.hit(PAIR, "alice")
    with pytest.raises(TooMany):
        limits.hit(PAIR, "alice")
