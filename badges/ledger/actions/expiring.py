"""Points lapse: each lot once, when its last valid day is over in the programme's zone."""

from datetime import date, datetime

from badges.ledger import locks
from badges.ledger.actions.posting import Draft, Heading, Posting, commit_once
from badges.ledger.models import Lot, LotUse, Role, Transaction
from portal.core.clock import programme_day


class _NothingThere(Exception):
    """The lot was emptied between the search and the lock."""


def expire_lots(*, at: datetime, limit: int = 500, day: date | None = None) -> list[Posting]:
    """Posts the expiry of up to `limit` lots that still hold points and had lapsed on a day (default: that of `at`),
    oldest first; returns the new postings.

    One posting and one transaction per lot, so that a long run never holds many members' accounts. Running it twice,
    late or side by side posts each lot once: the key is the lot. Publishes PointsPosted, tells the members' pages.
    """
    due = Lot.objects.filter(
        expired=False, remaining__gt=0, active_from__isnull=False, expires_on__lt=day or programme_day(at)
    )
    rows = list(due.select_related("point_type").order_by("expires_on", "id")[:limit])
    postings = []
    for lot in rows:
        try:
            posting = _expire(lot, at)
        except _NothingThere:
            continue
        if not posting.replayed:
            postings.append(posting)
    return postings


def expire_all(*, member_id: int, at: datetime) -> list[Posting]:
    """Lets lapse whatever a member could still spend, whatever its date: she leaves the house for good.

    Idempotent: a lot lapses once, by this or by the calendar. Publishes PointsPosted.
    """
    hers = Lot.objects.filter(member_id=member_id, expired=False, remaining__gt=0, active_from__isnull=False)
    postings = []
    for lot in list(hers.select_related("point_type").order_by("expires_on", "id")):
        try:
            postings.append(_expire(lot, at))
        except _NothingThere:
            continue
    return postings


def _expire(lot: Lot, at: datetime) -> Posting:
    code = lot.point_type.code
    heading = Heading(
        kind=Transaction.Kind.EXPIRE, member_id=lot.member_id, source="expiry", key=f"lot:{lot.pk}", at=at,
        body={"lot": lot.pk},
    )  # fmt: skip

    def write(draft: Draft) -> None:
        draft.lock([code])
        locked = locks.lock_lots([lot.pk])[lot.pk]
        rest = locked.remaining
        if not rest:
            raise _NothingThere
        draft.move(code, Role.AVAILABLE, -rest)
        draft.book(code, Role.EXPIRED, rest)
        draft.use(locked, rest, LotUse.Kind.EXPIRE)
        Lot.objects.filter(pk=lot.pk).update(expired=True)

    return commit_once(heading, write)
