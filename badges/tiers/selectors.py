"""Reads of tiers: the ladder, where a member stands, what is next."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import get_language

from badges.ledger.selectors import status_points, status_points_of
from badges.tiers.definitions import Step, codes_of, parse
from badges.tiers.models import LadderInForce, Tier, TierMove, TierOverride, TierStatus
from badges.tiers.reckoning import Earned, Rung, earned, years_for
from portal.core.clock import day_bounds, now, programme_day
from portal.core.prepared import prepared
from portal.core.reading import one, read_once


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

    The last one is in force. An earlier one stays in the list while a year that counts today was open at its end.
    """
    tiers, planned = _tiers_and_ladders()
    rows = [row for row in planned if row.since <= at]
    found = []
    first = years_for(programme_day(at), max(tier.rank for tier in tiers))[0]
    since = day_bounds(date(first, 1, 1))[0]
    for place, row in enumerate(rows):
        until = rows[place + 1].since if place + 1 < len(rows) else None
        if until is None or until > since:
            found.append(Ladder(row.number, rungs_of(row.steps, tiers), until))
    return found


def years_at(day: date, ladders: Sequence[Ladder]) -> tuple[int, ...]:
    """The calendar years whose points can carry a tier of one of these ladders on a day, this year the last."""
    return years_for(day, max(ladder.rungs[-1].rank for ladder in ladders))


def held_by(member_id: int, at: datetime) -> tuple[Rung, date | None, int]:
    """The tier that a member holds at an instant, its last valid day, and her status points of this year: what her
    points give, or what the house has set by hand where that is more."""
    found, points, rungs = _earned_by(member_id, at)
    found = lifted(found, _set_by_house.one(member_id, programme_day(at), at), rungs)
    return found.rung, found.until, points


def lifted(found: Earned, override: TierOverride | None, rungs: Sequence[Rung]) -> Earned:
    """What points give, or what the house has set where that is higher, or as high and lasts longer."""
    if override is None:
        return found
    tier = override.tier
    rung = next((one for one in rungs if one.code == tier.code), None) or Rung(tier, Step(tier.code, 0))
    return max(found, Earned(rung, override.until), key=lambda one: one.weight)


@prepared
def _set_by_house(member: int, day: date, at: datetime) -> QuerySet[TierOverride]:
    return _in_force(day, at).filter(member=member)


def _in_force(day: date, at: datetime) -> QuerySet[TierOverride]:
    """Overrides of an instant and its programme day, the weightiest first."""
    rows = TierOverride.objects.filter(state=TierOverride.State.APPROVED, since__lte=at, until__gte=day)
    rows = rows.filter(Q(ended_at=None) | Q(ended_at__gt=at))
    return rows.select_related("tier").order_by("-tier__rank", "-until", "-id")


LOWEST = 0


def tier_before(member_id: int, at: datetime) -> str:
    """With which tier a member came into a moment: what moves it in that moment comes later. Two queries at most."""
    code = _moved_before.one(member_id, at)
    return code if code is not None else _lowest()


@prepared
def _moved_before(member: int, at: datetime) -> QuerySet[TierMove, str]:
    rows = TierMove.objects.filter(member=member, at__lt=at).order_by("-at", "-id")
    return rows.values_list("new__code", flat=True)[:1]


@read_once
def _lowest() -> str:
    return Tier.objects.values_list("code", flat=True).get(rank=LOWEST)


class TierHistory:
    """The log of tiers in memory, for whoever judges many events. Two queries with the first that is asked."""

    def __init__(self) -> None:
        self._moves: dict[int, list[tuple[datetime, str]]] | None = None
        self._lowest = ""

    def before(self, member_id: int, at: datetime) -> str:
        """As `tier_before`."""
        if self._moves is None:
            self._moves, self._lowest = {}, _lowest()
            rows = TierMove.objects.order_by("at", "id").values_list("member_id", "at", "new__code")
            for member, moved, code in rows:
                self._moves.setdefault(member, []).append((moved, code))
        past = [code for moved, code in self._moves.get(member_id, ()) if moved < at]
        return past[-1] if past else self._lowest


def overrides_at(at: datetime) -> dict[int, TierOverride]:
    """What the house has set by hand at an instant, by member. One query."""
    return {row.member_id: row for row in reversed(_in_force(programme_day(at), at))}


def override_of(member_id: int, at: datetime) -> TierOverride | None:
    """What the house has set by hand for a member at an instant. One query."""
    return _set_by_house.one(member_id, programme_day(at), at)


def overrides(*, waiting: bool = False) -> QuerySet[TierOverride]:
    """Tiers set by hand, the newest first; only those that wait for a second person, the oldest first."""
    rows = TierOverride.objects.select_related("member__standing", "author", "decided_by", "ended_by", "tier")
    return rows.filter(state=TierOverride.State.WAITING).order_by("id") if waiting else rows.order_by("-id")


def _earned_by(member_id: int, at: datetime) -> tuple[Earned, int, tuple[Rung, ...]]:
    """What a member's points give at an instant, her points of this year, and the rungs of today.

    What she reached under an earlier ladder she keeps until its own last day, as long as the points are still hers:
    a threshold that is raised lowers nobody, nor does a tier that is given no more. A threshold that is lowered and a
    tier that is added lift at once. From there she falls a step at a time, as from any other.
    """
    day, ladders = programme_day(at), ladders_at(at)
    years = years_at(day, ladders)
    points = status_points_of(member_id, years)
    rungs = ladders[-1].rungs
    best = earned(points, rungs, day)
    today = {rung.code: rung for rung in rungs}
    for old in ladders[:-1]:
        # No more than what counts now can count then: mostly that says already that there is nothing to be had.
        if earned(points, old.rungs, day).weight <= best.weight:
            continue
        before = status_points_of(member_id, years, recorded_before=old.until)
        then = earned({year: min(n, before[year]) for year, n in points.items()}, old.rungs, day)
        if then.weight > best.weight:
            # Told with today's rung where the tier is still given: only what it asks for has changed. Who falls, falls
            # to a tier of today.
            rung = today.get(then.rung.code, then.rung)
            if then.steps and rung.code not in today:
                rung = rungs[min(rung.rank, len(rungs) - 1)]
            best = Earned(rung, then.until, then.steps)
    return best, points[day.year], rungs


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
    # In January of its last year the tier ends before the year does.
    by = min(date(day.year, 12, 31), meter.valid_until)
    return Keeping(meter.valid_until, missing, by, goal, meter.current.given)


@dataclass(frozen=True)
class Move:
    """A change of tier as pages tell it. `why`: what moved it, in the reader's language."""

    at: datetime
    name: str
    code: str
    rose: bool
    cause: str
    why: str
    points: int
    # What the house has set by hand, and until when; empty otherwise.
    reason: str = ""
    until: date | None = None


MOVES = 50


def moves_of(member_id: int, locale: str, *, limit: int = MOVES) -> list[Move]:
    """How she came to stand where she does, the newest first. Two queries."""
    rows = TierMove.objects.filter(member_id=member_id).select_related("old", "new", "override")
    rows = rows.prefetch_related("new__texts")
    found = []
    for move in rows.order_by("-at", "-id")[:limit]:
        texts = {text.locale: text.name for text in move.new.texts.all()}
        name = texts.get(locale) or texts.get("vi") or move.new.code
        set_by = move.override
        found.append(
            Move(
                timezone.localtime(move.at), name, move.new.code, move.new.rank > move.old.rank, move.cause,
                str(move.get_cause_display()), move.status_points, set_by.reason if set_by else "",
                set_by.until if set_by else None,
            )
        )  # fmt: skip
    return found
