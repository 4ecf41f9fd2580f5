"""Points are taken back when what they were paid for is gone, and given again when it returns."""

from datetime import datetime

from badges.ledger import locks
from badges.ledger.actions.earning import GIVING, give
from badges.ledger.actions.posting import Draft, Heading, Posting, check_amounts, commit_once, find
from badges.ledger.errors import NothingLeft
from badges.ledger.models import Lot, LotUse, Role, Transaction
from badges.ledger.selectors import counts_for, left_to_reverse, taken_by
from portal.core.errors import Invalid

Kind = Transaction.Kind


def reverse(
    *,
    transaction_id: int,
    source: str,
    key: str,
    at: datetime,
    reason: str,
    amounts: dict[str, int] | None = None,
    actor_id: int | None = None,
    event_id: int | None = None,
) -> Posting:
    """Takes back what an earning gave: all that is left of it, or the given part.

    From its own pending points, its own lots, then the member's others by expiry, then as debt down to the limit; the
    rest is recorded as written off and not posted. Counts for the day the points counted for. Idempotent by (source,
    key). Raises NotFound, NothingLeft, Invalid when `amounts` is more than is left, KeyReused. Publishes PointsPosted,
    tells the member's pages.
    """
    origin = find(transaction_id, *GIVING)
    asked = check_amounts(amounts) if amounts is not None else None
    heading = Heading(
        kind=Kind.REVERSE, member_id=origin.member_id, source=source, key=key, at=at, value_date=counts_for(origin),
        subject=origin.subject, cause=origin.cause, event_id=event_id, revision_id=origin.revision_id, reason=reason,
        actor_id=actor_id, reverses_id=origin.pk, body={"reverses": origin.pk, "amounts": asked},
    )  # fmt: skip

    def write(draft: Draft) -> None:
        # Whoever takes back from this earning at the same time waits here, and then sees what this one took.
        draft.lock(left_to_reverse(origin))
        wanted = _wanted(left_to_reverse(origin), asked)
        lots = _lots(draft, origin)
        for code, amount in wanted.items():
            own_first = [lot for lot in lots if lot.point_type_id == draft.type_of(code).pk]
            _claw_back(draft, code, amount, own_first)

    return commit_once(heading, write)


def _wanted(left: dict[str, int], asked: dict[str, int] | None) -> dict[str, int]:
    if not any(left.values()):
        raise NothingLeft
    if asked is None:
        return {code: amount for code, amount in left.items() if amount}
    if any(amount > left.get(code, 0) for code, amount in asked.items()):
        raise Invalid(code="more_than_left", field="amounts", left=left)
    return asked


def _lots(draft: Draft, origin: Transaction) -> list[Lot]:
    """What can be taken from, in order: pending lots of the earning, its own active ones, the member's others."""
    type_ids = [kind.pk for kind in draft.accounts.types.values()]
    spendable = locks.lock_lots_to_spend(draft.header.member_id, type_ids, draft.today)
    own = [lot for lot in spendable if lot.origin_id == origin.pk]
    others = [lot for lot in spendable if lot.origin_id != origin.pk]
    return [*locks.lock_pending_lots(origin.pk), *own, *others]


def _claw_back(draft: Draft, code: str, amount: int, lots: list[Lot]) -> None:
    """The legs pending −a, available −b, debt −e, revoked +(a+b+e); what is left of `amount` is written off."""
    rest = amount
    taken = {Role.PENDING: 0, Role.AVAILABLE: 0}
    for lot in lots:
        part = min(rest, lot.remaining)
        draft.use(lot, part, LotUse.Kind.CLAWBACK)
        taken[Role.PENDING if lot.active_from is None else Role.AVAILABLE] += part
        rest -= part
    room = draft.type_of(code).debt_limit + draft.accounts.balance(code, Role.DEBT)
    owed = min(rest, max(room, 0))
    for role, part in taken.items():
        draft.move(code, role, -part)
    draft.move(code, Role.DEBT, -owed)
    draft.book(code, Role.REVOKED, amount - rest + owed)
    if rest > owed:
        draft.written_off[code] = rest - owed


def restore(
    *,
    transaction_id: int,
    source: str,
    key: str,
    at: datetime,
    reason: str = "",
    pending: bool | None = None,
    actor_id: int | None = None,
    event_id: int | None = None,
) -> Posting:
    """Gives again what the reversal `transaction_id` took: like an earning, but out of what was revoked. Once.

    What was pending waits again, unless `pending` says otherwise for all of it. Expiry counts from `at`, the value date
    stays that of the reversal. The new posting can itself be activated, reversed and restored. Idempotent by (source,
    key). Raises NotFound, AlreadyResolved, NothingLeft when the reversal took nothing, KeyReused. Publishes
    PointsPosted, tells the member's pages.
    """
    origin = find(transaction_id, Kind.REVERSE)
    heading = Heading(
        kind=Kind.RESTORE, member_id=origin.member_id, source=source, key=key, at=at, value_date=origin.value_date,
        subject=origin.subject, cause=origin.cause, event_id=event_id, revision_id=origin.revision_id, reason=reason,
        actor_id=actor_id, reverses_id=origin.pk, body={"restores": origin.pk, "pending": pending},
    )  # fmt: skip

    def write(draft: Draft) -> None:
        taken = taken_by(origin)
        if not taken:
            raise NothingLeft
        draft.lock(taken)
        for code, (revoked, was_pending) in taken.items():
            waits = was_pending if pending is None else revoked * pending
            draft.book(code, Role.REVOKED, -revoked)
            if waits:
                give(draft, code, waits, pending=True, earned_on=draft.today)
            if revoked - waits:
                give(draft, code, revoked - waits, pending=False, earned_on=draft.today)

    return commit_once(heading, write)
