"""Histories told as facts, and what the ledger says of them, in the shape in which a replay says it."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.apps import apps

from badges.backtest.replay import Log, Replayed, replay
from badges.backtest.rulebook import Drafted
from badges.backtest.world import World
from badges.earning.definitions import parse
from badges.earning.tasks import settle_waiting
from badges.ledger.models import Entry, Role
from portal.core.clock import programme_day
from portal.events import relay
from tests.badges.earning.conftest import forum, purse
from tests.badges.programme.conftest import approver

__all__ = ["approver", "forum", "purse"]
MONDAY = datetime(2026, 5, 4, 1, 0, tzinfo=UTC)  # 08:00 in the programme zone
END = datetime(2026, 5, 18, 17, 0, tzinfo=UTC)  # a midnight there
DAY = timedelta(days=1)


def replayed(
    drafts: dict[str, Drafted] | None = None, *, since: datetime | None = None, until: datetime = END
) -> Replayed:
    """Everything before `until`; what happened from `since` on counts. Waits are settled in the ledger, too."""
    relay.drain()
    settle_waiting(until)
    return replay(Log.up_to(until), drafts=drafts or {}, since=since or MONDAY - DAY)


def drafted(event: str, **definition: Any) -> Drafted:
    """A rule as a draft would have it."""
    return Drafted(event, parse({"beneficiary": "author"} | definition))


def issued(world: World) -> Counter[tuple[str, date, str]]:
    """By rule, day and point type."""
    found: Counter[tuple[str, date, str]] = Counter()
    for line in world.lines:
        if not line.again:
            for code, amount in line.amounts.items():
                found[line.rule, line.day, code] += amount
    return found


def has(world: World) -> dict[tuple[int, str], int]:
    """What each member has of all that, by type."""
    found: Counter[tuple[int, str]] = Counter()
    for line in world.lines:
        for code, amount in line.left.items():
            found[world.whose(line.member), code] += amount
    return {key: amount for key, amount in found.items() if amount}


def counted(world: World) -> dict[tuple[int, int], int]:
    """Status points by member and year."""
    found: Counter[tuple[int, int]] = Counter()
    for (member, year), points in world.status.items():
        found[world.whose(member), year] += points
    return {key: points for key, points in found.items() if points}


def ledger_issued(since: datetime) -> Counter[tuple[str, date, str]]:
    """What rules issued for events from `since` on, by rule, day of the event and point type."""
    found: Counter[tuple[str, date, str]] = Counter()
    rows = Entry.objects.filter(
        account__role=Role.ISSUED, transaction__source__startswith="rule:", transaction__event__occurred_at__gte=since
    )
    columns = ("transaction__source", "transaction__event__occurred_at", "point_type__code", "amount")
    for source, at, code, amount in rows.values_list(*columns):
        found[source.removeprefix("rule:"), programme_day(at), code] -= amount
    return found


def ledger_has() -> dict[tuple[int, str], int]:
    """Every member's points, waiting and owed ones included."""
    found: Counter[tuple[int, str]] = Counter()
    rows = Entry.objects.filter(account__member__isnull=False)
    for member, code, amount in rows.values_list("account__member", "point_type__code", "amount"):
        found[member, code] += amount
    return {key: amount for key, amount in found.items() if amount}


def rows_of_everything() -> dict[str, int]:
    """How many rows each table has."""
    return {model._meta.label: model._default_manager.count() for model in apps.get_models()}
