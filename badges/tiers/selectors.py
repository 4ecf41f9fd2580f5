"""Reads of tiers: the ladder, where a member stands, what is next."""

from dataclasses import dataclass
from datetime import date, timedelta

from badges.ledger.selectors import status_points
from badges.tiers.models import Tier, TierStatus

GRACE_DAYS = 30


@dataclass(frozen=True)
class TierView:
    """A tier as pages show it."""

    code: str
    rank: int
    threshold: int
    mark: str
    name: str
    perks: list[str]


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
    """All tiers from the lowest, with texts in one language (Vietnamese where it has none). Two queries."""
    views = []
    for tier in Tier.objects.prefetch_related("texts"):
        texts = {t.locale: t for t in tier.texts.all()}
        text = texts.get(locale) or texts.get("vi")
        views.append(
            TierView(
                tier.code,
                tier.rank,
                tier.threshold,
                tier.mark,
                text.name if text else tier.code,
                text.perks if text else [],
            )
        )
    return views


def tier_earned(points_by_year: dict[int, int], tiers: list[Tier], day: date) -> tuple[Tier, date | None]:
    """The tier shown on a day, and its last valid day: a pure function of net status points and the calendar.

    The points of a calendar year reach a tier at once; it holds to the end of the next year plus 30 days. Of several
    that hold, the highest is shown.
    """
    lowest = min(tiers, key=lambda t: t.rank)
    best: tuple[Tier, date | None] = (lowest, None)
    for year, points in sorted(points_by_year.items()):
        reached = max((t for t in tiers if t.threshold <= points), key=lambda t: t.rank, default=lowest)
        valid_until = date(year + 1, 12, 31) + timedelta(days=GRACE_DAYS)
        if year <= day.year and day <= valid_until and reached.rank > 0 and reached.rank >= best[0].rank:
            best = (reached, valid_until)
    return best


def meter_of(member_id: int, *, day: date, locale: str) -> Meter:
    """Where the member stands in the year of `day`. A constant number of queries."""
    tiers = ladder(locale)
    status = TierStatus.objects.select_related("tier").filter(member_id=member_id).first()
    current = next((t for t in tiers if status and t.code == status.tier.code), tiers[0])
    points = status_points(member_id, day.year)
    above = next((t for t in tiers if t.rank == current.rank + 1), None)
    missing = max(above.threshold - points, 0) if above else 0
    return Meter(points, current, above, missing, status.valid_until if status else None)
