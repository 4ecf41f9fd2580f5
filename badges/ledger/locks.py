"""The one home of the ledger's row locks, and with it of their order.

A posting inserts its header first (an idempotency key wins there or waits), then locks the member's accounts by
ascending id, then lots by (expires_on, id), then counters. The same order everywhere is what keeps two postings from
waiting for each other. SQLite has no row locks: there the transaction that began IMMEDIATE is the lock.
"""

from collections.abc import Iterable
from datetime import date

from django.db.models import F

from badges.ledger.models import MEMBER_ROLES, Account, Counter, Hold, Lot, PointType
from portal.accounts.models import Member
from portal.core.errors import Invalid, NotFound


class MemberAccounts:
    """A member's locked accounts of some point types, and the types themselves."""

    def __init__(self, rows: Iterable[Account]) -> None:
        self.types: dict[str, PointType] = {}
        self._rows: dict[tuple[str, str], Account] = {}
        for row in rows:
            self.types[row.point_type.code] = row.point_type
            self._rows[row.point_type.code, row.role] = row

    def get(self, code: str, role: str) -> Account:
        """The account of this type and role."""
        return self._rows[code, role]

    def balance(self, code: str, role: str) -> int:
        """The stored balance of that account, as it was when the lock was taken."""
        return self._rows[code, role].balance or 0

    def covers(self, codes: Iterable[str]) -> bool:
        """Whether every role of every one of these types is here."""
        return all((code, role) in self._rows for code in codes for role in MEMBER_ROLES)


def lock_member_accounts(member_id: int, codes: Iterable[str]) -> MemberAccounts:
    """Locks and returns the member's accounts of these point types, by ascending id; opens them when they are missing.

    Raises Invalid for an unknown point type and NotFound for an unknown member. Caller must be inside a transaction.
    """
    wanted = sorted(set(codes))
    found = MemberAccounts(_accounts(member_id, wanted))
    if not found.covers(wanted):
        _open_accounts(member_id, wanted)
        found = MemberAccounts(_accounts(member_id, wanted))
    return found


def _accounts(member_id: int, codes: list[str]) -> Iterable[Account]:
    # NO KEY: rows that merely point at an account (entries of others never do) need not wait for its balance.
    return (
        Account.objects.select_for_update(of=("self",), no_key=True)
        .filter(member_id=member_id, point_type__code__in=codes)
        .select_related("point_type")
        .order_by("id")
    )


def _open_accounts(member_id: int, codes: list[str]) -> None:
    types = {kind.code: kind for kind in PointType.objects.filter(code__in=codes)}
    if unknown := [code for code in codes if code not in types]:
        raise Invalid(code="unknown_point_type", field="point_type", unknown=unknown)
    if not Member.objects.filter(pk=member_id).exists():
        raise NotFound
    # Two first postings at once: whoever comes second finds the rows there.
    Account.objects.bulk_create(
        [
            Account(member_id=member_id, point_type=types[code], role=role, balance=0)
            for code in codes
            for role in MEMBER_ROLES
        ],
        ignore_conflicts=True,
    )


def lock_lots_to_spend(member_id: int, type_ids: Iterable[int], today: date) -> list[Lot]:
    """Locks and returns the lots that can be spent on `today`, soonest expiry first and those that never lapse last."""
    rows = (
        Lot.objects.select_for_update()
        .filter(member_id=member_id, point_type_id__in=list(type_ids), remaining__gt=0, active_from__isnull=False)
        .order_by(F("expires_on").asc(nulls_last=True), "id")
    )
    return [lot for lot in rows if lot.expires_on is None or lot.expires_on >= today]


def lock_pending_lots(origin_id: int) -> list[Lot]:
    """Locks and returns what still waits of the points that this posting gave."""
    rows = Lot.objects.select_for_update().filter(origin_id=origin_id, active_from=None, remaining__gt=0)
    return list(rows.order_by("id"))


def lock_lots(ids: Iterable[int]) -> dict[int, Lot]:
    """Locks these lots in the common order and returns them by id."""
    rows = Lot.objects.select_for_update().filter(pk__in=list(ids))
    return {lot.pk: lot for lot in rows.order_by(F("expires_on").asc(nulls_last=True), "id")}


def lock_hold(transaction_id: int) -> Hold:
    """Locks and returns the hold that this posting made; raises NotFound. Its member's accounts are locked already."""
    try:
        return Hold.objects.select_for_update().get(transaction_id=transaction_id)
    except Hold.DoesNotExist:
        raise NotFound from None


def lock_counters(member_id: int, windows: Iterable[tuple[str, date]]) -> dict[tuple[str, date], Counter]:
    """Locks and returns the counters of these (scope, first day of window) pairs, making those that are missing.

    Lock the member's accounts first: that is the common order, and it settles who counts first.
    """
    wanted = sorted(set(windows))
    Counter.objects.bulk_create(
        [Counter(scope=scope, member_id=member_id, window_start=start) for scope, start in wanted],
        ignore_conflicts=True,
    )
    rows = Counter.objects.select_for_update().filter(
        member_id=member_id, scope__in=[scope for scope, _ in wanted], window_start__in=[start for _, start in wanted]
    )
    found = {(row.scope, row.window_start): row for row in rows.order_by("scope", "window_start", "id")}
    return {pair: found[pair] for pair in wanted}
