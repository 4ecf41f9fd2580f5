"""How every posting is written: once for its key, whole or not at all, sealed, and told to those who listen."""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, connection, transaction

from badges.ledger import locks
from badges.ledger.errors import AlreadyResolved, Moved
from badges.ledger.models import Lot, LotUse, PointType, Role, Transaction
from portal import realtime
from portal.core.clock import programme_day
from portal.core.errors import Invalid, KeyReused, NotFound
from portal.core.ids import body_hash
from portal.core.text import clean_line
from portal.core.writing import add, add_all, change
from portal.events.bus import publish
from portal.events.types.badges import PointsPosted

MOST_POINTS = 10**9
_WORD = re.compile(r"[A-Za-z0-9_.:/\-]+")


@dataclass(frozen=True)
class Posting:
    """A sealed posting. `replayed`: the key was known, and this is what was written then."""

    transaction: Transaction
    replayed: bool

    @property
    def amounts(self) -> dict[str, int]:
        """By point type: how the points that the member sees as hers (available and pending) changed."""
        return self.transaction.response["amounts"]


@dataclass(frozen=True, kw_only=True)
class Heading:
    """What a posting is asked to be. `body` holds the verb's own arguments: a known key with other ones is refused."""

    kind: str
    member_id: int
    source: str
    key: str
    at: datetime
    body: dict[str, Any]
    value_date: date | None = None
    subject: str = ""
    cause: str = ""
    event_id: int | None = None
    revision_id: int | None = None
    actor_id: int | None = None
    counterpart_id: int | None = None
    reason: str = ""
    reverses_id: int | None = None
    resolves_id: int | None = None
    request_hash: str = field(init=False)

    def __post_init__(self) -> None:
        for name, most, needed in (
            ("source", 40, True),
            ("key", 150, True),
            ("subject", 80, False),
            ("cause", 80, False),
        ):
            value = getattr(self, name)
            fits = isinstance(value, str) and len(value) <= most and (_WORD.fullmatch(value) if value else not needed)
            if not fits:
                raise Invalid(code=f"bad_{name}", field=name)
        object.__setattr__(self, "reason", clean_line(self.reason))
        if len(self.reason) > 300:
            raise Invalid(code="bad_reason", field="reason")
        told = {"kind": self.kind, "member": self.member_id, "reason": self.reason, "actor": self.actor_id}
        told |= {"subject": self.subject, "cause": self.cause, **self.body}
        object.__setattr__(self, "request_hash", body_hash(told))

    def passed_on(self, member_id: int) -> "Heading":
        """The same request, to be written for another member."""
        other = replace(self, member_id=member_id)
        object.__setattr__(other, "request_hash", self.request_hash)
        return other

    def insert(self) -> Transaction:
        """Writes the open header. The key's unique index decides between two at once: the second waits, then fails."""
        header = Transaction(
            kind=self.kind,
            member_id=self.member_id,
            source=self.source,
            key=self.key,
            request_hash=self.request_hash,
            subject=self.subject,
            cause=self.cause,
            value_date=self.value_date or programme_day(self.at),
            recorded_at=self.at,
            event_id=self.event_id,
            revision_id=self.revision_id,
            actor_id=self.actor_id,
            counterpart_id=self.counterpart_id,
            reason=self.reason,
            reverses_id=self.reverses_id,
            resolves_id=self.resolves_id,
        )
        return add(header)


class Draft:
    """An open posting: its legs and what it does to lots, written together by `seal`."""

    def __init__(self, header: Transaction) -> None:
        self.header = header
        self.today = programme_day(header.recorded_at)
        self.accounts = locks.Accounts()
        self.written_off: dict[str, int] = {}
        self._entries: list[tuple[int, int, int, int]] = []
        self._balances: dict[int, int] = defaultdict(int)
        self._shown: dict[str, int] = defaultdict(int)
        self.received: dict[str, int] = {}  # what the other member of a transfer sees of it
        self._lots: list[Lot] = []
        self._uses: list[LotUse] = []

    def lock(self, codes: Iterable[str], campaign: str = "") -> None:
        """Locks the member's accounts of these point types; needed before any leg."""
        self.accounts = locks.lock_member_accounts(self.header.member_id, codes, campaign)

    def type_of(self, code: str) -> PointType:
        """The point type of a locked account."""
        return self.accounts.types[code]

    def move(self, code: str, role: str, amount: int) -> None:
        """A leg on one of the member's accounts; a leg of nothing is left out."""
        if not amount:
            return
        self.leg(self.accounts.get(code, role), amount)
        self._shown[code] += amount if role in (Role.AVAILABLE, Role.PENDING) else 0

    def leg(self, place: locks.Place, amount: int) -> None:
        """A leg on a locked account of any member; `move` is for those of the posting's own."""
        if amount:
            self._entries.append((self.header.pk, place.id, place.type_id, amount))
            self._balances[place.id] += amount

    def book(self, code: str, role: str, amount: int, campaign: str = "") -> None:
        """The programme's side of the legs."""
        if amount:
            place = self.accounts.programme(code, role, campaign)
            self._entries.append((self.header.pk, place, self.type_of(code).pk, amount))

    def open_lot(
        self, code: str, amount: int, *, active: bool, expires_on: date | None = None, campaign: str = ""
    ) -> None:
        """A new lot of this posting; without points there is none."""
        if amount:
            point_type = self.type_of(code)
            self._lots.append(
                Lot(
                    member_id=self.header.member_id,
                    point_type=point_type,
                    origin=self.header,
                    amount=amount,
                    remaining=amount,
                    active_from=self.header.recorded_at if active else None,
                    expires_on=expires_on,
                    campaign=campaign,
                    unit_cost=point_type.unit_value,
                )
            )

    def use(self, lot: Lot, amount: int, kind: str) -> None:
        """Takes from a locked lot, or with a negative amount gives back to it."""
        if amount:
            lot.remaining -= amount
            self._uses.append(LotUse(lot=lot, transaction=self.header, amount=amount, kind=kind))

    def pass_on(self, lot: Lot, amount: int, kept: int) -> None:
        """Takes `amount` from a locked lot; `kept` of it become a lot of the counterpart's, with the same days."""
        self.use(lot, amount, LotUse.Kind.TRANSFER)
        if kept:
            self._lots.append(
                Lot(
                    member_id=self.header.counterpart_id,
                    point_type_id=lot.point_type_id,
                    origin=self.header,
                    amount=kept,
                    remaining=kept,
                    active_from=lot.active_from,
                    expires_on=lot.expires_on,
                    campaign=lot.campaign,
                    unit_cost=lot.unit_cost,
                )
            )

    def repay(self, code: str, amount: int) -> int:
        """New points pay a debt first: writes that leg and returns what is left of `amount` for the member."""
        paid = min(-self.accounts.balance(code, Role.DEBT), amount)
        self.move(code, Role.DEBT, paid)
        return amount - paid

    def seal(self) -> None:
        """Writes everything and closes the header; the database refuses legs that do not balance."""
        _insert_entries(self._entries)
        _add("badges_account", "balance", self._balances)
        add_all(self._lots)
        add_all(self._uses)
        taken: dict[int, int] = defaultdict(int)
        for use in self._uses:
            taken[use.lot_id] -= use.amount
        _add("badges_lot", "remaining", taken)
        answer = {"amounts": dict(self._shown), "written_off": self.written_off}
        closing = {"sealed": True, "written_off": self.written_off, "response": answer}
        for name, value in closing.items():
            setattr(self.header, name, value)
        change(self.header, *closing)


def _insert_entries(rows: list[tuple[int, int, int, int]]) -> None:
    """All legs in one statement; plain SQL, because every posting waits for it."""
    if not rows:
        return
    marks = ", ".join(["(%s, %s, %s, %s)"] * len(rows))
    sql = f"INSERT INTO badges_entry (transaction_id, account_id, point_type_id, amount) VALUES {marks}"  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(sql, [value for row in rows for value in row])


def _add(table: str, column: str, changes: dict[int, int]) -> None:
    """Adds to several rows in one statement. Bounds are the table's CHECKs, which refuse the whole posting."""
    changes = {pk: change for pk, change in changes.items() if change}
    if not changes:
        return
    cases = "WHEN %s THEN CAST(%s AS bigint) " * len(changes)
    marks = ", ".join(["%s"] * len(changes))
    params = [value for pair in changes.items() for value in pair]
    sql = f"UPDATE {table} SET {column} = {column} + CASE id {cases}END WHERE id IN ({marks})"  # noqa: S608  (names of ours)
    with connection.cursor() as cursor:
        cursor.execute(sql, [*params, *changes])
        if cursor.rowcount != len(changes):
            raise IntegrityError(f"{table}: {len(changes)} rows expected, {cursor.rowcount} changed")


class _NotInserted(Exception):
    """The header did not go in: its key, or what it settles, is taken."""


def commit_once(heading: Heading, write: Callable[[Draft], None]) -> Posting:
    """Writes the posting, or returns the one that this (source, key) wrote before, for ever.

    `write` locks, checks and adds the legs. Raises KeyReused when the key was used with another body, AlreadyResolved
    when what this settles was settled under another key, and whatever `write` raises; nothing is written then.
    Publishes PointsPosted and tells the member's open pages. May run inside the transaction of a caller. A posting for
    a member whose accounts were merged is written for the one into whose they were: the request stays what was asked.
    """
    while True:
        try:
            with transaction.atomic():
                return _write(heading, write)
        except _NotInserted as refused:
            return _replay(heading, refused)
        except Moved as moved:
            heading = heading.passed_on(moved.to)


def _write(heading: Heading, write: Callable[[Draft], None]) -> Posting:
    try:
        header = heading.insert()
    except IntegrityError as refused:
        raise _NotInserted from refused
    draft = Draft(header)
    write(draft)
    draft.seal()
    _tell(header, draft.received)
    return Posting(header, replayed=False)


def _replay(heading: Heading, refused: Exception) -> Posting:
    stored = Transaction.objects.filter(source=heading.source, key=heading.key).first()
    if stored is None:
        if heading.resolves_id or heading.reverses_id:
            raise AlreadyResolved from refused
        raise refused.__cause__ or refused
    if stored.request_hash != heading.request_hash:
        raise KeyReused(source=heading.source, key=heading.key)
    return Posting(stored, replayed=True)


def _tell(header: Transaction, received: dict[str, int]) -> None:
    told = {header.member_id: header.response["amounts"]}
    if header.counterpart_id:
        told[header.counterpart_id] = received
    for member_id, amounts in told.items():
        publish(
            PointsPosted(
                actor=header.actor_id,
                member=member_id,
                posting=header.pk,
                kind=header.kind,
                amounts=amounts,
                # What a person typed stays out of the log, which is kept for ever.
                title="" if header.actor_id else header.reason,
            ),
            at=header.recorded_at,
        )
    # Last: it holds the stream's row until the commit. The lower member first, as everywhere.
    for member_id in sorted(told):
        realtime.record(realtime.stream_name("member", member_id), "points", {"transaction": header.pk})


def find(transaction_id: int, *kinds: str) -> Transaction:
    """The sealed posting that another one continues or undoes; NotFound when it is not there or of another kind."""
    try:
        return Transaction.objects.get(pk=transaction_id, sealed=True, kind__in=kinds)
    except Transaction.DoesNotExist:
        raise NotFound from None


def check_amount(amount: object, name: str = "amount") -> int:
    """A whole number of points from 1 to 10^9; raises Invalid otherwise."""
    if not isinstance(amount, int) or isinstance(amount, bool) or not 1 <= amount <= MOST_POINTS:
        raise Invalid(code="bad_amount", field=name)
    return amount


def check_amounts(amounts: dict[str, int]) -> dict[str, int]:
    """Amounts by point type, at least one; raises Invalid otherwise."""
    if not isinstance(amounts, dict) or not amounts:
        raise Invalid(code="bad_amount", field="amounts")
    return {str(code): check_amount(amount, "amounts") for code, amount in sorted(amounts.items())}
