"""Commit what a test did, so that everything waiting for the commit happens."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.test import TestCase


@contextmanager
def committed() -> Iterator[list]:
    """Run a block as if its transaction had been committed: `on_commit` callbacks run when the block ends.

    For tests inside the usual rolled-back transaction. Yields the list of the callbacks that ran.
    """
    with TestCase.captureOnCommitCallbacks(execute=True) as callbacks:
        yield callbacks
