"""What a badge is judged by: the criteria in force at an instant, and what a member has of what they count."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from django.db import connection
from django.db.models import QuerySet, TextField
from django.db.models.functions import Cast

from badges.awards.counting import Heap, Row
from badges.awards.definitions import Criteria, parse
from badges.awards.models import Badge, BadgeInForce, Fact
from portal.core.prepared import prepared
from portal.core.reading import read_once


def newest_in_force(badge: Badge, at: datetime) -> BadgeInForce | None:
    """The badge's criteria in force at an instant, or None. Reads prefetched versions without a query."""
    past = [v for v in badge.versions.all() if v.since <= at]
    newest = max(past, key=lambda v: (v.since, v.number), default=None)
    return newest if newest and newest.criteria else None


@dataclass(frozen=True)
class InForce:
    """A badge with the criteria that judge an instant."""

    badge: Badge
    version: BadgeInForce
    criteria: Criteria


@lru_cache(maxsize=1024)
def _read(stored: str, per_target: bool) -> Criteria:
    return parse(json.loads(stored), per_target=per_target)


@read_once
def _versions() -> list[Any]:
    """Every revision there is or will be, the older ones first."""
    rows = BadgeInForce.objects.defer("criteria").annotate(stored=Cast("criteria", TextField()))
    return list(rows.order_by("since", "number"))


@read_once
def _badges() -> list[Badge]:
    return list(Badge.objects.defer("medal"))


def in_force(at: datetime) -> list[InForce]:
    """Every badge that could be earned at an instant, in their order. Two queries.

    The same stored criteria are taken apart once: what is kept hangs on the very words, so it cannot be out of date.
    """
    newest = {version.badge_id: version for version in _versions() if version.since <= at}
    found = []
    for badge in _badges():
        version = newest.get(badge.pk)
        if version is not None and version.stored not in ("{}", "null"):
            criteria = _read(version.stored, badge.per_target)
            found.append(InForce(badge, version, criteria))
    return found


# Plain SQL, because every act is judged by it. What she did with herself does not count (see `rows_of`).
_HEAPS = """
    SELECT metric, COUNT(*), COUNT(DISTINCT target), COUNT(DISTINCT other_id), COUNT(DISTINCT day) FROM badges_fact
    WHERE member_id = %s AND withdrawn_at IS NULL AND (other_id IS NULL OR other_id <> %s) GROUP BY metric
"""


def heaps_of(member_id: int) -> dict[str, Heap]:
    """How much of each metric a member has at all, by metric. One query, whatever there is."""
    with connection.cursor() as cursor:
        cursor.execute(_HEAPS, [member_id, member_id])
        return {metric: Heap(*amounts) for metric, *amounts in cursor.fetchall()}


def rows_of(member_id: int, metrics: Iterable[str], targets: Iterable[str] | None = None) -> list[Row]:
    """The facts of a member that count, of some metrics, of some targets (None: all). One query.

    What was withdrawn does not count, nor what she did with herself (as two accounts that became one may have).
    """
    wanted = sorted(set(metrics))
    found = _rows(member_id, wanted) if targets is None else _rows_of_targets(member_id, wanted, sorted(set(targets)))
    return [Row(*values) for values in found]


def _counting(member: int, metrics: list[str]) -> "QuerySet[Fact]":
    facts = Fact.objects.filter(member=member, metric__in=metrics, withdrawn_at=None)
    return facts.exclude(other=member).order_by("id")


@prepared
def _rows(member: int, metrics: list[str]) -> "QuerySet[Fact, Any]":
    return _counting(member, metrics).values_list("id", "metric", "target", "other_id", "day", "hour")


@prepared
def _rows_of_targets(member: int, metrics: list[str], targets: list[str]) -> "QuerySet[Fact, Any]":
    rows = _counting(member, metrics).filter(target__in=targets)
    return rows.values_list("id", "metric", "target", "other_id", "day", "hour")
