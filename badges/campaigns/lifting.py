"""What campaigns add to an award: pure reckoning, the same for paying, proving and rehearsing.

A campaign multiplies what its rule grants *after* the rule's caps, rounded down. What it adds counts in those caps and
follows their way of trimming or rejecting, unless the campaign goes beyond them; it never takes anything of the award.
Campaigns of one group share a mode: the first that fits pays (`first_match`), the one that multiplies most (`best_of`),
or all of them (`stack`), each on the award alone and not on what another one added. Groups know nothing of each other.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, Protocol

from badges.campaigns.definitions import Terms, more

PAID, TRIMMED, CAPPED, ROUNDED, NOTHING = "paid", "trimmed", "capped", "rounded", "nothing"
SCOPE, SEGMENT, TIER, GROUP, BUDGET, OVER = "scope", "segment", "tier", "group", "budget", "over"


@dataclass(frozen=True)
class Running:
    """A revision of a campaign that means a rule. `terms` None: it was over already when it happened."""

    code: str
    number: int
    id: int
    terms: Terms | None


@dataclass(frozen=True)
class Told:
    """What is known of an act and its member when it happened; `inside` and `tier` are asked only where it matters."""

    scope: str
    inside: Callable[[tuple[str, ...]], bool]
    tier: Callable[[], str]


class Room(Protocol):
    """What the rule's caps still leave."""

    def fits(self, code: str, wanted: int) -> int:
        """How much of so many more points of a type they let through."""

    def take(self, code: str, amount: int) -> None:
        """Uses that up."""


@dataclass(eq=False)
class Boost:
    """What one campaign did with an award, and why. `spent`: what its budget lost; `emptied`: it could not give all."""

    running: Running
    outcome: str = ""
    added: dict[str, int] = field(default_factory=dict)
    data: dict[str, Any] = field(default_factory=dict)
    times: Fraction = Fraction(1)
    spent: int = 0
    emptied: bool = False

    @property
    def terms(self) -> Terms:
        """Of a campaign that was running."""
        assert self.running.terms is not None
        return self.running.terms

    def raw(self) -> dict[str, Any]:
        """As it stands in `Evaluation.outcomes`."""
        named = {"campaign": self.running.code, "revision": self.running.number}
        return named | {"outcome": self.outcome, "added": self.added, "data": self.data}


def meet(asked: Iterable[Running], told: Told) -> list[Boost]:
    """Which of these campaigns the act meets: those without an outcome yet; the others say why not."""
    return [_met(running, told) for running in asked]


def _met(running: Running, told: Told) -> Boost:
    terms = running.terms
    if terms is None:
        return Boost(running, OVER)
    if terms.scopes and told.scope not in terms.scopes:
        return Boost(running, SCOPE)
    if terms.segments and not told.inside(terms.segments):
        return Boost(running, SEGMENT)
    tier = told.tier() if terms.tiers else ""
    data = {"tier": tier} if terms.tiers else {}
    times = terms.times_for(tier)
    if times is None:
        return Boost(running, TIER, data=data)
    return Boost(running, data=data | {"times": str(times)}, times=times)


def limited(boosts: Iterable[Boost]) -> list[Boost]:
    """Those that may still pay and have a budget to be asked first."""
    return [boost for boost in boosts if not boost.outcome and boost.terms.limit is not None]


def pay(boosts: Sequence[Boost], granted: Mapping[str, int], left: Mapping[str, int], room: Room) -> dict[str, int]:
    """Lets every campaign of `meet` add its part and say how; returns what all add together, by point type.

    `granted`: what the rule pays after its caps. `left`: what each limited campaign's budget still holds, by its code.
    """
    chosen = _chosen(boosts, left)
    total: dict[str, int] = {}
    for boost in boosts:
        if boost in chosen:
            _add(boost, granted, left.get(boost.running.code, 0), room)
            for code, amount in boost.added.items():
                total[code] = total.get(code, 0) + amount
    return total


def _chosen(boosts: Sequence[Boost], left: Mapping[str, int]) -> list[Boost]:
    """Those that pay, by the mode of each group; the others say that another one paid, or that nothing is left."""
    groups: dict[str, list[Boost]] = {}
    for boost in boosts:
        if boost.outcome:
            continue
        if boost.terms.limit is not None and left[boost.running.code] <= 0:
            boost.outcome, boost.emptied = BUDGET, True
            continue
        # Without a group a campaign stands for itself.
        groups.setdefault(boost.terms.group or f" {boost.running.code}", []).append(boost)
    chosen = []
    for several in groups.values():
        mode = several[0].terms.mode
        if mode == "stack":
            chosen += several
            continue
        # Of equals the first: `max` keeps it.
        best = several[0] if mode == "first_match" else max(several, key=lambda boost: boost.times)
        chosen.append(best)
        for boost in several:
            if boost is not best:
                boost.outcome, boost.data = GROUP, {**boost.data, "paid_by": best.running.code}
    return chosen


def _add(boost: Boost, granted: Mapping[str, int], left: int, room: Room) -> None:
    terms, limit = boost.terms, boost.terms.limit
    wanted = {code: more(granted.get(code, 0), boost.times) for code in terms.types}
    by = ""
    for code, amount in wanted.items():
        fits = amount if terms.beyond_caps else room.fits(code, amount)
        by = by or ("cap" if fits < amount else "")
        if limit is not None and code == limit.type and fits > left:
            by, boost.emptied = "budget", True
            fits = left if limit.on_exceed == "trim" else 0
        if fits:
            boost.added[code] = fits
            if not terms.beyond_caps:
                room.take(code, fits)
        if limit is not None and code == limit.type:
            boost.spent = fits
            boost.emptied = boost.emptied or fits == left
    if by:
        boost.data["by"] = by
    if not any(granted.get(code) for code in wanted):
        boost.outcome = NOTHING
    elif not any(wanted.values()):
        boost.outcome = ROUNDED
    elif not boost.added:
        boost.outcome = BUDGET if by == "budget" else CAPPED
    else:
        boost.outcome = TRIMMED if by else PAID
