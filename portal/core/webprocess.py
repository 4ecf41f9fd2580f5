"""One web process, or Redis: what `asgi.py` and `wsgi.py` make sure of before anything heavy is loaded.

Without Redis the sockets, the cache and the rate limits live in one process. A second one would look healthy and
silently deliver half, so it stops with a sentence instead.
"""

import fcntl
import os
import sys
import time
from collections.abc import Mapping, Sequence
from typing import IO

from django.conf import settings

# uvicorn's own code for "would fail the same way on every restart": its supervisor stops instead of trying for ever.
STARTUP_FAILURE = 3
PATIENCE = 3.0
_held: IO[str] | None = None


class SecondWebProcess(RuntimeError):
    """There may be only one web process without Redis."""


def claim() -> None:
    """Ends this process with a sentence when it may not open. With `RELAY = "off"` (tests) nothing is locked."""
    if settings.REDIS_URL or settings.RELAY == "off":
        return
    try:
        refuse_many_workers(sys.argv, os.environ)
        hold_lock()
    except SecondWebProcess as refusal:
        sys.stderr.write(f"{refusal}\n")
        sys.stderr.flush()
        sys.exit(STARTUP_FAILURE)


def refuse_many_workers(arguments: Sequence[str], environ: Mapping[str, str]) -> None:
    """Raises SecondWebProcess when the server was asked for several workers."""
    asked = environ.get("WEB_CONCURRENCY", "1")
    for place, word in enumerate(arguments):
        if word == "--workers" and place + 1 < len(arguments):
            asked = arguments[place + 1]
        elif word.startswith("--workers="):
            asked = word.removeprefix("--workers=")
    if asked.isdigit() and int(asked) > 1:
        raise SecondWebProcess(
            f"{asked} web processes need Redis: set REDIS_URL, or start one (no --workers, no WEB_CONCURRENCY)."
        )


def hold_lock() -> None:
    """Takes `web.lock` for as long as this process lives; raises SecondWebProcess when another holds it.

    Waits three seconds, so that a restart may overlap with the end of the process before it.
    """
    global _held
    settings.VAR_DIR.mkdir(parents=True, exist_ok=True)
    path = settings.VAR_DIR / "web.lock"
    lock = path.open("a+")
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > deadline:
                lock.close()
                raise SecondWebProcess(
                    f"A web process is already running on {path}: end that one first, or set REDIS_URL to run several."
                ) from None
            time.sleep(0.1)
        else:
            _held = lock
            return
