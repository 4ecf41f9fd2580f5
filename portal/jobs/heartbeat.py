"""Signs of life of the background processes, for `/readyz`: in Redis where there is one, else a file's time."""

import logging
import time
from pathlib import Path

from django.conf import settings
from django.core.cache import cache

logger = logging.getLogger(__name__)


def beat(name: str) -> None:
    """Says "I am alive"; never raises, for a heartbeat must not stop the heart."""
    try:
        if settings.REDIS_URL:
            cache.set(f"beat:{name}", time.time(), timeout=3600)
        else:
            path = _path(name)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.touch()
    except Exception:
        logger.warning("heartbeat of %s lost", name, exc_info=True)


def seconds_since(name: str) -> float | None:
    """How long ago the last beat was; None when there never was one."""
    if settings.REDIS_URL:
        at = cache.get(f"beat:{name}")
    else:
        try:
            at = _path(name).stat().st_mtime
        except FileNotFoundError:
            at = None
    return None if at is None else max(0.0, time.time() - at)


def _path(name: str) -> Path:
    return Path(settings.VAR_DIR) / "beats" / name
