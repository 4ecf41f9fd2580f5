"""What a statement says: opening balance, every line with its reason, closing balance, lots, and the ledger's hash."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Q, QuerySet, Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from badges.earning.statement import Line, lines_of
from badges.ledger import chain
from badges.ledger.models import Entry, Lot, PointType, Transaction
from badges.ledger.selectors import postings_of
from portal.accounts.models import Member
from portal.core.clock import day_bounds, programme_day, programme_zone
from portal.core.errors import Invalid
from portal.core.mail import house_name

# A statement is made whole and at once, so it has an end: a year of twenty-seven lines a day.
MOST_LINES = 10_000
_AT_ONCE = 500
# Confirming moves nothing in or out of the book: what waited was counted when it came.
_STILL = ("activate",)

Sums = dict[str, int]


@dataclass(frozen=True)
class Span:
    """Programme days, both inclusive."""

    first: date
    last: date

    @property
    def bounds(self) -> tuple[datetime, datetime]:
        """The half-open span of instants."""
        return day_bounds(self.first)[0], day_bounds(self.last)[1]


@dataclass(frozen=True)
class Row:
    """A line of the statement: what changed of each kind of points, and what all that was hers came to after it."""

    day: date
    title: str
    why: str
    amounts: Sums
    balances: Sums


@dataclass(frozen=True)
class LotRow:
    """Points of one kind that lapse together; `last_day` None: never."""

    code: str
    remaining: int
    last_day: date | None


@dataclass(frozen=True)
class Paper:
    """A whole statement. Balances are all that is hers of a kind: to spend, waiting and held, less what is owed."""

    programme: str
    member: str
    span: Span
    zone: str
    made_at: datetime
    kinds: dict[str, str]
    opening: Sums
    rows: list[Row]
    closing: Sums
    lots: list[LotRow]
    batch: dict[str, Any] | None


def year_of(year: int, *, at: datetime) -> Span:
    """A calendar year of the programme; the present one ends today."""
    return Span(date(year, 1, 1), min(date(year, 12, 31), programme_day(at)))


def years_of(member: Member, *, at: datetime) -> list[int]:
    """The calendar years in which her book has lines, and the present one; the newest first. One query."""
    first = postings_of(member.pk).order_by("recorded_at").values_list("recorded_at", flat=True).first()
    now = programme_day(at).year
    return list(range(now, (programme_day(first).year if first else now) - 1, -1))


def statement_of(owner: Member, span: Span, *, viewer: Member, at: datetime, most: int = MOST_LINES) -> Paper:
    """The owner's statement in the language of the moment, as this viewer may read it; the caller asked whether.

    The same queries for every 500 lines, and a few around them. Raises Invalid (`field`) for a span that ends before it
    begins or begins in days to come, or holds more than `most` lines. Reads only.
    """
    if span.first > programme_day(at):
        raise Invalid(_("These days are still to come."), field="first")
    if span.last < span.first:
        raise Invalid(_("The last day comes before the first."), field="last")
    start, end = span.bounds
    rows = postings_of(owner.pk).exclude(kind__in=_STILL).filter(recorded_at__gte=start, recorded_at__lt=end)
    if rows.count() > most:
        words = _("Those days hold more than %(most)s lines. Please choose fewer days.") % {"most": most}
        raise Invalid(words, field="last", code="too_long")
    codes = list(PointType.objects.order_by("id").values_list("code", flat=True))
    opening = _sums(owner.pk, start, codes)
    lines = list(_rows(rows, owner, viewer, opening))
    head = chain.head()
    return Paper(
        programme=house_name(), member=owner.name, span=span, zone=str(programme_zone()), made_at=at,
        kinds={code: name_of(code) for code in codes}, opening=opening, rows=lines,
        closing=lines[-1].balances if lines else opening, lots=_lots(owner.pk, at),
        batch={"number": head.number, "hash": head.hash, "at": head.at} if head else None,
    )  # fmt: skip


def name_of(code: str) -> str:
    """What people call a kind of points."""
    return {"spend": _("Hạt"), "status": _("Tier points"), "rep": _("Reputation")}.get(code, code)


def _sums(member_id: int, before: datetime, codes: list[str]) -> Sums:
    rows = Entry.objects.filter(account__member_id=member_id, transaction__recorded_at__lt=before)
    rows = rows.filter(transaction__sealed=True)
    found = dict(rows.values_list("point_type__code").annotate(total=Sum("amount")).order_by())
    return {code: found.get(code, 0) for code in codes}


def _rows(rows: QuerySet[Transaction], owner: Member, viewer: Member, running: Sums) -> Iterator[Row]:
    """Oldest first, some hundred at a time: the same queries for each handful, and no more rows in memory."""
    rows = rows.select_related("event", "revision__rule").order_by("recorded_at", "id")
    last: Transaction | None = None
    while True:
        behind = Q(recorded_at__gt=last.recorded_at) | Q(recorded_at=last.recorded_at, pk__gt=last.pk) if last else Q()
        handful = list(rows.filter(behind)[:_AT_ONCE])
        if handful:
            changes = _changes([t.pk for t in handful], owner.pk)
            with timezone.override(programme_zone()):
                told = lines_of(handful, owner_id=owner.pk, viewer_id=viewer.pk)
            for t, line in zip(handful, told, strict=True):
                amounts = changes.get(t.pk, {})
                running = {code: balance + amounts.get(code, 0) for code, balance in running.items()}
                yield Row(programme_day(t.recorded_at), _title(t, line), _why(t, line), amounts, running)
            last = handful[-1]
        if len(handful) < _AT_ONCE:
            return


def _title(t: Transaction, line: Line) -> str:
    # On pages this changes the line that waited; here the points leave on a day of their own.
    return _("Went back: nobody answered in time") if t.kind == Transaction.Kind.LAPSE else str(line.title)


def _why(t: Transaction, line: Line) -> str:
    # On pages the rule stands below the sentence; here there is only the sentence.
    paid_at_once = t.revision_id and line.why["text"] == _("Paid at once by the rule below.")
    return _("Paid at once: %(rule)s") % {"rule": line.why["facts"][0]["value"]} if paid_at_once else line.why["text"]


def _changes(transaction_ids: list[int], member_id: int) -> dict[int, Sums]:
    found: dict[int, Sums] = {}
    rows = Entry.objects.filter(transaction__in=transaction_ids, account__member_id=member_id)
    sums = rows.values_list("transaction_id", "point_type__code").annotate(total=Sum("amount"))
    for pk, code, total in sums.order_by("transaction_id", "point_type_id"):
        if total:
            found.setdefault(pk, {})[code] = total
    return found


def _lots(member_id: int, at: datetime) -> list[LotRow]:
    """What she can spend now, by kind and last day, the soonest first and what never lapses last."""
    rows = Lot.objects.filter(member_id=member_id, point_type__spendable=True, remaining__gt=0)
    rows = rows.filter(active_from__isnull=False)
    rows = rows.filter(Q(expires_on=None) | Q(expires_on__gte=programme_day(at)))
    sums = rows.values_list("point_type__code", "expires_on").annotate(total=Sum("remaining")).order_by()
    found = [LotRow(code, total, day) for code, day, total in sums]
    return sorted(found, key=lambda lot: (lot.code, lot.last_day or date.max))
