"""Points come in: at once, or waiting until they are confirmed or lapse."""

from datetime import date, datetime

from badges.ledger import locks
from badges.ledger.actions.posting import Draft, Heading, Posting, check_amounts, commit_once, find
from badges.ledger.calendar import expiry_of
from badges.ledger.errors import NothingLeft
from badges.ledger.models import Lot, LotUse, Role, Transaction

Kind = Transaction.Kind
GIVING = (Kind.EARN, Kind.EARN_PENDING, Kind.RESTORE)


def earn(
    *,
    member_id: int,
    amounts: dict[str, int],
    source: str,
    key: str,
    at: datetime,
    pending: bool = False,
    value_date: date | None = None,
    subject: str = "",
    cause: str = "",
    event_id: int | None = None,
    revision_id: int | None = None,
    campaign: str = "",
    reason: str = "",
    actor_id: int | None = None,
) -> Posting:
    """Gives points, by point type code; they count for `value_date` (default: the programme day of `at`).

    With `pending` they wait for `activate` or `lapse`. Points that come at once pay the member's debt first. Idempotent
    by (source, key): a repeat returns what was written. Raises Invalid for amounts that are not whole and positive or
    an unknown point type, NotFound for an unknown member, KeyReused. Publishes PointsPosted, tells the member's pages.
    """
    amounts = check_amounts(amounts)
    heading = Heading(
        kind=Kind.EARN_PENDING if pending else Kind.EARN,
        member_id=member_id, source=source, key=key, at=at, value_date=value_date, subject=subject, cause=cause,
        event_id=event_id, revision_id=revision_id, reason=reason, actor_id=actor_id,
        body={"amounts": amounts, "campaign": campaign, "value_date": value_date},
    )  # fmt: skip

    def write(draft: Draft) -> None:
        draft.lock(amounts, campaign)
        for code, amount in amounts.items():
            draft.book(code, Role.ISSUED, -amount, campaign)
            give(draft, code, amount, pending=pending, earned_on=draft.header.value_date, campaign=campaign)

    return commit_once(heading, write)


def give(draft: Draft, code: str, amount: int, *, pending: bool, earned_on: date, campaign: str = "") -> None:
    """The member's side of an earning: a pending lot, or the debt first and a lot of what is left."""
    if pending:
        draft.move(code, Role.PENDING, amount)
        draft.open_lot(code, amount, active=False, campaign=campaign)
        return
    left = draft.repay(code, amount)
    draft.move(code, Role.AVAILABLE, left)
    draft.open_lot(code, left, active=True, expires_on=expiry_of(draft.type_of(code), earned_on), campaign=campaign)


def activate(
    *, transaction_id: int, source: str, key: str, at: datetime, event_id: int | None = None, reason: str = ""
) -> Posting:
    """Confirms what is left of pending points: they can be spent, and their expiry and value date count from `at`.

    A debt is paid first. Once for a posting. Idempotent by (source, key). Raises NotFound, AlreadyResolved, NothingLeft
    when everything was taken back meanwhile, KeyReused. Publishes PointsPosted, tells the member's pages.
    """
    origin = find(transaction_id, *GIVING)

    def write(draft: Draft) -> None:
        for code, lots in _waiting(draft, origin).items():
            amount = sum(lot.remaining for lot in lots)
            draft.move(code, Role.PENDING, -amount)
            left = draft.repay(code, amount)
            draft.move(code, Role.AVAILABLE, left)
            _confirm(draft, code, lots, repaid=amount - left)

    return commit_once(_resolution(Kind.ACTIVATE, origin, source, key, at, event_id, reason), write)


def _confirm(draft: Draft, code: str, lots: list[Lot], *, repaid: int) -> None:
    expires_on = expiry_of(draft.type_of(code), draft.today)
    for lot in lots:
        part = min(repaid, lot.remaining)
        draft.use(lot, part, LotUse.Kind.CLAWBACK)
        repaid -= part
    Lot.objects.filter(pk__in=[lot.pk for lot in lots]).update(
        active_from=draft.header.recorded_at, expires_on=expires_on
    )


def lapse(
    *, transaction_id: int, source: str, key: str, at: datetime, event_id: int | None = None, reason: str = ""
) -> Posting:
    """Ends the wait of pending points that nothing confirmed: what is left of them is revoked.

    Once for a posting. Idempotent by (source, key). Raises NotFound, AlreadyResolved, NothingLeft, KeyReused.
    Publishes PointsPosted, tells the member's pages.
    """
    origin = find(transaction_id, *GIVING)

    def write(draft: Draft) -> None:
        for code, lots in _waiting(draft, origin).items():
            amount = sum(lot.remaining for lot in lots)
            draft.move(code, Role.PENDING, -amount)
            draft.book(code, Role.REVOKED, amount)
            for lot in lots:
                draft.use(lot, lot.remaining, LotUse.Kind.CLAWBACK)

    return commit_once(_resolution(Kind.LAPSE, origin, source, key, at, event_id, reason), write)


def _waiting(draft: Draft, origin: Transaction) -> dict[str, list[Lot]]:
    """The locked pending lots of `origin`, by point type code."""
    codes = dict(Lot.objects.filter(origin=origin).values_list("point_type_id", "point_type__code"))
    draft.lock(codes.values())
    waiting: dict[str, list[Lot]] = {}
    for lot in locks.lock_pending_lots(origin.pk):
        waiting.setdefault(codes[lot.point_type_id], []).append(lot)
    if not waiting:
        raise NothingLeft
    return waiting


def _resolution(
    kind: str, origin: Transaction, source: str, key: str, at: datetime, event_id: int | None, reason: str
) -> Heading:
    return Heading(
        kind=kind, member_id=origin.member_id, source=source, key=key, at=at, subject=origin.subject,
        cause=origin.cause, event_id=event_id, revision_id=origin.revision_id, reason=reason,
        resolves_id=origin.pk, body={"resolves": origin.pk},
    )  # fmt: skip
