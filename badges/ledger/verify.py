"""Proof that the ledger adds up: every invariant as a query, every fault with its table and row.

Written as plain SQL that both databases read alike: one pass over the entries each, however long the ledger is.
"""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

from django.db import connection

from badges.ledger import chain, seal
from portal.core.reading import one_reading


@dataclass(frozen=True)
class Finding:
    """A fault: which check, in which row of which table, what was expected and what is there."""

    check: str
    table: str
    row: int | str
    message: str
    expected: int | str | None = None
    found: int | str | None = None

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        return asdict(self)


def _rows(sql: str) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchall()


def _findings(check: str, table: str, message: str, sql: str) -> list[Finding]:
    """`sql` selects row, expected, found."""
    return [
        Finding(check, table, row, message.format(row=row, expected=expected, found=found), expected, found)
        for row, expected, found in _rows(sql)
    ]


def balanced() -> list[Finding]:
    """I1: every transaction is sealed, and its legs sum to 0 for each point type."""
    unbalanced = _rows("""
        SELECT e.transaction_id, e.point_type_id, SUM(e.amount) FROM badges_entry e
        GROUP BY e.transaction_id, e.point_type_id HAVING SUM(e.amount) <> 0 ORDER BY 1, 2
    """)
    findings = [_suspect(*row) for row in unbalanced]
    findings += _findings(
        "I1", "badges_transaction", "transaction {row} was never sealed",
        "SELECT id, 1, 0 FROM badges_transaction WHERE NOT sealed ORDER BY id",
    )  # fmt: skip
    return findings + _findings(
        "I1", "badges_transaction", "transaction {row} has no legs",
        """
        SELECT t.id, 1, 0 FROM badges_transaction t LEFT JOIN badges_entry e ON e.transaction_id = t.id
        WHERE t.sealed AND e.id IS NULL AND NOT (t.kind = 'reverse' AND CAST(t.written_off AS text) <> '{}')
        ORDER BY t.id
        """,
    )  # fmt: skip


def _suspect(transaction_id: int, type_id: int, drift: int) -> Finding:
    """Narrows an unbalanced transaction down to the leg: the one whose account is off by the same amount."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT e.id, a.member_id, a.balance - (SELECT SUM(x.amount) FROM badges_entry x WHERE x.account_id = a.id)
            FROM badges_entry e JOIN badges_account a ON a.id = e.account_id
            WHERE e.transaction_id = %s AND e.point_type_id = %s ORDER BY e.id
            """,
            [transaction_id, type_id],
        )
        legs = cursor.fetchall()
    off = [pk for pk, member, difference in legs if member is not None and difference == -drift]
    programme = [pk for pk, member, _ in legs if member is None]
    likely = off or programme
    message = f"transaction {transaction_id} does not balance: its legs of point type {type_id} sum to {drift}"
    if len(likely) == 1:
        return Finding("I1", "badges_entry", likely[0], f"entry {likely[0]}: {message}", 0, drift)
    legs_named = ", ".join(str(pk) for pk, *_ in legs)
    return Finding("I1", "badges_transaction", transaction_id, f"{message} (entries {legs_named})", 0, drift)


def balances_match() -> list[Finding]:
    """I2: a member's stored balance is the sum of its entries, an entry has its account's point type, and the stored
    answer of a transaction says what its entries say."""
    findings = _findings(
        "I2", "badges_account", "account {row} says {found}, its entries sum to {expected}",
        """
        SELECT a.id, COALESCE(s.total, 0), a.balance FROM badges_account a
        LEFT JOIN (SELECT account_id, SUM(amount) AS total FROM badges_entry GROUP BY account_id) s
          ON s.account_id = a.id
        WHERE a.member_id IS NOT NULL AND a.balance <> COALESCE(s.total, 0) ORDER BY a.id
        """,
    )  # fmt: skip
    findings += _answers_match()
    return findings + _findings(
        "I2", "badges_entry", "entry {row} is of point type {found}, its account of {expected}",
        """
        SELECT e.id, a.point_type_id, e.point_type_id FROM badges_entry e
        JOIN badges_account a ON a.id = e.account_id WHERE a.point_type_id <> e.point_type_id ORDER BY e.id
        """,
    )  # fmt: skip


def _answers_match() -> list[Finding]:
    """The stored answer of a transaction says what its legs say."""
    on_sqlite = connection.vendor == "sqlite"
    each = (
        "JOIN json_each(t.response, '$.amounts') j"
        if on_sqlite
        else "CROSS JOIN LATERAL jsonb_each_text(t.response -> 'amounts') j"
    )
    same = (
        "json(t.written_off) = json_extract(t.response, '$.written_off')"
        if on_sqlite
        else "t.written_off = t.response -> 'written_off'"
    )
    answers = f"""
        SELECT t.id, SUM(m.legs), SUM(m.told) FROM (
          SELECT e.transaction_id AS id, p.code, e.amount AS legs, 0 AS told FROM badges_entry e
          JOIN badges_account a ON a.id = e.account_id JOIN badges_pointtype p ON p.id = e.point_type_id
          JOIN badges_transaction h ON h.id = e.transaction_id
          WHERE a.role IN ('available', 'pending')
            AND (h.kind NOT IN ('merge', 'transfer') OR a.member_id = h.member_id)
          UNION ALL SELECT t.id, j.key, 0, CAST(j.value AS bigint) FROM badges_transaction t {each}
        ) m JOIN badges_transaction t ON t.id = m.id
        GROUP BY t.id, m.code HAVING SUM(m.legs) <> SUM(m.told) ORDER BY t.id
    """  # noqa: S608  (both texts are constants)
    written_off = f"SELECT t.id, 0, 0 FROM badges_transaction t WHERE t.sealed AND NOT ({same}) ORDER BY t.id"  # noqa: S608
    table = "badges_transaction"
    return _findings(
        "I2", table, "transaction {row} answered {found}, its legs on the member's points sum to {expected}", answers
    ) + _findings("I2", table, "transaction {row} wrote off something else than it answered", written_off)


def lots_match() -> list[Finding]:
    """I3: available, pending and held are what the lots and the open holds say."""
    findings = _findings(
        "I3", "badges_account", "account {row} holds {found}, its lots hold {expected}",
        """
        SELECT a.id, COALESCE(s.total, 0), a.balance FROM badges_account a
        LEFT JOIN (
          SELECT l.member_id, l.point_type_id, l.role, SUM(l.remaining) AS total FROM (
            SELECT member_id, point_type_id, remaining,
              CASE WHEN active_from IS NULL THEN 'pending' ELSE 'available' END AS role FROM badges_lot
          ) l GROUP BY l.member_id, l.point_type_id, l.role
        ) s ON s.member_id = a.member_id AND s.point_type_id = a.point_type_id AND s.role = a.role
        WHERE a.role IN ('available', 'pending') AND a.balance <> COALESCE(s.total, 0) ORDER BY a.id
        """,
    )  # fmt: skip
    findings += _findings(
        "I3", "badges_lot", "lot {row} belongs to a member without accounts of its point type",
        """
        SELECT l.id, 1, 0 FROM badges_lot l LEFT JOIN badges_account a
          ON a.member_id = l.member_id AND a.point_type_id = l.point_type_id AND a.role = 'available'
        WHERE a.id IS NULL ORDER BY l.id
        """,
    )  # fmt: skip
    return findings + _findings(
        "I3", "badges_account", "account {row} holds {found}, the open holds use {expected}",
        """
        SELECT a.id, COALESCE(s.total, 0), a.balance FROM badges_account a
        LEFT JOIN (
          SELECT l.member_id, l.point_type_id, SUM(u.amount) AS total
          FROM badges_hold h JOIN badges_lotuse u ON u.transaction_id = h.transaction_id
          JOIN badges_lot l ON l.id = u.lot_id
          WHERE h.state = 'open' GROUP BY l.member_id, l.point_type_id
        ) s ON s.member_id = a.member_id AND s.point_type_id = a.point_type_id
        WHERE a.role = 'held' AND a.balance <> COALESCE(s.total, 0) ORDER BY a.id
        """,
    )  # fmt: skip


def lots_add_up() -> list[Finding]:
    """I4: what remains of a lot is its amount less its uses, and a lot holds what its posting gave."""
    findings = _findings(
        "I4", "badges_lot", "lot {row} says {found} remain, its uses leave {expected}",
        """
        SELECT l.id, l.amount - COALESCE(s.total, 0), l.remaining FROM badges_lot l
        LEFT JOIN (SELECT lot_id, SUM(amount) AS total FROM badges_lotuse GROUP BY lot_id) s ON s.lot_id = l.id
        WHERE l.remaining <> l.amount - COALESCE(s.total, 0) OR l.remaining < 0 OR l.remaining > l.amount ORDER BY l.id
        """,
    )  # fmt: skip
    findings += merged_whole() + passed_on_whole()
    # Lots opened less lots used is what the posting put on (or took from) available and pending.
    return findings + _findings(
        "I4", "badges_transaction", "transaction {row} changed the member's points by {found}, its lots by {expected}",
        """
        SELECT m.transaction_id, SUM(m.lots), SUM(m.legs) FROM (
          SELECT origin_id AS transaction_id, point_type_id, amount AS lots, 0 AS legs FROM badges_lot
          UNION ALL
          SELECT u.transaction_id, l.point_type_id, -u.amount, 0 FROM badges_lotuse u
          JOIN badges_lot l ON l.id = u.lot_id
          UNION ALL
          SELECT e.transaction_id, e.point_type_id, 0, e.amount FROM badges_entry e
          JOIN badges_account a ON a.id = e.account_id WHERE a.role IN ('available', 'pending')
        ) m GROUP BY m.transaction_id, m.point_type_id HAVING SUM(m.lots) <> SUM(m.legs) ORDER BY 1
        """,
    )  # fmt: skip


def merged_whole() -> list[Finding]:
    """I4, of merges: what one member gave the other got, role by role; only a debt may shrink on the way."""
    return _findings(
        "I4", "badges_transaction", "merge {row} moved points that did not arrive: {found} between the two members",
        """
        SELECT t.id, 0, SUM(e.amount) FROM badges_transaction t JOIN badges_entry e ON e.transaction_id = t.id
        JOIN badges_account a ON a.id = e.account_id
        WHERE t.kind = 'merge' AND a.member_id IS NOT NULL AND a.role <> 'debt'
        GROUP BY t.id, e.point_type_id, a.role HAVING SUM(e.amount) <> 0 ORDER BY t.id
        """,
    )  # fmt: skip


def passed_on_whole() -> list[Finding]:
    """I4, of transfers: what the giver lost is what the counterpart got, as points and as a debt that is paid; each
    one's lots changed as much as her available points, and no last day moved."""
    findings = _findings(
        "I4", "badges_transaction", "transfer {row} took {found} from the giver, {expected} reached its counterpart",
        """
        SELECT t.id,
          COALESCE(SUM(CASE WHEN a.member_id = t.counterpart_id THEN e.amount END), 0),
          -COALESCE(SUM(CASE WHEN a.member_id = t.member_id AND a.role = 'available' THEN e.amount END), 0)
        FROM badges_transaction t JOIN badges_entry e ON e.transaction_id = t.id
        JOIN badges_account a ON a.id = e.account_id WHERE t.kind = 'transfer' GROUP BY t.id, e.point_type_id
        HAVING COALESCE(SUM(CASE WHEN a.member_id = t.counterpart_id THEN e.amount END), 0)
          <> -COALESCE(SUM(CASE WHEN a.member_id = t.member_id AND a.role = 'available' THEN e.amount END), 0)
          OR SUM(CASE WHEN a.member_id = t.counterpart_id AND a.role IN ('available', 'debt') THEN 0
            WHEN a.member_id = t.member_id AND a.role = 'available' THEN 0 ELSE 1 END) > 0
        ORDER BY t.id
        """,
    )  # fmt: skip
    return findings + _findings(
        "I4", "badges_transaction", "transfer {row} opened {found} points of a last day of which it used {expected}",
        """
        SELECT m.id, SUM(m.used), SUM(m.opened) FROM (
          SELECT t.id, l.expires_on, 0 AS used, l.amount AS opened
          FROM badges_transaction t JOIN badges_lot l ON l.origin_id = t.id WHERE t.kind = 'transfer'
          UNION ALL
          SELECT t.id, l.expires_on, u.amount, 0 FROM badges_transaction t
          JOIN badges_lotuse u ON u.transaction_id = t.id JOIN badges_lot l ON l.id = u.lot_id WHERE t.kind = 'transfer'
        ) m GROUP BY m.id, m.expires_on HAVING SUM(m.opened) > SUM(m.used) ORDER BY m.id
        """,
    )  # fmt: skip


def within_bounds() -> list[Finding]:
    """I5: available, pending and held are at or above 0; a debt is between minus its limit and 0; what was merged into
    another member's accounts is empty."""
    findings = _findings(
        "I5", "badges_account", "account {row} was merged into another and still holds {found}",
        "SELECT id, 0, balance FROM badges_account WHERE moved_to_id IS NOT NULL AND balance <> 0 ORDER BY id",
    )  # fmt: skip
    return findings + _findings(
        "I5",
        "badges_account",
        "account {row} stands at {found}, its bound is {expected}",
        """
        SELECT a.id, CASE WHEN a.role = 'debt' AND a.balance < 0 THEN -p.debt_limit ELSE 0 END, a.balance
        FROM badges_account a JOIN badges_pointtype p ON p.id = a.point_type_id
        WHERE (a.role IN ('available', 'pending', 'held') AND a.balance < 0)
          OR (a.role = 'debt' AND (a.balance > 0 OR a.balance < -p.debt_limit)) ORDER BY a.id
        """,
    )


def all_sum_to_zero() -> list[Finding]:
    """I6: all accounts together are 0 for each point type, by value date and by stored balances."""
    findings = _findings(
        "I6", "badges_transaction", "all accounts together are {found} on {row}, not 0",
        """
        SELECT CAST(t.value_date AS text) || ' ' || p.code, 0, SUM(e.amount) FROM badges_entry e
        JOIN badges_transaction t ON t.id = e.transaction_id JOIN badges_pointtype p ON p.id = e.point_type_id
        GROUP BY t.value_date, p.code HAVING SUM(e.amount) <> 0 ORDER BY t.value_date, p.code
        """,
    )  # fmt: skip
    return findings + _findings(
        "I6", "badges_pointtype", "members' balances and the programme's entries of {row} are {found} together, not 0",
        """
        SELECT p.code, 0, m.total FROM badges_pointtype p JOIN (
          SELECT s.point_type_id, SUM(s.amount) AS total FROM (
            SELECT point_type_id, balance AS amount FROM badges_account WHERE member_id IS NOT NULL
            UNION ALL
            SELECT e.point_type_id, e.amount FROM badges_entry e JOIN badges_account a ON a.id = e.account_id
            WHERE a.member_id IS NULL
          ) s GROUP BY s.point_type_id
        ) m ON m.point_type_id = p.id WHERE m.total <> 0 ORDER BY p.code
        """,
    )  # fmt: skip


def keys_are_unique() -> list[Finding]:
    """I7: each (source, key) has at most one transaction."""
    return _findings(
        "I7",
        "badges_transaction",
        "transaction {row} shares its source and key with {found} in all",
        """
        SELECT MAX(id), 1, COUNT(*) FROM badges_transaction
        GROUP BY source, key HAVING COUNT(*) > 1 ORDER BY 1
        """,
    )


def nothing_undone_twice() -> list[Finding]:
    """I8: what was taken back of an earning, given again of a reversal or returned of a redemption never exceeds it.

    The programme's legs say it: an earning's are negative, those that undo it positive, and the other way round.
    """
    sql = """
        WITH u AS (
          SELECT COALESCE(t.reverses_id, t.resolves_id) AS id, e.point_type_id, SUM(ABS(e.amount)) AS undone
          FROM badges_transaction t JOIN badges_entry e ON e.transaction_id = t.id
          JOIN badges_account a ON a.id = e.account_id
          WHERE a.member_id IS NULL AND t.kind IN ('reverse', 'restore', 'return', 'lapse')
          GROUP BY COALESCE(t.reverses_id, t.resolves_id), e.point_type_id
        )
        SELECT g.id, g.moved, u.undone + COALESCE(w.amount, 0) FROM (
          SELECT e.transaction_id AS id, e.point_type_id, ABS(SUM(e.amount)) AS moved FROM badges_entry e
          JOIN badges_account a ON a.id = e.account_id
          WHERE a.member_id IS NULL AND e.transaction_id IN (SELECT id FROM u)
          GROUP BY e.transaction_id, e.point_type_id
        ) g JOIN u ON u.id = g.id AND u.point_type_id = g.point_type_id
        LEFT JOIN (<written off>) w ON w.id = g.id AND w.point_type_id = g.point_type_id
        WHERE u.undone + COALESCE(w.amount, 0) > g.moved ORDER BY g.id
    """.replace("<written off>", _written_off())
    message = "transaction {row} moved {expected}, but {found} of it was undone"
    return _findings("I8", "badges_transaction", message, sql)


def _written_off() -> str:
    """Written-off points by the earning they belong to; JSON is unfolded differently on the two databases."""
    unfold = {
        "sqlite": "JOIN json_each(t.written_off) j",
        "postgresql": "CROSS JOIN LATERAL jsonb_each_text(t.written_off) j",
    }[connection.vendor]
    return f"""
        SELECT t.reverses_id AS id, p.id AS point_type_id, SUM(CAST(j.value AS bigint)) AS amount
        FROM badges_transaction t {unfold} JOIN badges_pointtype p ON p.code = j.key
        WHERE t.kind = 'reverse' GROUP BY t.reverses_id, p.id
    """  # noqa: S608  (both texts are constants)


def chained() -> list[Finding]:
    """I12: the chain of batches is unbroken, each is what it closed, and its trial balance re-adds."""
    return [Finding("I12", table, row, message) for table, row, message in chain.broken()]


def sealed() -> list[Finding]:
    """The triggers that guard sealed rows are in place, all of them, unaltered."""
    return [Finding("seal", "triggers", fault.split(" ")[0], fault) for fault in seal.faults()]


CHECKS: dict[str, Callable[[], list[Finding]]] = {
    "I1": balanced,
    "I2": balances_match,
    "I3": lots_match,
    "I4": lots_add_up,
    "I5": within_bounds,
    "I6": all_sum_to_zero,
    "I7": keys_are_unique,
    "I8": nothing_undone_twice,
    "I12": chained,
    "seal": sealed,
}


def register(name: str, check: Callable[[], list[Finding]]) -> None:
    """A room above adds an invariant that needs to know more than the ledger does."""
    CHECKS[name] = check


def names_of_checks() -> list[str]:
    """All checks in the order of their numbers, the seal last."""
    return sorted(CHECKS, key=lambda name: (not name[1:].isdigit(), int(name[1:]) if name[1:].isdigit() else 0))


def verify(names: list[str] | None = None) -> list[Finding]:
    """Runs the named checks (default: all) and returns every fault found; an empty list is the proof.

    Raises KeyError for an unknown name. Reads only; several queries, so give it one snapshot when others write.
    """
    with one_reading():  # what two checks replay is replayed once
        return [finding for name in (names or names_of_checks()) for finding in CHECKS[name]()]
