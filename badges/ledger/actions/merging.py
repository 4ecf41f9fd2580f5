"""Two accounts of one person become one: every balance moves, every lot keeps its day, nothing is lost or doubled."""

from collections import defaultdict
from datetime import date, datetime

from django.db import transaction
from django.db.models import F, Sum
from django.db.models.functions import ExtractYear

from badges.ledger import locks
from badges.ledger.actions.posting import Draft, Heading, Posting, commit_once
from badges.ledger.errors import AlreadyResolved, Moved
from badges.ledger.models import MEMBER_ROLES, Account, Counter, Entry, Lot, Role, Transaction
from portal.core.clock import programme_day
from portal.core.errors import Invalid

# The points that count for a calendar year keep theirs.
BY_YEAR = "status"
# By point type code and role.
Sums = dict[str, dict[str, int]]


def merge(
    *,
    giver_id: int,
    receiver_id: int,
    source: str,
    key: str,
    at: datetime,
    reason: str = "",
    actor_id: int | None = None,
    event_id: int | None = None,
) -> list[Posting]:
    """Moves all that stands on the giver's accounts to the receiver's and closes them; lots change hands as they are.

    One posting, and one more for each earlier year whose status points move, so that they count for their own year.
    What is posted later for the giver (a confirmation, a refund, an event that comes late) is written for the receiver.
    Counters of caps are added together. Of two debts, what exceeds the limit is written off. Idempotent by the giver:
    once merged, the same call returns what was written, and one with another receiver raises AlreadyResolved. Raises
    Invalid for a member merged with herself, NotFound, Moved when the receiver was merged away. Publishes PointsPosted
    and tells the receiver's pages, once a posting.
    """
    if giver_id == receiver_id:
        raise Invalid(code="same_member", field="receiver_id")
    with transaction.atomic():
        giver, receiver = locks.lock_for_merging(giver_id, receiver_id)
        if (to := giver.moved_to()) is not None:
            return _replay(giver_id, receiver_id, to, source, key)
        if (elsewhere := receiver.moved_to()) is not None:
            raise Moved(elsewhere)
        postings = []
        for day, sums in _plan(giver_id, giver, programme_day(at)):
            heading = Heading(
                kind=Transaction.Kind.MERGE, member_id=receiver_id, source=source, key=f"{key}:{day.year}", at=at,
                value_date=day, reason=reason, actor_id=actor_id, event_id=event_id, body={"giver": giver_id},
            )  # fmt: skip
            postings.append(commit_once(heading, lambda draft, sums=sums: _move(draft, giver, sums)))
        _hand_over(giver_id, receiver_id)
        return postings


def _replay(giver_id: int, receiver_id: int, to: int, source: str, key: str) -> list[Posting]:
    if to != receiver_id:
        raise AlreadyResolved
    rows = Transaction.objects.filter(source=source, kind=Transaction.Kind.MERGE, key__startswith=f"{key}:")
    return [Posting(row, replayed=True) for row in rows.order_by("id")]


def _plan(giver_id: int, giver: locks.Accounts, today: date) -> list[tuple[date, Sums]]:
    """What moves, by the day for which it counts: earlier years' status points on the last day of their year."""
    rest: Sums = {
        code: {role: balance for role in MEMBER_ROLES if (balance := giver.balance(code, role))} for code in giver.types
    }
    plan: list[tuple[date, Sums]] = []
    left = rest.get(BY_YEAR, {}).get(Role.AVAILABLE, 0)
    for year, net in _by_year(giver_id):
        part = min(max(net, 0), left)
        if year < today.year and part:
            plan.append((date(year, 12, 31), {BY_YEAR: {Role.AVAILABLE: part}}))
            left -= part
    if BY_YEAR in rest and Role.AVAILABLE in rest[BY_YEAR]:
        rest[BY_YEAR][Role.AVAILABLE] = left
    rest = {code: {role: n for role, n in roles.items() if n} for code, roles in rest.items()}
    return [*plan, (today, rest)] if any(rest.values()) else plan


def _by_year(giver_id: int) -> list[tuple[int, int]]:
    rows = (
        Entry.objects.filter(account__member_id=giver_id, point_type__code=BY_YEAR)
        .exclude(account__role=Role.PENDING)
        .annotate(year=ExtractYear("transaction__value_date"))
        .values_list("year")
        .annotate(net=Sum("amount"))
    )
    return sorted(rows)


def _move(draft: Draft, giver: locks.Accounts, sums: Sums) -> None:
    """The legs giver −n, receiver +n per role; the receiver's debt stops at its limit."""
    draft.lock(sums)
    for code, roles in sums.items():
        for role, amount in roles.items():
            taken = amount
            if role == Role.DEBT:
                room = draft.type_of(code).debt_limit + draft.accounts.balance(code, Role.DEBT)
                taken = -min(-amount, max(room, 0))
            draft.leg(giver.get(code, role), -amount)
            draft.move(code, role, taken)
            draft.book(code, Role.ADJUSTED, amount - taken)
            if taken != amount:
                draft.written_off[code] = taken - amount


def _hand_over(giver_id: int, receiver_id: int) -> None:
    """Lots with all their history, caps that are used up, and the sign on the closed accounts where all went."""
    Lot.objects.filter(member_id=giver_id).update(member_id=receiver_id)
    used: dict[tuple[str, date], int] = defaultdict(int)
    for counter in Counter.objects.filter(member_id=giver_id):
        used[counter.scope, counter.window_start] += counter.used
    for window, counter in locks.lock_counters(receiver_id, used).items():
        Counter.objects.filter(pk=counter.pk).update(used=F("used") + used[window])
    Account.objects.filter(member_id=giver_id).update(moved_to_id=receiver_id)
