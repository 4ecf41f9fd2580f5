"""The one home of the ledger's row locks, and with it of their order.

A posting inserts its header first (an idempotency key wins there or waits), then locks the member's accounts by
ascending id, then lots by (expires_on, id), then counters. The same order everywhere is what keeps two postings from
waiting for each other. SQLite has no row locks: there the transaction that began IMMEDIATE is the lock.
"""

from collections.abc import Iterable
from datetime import date
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import F, QuerySet

from badges.ledger.errors import Moved
from badges.ledger.models import MEMBER_ROLES, Account, Counter, Hold, Lot, PointType
from portal.accounts.models import Member
from portal.core.errors import Invalid, NotFound
from portal.core.prepared import prepared


class Place(NamedTuple):
    """An account as a posting needs it: which one, of which type, and for a member's what stood there when locked."""

    id: int
    type_id: int
    balance: int
    moved_to: int | None = None


class Accounts:
    """A member's locked accounts of some point types, the programme's accounts opposite them, and the types."""

    def __init__(self) -> None:
        self.types: dict[str, PointType] = {}
        self._member: dict[tuple[str, str], Place] = {}
        self._programme: dict[tuple[str, str, str], int] = {}

    def get(self, code: str, role: str) -> Place:
        """The member's account of this type and role."""
        return self._member[code, role]

    def balance(self, code: str, role: str) -> int:
        """The stored balance of that account, as it was when the lock was taken."""
        return self._member[code, role].balance

    def programme(self, code: str, role: str, campaign: str) -> int:
        """The id of the programme's account; the first posting of a campaign opens its own."""
        found = self._programme.get((code, role, campaign))
        return found if found is not None else _open_programme_account(self.types[code].pk, role, campaign)

    def covers(self, codes: Iterable[str]) -> bool:
        """Whether every role of every one of these types is here."""
        return all((code, role) in self._member for code in codes for role in MEMBER_ROLES)

    def add(self, row: tuple[Any, ...]) -> None:
        """A row of `_ACCOUNTS`."""
        account_id, role, campaign, balance, moved_to, type_id, code, *policy = row
        if code not in self.types:
            self.types[code] = PointType(id=type_id, code=code, **dict(zip(_POLICY, policy, strict=True)))
        if balance is None:
            self._programme[code, role, campaign] = account_id
        else:
            self._member[code, role] = Place(account_id, type_id, balance, moved_to)

    def moved_to(self) -> int | None:
        """The member into whose accounts these were merged, or None."""
        return next((place.moved_to for place in self._member.values() if place.moved_to is not None), None)


_POLICY = ("spendable", "expires_after_months", "grace_days", "debt_limit", "unit_value")

# One round trip for both sides of a posting, in plain SQL because every posting waits for it. Only the member's rows
# are locked, by ascending id; NO KEY, so that nobody who merely points at an account waits for its balance. The roles
# are named so that the programme's own index is used, and not one that leads through all members' accounts.
_ACCOUNTS = """
    SELECT m.id, m.role, m.campaign, m.balance, m.moved_to_id, p.id, p.code, {policy} FROM (
      SELECT a.id, a.role, a.campaign, a.balance, a.moved_to_id, a.point_type_id FROM badges_account a
      WHERE a.member_id = %s AND a.point_type_id IN (SELECT id FROM badges_pointtype WHERE code IN ({codes}))
      ORDER BY a.id {lock}
    ) m JOIN badges_pointtype p ON p.id = m.point_type_id
    UNION ALL
    SELECT a.id, a.role, a.campaign, a.balance, a.moved_to_id, p.id, p.code, {policy} FROM badges_pointtype p
    JOIN badges_account a ON a.point_type_id = p.id AND a.member_id IS NULL AND a.campaign IN ('', %s)
      AND a.role IN ('issued', 'redeemed', 'expired', 'revoked', 'adjusted')
    WHERE p.code IN ({codes})
"""


# Every kind of points that acts of members earn.
POINT_TYPES = ("rep", "spend", "status")


def lock_wallet(member_id: int) -> int:
    """Locks all of a member's accounts, before her caps or her tier are read, so that her events are judged one after
    the other.

    Returns whose they are: an account that was merged into another's passes everything on to it.
    """
    while True:
        try:
            lock_member_accounts(member_id, POINT_TYPES)
        except Moved as moved:
            member_id = moved.to
        else:
            return member_id


def lock_member_accounts(member_id: int, codes: Iterable[str], campaign: str = "") -> Accounts:
    """Locks the member's accounts of these point types, by ascending id, and opens them when they are missing.

    Raises Invalid for an unknown point type, NotFound for an unknown member, and Moved when these accounts were merged
    into another member's. Caller must be inside a transaction.
    """
    wanted = sorted(set(codes))
    if not wanted:
        return Accounts()
    found = _accounts(member_id, wanted, campaign)
    if not found.covers(wanted):
        # A kind of points that came after a merge is collected where the others went.
        moved = Account.objects.filter(member_id=member_id, moved_to__isnull=False)
        if (to := moved.values_list("moved_to", flat=True).first()) is not None:
            raise Moved(to)
        _open_accounts(member_id, wanted)
        found = _accounts(member_id, wanted, campaign)
    if (to := found.moved_to()) is not None:
        raise Moved(to)
    return found


def lock_pair(giver_id: int, receiver_id: int, code: str) -> tuple[Accounts, Accounts]:
    """Locks two members' accounts of one point type, the lower member's first, and opens what is missing: giver's,
    receiver's. Raises what `lock_member_accounts` raises.
    """
    found = {pk: lock_member_accounts(pk, [code]) for pk in sorted((giver_id, receiver_id))}
    return found[giver_id], found[receiver_id]


def lock_for_merging(giver_id: int, receiver_id: int) -> tuple[Accounts, Accounts]:
    """Locks all accounts of two members, the lower id first, and opens what is missing: giver's, receiver's.

    Does not raise Moved: who merges looks at `Accounts.moved_to` herself.
    """
    codes = sorted(PointType.objects.values_list("code", flat=True))
    found: dict[int, Accounts] = {}
    for member_id in sorted((giver_id, receiver_id)):
        _open_accounts(member_id, codes)
        found[member_id] = _accounts(member_id, codes, "")
    return found[giver_id], found[receiver_id]


def _accounts(member_id: int, codes: list[str], campaign: str) -> Accounts:
    sql = _ACCOUNTS.format(
        codes=", ".join(["%s"] * len(codes)),
        policy=", ".join(f"p.{name}" for name in _POLICY),
        lock="FOR NO KEY UPDATE OF a" if connection.vendor == "postgresql" else "",
    )
    accounts = Accounts()
    with connection.cursor() as cursor:
        cursor.execute(sql, [member_id, *codes, campaign, *codes])
        for row in cursor.fetchall():
            accounts.add(row)
    return accounts


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


def _open_programme_account(type_id: int, role: str, campaign: str) -> int:
    fields: dict[str, Any] = {"member": None, "point_type_id": type_id, "role": role, "campaign": campaign}
    Account.objects.bulk_create([Account(**fields)], ignore_conflicts=True)
    return Account.objects.values_list("pk", flat=True).get(**fields)


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
    asked = (member_id, sorted({scope for scope, _ in wanted}), sorted({start for _, start in wanted}))
    found = {(row.scope, row.window_start): row for row in _counters(*asked)}
    if missing := [pair for pair in wanted if pair not in found]:
        Counter.objects.bulk_create(
            [Counter(scope=scope, member_id=member_id, window_start=start) for scope, start in missing],
            ignore_conflicts=True,
        )
        found = {(row.scope, row.window_start): row for row in _counters(*asked)}
    return {pair: found[pair] for pair in wanted}


@prepared
def _counters(member: int, scopes: list[str], starts: list[date]) -> QuerySet[Counter]:
    rows = Counter.objects.select_for_update().filter(member=member, scope__in=scopes, window_start__in=starts)
    return rows.order_by("scope", "window_start", "id")
