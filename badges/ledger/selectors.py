"""Reading the ledger: what a member has, how it came about, what lapses next, what can still be taken back."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Sum

from badges.ledger.calendar import counted_until
from badges.ledger.models import MEMBER_ROLES, Account, Entry, Lot, PointType, Role, Transaction
from portal.core.clock import day_bounds, programme_day
from portal.core.errors import NotFound
from portal.core.prepared import prepared

Kind = Transaction.Kind


@prepared
def _codes() -> QuerySet[PointType, str]:
    return PointType.objects.order_by("id").values_list("code", flat=True)


@prepared
def _accounts(member: int) -> QuerySet[Account, tuple[str, str, int | None]]:
    return Account.objects.filter(member=member).values_list("point_type__code", "role", "balance")


def balances(member_id: int) -> dict[str, dict[str, int]]:
    """By point type code and role: what stands on the member's four accounts; 0 where nothing was ever posted.

    `available` includes a lot whose last day is over until the nightly job has posted its expiry; `spendable` does not.
    """
    found: dict[str, dict[str, int]] = {code: {str(role): 0 for role in MEMBER_ROLES} for code in _codes()}
    for code, role, balance in _accounts(member_id):
        found[code][role] = balance or 0
    return found


def spendable(member_id: int, *, at: datetime, point_type: str = "spend") -> int:
    """What the member can spend at this instant: active lots whose last valid day is not over."""
    return lots_of(member_id, at=at, point_type=point_type).aggregate(total=Sum("remaining"))["total"] or 0


def lots_of(member_id: int, *, at: datetime, point_type: str = "spend") -> QuerySet[Lot]:
    """The member's spendable lots in the order in which they are spent."""
    rows = _spendable(Lot.objects.filter(member_id=member_id), at, point_type)
    return rows.order_by(F("expires_on").asc(nulls_last=True), "id")


def _spendable(lots: QuerySet[Lot], at: datetime, point_type: str) -> QuerySet[Lot]:
    active = lots.filter(point_type__code=point_type, remaining__gt=0, active_from__isnull=False)
    return active.filter(Q(expires_on=None) | Q(expires_on__gte=programme_day(at)))


def next_expiry(member_id: int, *, at: datetime, point_type: str = "spend") -> tuple[date, int] | None:
    """The next last valid day and how much lapses after it; None when nothing lapses."""
    days = lots_of(member_id, at=at, point_type=point_type).filter(expires_on__isnull=False)
    row = days.order_by("expires_on").values("expires_on").annotate(total=Sum("remaining")).first()
    return (row["expires_on"], row["total"]) if row and row["expires_on"] else None


@dataclass(frozen=True)
class Line:
    """One line of a statement. `amounts`: by point type code and role, how the member's accounts changed."""

    transaction: Transaction
    amounts: dict[str, dict[str, int]]

    @property
    def shown(self) -> dict[str, int]:
        """By point type code: the change of what the member sees as hers, available and pending together."""
        return {code: roles[Role.AVAILABLE] + roles[Role.PENDING] for code, roles in self.amounts.items()}


@dataclass(frozen=True)
class Statement:
    """A page of lines, newest first. `before` fetches the next page; None when there is none."""

    lines: list[Line]
    before: int | None


def postings_of(member_id: int) -> QuerySet[Transaction]:
    """Every sealed posting that is a line of this member's book: her own, and what others passed on to her."""
    return Transaction.objects.filter(Q(member_id=member_id) | Q(counterpart_id=member_id), sealed=True)


def statement(member_id: int, before: int | None = None, limit: int = 20) -> Statement:
    """The member's postings, newest first, `limit` a page; three queries however many there are.

    `before` is the id of the last transaction of the page before; NotFound when it is not one of this member's.
    """
    rows = postings_of(member_id).select_related("revision__rule")
    if before is not None:
        last = postings_of(member_id).filter(pk=before).values_list("recorded_at", flat=True).first()
        if last is None:
            raise NotFound
        rows = rows.filter(Q(recorded_at__lt=last) | Q(recorded_at=last, pk__lt=before))
    page = list(rows.order_by("-recorded_at", "-id")[: limit + 1])
    amounts = _amounts([row.pk for row in page[:limit]], member_id)
    lines = [Line(row, amounts.get(row.pk, {})) for row in page[:limit]]
    return Statement(lines, lines[-1].transaction.pk if len(page) > limit else None)


def _amounts(transaction_ids: list[int], member_id: int | None = None) -> dict[int, dict[str, dict[str, int]]]:
    found: dict[int, dict[str, dict[str, int]]] = defaultdict(dict)
    rows = (
        # One member's: a merge and a transfer have legs on another's accounts, too.
        Entry.objects.filter(transaction_id__in=transaction_ids, account__member=member_id or F("transaction__member"))
        .values_list("transaction_id", "point_type__code", "account__role")
        .annotate(total=Sum("amount"))
        .order_by("transaction_id", "point_type_id")
    )
    for pk, code, role, total in rows:
        found[pk].setdefault(code, {str(each): 0 for each in MEMBER_ROLES})[role] = total
    return found


def line(transaction_id: int) -> Line:
    """One posting as a statement shows it; NotFound when there is none. For the toast on an open page."""
    try:
        row = Transaction.objects.select_related("revision__rule").get(pk=transaction_id, sealed=True)
    except Transaction.DoesNotExist:
        raise NotFound from None
    return Line(row, _amounts([row.pk]).get(row.pk, {}))


def status_points(
    member_id: int, year: int, point_type: str = "status", recorded_before: datetime | None = None
) -> int:
    """Points that count for the tier of a programme calendar year, by value date: earned or confirmed, less what was
    taken back (a reversal counts for the day its earning counted for) and what is owed. Waiting points do not count.

    What is taken back after the year's last counted day (`counted_until`), and what is given again of that, changes the
    balance and no longer the year. `recorded_before`: as the book stood at that instant."""
    return status_points_of(member_id, (year,), point_type, recorded_before)[year]


def status_points_of(
    member_id: int, years: Sequence[int], point_type: str = "status", recorded_before: datetime | None = None
) -> dict[int, int]:
    """As `status_points`, for several years that follow each other. One query."""
    span = tuple(range(min(years), max(years) + 1))
    if recorded_before is None:
        sums = dict(_by_year(member_id, point_type, years=span))
    else:
        then = _counting(member_id, span, point_type).filter(transaction__recorded_at__lt=recorded_before)
        sums = dict(_summed(then))
    return {year: sums.get(year) or 0 for year in years}


@prepared
def _by_year(member: int, point_type: str, *, years: tuple[int, ...]) -> QuerySet[Entry, tuple[int, int]]:
    return _summed(_between(Entry.objects.filter(account__member=member), point_type, years))


def _summed(entries: QuerySet[Entry]) -> QuerySet[Entry, tuple[int, int]]:
    return entries.order_by().values_list("transaction__value_date__year").annotate(n=Sum("amount"))


def status_points_of_all(
    years: Sequence[int], point_type: str = "status", until: date | None = None, *, here: bool = False
) -> dict[int, dict[int, int]]:
    """As `status_points_of`, for every member who ever got some in these years. One query. `until`: only what counts
    for this day or an earlier one; `here`: only who neither left nor waits to be claimed."""
    rows = _counting(None, years, point_type).values_list("account__member_id", "transaction__value_date__year")
    if until is not None:
        rows = rows.filter(transaction__value_date__lte=until)
    if here:
        rows = rows.filter(
            account__member__is_active=True, account__member__joined_at__isnull=False, account__member__left_at=None
        )
    found: dict[int, dict[int, int]] = defaultdict(lambda: dict.fromkeys(years, 0))
    for member_id, year, points in rows.annotate(points=Sum("amount")).order_by():
        found[member_id][year] = points
    return dict(found)


def members_with_status(year: int, at_least: int) -> QuerySet[Entry, int]:
    """The ids of members with so many status points of a calendar year; a query to be put into another."""
    rows = _counting(None, [year], "status").filter(account__member__isnull=False).order_by().values("account__member")
    return rows.annotate(points=Sum("amount")).filter(points__gte=at_least).values_list("account__member", flat=True)


def members_with_spendable(at_least: int, *, at: datetime) -> QuerySet[Lot, int]:
    """The ids of members who can spend so many points at an instant; a query to be put into another."""
    rows = _spendable(Lot.objects.all(), at, "spend").order_by().values("member")
    return rows.annotate(points=Sum("remaining")).filter(points__gte=at_least).values_list("member", flat=True)


def _counting(member_id: int | None, years: Sequence[int], point_type: str) -> QuerySet[Entry]:
    entries = Entry.objects.all() if member_id is None else Entry.objects.filter(account__member_id=member_id)
    return _between(entries, point_type, years)


def _between(entries: QuerySet[Entry], point_type: str, years: Sequence[int]) -> QuerySet[Entry]:
    return entries.filter(
        account__role__in=[Role.AVAILABLE, Role.HELD, Role.DEBT],
        account__point_type__code=point_type,
        transaction__sealed=True,
        transaction__value_date__gte=date(min(years), 1, 1),
        transaction__value_date__lte=date(max(years), 12, 31),
    ).exclude(_too_late(years))


def _too_late(years: Sequence[int]) -> Q:
    """What was taken back when its year was counted for good, and what was given again of that."""
    late = Q()
    for year in years:
        over = day_bounds(counted_until(year))[1]
        took = Q(transaction__kind=Kind.REVERSE, transaction__recorded_at__gte=over)
        gave = Q(transaction__kind=Kind.RESTORE, transaction__reverses__recorded_at__gte=over)
        late |= Q(transaction__value_date__year=year) & (took | gave)
    # The kind first: it spares nearly every row the rest.
    return Q(transaction__kind__in=[Kind.REVERSE, Kind.RESTORE]) & late


def counts_for(earning: Transaction) -> date:
    """The programme day an earning counts for: that of its confirmation, when it had to wait for one."""
    confirmed = Transaction.objects.filter(resolves=earning, kind=Kind.ACTIVATE).values_list("value_date", flat=True)
    return confirmed.first() or earning.value_date


def left_to_reverse(earning: Transaction) -> dict[str, int]:
    """By point type code: what of an earning was neither taken back (or written off) nor has lapsed unconfirmed."""
    return _left([earning.pk])[earning.pk]


def _left(earnings: list[int]) -> dict[int, dict[str, int]]:
    """The same for many, in two queries."""
    of = {pk: pk for pk in earnings}
    left: dict[int, dict[str, int]] = {pk: defaultdict(int) for pk in earnings}
    undone = Transaction.objects.filter(sealed=True).filter(
        Q(reverses__in=earnings, kind=Kind.REVERSE) | Q(resolves__in=earnings, kind=Kind.LAPSE)
    )
    for pk, reverses, resolves, written_off in undone.values_list("pk", "reverses", "resolves", "written_off"):
        of[pk] = reverses or resolves or pk
        for code, amount in written_off.items():
            left[of[pk]][code] -= amount
    # The programme gave (negative) and took (positive): what stands between is the member's.
    rows = Entry.objects.filter(transaction_id__in=list(of), account__member=None).order_by("id")
    for pk, code, amount in rows.values_list("transaction_id", "point_type__code", "amount"):
        left[of[pk]][code] -= amount
    return {pk: dict(amounts) for pk, amounts in left.items()}


def taken_by(reversal: Transaction) -> dict[str, tuple[int, int]]:
    """By point type code: what a reversal revoked, and how much of that was still pending."""
    revoked: dict[str, int] = {}
    pending: dict[str, int] = {}
    rows = Entry.objects.filter(transaction=reversal).order_by("id")
    for code, role, amount in rows.values_list("point_type__code", "account__role", "amount"):
        if role == Role.REVOKED:
            revoked[code] = amount
        elif role == Role.PENDING:
            pending[code] = -amount
    return {code: (amount, pending.get(code, 0)) for code, amount in revoked.items()}


def reversible(*, subject: str = "", cause: str = "") -> list[Transaction]:
    """Earnings (and restored ones) for this subject or cause of which something is left to take back, oldest first."""
    rows = Transaction.objects.filter(sealed=True, kind__in=[Kind.EARN, Kind.EARN_PENDING, Kind.RESTORE])
    rows = rows.filter(subject=subject) if subject else rows.filter(cause=cause).exclude(cause="")
    found = list(rows.order_by("id"))
    left = _left([row.pk for row in found])
    return [row for row in found if any(left[row.pk].values())]


def restorable(*, subject: str = "", cause: str = "") -> list[Transaction]:
    """Reversals for this subject or cause that took something and were not restored yet, oldest first."""
    rows = Transaction.objects.filter(sealed=True, kind=Kind.REVERSE)
    rows = rows.filter(subject=subject) if subject else rows.filter(cause=cause).exclude(cause="")
    took = Entry.objects.filter(transaction=OuterRef("pk"), account__role=Role.REVOKED)
    return list(rows.exclude(reversals__kind=Kind.RESTORE).filter(Exists(took)).order_by("id"))


def share_due(*, earned: int, refunded: int, paid: int, taken: int) -> int:
    """What a further part refund takes back, so that all of them together have taken floor(earned × refunded / paid).

    `refunded` is the sum of all refunds up to and with this one, `taken` what the earlier ones took.
    """
    return earned * min(refunded, paid) // paid - taken
