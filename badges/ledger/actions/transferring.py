"""A member passes points on to another: each keeps its last day, so that nothing lives longer by going round."""

from datetime import date, datetime, timedelta

from django.conf import settings
from django.db.models import F

from badges.ledger import locks
from badges.ledger.actions.posting import Draft, Heading, Posting, check_amount, commit_once
from badges.ledger.errors import AccountClosed, InsufficientPoints, Moved, OwesPoints, PointsRest, TransferLimit
from badges.ledger.models import Counter, Lot, Role, Transaction
from portal.accounts.models import Member
from portal.core.errors import Invalid, NotFound

# Counts what a member passed on in a programme month; merges add it up as they do with caps.
SCOPE = "transfer:{code}"


def transfer(
    *,
    giver_id: int,
    receiver_id: int,
    amount: int,
    source: str,
    key: str,
    at: datetime,
    point_type: str = "spend",
    reason: str = "",
    actor_id: int | None = None,
) -> Posting:
    """Passes spendable points on, the soonest to lapse first; all or nothing, one posting, a line in both books.

    The receiver's lots have the same days as those they came from, and this posting as their origin. Her debt is paid
    first. Points rest TRANSFER_REST_DAYS with whoever got them before they go on; one sending and one programme month
    have the limits TRANSFER_MOST and TRANSFER_MONTH. Idempotent by (source, key). Raises Invalid for a bad amount, for
    oneself, or a point type that is not spendable; AccountClosed when either was merged away or has left; OwesPoints
    for a giver in debt; InsufficientPoints, PointsRest, TransferLimit (all 409); NotFound, KeyReused. It is never taken
    back: what came by mistake is passed on again, or adjusted. Publishes PointsPosted and tells the pages of both.
    """
    check_amount(amount)
    if giver_id == receiver_id:
        raise Invalid(code="same_member", field="receiver_id")
    heading = Heading(
        kind=Transaction.Kind.TRANSFER, member_id=giver_id, counterpart_id=receiver_id, source=source, key=key, at=at,
        reason=reason, actor_id=actor_id, body={"amount": amount, "point_type": point_type, "receiver": receiver_id},
    )  # fmt: skip
    _known(giver_id, receiver_id)
    return commit_once(heading, lambda draft: _write(draft, receiver_id, point_type, amount))


def _known(*member_ids: int) -> None:
    if Member.objects.filter(pk__in=member_ids).count() != len(member_ids):
        raise NotFound


def _write(draft: Draft, receiver_id: int, code: str, amount: int) -> None:
    try:
        draft.accounts, receiver = locks.lock_pair(draft.header.member_id, receiver_id, code)
    except Moved:
        # Not followed to the account it went to: who sends means the person whom she sees.
        raise AccountClosed from None
    _check_open(draft.header.member_id, receiver_id)
    _check_may_give(draft, code)
    lots = _movable(draft, code, amount)
    _count(draft, code, amount)
    repaid = min(-receiver.balance(code, Role.DEBT), amount)
    draft.move(code, Role.AVAILABLE, -amount)
    draft.leg(receiver.get(code, Role.DEBT), repaid)
    draft.leg(receiver.get(code, Role.AVAILABLE), amount - repaid)
    draft.received = {code: amount - repaid}
    for lot in lots:
        part = min(amount, lot.remaining)
        paid = min(repaid, part)
        draft.pass_on(lot, part, part - paid)
        amount, repaid = amount - part, repaid - paid


def _check_open(giver_id: int, receiver_id: int) -> None:
    """Both are here: neither shut out, nor leaving, nor joined to another account."""
    here = Member.objects.filter(pk__in=(giver_id, receiver_id), is_active=True, left_at=None, merged_into=None)
    if here.count() != 2:
        raise AccountClosed


def _check_may_give(draft: Draft, code: str) -> None:
    if not draft.type_of(code).spendable:
        raise Invalid(code="not_spendable", field="point_type")
    if owed := -draft.accounts.balance(code, Role.DEBT):
        raise OwesPoints(owed=owed)


def _movable(draft: Draft, code: str, amount: int) -> list[Lot]:
    """The giver's locked lots that have rested long enough, in spending order; they hold at least `amount`."""
    lots = locks.lock_lots_to_spend(draft.header.member_id, [draft.type_of(code).pk], draft.today)
    spendable = sum(lot.remaining for lot in lots)
    if spendable < amount:
        raise InsufficientPoints(spendable=spendable, asked=amount)
    came = dict(Lot.objects.filter(pk__in=[lot.pk for lot in lots]).values_list("pk", "origin__recorded_at"))
    rested = draft.header.recorded_at - timedelta(days=settings.TRANSFER_REST_DAYS)
    # A lot that was passed on is as old as it was; what rests is its time with this member.
    lots = [lot for lot in lots if lot.active_from and max(lot.active_from, came[lot.pk]) <= rested]
    movable = sum(lot.remaining for lot in lots)
    if movable < amount:
        raise PointsRest(movable=movable, asked=amount)
    return lots


def _count(draft: Draft, code: str, amount: int) -> None:
    """Within both limits, and counted for the programme's month."""
    if amount > settings.TRANSFER_MOST:
        raise TransferLimit(limit=settings.TRANSFER_MOST, left=settings.TRANSFER_MOST)
    window = window_of(code, draft.today)
    counter = locks.lock_counters(draft.header.member_id, [window])[window]
    if counter.used + amount > settings.TRANSFER_MONTH:
        left = max(settings.TRANSFER_MONTH - counter.used, 0)
        raise TransferLimit(limit=settings.TRANSFER_MONTH, left=left)
    Counter.objects.filter(pk=counter.pk).update(used=F("used") + amount)


def window_of(code: str, day: date) -> tuple[str, date]:
    """The counter of what was passed on in the programme month of this day: its scope and first day."""
    return SCOPE.format(code=code), day.replace(day=1)
