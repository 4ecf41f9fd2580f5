"""Reads of tiers: the ladder, where a member stands, what is next."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import get_language

from badges.ledger.selectors import status_points, status_points_of
from badges.tiers.definitions import Step, codes_of, parse
from badges.tiers.models import LadderInForce, Tier, TierMove, TierStatus
from portal.core.clock import day_bounds, now, programme_day
from portal.core.reading import one, read_once

GRACE_DAYS = 30


@dataclass(frozen=True)
class Rung:
    """A tier with what it asks for at some time."""

    tier: Tier
    step: Step

    @property
    def rank(self) -> int:
        """0 is where everybody begins."""
        return self.tier.rank

    @property
    def threshold(self) -> int:
        """Status points of a calendar year."""
        return self.step.threshold

    @property
    def code(self) -> str:
        """The tier's own."""
        return self.tier.code


@dataclass(frozen=True)
class Ladder:
    """All rungs from the lowest, and until when they were in force (None: still)."""

    number: int
    rungs: tuple[Rung, ...]
    until: datetime | None = None


def rungs_of(raw: Mapping[str, object], tiers: Iterable[Tier]) -> tuple[Rung, ...]:
    """The rungs of a stored ladder: of these tiers the ones that it names. Raises Invalid for one that is not there."""
    known = {tier.code: tier for tier in tiers}
    steps = parse(raw, [code for code in codes_of(raw) if code in known])
    return tuple(Rung(known[step.code], step) for step in steps)


def drafted_rungs(content: Mapping[str, Any], tiers: Sequence[Tier]) -> tuple[Rung, ...]:
    """The rungs of a drafted ladder; a tier that it adds (`adds`: code and mark) needs no row yet. Raises Invalid."""
    every = list(tiers)
    if (adds := content.get("adds")) and adds["code"] not in {tier.code for tier in every}:
        every.append(Tier(code=adds["code"], rank=len(content["steps"]) - 1, mark=adds["mark"]))
    return rungs_of(content, every)


def body_at(at: datetime) -> dict[str, object]:
    """What the ladder in force at an instant says. One query."""
    row = LadderInForce.objects.filter(since__lte=at).order_by("-since", "-number").first()
    assert row is not None  # the first migration of ladders writes one
    body: dict[str, object] = row.steps
    return body


def planned_after(at: datetime) -> tuple[datetime, list[str]] | None:
    """The next ladder that begins after an instant and the tiers it names; None without one. One query."""
    row = LadderInForce.objects.filter(since__gt=at).order_by("since", "number").first()
    return (row.since, codes_of(row.steps)) if row is not None else None


@read_once
def _tiers_and_ladders() -> tuple[list[Tier], list[LadderInForce]]:
    """Every tier, and every ladder there is or will be from the oldest."""
    return list(Tier.objects.all()), list(LadderInForce.objects.order_by("since", "number"))


def ladders_at(at: datetime) -> list[Ladder]:
    """The ladder in force at an instant, and before it those whose points can still carry a tier. Two queries.

    The last one is in force. An earlier one stays in the list while the year in which it ended is this or the last.
    """
    tiers, planned = _tiers_and_ladders()
    rows = [row for row in planned if row.since <= at]
    found = []
    since = day_bounds(date(programme_day(at).year - 1, 1, 1))[0]
    for place, row in enumerate(rows):
        until = rows[place + 1].since if place + 1 < len(rows) else None
        if until is None or until > since:
            found.append(Ladder(row.number, rungs_of(row.steps, tiers), until))
    return found


def held_by(member_id: int, at: datetime) -> tuple[Rung, date | None, int]:
    """The tier that a member holds at an instant, its last valid day, and her status points of this year.

    What she reached under an earlier ladder she keeps until its own last day, as long as the points are still hers:
    a threshold that is raised lowers nobody, nor does a tier that is given no more. A threshold that is lowered and a
    tier that is added lift at once.
    """
    day, ladders = programme_day(at), ladders_at(at)
    points = status_points_of(member_id, (day.year - 1, day.year))
    best, valid_until = tier_earned(points, ladders[-1].rungs, day)
    today = {rung.code: rung for rung in ladders[-1].rungs}
    for old in ladders[:-1]:
        then = {y: min(n, status_points(member_id, y, recorded_before=old.until)) for y, n in points.items()}
        rung, until = tier_earned(then, old.rungs, day)
        if rung.rank > best.rank:
            # Told with today's rung where the tier is still given: only what it asks for has changed.
            best, valid_until = today.get(rung.code, rung), until
    return best, valid_until, points[day.year]


@dataclass(frozen=True)
class TierView:
    """A tier as pages show it."""

    code: str
    rank: int
    threshold: int
    mark: str
    name: str
    perks: list[str]
    percent: int = 100
    # Still given today; else it is held until its last day by who had reached it.
    given: bool = True


@dataclass(frozen=True)
class Meter:
    """Progress of a member in a calendar year. `missing` is 0 at the top, where `next` is None."""

    points: int
    current: TierView
    next: TierView | None
    missing: int
    valid_until: date | None

    @property
    def goal(self) -> int:
        """The threshold the ring runs to: the next tier's, or at the top one's own."""
        return self.next.threshold if self.next else self.current.threshold

    @property
    def percent(self) -> int:
        """How full the ring is, in whole per cent; 100 only when the goal is reached."""
        return min(100, self.points * 100 // self.goal) if self.goal else 100


def ladder(locale: str) -> list[TierView]:
    """All tiers from the lowest as they are today, texts in one language (Vietnamese where it has none). 3 queries."""
    tiers = Tier.objects.prefetch_related("texts")
    return [_view(rung, locale) for rung in rungs_of(body_at(now()), tiers)]


def _view(rung: Rung, locale: str, *, given: bool = True) -> TierView:
    tier, texts = rung.tier, {text.locale: text for text in rung.tier.texts.all()}
    text = texts.get(locale) or texts.get("vi")
    name, perks = (text.name, text.perks) if text else (tier.code, [])
    return TierView(tier.code, tier.rank, rung.threshold, tier.mark, name, perks, rung.step.percent, given)


def ladder_today() -> list[TierView]:
    """All tiers of today in the reader's language. Three queries."""
    return ladder(get_language() or "vi")


def names_of(locale: str) -> dict[str, str]:
    """What every tier is called that there ever was, by its code, in one language. Two queries."""
    found = {}
    for tier in Tier.objects.prefetch_related("texts"):
        texts = {text.locale: text.name for text in tier.texts.all()}
        found[tier.code] = texts.get(locale) or texts.get("vi") or tier.code
    return found


def _of_the_past(tier: Tier, locale: str) -> TierView:
    """A tier that no ladder in force names any more, by the last one that did. Two queries."""
    rows = LadderInForce.objects.filter(since__lte=now()).order_by("-since", "-number")
    body = next((row.steps for row in rows if tier.code in codes_of(row.steps)), None)
    step = next((step for step in parse(body, codes_of(body)) if step.code == tier.code), None) if body else None
    return _view(Rung(tier, step or Step(tier.code, 0)), locale, given=False)


def tier_earned(points_by_year: dict[int, int], rungs: Sequence[Rung], day: date) -> tuple[Rung, date | None]:
    """The tier shown on a day, and its last valid day: a pure function of net status points and the calendar.

    The points of a calendar year reach a tier at once; it holds to the end of the next year plus 30 days. Of several
    that hold, the highest is shown.
    """
    lowest = rungs[0]
    best: tuple[Rung, date | None] = (lowest, None)
    for year, points in sorted(points_by_year.items()):
        reached = max((r for r in rungs if r.threshold <= points), key=lambda r: r.rank, default=lowest)
        valid_until = date(year + 1, 12, 31) + timedelta(days=GRACE_DAYS)
        if year <= day.year and day <= valid_until and reached.rank > 0 and reached.rank >= best[0].rank:
            best = (reached, valid_until)
    return best


def meter_of(member_id: int, *, day: date, locale: str) -> Meter:
    """Where the member stands in the year of `day`. A constant number of queries."""
    tiers = ladder(locale)
    status = one(TierStatus.objects.select_related("tier").filter(member_id=member_id))
    current = next((t for t in tiers if status and t.code == status.tier.code), None)
    if current is None:
        current = _of_the_past(status.tier, locale) if status else tiers[0]
    points = status_points(member_id, day.year)
    above = next((t for t in tiers if t.rank == current.rank + 1), None)
    missing = max(above.threshold - points, 0) if above else 0
    return Meter(points, current, above, missing, status.valid_until if status else None)


@dataclass(frozen=True)
class Keeping:
    """What keeps a member on her tier. `missing`: points she lacks this year for keeping it beyond `until`; 0 when this
    year's points carry it already, and where `given` is false: no points keep a tier that is given no more. `by`: the
    last day on which they count."""

    until: date
    missing: int
    by: date
    goal: int
    given: bool = True


def keeping_of(member_id: int, meter: Meter, *, at: datetime) -> Keeping | None:
    """What keeps her where she is; None on the lowest tier, which has no last day. No query."""
    if meter.valid_until is None or meter.current.rank == 0:
        return None
    day = programme_day(at)
    goal = meter.current.threshold
    missing = max(goal - meter.points, 0) if meter.current.given else 0
    return Keeping(meter.valid_until, missing, date(day.year, 12, 31), goal, meter.current.given)


@dataclass(frozen=True)
class Move:
    """A change of tier as her page tells it."""

    at: datetime
    name: str
    code: str
    rose: bool


def moves_of(member_id: int, locale: str, *, limit: int = 6) -> list[Move]:
    """How she came to stand where she does, the newest first. Two queries."""
    rows = TierMove.objects.filter(member_id=member_id).select_related("old", "new").prefetch_related("new__texts")
    found = []
    for move in rows.order_by("-at", "-id")[:limit]:
        texts = {text.locale: text.name for text in move.new.texts.all()}
        name = texts.get(locale) or texts.get("vi") or move.new.code
        found.append(Move(timezone.localtime(move.at), name, move.new.code, move.new.rank > move.old.rank))
    return found
