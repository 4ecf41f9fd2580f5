"""What moves a member's tier today: the rules that give status points, and how much of a shared cap is used."""

from dataclasses import dataclass
from datetime import datetime

from badges.earning.definitions import Cap, parse
from badges.earning.models import EarningRule
from badges.earning.selectors import newest_in_force
from badges.ledger.models import Counter
from portal.core.clock import programme_day

TALK = "group:community"


@dataclass(frozen=True)
class Way:
    """A rule that gives status points, as members read it."""

    name: str
    explanation: str
    status: int
    spend: int
    shared: bool


@dataclass(frozen=True)
class Shared:
    """How much of what all talk together may give in a year is given."""

    used: int
    limit: int

    @property
    def left(self) -> int:
        """What may still come this year."""
        return max(self.limit - self.used, 0)


def ways_to_rise(locale: str, *, at: datetime) -> list[Way]:
    """Every rule in force that gives status points, the most generous first. Three queries."""
    found = []
    for rule in EarningRule.objects.prefetch_related("versions", "texts"):
        version = newest_in_force(rule, at)
        texts = {text.locale: text for text in rule.texts.all()}
        text = texts.get(locale) or texts.get("vi")
        if version is None or text is None:
            continue
        definition = parse(version.definition)
        if status := definition.points.get("status", 0):
            shared = any(cap.scope == TALK for cap in definition.caps)
            found.append(Way(text.name, text.explanation, status, definition.points.get("spend", 0), shared))
    return sorted(found, key=lambda way: -way.status)


def talk_of(member_id: int, *, at: datetime) -> Shared | None:
    """What talk has given a member this year, of what it may give; None where no rule shares such a cap. 3 queries."""
    cap = _shared_cap(at)
    if cap is None:
        return None
    counters = Counter.objects.filter(
        member_id=member_id, scope=f"{TALK}:{cap.metric}", window_start=cap.window_start(programme_day(at))
    )
    return Shared(min(counters.values_list("used", flat=True).first() or 0, cap.limit), cap.limit)


def _shared_cap(at: datetime) -> Cap | None:
    for rule in EarningRule.objects.prefetch_related("versions"):
        version = newest_in_force(rule, at)
        caps = parse(version.definition).caps if version else ()
        found = next((cap for cap in caps if cap.scope == TALK and cap.metric == "status"), None)
        if found is not None:
            return found
    return None
