"""Caps: how much of an award still fits into its windows. Counters change in the posting's own transaction.

The caller holds the member's wallet lock, so two events of one member are judged one after the other and reading
before writing is safe.
"""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import F

from badges.earning.definitions import Cap, Definition
from badges.ledger.locks import lock_counters
from badges.ledger.models import Counter


@dataclass
class Fitted:
    """What the caps leave of an award: `granted` points, and the cap (if any) that took some or all of it."""

    granted: dict[str, int]
    outcome: str = "paid"
    data: dict[str, Any] = field(default_factory=dict)
    used: list[tuple[Counter, int]] = field(default_factory=list)


def fit(
    definition: Definition, *, rule_code: str, member_id: int, giver: int | None, subject: str, day: date
) -> Fitted:
    """Judges an award against its caps and takes its share of each counter.

    Returns outcome `paid`, `trimmed` or `capped` with the cap's numbers in `data`. A refused award uses nothing up.
    """
    fitted = Fitted(dict(definition.points))
    windows = [(_scope(cap, rule_code, giver, subject), cap.window_start(day)) for cap in definition.caps]
    locked = lock_counters(member_id, windows) if windows else {}
    counters = [(cap, locked[window]) for cap, window in zip(definition.caps, windows, strict=True)]
    for cap, counter in counters:
        left = max(cap.limit - counter.used, 0)
        wanted = 1 if cap.metric == "times" else fitted.granted.get(cap.metric, 0)
        if wanted <= left:
            continue
        fitted.data = {
            "cap": cap.scope,
            "metric": cap.metric,
            "limit": cap.limit,
            "window": cap.window,
            "used": counter.used,
        }
        if cap.on_exceed == "reject" or cap.metric == "times":
            return Fitted({}, "capped", fitted.data)
        fitted.outcome = "trimmed"
        fitted.granted[cap.metric] = left
    fitted.granted = {code: amount for code, amount in fitted.granted.items() if amount}
    if not fitted.granted:
        fitted.outcome = "capped"
        return fitted
    for cap, counter in counters:
        share = 1 if cap.metric == "times" else fitted.granted.get(cap.metric, 0)
        if share:
            Counter.objects.filter(pk=counter.pk).update(used=F("used") + share)
            fitted.used.append((counter, share))
    if fitted.outcome == "paid" and definition.caps:
        cap, counter = counters[0]
        fitted.data = {
            "cap": cap.scope,
            "metric": cap.metric,
            "limit": cap.limit,
            "window": cap.window,
            "used": counter.used + 1,
        }
    return fitted


def _scope(cap: Cap, rule_code: str, giver: int | None, subject: str) -> str:
    """The counter's name. A group's counter is shared by all rules that name the group."""
    if cap.scope.startswith("group:"):
        return f"{cap.scope}:{cap.metric}"[:80]
    detail = {"rule": "", "giver": f":giver:{giver}", "subject": f":{subject}"}[cap.scope]
    return f"rule:{rule_code}:{cap.metric}{detail}"[:80]
