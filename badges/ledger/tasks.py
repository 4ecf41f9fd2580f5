"""The ledger's work by the calendar. Each job bears being run twice, late or side by side."""

from datetime import date, datetime

from badges.ledger import chain
from badges.ledger.actions import expire_holds, expire_lots
from portal.jobs.table import register

_BATCH = 500


def release_holds(at: datetime) -> int:
    """Releases holds whose time ran out; returns how many."""
    released = 0
    while batch := expire_holds(at=at, limit=_BATCH):
        released += batch
    return released


def expire_points(at: datetime, *, day: date | None = None) -> int:
    """Posts the expiry of lots whose last day was over on a day (default: that of `at`). Holds that
    ran out go first: what they release may lapse too."""
    release_holds(at)
    posted = 0
    while batch := expire_lots(at=at, limit=_BATCH, day=day):
        posted += len(batch)
    return posted


def close_batches(at: datetime) -> int:
    """Closes what was posted since the last run into the chain; returns how many batches."""
    return chain.close(at)


register("release_holds", "* * * * *", release_holds)
register("expire_points", "7 * * * *", expire_points)
register("close_batches", "*/5 * * * *", close_batches)
