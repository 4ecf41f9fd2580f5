"""Corrections by hand: always by somebody and for a reason."""

from datetime import datetime

from badges.ledger.actions.posting import Draft, Heading, Posting, check_amount, commit_once
from badges.ledger.actions.spending import take
from badges.ledger.calendar import expiry_of
from badges.ledger.models import LotUse, Role, Transaction
from portal.core.errors import Invalid


def adjust(
    *,
    member_id: int,
    amount: int,
    source: str,
    key: str,
    at: datetime,
    actor_id: int,
    reason: str,
    point_type: str = "spend",
) -> Posting:
    """Adds points, or takes them when `amount` is negative, by the hand of `actor_id` for `reason`.

    Idempotent by (source, key). Raises InsufficientPoints, Invalid for a bad amount or without a reason, NotFound,
    KeyReused. Publishes PointsPosted, tells the member's pages.
    """
    size = check_amount(-amount if isinstance(amount, int) and amount < 0 else amount)
    if not reason.strip():
        raise Invalid(code="reason_missing", field="reason")
    heading = Heading(
        kind=Transaction.Kind.ADJUST, member_id=member_id, source=source, key=key, at=at, reason=reason,
        actor_id=actor_id, body={"amount": amount, "point_type": point_type},
    )  # fmt: skip

    def write(draft: Draft) -> None:
        draft.lock([point_type])
        if amount < 0:
            take(draft, point_type, size, LotUse.Kind.CLAWBACK)
        else:
            expires_on = expiry_of(draft.type_of(point_type), draft.today)
            draft.open_lot(point_type, size, active=True, expires_on=expires_on)
        draft.move(point_type, Role.AVAILABLE, amount)
        draft.book(point_type, Role.ADJUSTED, -amount)

    return commit_once(heading, write)
