"""Races on purpose: real threads, real connections, one starting shot."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field

from django.db import connections


@dataclass
class Race:
    """What each runner returned or raised, in the order of the runners' numbers."""

    results: dict[int, object] = field(default_factory=dict)
    errors: dict[int, BaseException] = field(default_factory=dict)

    @property
    def values(self) -> list[object]:
        """The results of those that came through."""
        return [self.results[number] for number in sorted(self.results)]

    def error_types(self) -> dict[str, int]:
        """How many runners ended with which kind of error."""
        counts: dict[str, int] = {}
        for error in self.errors.values():
            counts[type(error).__name__] = counts.get(type(error).__name__, 0) + 1
        return counts


def run_parallel(fn: Callable[[int], object], n: int, *, seconds: float = 120) -> Race:
    """Call `fn(0)` to `fn(n - 1)` at the same moment, each in a thread with a connection of its own.

    Needs `django_db(transaction=True)`, else the threads cannot see the test's rows. Connections are opened before
    the shot, so that the race is about the act and not about connecting, and are closed afterwards. Errors are
    collected, not raised. A thread that hangs longer than `seconds` fails the test.
    """
    barrier = threading.Barrier(n)
    race = Race()

    def run(number: int) -> None:
        try:
            for connection in connections.all():
                connection.ensure_connection()
            barrier.wait(seconds)
            race.results[number] = fn(number)
        except BaseException as error:
            race.errors[number] = error
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(number,), daemon=True) for number in range(n)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(seconds)
    assert not any(thread.is_alive() for thread in threads), "a runner hangs: deadlock?"
    return race
