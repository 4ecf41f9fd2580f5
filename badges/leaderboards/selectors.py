"""Reads of the boards: reputation of a month out of the ledger, in order, whole or for one house."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.core.cache import cache
from django.db.models import Exists, OuterRef

from badges.leaderboards.models import BoardWish, PeriodClosed, Place, Told
from badges.leaderboards.permissions import on_boards
from badges.ledger.models import Entry, Role, Transaction
from portal.accounts.models import Member, Standing
from portal.core.clock import add_months, programme_day
from portal.core.errors import NotFound
from portal.core.shared_cache import AWAY
from portal.scopes.models import Scope

# A reversal is on the board within this time.
SECONDS = 20
SHOWN, NEIGHBOURS, MONTHS_BACK = 20, 2, 12


@dataclass(frozen=True)
class Score:
    """What a member's reputation of the month comes to, and since when she has had as much."""

    member_id: int
    score: int
    reached_at: datetime


@dataclass(frozen=True)
class Ranked:
    """A member's place: dense, so that nobody's number is skipped."""

    member_id: int
    rank: int
    score: int
    reached_at: datetime


@dataclass(frozen=True)
class Row:
    """A place as the page shows it. `gap`: some places lie between this row and the one above."""

    rank: int
    score: int
    standing: Standing
    own: bool = False
    gap: bool = False


@dataclass(frozen=True)
class Board:
    """A month of one board. `closed_at`: when it was counted for good; None while it still moves."""

    month: date
    scope: str
    rows: list[Row]
    people: int
    own: Ranked | None
    ahead: int
    closed_at: datetime | None


def month_of(at: datetime) -> date:
    """The programme month of an instant, by its first day."""
    return programme_day(at).replace(day=1)


def scores(month: date, scope: str = "", *, at: datetime) -> list[Score]:
    """Everybody's reputation of a month, as the ledger has it now; who has none is left out. One query.

    What was taken back counts against the month in which it was earned; merging two accounts earns nothing.
    """
    rows = Entry.objects.filter(
        account__point_type__code="rep", account__role__in=[Role.AVAILABLE, Role.HELD, Role.DEBT],
        transaction__sealed=True, transaction__value_date__gte=month, transaction__value_date__lt=add_months(month, 1),
        account__member__in=on_boards(at),
    ).exclude(transaction__kind=Transaction.Kind.MERGE)  # fmt: skip
    if scope:
        rows = rows.filter(Exists(Told.objects.filter(subject=OuterRef("transaction__subject"), scope=scope)))
    entries = rows.order_by("transaction__recorded_at", "transaction_id", "id").values_list(
        "account__member", "amount", "transaction__recorded_at"
    )
    by_member: dict[int, list[tuple[int, datetime]]] = {}
    for member_id, amount, recorded_at in entries:
        by_member.setdefault(member_id, []).append((amount, recorded_at))
    found = [Score(member_id, *reached(steps)) for member_id, steps in by_member.items()]
    return [one for one in found if one.score > 0]


def reached(steps: Sequence[tuple[int, datetime]]) -> tuple[int, datetime]:
    """What steps come to, and the moment since which it was never less: who got there earlier stands higher."""
    total, running, since, below = sum(amount for amount, _at in steps), 0, steps[0][1], True
    for amount, at in steps:
        running += amount
        if below and running >= total:
            since = at
        below = running < total
    return total, since


def ranked(found: Iterable[Score]) -> list[Ranked]:
    """Scores in order: more first, then earlier; the same score at the same instant is the same place."""
    places, rank, last = [], 0, None
    for one in sorted(found, key=lambda s: (-s.score, s.reached_at, s.member_id)):
        if (one.score, one.reached_at) != last:
            rank, last = rank + 1, (one.score, one.reached_at)
        places.append(Ranked(one.member_id, rank, one.score, one.reached_at))
    return places


def _live(month: date, scope: str, at: datetime) -> list[Ranked]:
    """The places as they stand, kept for some seconds where the cache answers."""
    key = f"board:{scope}:{month}"
    try:
        known: list[Ranked] | None = cache.get(key)
        if known is None:
            known = ranked(scores(month, scope, at=at))
            cache.set(key, known, SECONDS)
    except AWAY:
        known = ranked(scores(month, scope, at=at))
    return known


def forget(month: date, scope: str = "") -> None:
    """Lets the next look count anew: somebody came to the board or left it."""
    try:
        cache.delete(f"board:{scope}:{month}")
    except AWAY:
        return


def board(month: date, scope: str, viewer: Member, *, at: datetime) -> Board:
    """A month of one board with the viewer's own place and her neighbours. A constant number of queries.

    Raises NotFound for a month that has not begun. Who took her wish back since is on no board, old or new.
    """
    if month > month_of(at) or month < add_months(month_of(at), -MONTHS_BACK):
        raise NotFound
    period = PeriodClosed.objects.filter(scope=scope, month=month).first()
    if period is None:
        places = _live(month, scope, at)
    else:
        rows = Place.objects.filter(period=period, member__in=on_boards(at)).order_by("rank", "id")
        places = [Ranked(*row) for row in rows.values_list("member_id", "rank", "score", "reached_at")]
    mine = next((place for place in places if place.member_id == viewer.pk), None)
    ahead = max((p.score for p in places if mine and p.rank == mine.rank - 1), default=0) - (mine.score if mine else 0)
    shown = _shown(places, mine)
    return Board(month, scope, shown, len(places), mine, max(ahead, 0), period.closed_at if period else None)


def _shown(places: list[Ranked], mine: Ranked | None) -> list[Row]:
    """The first places, and around hers when she stands further down."""
    wanted = list(range(min(SHOWN, len(places))))
    if mine is not None:
        at = places.index(mine)
        wanted += [n for n in range(at - NEIGHBOURS, at + NEIGHBOURS + 1) if SHOWN <= n < len(places)]
    chips = Standing.objects.in_bulk([places[n].member_id for n in wanted])
    rows, last = [], -1
    for n in wanted:
        place = places[n]
        if place.member_id in chips:
            own = mine is not None and place.member_id == mine.member_id
            rows.append(Row(place.rank, place.score, chips[place.member_id], own, n > last + 1))
        last = n
    return rows


def has_wish(member_id: int) -> bool:
    """Whether she wishes to stand on boards."""
    return BoardWish.objects.filter(pk=member_id).exists()


def houses() -> list[Scope]:
    """The houses that have a board of their own."""
    return list(Scope.objects.filter(live=True, kind=Scope.Kind.SUB_BRAND).order_by("id"))


def months(at: datetime) -> list[date]:
    """This month and those before it that something is known of, the newest first. One query."""
    known = set(PeriodClosed.objects.filter(scope="").values_list("month", flat=True))
    this = month_of(at)
    return [m for m in (add_months(this, -n) for n in range(MONTHS_BACK + 1)) if m == this or m in known]
