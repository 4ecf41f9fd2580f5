"""Helpers of the ledger's tests: members, moments, and the whole state of a member in one dictionary."""

from __future__ import annotations

import itertools
from datetime import UTC, date, datetime
from typing import Any

from django.db import connection

from badges.ledger import actions, selectors
from badges.ledger.models import Account, Entry, Lot, LotUse, Transaction
from badges.ledger.verify import verify
from portal.accounts.models import Member

NOON = datetime(2026, 3, 10, 5, 0, tzinfo=UTC)  # noon in the programme's zone
_numbers = itertools.count(1)


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)


def new_member(name: str = "An") -> Member:
    """A member with the barest of rows: the ledger knows members only by their ids."""
    number = next(_numbers)
    return Member.objects.create_user(f"ledger-{number}@thu.example", name=f"{name} {number}", joined_at=NOON)


def key() -> str:
    return f"k{next(_numbers)}"


def earn(member: Member, amount: int = 100, at: datetime = NOON, code: str = "spend", **more: Any) -> Transaction:
    more = {"source": "test", "key": key(), "amounts": {code: amount}, "at": at} | more
    return actions.earn(member_id=member.pk, **more).transaction


def redeem(member: Member, amount: int, at: datetime = NOON, **more: Any) -> Transaction:
    return actions.redeem(
        member_id=member.pk, amount=amount, at=at, **({"source": "test", "key": key()} | more)
    ).transaction


def then(verb: Any, origin: Transaction, at: datetime = NOON, **more: Any) -> Transaction:
    """`reverse`, `restore`, `activate`, … of a posting."""
    if verb is actions.reverse:
        more = {"reason": "removed"} | more
    return verb(transaction_id=origin.pk, at=at, **({"source": "test", "key": key()} | more)).transaction


def has(member: Member, code: str = "spend") -> dict[str, int]:
    """What stands on the member's accounts of one type, without the empty ones."""
    return {role: amount for role, amount in selectors.balances(member.pk)[code].items() if amount}


def legs(posting: Transaction) -> dict[str, int]:
    """The legs of a posting of one point type, by role."""
    rows = Entry.objects.filter(transaction=posting).values_list("account__role", "amount")
    assert len({role for role, _ in rows}) == len(rows)
    return dict(rows)


def programme(code: str = "spend") -> dict[str, int]:
    """The programme's side: its entries summed by role, without the empty ones."""
    sums: dict[str, int] = {}
    rows = Entry.objects.filter(account__member=None, point_type__code=code).values_list("account__role", "amount")
    for role, amount in rows:
        sums[role] = sums.get(role, 0) + amount
    return {role: amount for role, amount in sums.items() if amount}


def lots(member: Member, code: str = "spend") -> list[tuple[int, date | None]]:
    """What remains of each lot that holds points, and its last day."""
    rows = Lot.objects.filter(member=member, point_type__code=code, remaining__gt=0).order_by("expires_on", "id")
    return list(rows.values_list("remaining", "expires_on"))


def everything() -> dict[str, list[tuple]]:
    """Every row of the ledger, to see that nothing at all was written."""
    return {
        model.__name__: list(model.objects.order_by("pk").values_list())
        for model in (Transaction, Entry, Account, Lot, LotUse)
    }


def sound() -> None:
    """Every invariant holds and the seal is in place."""
    assert verify() == []


def run_sql(sql: str, *params: object) -> int:
    """Raw SQL, as somebody with a console would send it; returns the rows changed."""
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return cursor.rowcount
