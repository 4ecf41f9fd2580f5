"""Points set aside for a reward that is not yet taken: held, then captured, released or run out. Settled once."""

from datetime import datetime

from badges.ledger import locks
from badges.ledger.actions.posting import Draft, Heading, Posting, check_amount, commit_once, find
from badges.ledger.actions.spending import put_back, take
from badges.ledger.errors import AlreadyResolved
from badges.ledger.models import Hold, LotUse, Role, Transaction
from portal.core.errors import Conflict, Invalid

Kind, State = Transaction.Kind, Hold.State


def hold(
    *,
    member_id: int,
    amount: int,
    expires_at: datetime,
    source: str,
    key: str,
    at: datetime,
    point_type: str = "spend",
    subject: str = "",
    reason: str = "",
    actor_id: int | None = None,
) -> Posting:
    """Sets points aside until `expires_at`. A lot that lapses meanwhile stays held: the promise outlives its date.

    Idempotent by (source, key). Raises InsufficientPoints, Invalid (also when `expires_at` is not after `at`),
    NotFound, KeyReused. Publishes PointsPosted, tells the member's pages.
    """
    check_amount(amount)
    if expires_at <= at:
        raise Invalid(code="bad_expiry", field="expires_at")
    heading = Heading(
        kind=Kind.HOLD, member_id=member_id, source=source, key=key, at=at, subject=subject, reason=reason,
        actor_id=actor_id, body={"amount": amount, "point_type": point_type},
    )  # fmt: skip

    def write(draft: Draft) -> None:
        take(draft, point_type, amount, LotUse.Kind.HOLD)
        draft.move(point_type, Role.AVAILABLE, -amount)
        draft.move(point_type, Role.HELD, amount)
        Hold.objects.create(transaction=draft.header, expires_at=expires_at)

    return commit_once(heading, write)


def capture(
    *, transaction_id: int, source: str, key: str, at: datetime, reason: str = "", actor_id: int | None = None
) -> Posting:
    """Uses the held points for good.

    Idempotent by (source, key). Raises NotFound, AlreadyResolved, Conflict (`hold_over`) when its time has run out,
    KeyReused. Publishes PointsPosted, tells the member's pages.
    """
    origin = find(transaction_id, Kind.HOLD)

    def write(draft: Draft) -> None:
        held = _held(origin)
        draft.lock(held)
        _settle(origin, State.CAPTURED, at)
        for code, amount in held.items():
            draft.move(code, Role.HELD, -amount)
            draft.book(code, Role.REDEEMED, amount)

    return commit_once(_resolution(Kind.CAPTURE, origin, source, key, at, reason, actor_id), write)


def void(
    *, transaction_id: int, source: str, key: str, at: datetime, reason: str = "", actor_id: int | None = None
) -> Posting:
    """Releases the held points into their lots; what came from a lapsed lot gets the days of grace.

    Idempotent by (source, key). Raises NotFound, AlreadyResolved, KeyReused. Publishes PointsPosted, tells the
    member's pages.
    """
    origin = find(transaction_id, Kind.HOLD)
    heading = _resolution(Kind.VOID, origin, source, key, at, reason, actor_id)
    return commit_once(heading, lambda draft: _release(draft, origin, State.VOIDED))


def expire_hold(*, transaction_id: int, at: datetime) -> Posting:
    """Releases a hold whose time has run out; the same posting however often it is asked.

    Raises NotFound, AlreadyResolved when it was captured or released, Conflict (`hold_open`) while it still runs.
    Publishes PointsPosted, tells the member's pages.
    """
    origin = find(transaction_id, Kind.HOLD)
    if Hold.objects.filter(transaction=origin, expires_at__gt=at).exists():
        raise Conflict(code="hold_open")
    heading = _resolution(Kind.VOID, origin, "expiry", f"hold:{origin.pk}", at, "", None)
    return commit_once(heading, lambda draft: _release(draft, origin, State.EXPIRED))


def expire_holds(*, at: datetime, limit: int = 500) -> int:
    """Releases up to `limit` holds whose time has run out; returns how many. Safe to run twice or side by side."""
    due = Hold.objects.filter(state=State.OPEN, expires_at__lte=at).order_by("expires_at", "id")
    count = 0
    for transaction_id in list(due.values_list("transaction_id", flat=True)[:limit]):
        try:
            count += not expire_hold(transaction_id=transaction_id, at=at).replayed
        except AlreadyResolved:
            continue  # captured or released in this very moment
    return count


def _release(draft: Draft, origin: Transaction, state: str) -> None:
    released = put_back(draft, origin.pk)
    _settle(origin, state, draft.header.recorded_at)
    for code, amount in released.items():
        draft.move(code, Role.HELD, -amount)
        draft.move(code, Role.AVAILABLE, amount)


def _settle(origin: Transaction, state: str, at: datetime) -> None:
    row = locks.lock_hold(origin.pk)
    if row.state != State.OPEN:
        raise AlreadyResolved
    if state == State.CAPTURED and row.expires_at <= at:
        raise Conflict(code="hold_over")
    row.state = state
    row.save(update_fields=["state"])


def _held(origin: Transaction) -> dict[str, int]:
    rows = origin.entries.filter(account__role=Role.HELD).values_list("point_type__code", "amount")
    return dict(rows)


def _resolution(
    kind: str, origin: Transaction, source: str, key: str, at: datetime, reason: str, actor_id: int | None
) -> Heading:
    return Heading(
        kind=kind, member_id=origin.member_id, source=source, key=key, at=at, subject=origin.subject, reason=reason,
        actor_id=actor_id, resolves_id=origin.pk, body={"resolves": origin.pk},
    )  # fmt: skip
