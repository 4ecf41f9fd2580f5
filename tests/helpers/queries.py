"""Query counts: the same number for one row and for many."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.db import connection
from django.test.utils import CaptureQueriesContext


def _listing(queries: list[dict]) -> str:
    return "\n".join(f"{number:3}. {query['sql'][:400]}" for number, query in enumerate(queries, 1))


def count_queries(read: Callable[[], object]) -> tuple[int, list[dict]]:
    """Run `read` once; returns the number of queries and the queries."""
    with CaptureQueriesContext(connection) as captured:
        read()
    return len(captured), list(captured.captured_queries)


@contextmanager
def at_most_queries(limit: int) -> Iterator[None]:
    """Fail, with the queries listed, when the block needs more than `limit` queries."""
    with CaptureQueriesContext(connection) as captured:
        yield
    assert len(captured) <= limit, f"{len(captured)} queries, at most {limit}:\n{_listing(captured.captured_queries)}"


def assert_num_queries_constant(
    read: Callable[[], object], grow: Callable[[], object], *, expected: int | None = None
) -> int:
    """Run `read`, then `grow` the data, then `read` again: both reads must need the same number of queries.

    `read` runs once unmeasured, so that caches that live longer than a page are warm. Returns the count; with
    `expected` the count must be that very number. On failure both lists of queries are printed.
    """
    read()
    few, few_queries = count_queries(read)
    grow()
    many, many_queries = count_queries(read)
    assert few == many, (
        f"{few} queries became {many} when the data grew.\n"
        f"Before:\n{_listing(few_queries)}\nAfter:\n{_listing(many_queries)}"
    )
    assert expected is None or few == expected, f"{few} queries, expected {expected}:\n{_listing(few_queries)}"
    return few
