"""Points go out for a reward, and come back when the reward does."""

from datetime import datetime, timedelta

from badges.ledger import locks
from badges.ledger.actions.posting import Draft, Heading, Posting, check_amount, commit_once, find
from badges.ledger.calendar import lapsed
from badges.ledger.errors import InsufficientPoints
from badges.ledger.models import LotUse, Role, Transaction
from portal.core.errors import Invalid

Kind = Transaction.Kind


def redeem(
    *,
    member_id: int,
    amount: int,
    source: str,
    key: str,
    at: datetime,
    point_type: str = "spend",
    subject: str = "",
    reason: str = "",
    actor_id: int | None = None,
    event_id: int | None = None,
) -> Posting:
    """Spends points, the soonest to lapse first. All or nothing.

    Idempotent by (source, key). Raises InsufficientPoints (409), Invalid for a bad amount or a point type that is not
    spendable, NotFound, KeyReused. Publishes PointsPosted, tells the member's pages.
    """
    check_amount(amount)
    heading = Heading(
        kind=Kind.REDEEM, member_id=member_id, source=source, key=key, at=at, subject=subject, reason=reason,
        actor_id=actor_id, event_id=event_id, body={"amount": amount, "point_type": point_type},
    )  # fmt: skip

    def write(draft: Draft) -> None:
        take(draft, point_type, amount, LotUse.Kind.SPEND)
        draft.move(point_type, Role.AVAILABLE, -amount)
        draft.book(point_type, Role.REDEEMED, amount)

    return commit_once(heading, write)


def take(draft: Draft, code: str, amount: int, kind: str) -> None:
    """Uses up `amount` of the member's spendable lots in spending order, or raises InsufficientPoints."""
    draft.lock([code])
    point_type = draft.type_of(code)
    if kind != LotUse.Kind.CLAWBACK and not point_type.spendable:
        raise Invalid(code="not_spendable", field="point_type")
    lots = locks.lock_lots_to_spend(draft.header.member_id, [point_type.pk], draft.today)
    spendable = sum(lot.remaining for lot in lots)
    if spendable < amount:
        raise InsufficientPoints(spendable=spendable, asked=amount)
    for lot in lots:
        part = min(amount, lot.remaining)
        draft.use(lot, part, kind)
        amount -= part


def give_back(
    *,
    transaction_id: int,
    source: str,
    key: str,
    at: datetime,
    reason: str = "",
    actor_id: int | None = None,
    event_id: int | None = None,
) -> Posting:
    """Returns the points of a redemption (or of a captured hold) to the lots they came from, with their own dates.

    What came from a lot that has lapsed meanwhile returns as a new lot, valid for the point type's days of grace. Once
    for a redemption. Idempotent by (source, key). Raises NotFound, AlreadyResolved, KeyReused. Publishes PointsPosted,
    tells the member's pages.
    """
    origin = find(transaction_id, Kind.REDEEM, Kind.CAPTURE)
    heading = Heading(
        kind=Kind.RETURN, member_id=origin.member_id, source=source, key=key, at=at, subject=origin.subject,
        reason=reason, actor_id=actor_id, event_id=event_id, reverses_id=origin.pk, body={"returns": origin.pk},
    )  # fmt: skip

    def write(draft: Draft) -> None:
        used_by = origin.resolves_id if origin.kind == Kind.CAPTURE else origin.pk
        for code, amount in put_back(draft, used_by or origin.pk).items():
            draft.move(code, Role.AVAILABLE, amount)
            draft.book(code, Role.REDEEMED, -amount)

    return commit_once(heading, write)


def put_back(draft: Draft, used_by: int) -> dict[str, int]:
    """Gives lots back what the posting `used_by` took from them; returns the sums by point type code."""
    uses = list(LotUse.objects.filter(transaction_id=used_by).select_related("lot__point_type").order_by("id"))
    draft.lock({use.lot.point_type.code for use in uses})
    lots = locks.lock_lots(use.lot_id for use in uses)
    sums: dict[str, int] = {}
    for use in uses:
        lot, code = lots[use.lot_id], use.lot.point_type.code
        sums[code] = sums.get(code, 0) + use.amount
        if lapsed(lot, draft.today):
            until = draft.today + timedelta(days=draft.type_of(code).grace_days)
            draft.open_lot(code, use.amount, active=True, expires_on=until, campaign=lot.campaign)
        else:
            draft.use(lot, -use.amount, LotUse.Kind.RESTORE)
    return sums
