"""Wakes whoever waits for committed rows: the relay and the live pusher, in this process or another.

Ears are told "something may be there" and read the tables themselves, so a wake-up that is lost costs a second (each
ear also looks by itself) and a wake-up too many costs one indexed read. How the news crosses processes:
PostgreSQL: NOTIFY inside the committing transaction, which arrives in commit order. SQLite: `PRAGMA data_version`,
which changes whenever another connection commits, is read every 20 ms.
"""

import logging
import threading
import time
from collections import defaultdict
from collections.abc import Callable
from typing import Any

from django.db import connection, transaction

logger = logging.getLogger(__name__)

EVENTS, STREAMS = "trian_events", "trian_streams"
_PEEK = 0.02
_PAUSE = 0.2  # before a lost database is asked again; doubled up to ten times as much
Ear = Callable[[str], None]
_ears: dict[str, list[Ear]] = defaultdict(list)
_lock = threading.Lock()
_watcher: "threading.Thread | None" = None
_hearing = threading.Event()  # the watcher's connection stands: nothing that commits from now on is missed


def announce(channel: str = EVENTS, payload: str = "") -> None:
    """Says after commit that there is something to deliver; a rolled-back transaction says nothing."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_notify(%s, %s)", [channel, payload])
        if payload:
            return  # our own LISTEN brings it back in commit order, which a call from here could overtake
    transaction.on_commit(lambda: _tell(channel, payload))


def listen(channel: str, ear: Ear) -> Callable[[], None]:
    """Calls `ear(payload)` for each announcement, from whichever thread notices it; returns the way to stop.

    An empty payload says that anything may have happened: on PostgreSQL it follows each time the watcher begins to
    listen, so what was committed before that, or while the database was away, must be looked for. The ear must be
    quick and must not raise. The first listener starts the one watcher thread of this process.
    """
    global _watcher
    with _lock:
        _ears[channel].append(ear)
        if _watcher is None or not _watcher.is_alive():
            _hearing.clear()
            _watcher = threading.Thread(target=_watch, name="trian-wake", daemon=True)
            _watcher.start()
    return lambda: _forget(channel, ear)


def wait_hearing(seconds: float) -> bool:
    """Waits until the watcher really listens; False when the database did not let it in that time."""
    return _hearing.wait(seconds)


def _forget(channel: str, ear: Ear) -> None:
    with _lock:
        if ear in _ears[channel]:
            _ears[channel].remove(ear)


def _tell(channel: str, payload: str) -> None:
    for ear in tuple(_ears[channel]):
        ear(payload)


def _tell_all() -> None:
    for channel in (EVENTS, STREAMS):
        _tell(channel, "")


def _listening() -> bool:
    return any(_ears.values())


def _watch() -> None:
    """Runs while somebody listens; a lost database is waited for, then everybody is woken once."""
    watch = _watch_postgres if connection.vendor == "postgresql" else _watch_sqlite
    pause = _PAUSE
    while _goes_on():
        try:
            watch()
        except Exception:
            logger.warning("waiting for the database", exc_info=True)
            pause = _PAUSE if _hearing.is_set() else min(pause * 2, _PAUSE * 10)
            _hearing.clear()
            time.sleep(pause)
            _tell_all()
        finally:
            _hearing.clear()
            connection.close()


def _goes_on() -> bool:
    """Whether anybody listens; if not, this thread is given up under the lock, so that the next ear starts another."""
    global _watcher
    with _lock:
        if _listening():
            return True
        if _watcher is threading.current_thread():
            _watcher = None
            _hearing.clear()
        return False


def _watch_sqlite() -> None:
    connection.ensure_connection()
    read: Any = connection.connection.execute
    seen = None
    while _listening():
        version = read("PRAGMA data_version").fetchone()[0]
        _hearing.set()
        if version != seen:
            seen = version
            _tell_all()
        time.sleep(_PEEK)


def _watch_postgres() -> None:
    import psycopg

    # A connection of its own: one from the pool would be kept for ever, and a pooler may not pass LISTEN on.
    with psycopg.connect(**connection.get_connection_params(), autocommit=True) as raw:
        for channel in (EVENTS, STREAMS):
            raw.execute(f"LISTEN {channel}")
        _hearing.set()
        _tell_all()  # what was committed before LISTEN took hold
        while _listening():
            for note in raw.notifies(timeout=0.5):
                _tell(note.channel, note.payload)
