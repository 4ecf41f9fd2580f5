"""Caps: how much of an award still fits into its windows. Counters change in the posting's own transaction.

The caller holds the member's wallet lock, so two events of one member are judged one after the other and reading
before writing is safe.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import F

from badges.earning.definitions import PAIR, Cap, Definition
from badges.ledger.locks import lock_counters
from badges.ledger.models import Counter


@dataclass
class Fitted:
    """What the caps leave of an award: `granted` points, and the cap (if any) that took some or all of it."""

    granted: dict[str, int]
    outcome: str = "paid"
    data: dict[str, Any] = field(default_factory=dict)
    used: list[tuple[Counter, int]] = field(default_factory=list)
    # How often the two have paid each other by then, where a cap counts it: kept with the evaluation, for the proof.
    pair: int | None = None


class Room:
    """What the caps still leave when an award has taken its share: for what campaigns add to it."""

    def __init__(self, definition: Definition, used: Sequence[int], shares: Sequence[int]) -> None:
        self.caps, self.used, self.shares = definition.caps, used, list(shares)

    def fits(self, code: str, wanted: int) -> int:
        """How much of so many more points of a type fits: what is left where a cap trims, else all or nothing."""
        for place, cap in enumerate(self.caps):
            left = max(cap.limit - self.used[place] - self.shares[place], 0)
            if cap.metric == code and wanted > left:
                wanted = left if cap.on_exceed == "trim" else 0
        return wanted

    def take(self, code: str, amount: int) -> None:
        """Adds so many points to the share that the award takes of every cap that counts them."""
        self.shares = [
            share + amount if cap.metric == code else share
            for cap, share in zip(self.caps, self.shares, strict=True)
        ]  # fmt: skip


Lift = Callable[[Fitted, Room], None]


def fit(
    definition: Definition, *, rule_code: str, member_id: int, giver: int | None, subject: str, day: date,
    lift: Lift | None = None,
) -> Fitted:  # fmt: skip
    """Judges an award against its caps and takes its share of each counter.

    Returns outcome `paid`, `trimmed` or `capped` with the cap's numbers in `data`. A refused award uses nothing up.
    `lift`: adds what campaigns give on top of what is granted, within the room that is left or beyond it.
    """
    windows = [(scope_of(cap, rule_code, giver, subject), cap.window_start(day)) for cap in definition.caps]
    locked = lock_counters(member_id, windows) if windows else {}
    counters = [locked[window] for window in windows]
    so_far = [counter.used for counter in counters]
    if definition.paired:
        back = paid_back(definition, rule_code, member_id=member_id, giver=giver, day=day)
        so_far = mutual(definition, so_far, back)
    fitted, shares = weigh(definition, so_far)
    fitted.pair = next((n for cap, n in zip(definition.caps, so_far, strict=True) if cap.scope == PAIR), None)
    if lift is not None and fitted.granted:
        room = Room(definition, so_far, shares)
        lift(fitted, room)
        shares = room.shares
    fitted.used = [(counter, share) for counter, share in zip(counters, shares, strict=True) if share]
    for share in sorted(set(shares) - {0}):
        alike = [counter.pk for counter, taken in fitted.used if taken == share]
        Counter.objects.filter(pk__in=alike).update(used=F("used") + share)
    return fitted


def paid_back(definition: Definition, rule_code: str, *, member_id: int, giver: int | None, day: date) -> list[int]:
    """For each cap by the pair, how often the rule has paid the giver for the member's acts; 0 for all others.

    One query per such cap. Read without the giver's lock (two wallets are never locked for one award), so the number
    stands in the evaluation.
    """
    found = []
    for cap in definition.caps:
        if cap.scope != PAIR or giver is None:
            found.append(0)
            continue
        scope = scope_of(cap, rule_code, member_id, "")
        rows = Counter.objects.filter(member_id=giver, scope=scope, window_start=cap.window_start(day))
        found.append(rows.values_list("used", flat=True).first() or 0)
    return found


def mutual(definition: Definition, used: Sequence[int], back: Sequence[int]) -> list[int]:
    """What each cap is held against: what was used, and for a pair only as much as came from both sides. Pure."""
    return [
        min(mine, hers) if cap.scope == PAIR else mine
        for cap, mine, hers in zip(definition.caps, used, back, strict=True)
    ]


def weigh(definition: Definition, used: Sequence[int]) -> tuple[Fitted, list[int]]:
    """What the caps leave of an award when so much of each is used already, and what it adds to each. Pure.

    The one reckoning for paying and for trying a draft out.
    """
    fitted = Fitted(dict(definition.points))
    nothing = [0] * len(definition.caps)
    for cap, so_far in zip(definition.caps, used, strict=True):
        if cap.scope == PAIR:
            _halve(fitted, cap, so_far)
            continue
        left = max(cap.limit - so_far, 0)
        wanted = 1 if cap.metric == "times" else fitted.granted.get(cap.metric, 0)
        if wanted <= left:
            continue
        fitted.data = _numbers(cap, so_far)
        if cap.on_exceed == "reject" or cap.metric == "times":
            return Fitted({}, "capped", fitted.data), nothing
        fitted.outcome = "trimmed"
        fitted.granted[cap.metric] = left
    fitted.granted = {code: amount for code, amount in fitted.granted.items() if amount}
    if not fitted.granted:
        fitted.outcome = "capped"
        return fitted, nothing
    told = next(((cap, n) for cap, n in zip(definition.caps, used, strict=True) if cap.scope != PAIR), None)
    if fitted.outcome == "paid" and told is not None:
        fitted.data = _numbers(told[0], told[1] + 1)
    return fitted, [1 if cap.metric == "times" else fitted.granted.get(cap.metric, 0) for cap in definition.caps]


def _halve(fitted: Fitted, cap: Cap, so_far: int) -> None:
    """Each time that the two have paid each other `limit` times more, an act between them pays half as much."""
    halvings = min(so_far // cap.limit, 20)
    if halvings:
        fitted.outcome, fitted.data = "trimmed", _numbers(cap, so_far)
        fitted.granted = {code: amount >> halvings for code, amount in fitted.granted.items()}


def _numbers(cap: Cap, used: int) -> dict[str, Any]:
    return {"cap": cap.scope, "metric": cap.metric, "limit": cap.limit, "window": cap.window, "used": used}


def scope_of(cap: Cap, rule_code: str, giver: int | None, subject: str) -> str:
    """The counter's name. A group's counter is shared by all rules that name the group."""
    if cap.scope.startswith("group:"):
        return f"{cap.scope}:{cap.metric}"[:80]
    detail = {"rule": "", "giver": f":giver:{giver}", PAIR: f":pair:{giver}", "subject": f":{subject}"}[cap.scope]
    return f"rule:{rule_code}:{cap.metric}{detail}"[:80]
