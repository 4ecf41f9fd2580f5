"""The chain over the ledger: stretches of postings closed one after the other, each with a hash that carries the last.

The seal refuses to change a row while the database runs as we know it. The chain tells when one was changed around the
seal (a restored file, a surgeon's hand): whoever holds the newest hash from somewhere else, such as a member with her
signed statement, can prove that nothing before it was altered since. Closing is a job and no part of a posting, because
one row that every posting continues would be a queue for everybody.
"""

import hashlib
import json
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from itertools import groupby
from operator import itemgetter
from typing import Any

from django.db import IntegrityError, connection

from badges.ledger.models import LedgerBatch

MOST = 10_000  # postings of one batch
PATIENCE = 30.0  # seconds that a run waits for postings that are being written
MARK = 8  # bytes kept of each posting's digest: enough to say which one was altered

Totals = dict[str, dict[str, int]]

_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode
_HEADERS = """
    SELECT id, public_id, kind, source, key, request_hash, member_id, subject, cause, CAST(value_date AS text),
           <recorded>, event_id, revision_id, actor_id, reason, reverses_id, resolves_id, CAST(written_off AS text)
    FROM badges_transaction WHERE id > %s AND id <= %s ORDER BY id
"""
# Microseconds since 1970, as both databases reckon them exactly.
_RECORDED = {
    "sqlite": "CAST(strftime('%%s', recorded_at) AS bigint) * 1000000"
    " + CAST(substr(substr(recorded_at, 21) || '000000', 1, 6) AS bigint)",
    "postgresql": "CAST(EXTRACT(EPOCH FROM recorded_at) * 1000000 AS bigint)",
}
_ENTRIES = """
    SELECT transaction_id, id, account_id, point_type_id, amount FROM badges_entry
    WHERE transaction_id > %s AND transaction_id <= %s ORDER BY transaction_id, id
"""
_NEXT = "SELECT id FROM badges_transaction WHERE id > %s AND id <= %s ORDER BY id LIMIT %s"
# Whoever inserts a posting holds this lock from before its number is drawn until its commit can be seen.
_WRITING = """
    SELECT DISTINCT virtualtransaction FROM pg_locks
    WHERE locktype = 'relation' AND relation = 'badges_transaction'::regclass AND mode = 'RowExclusiveLock'
      AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
      AND pid <> pg_backend_pid()
"""
_TOTALS = """
    SELECT p.code, a.role, SUM(e.amount) FROM badges_entry e
    JOIN badges_account a ON a.id = e.account_id JOIN badges_pointtype p ON p.id = e.point_type_id
    WHERE e.transaction_id > %s AND e.transaction_id <= %s GROUP BY p.code, a.role
"""


def _rows(sql: str, params: Sequence[int] = ()) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return cursor.fetchall()


def digests(after: int, upto: int) -> Iterator[tuple[int, bytes]]:
    """Each posting with an id above `after` up to `upto`, and the SHA-256 of all that it says, its legs included.

    The same on SQLite and PostgreSQL: a ledger that moves from one to the other takes its chain along.
    """
    entries = _rows(_ENTRIES, [after, upto])
    legs = {pk: [list(row[1:]) for row in rows] for pk, rows in groupby(entries, key=itemgetter(0))}
    for row in _rows(_HEADERS.replace("<recorded>", _RECORDED[connection.vendor]), [after, upto]):
        # The databases write JSON differently; an empty object alike.
        off = row[-1] if row[-1] == "{}" else json.loads(row[-1])
        said = _encode([*row[:-1], off, legs.get(row[0], [])])
        yield row[0], hashlib.sha256(said.encode()).digest()


def totals(before: Totals, after: int, upto: int) -> Totals:
    """What stood on all accounts together after these postings, by point type and role: the trial balance."""
    found = {code: dict(roles) for code, roles in before.items()}
    for code, role, amount in _rows(_TOTALS, [after, upto]):
        roles = found.setdefault(code, {})
        roles[role] = roles.get(role, 0) + int(amount)
    return found


def hash_of(batch: LedgerBatch, rows: bytes) -> str:
    """The batch's hash: its number, the hash before it, its bounds, its trial balance and all its postings."""
    head = [
        batch.number, batch.previous_hash, batch.first_id, batch.last_id, batch.count, batch.trial_balance,
        batch.at.astimezone(UTC).isoformat(timespec="microseconds"),
    ]  # fmt: skip
    return hashlib.sha256(_encode(head).encode() + rows).hexdigest()


def head() -> LedgerBatch | None:
    """The newest batch; None while nothing was closed. One query."""
    return LedgerBatch.objects.order_by("-number").first()


def close(at: datetime, *, most: int = MOST) -> int:
    """Closes everything that is posted by now, in batches of at most `most` postings; returns how many batches.

    Idempotent: what is closed is closed. Of two that run side by side one ends early: a number is given once. What
    was being written when it began is left for the next run unless it ends within half a minute. Side effect:
    LedgerBatch rows, each committed by itself: must not run within a transaction of the caller's.
    """
    upto = _settled()
    closed = 0
    while _close_one(at, upto, most):
        closed += 1
    return closed


def _settled() -> int:
    """The highest posting below which none can appear any more, 0 without one.

    PostgreSQL gives out ids before it commits, so a lower one may come later. Whoever drew a lower id than the newest
    that is visible now holds a lock on the table until it commits: when all who hold one now have ended, nothing below
    is open. Only writers of this ledger are waited for, whatever else the server does, in this database or in others.
    SQLite has one writer.
    """
    (newest,) = _rows("SELECT COALESCE(MAX(id), 0) FROM badges_transaction")[0]
    if connection.vendor == "postgresql" and newest:
        writing = _writing()
        until = time.monotonic() + PATIENCE
        while writing:
            if time.monotonic() > until:
                return 0
            time.sleep(0.1)
            writing &= _writing()
    return int(newest)


def _writing() -> set[str]:
    """The transactions of others that are writing postings now (PostgreSQL)."""
    return {name for (name,) in _rows(_WRITING)}


def _close_one(at: datetime, upto: int, most: int) -> bool:
    """One batch. Reckoned before the row is written: sealed postings do not change, and nobody who writes waits."""
    last = head()
    after = last.last_id if last else 0
    ids = _rows(_NEXT, [after, upto, most])
    if not ids:
        return False
    found = list(digests(after, ids[-1][0]))
    batch = LedgerBatch(
        number=last.number + 1 if last else 1,
        first_id=ids[0][0],
        last_id=ids[-1][0],
        count=len(found),
        trial_balance=totals(last.trial_balance if last else {}, after, ids[-1][0]),
        previous_hash=last.hash if last else "",
        marks=b"".join(digest[:MARK] for _pk, digest in found),
        at=at,
    )
    batch.hash = hash_of(batch, b"".join(digest for _pk, digest in found))
    try:
        batch.save(force_insert=True)
    except IntegrityError:  # another run gave this number first; what it closed is closed
        return False
    return True


def broken() -> Iterator[tuple[str, int, str]]:
    """I12: table, row and message of everything that is not as it was closed, oldest first; nothing when all holds."""
    before, after, previous = {}, 0, ""  # type: Totals, int, str
    for number, batch in enumerate(LedgerBatch.objects.order_by("number"), 1):
        if batch.number != number or batch.previous_hash != previous or batch.last_id <= after:
            yield "badges_ledgerbatch", batch.pk, f"batch {batch.number} does not continue the one before it"
        yield from _altered(batch, before, after)
        before, after, previous = batch.trial_balance, batch.last_id, batch.hash


def _altered(batch: LedgerBatch, before: Totals, after: int) -> Iterator[tuple[str, int, str]]:
    found = list(digests(after, batch.last_id))
    if len(found) != batch.count:
        message = f"batch {batch.number} closed {batch.count} postings, there are {len(found)}"
        yield "badges_ledgerbatch", batch.pk, message
    elif hash_of(batch, b"".join(digest for _pk, digest in found)) != batch.hash:
        marks = bytes(batch.marks)
        named = [pk for n, (pk, digest) in enumerate(found) if marks[n * MARK : (n + 1) * MARK] != digest[:MARK]]
        for pk in named:
            yield "badges_transaction", pk, f"transaction {pk} is not what batch {batch.number} closed"
        if not named:
            yield "badges_ledgerbatch", batch.pk, f"batch {batch.number} is not what its hash says"
    if totals(before, after, batch.last_id) != batch.trial_balance:
        yield "badges_ledgerbatch", batch.pk, f"the trial balance of batch {batch.number} does not re-add"
