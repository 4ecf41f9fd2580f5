"""Small helpers for reads that happen very often: a single row without an order, and what a batch reads once."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from django.db.models import QuerySet

Row = TypeVar("Row")
Args = ParamSpec("Args")
Found = TypeVar("Found")

_kept: ContextVar[dict[Any, Any] | None] = ContextVar("trian_batch_reading", default=None)


def one(rows: QuerySet[Any, Row]) -> Row | None:
    """The row of a query that can find only one (it names a unique value), or None.

    Unlike `first()` it asks for no order: to order by the key of what is unique tells nothing, and with several tables
    joined Django spends on it as long as on the rest of the query.
    """
    return next(iter(rows[:1]), None)


@contextmanager
def one_reading() -> Iterator[None]:
    """While it lasts, each `read_once` function is asked once for the same arguments. The outermost one holds."""
    if _kept.get() is not None:
        yield
        return
    token = _kept.set({})
    try:
        yield
    finally:
        _kept.reset(token)


def read_once(read: Callable[Args, Found]) -> Callable[Args, Found]:
    """Marks a read whose answer serves a whole `one_reading()`; outside of one it is asked every time.

    Only for what nobody changes who works inside, and whose change by others cannot matter to what is worked on: the
    revisions of the programme, say, since one that begins during a batch begins later than every fact of that batch.
    Arguments must be hashable; callers do not change what they get.
    """

    @wraps(read)
    def remembered(*args: Args.args, **kwargs: Args.kwargs) -> Found:
        kept = _kept.get()
        if kept is None:
            return read(*args, **kwargs)
        key = (read, args, tuple(sorted(kwargs.items())))
        if key not in kept:
            kept[key] = read(*args, **kwargs)
        found: Found = kept[key]
        return found

    return remembered
