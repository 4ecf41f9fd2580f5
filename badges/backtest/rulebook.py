"""Which rules hear an event at an instant: those that were in force, and a draft put in force over a window."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from badges.campaigns import lifting
from badges.campaigns.definitions import Terms
from badges.campaigns.selectors import Book
from badges.earning.definitions import Definition, parse
from badges.earning.models import EarningRule, RuleInForce
from badges.earning.subjects import heard_as, house_of
from badges.segments.selectors import History
from badges.tiers.selectors import TierHistory
from portal.events.types.base import Event


@dataclass(frozen=True)
class Drafted:
    """A rule as a draft would have it: the event it hears, and what it pays."""

    event: str
    definition: Definition


@dataclass
class _Rule:
    code: str
    # (since, number, definition or None for "not in force"), the newest first
    versions: list[tuple[datetime, int, Definition | None]]

    def at(self, at: datetime) -> Definition | None:
        for since, _number, definition in self.versions:
            if since <= at:
                return definition
        return None


class Rulebook:
    """All rules by the event that they hear, in the order in which they are judged."""

    def __init__(self, rules: Mapping[str, list[_Rule]], campaigns: Book) -> None:
        self._rules = {name: list(rows) for name, rows in rules.items()}
        self._campaigns = campaigns
        # Who was in which segment when, and who held which tier: read once for each that is asked for.
        self.history, self.tiers = History(), TierHistory()

    @classmethod
    def in_force(cls) -> "Rulebook":
        """The rules and campaigns as they were at every instant. Three queries."""
        versions: dict[int, list[tuple[datetime, int, Definition | None]]] = {}
        for row in RuleInForce.objects.order_by("-since", "-number"):
            parsed = parse(row.definition) if row.definition else None
            versions.setdefault(row.rule_id, []).append((row.since, row.number, parsed))
        rules: dict[str, list[_Rule]] = {}
        for rule in EarningRule.objects.order_by("position", "id"):
            rules.setdefault(rule.event_name, []).append(_Rule(rule.code, versions.get(rule.pk, [])))
        return cls(rules, Book.in_force())

    def with_drafts(
        self, drafts: Mapping[str, Drafted], since: datetime, campaigns: Mapping[str, Terms] | None = None
    ) -> "Rulebook":
        """The same rules and campaigns, of which those that are drafted hold from `since` on as the drafts say.

        Something new comes last, as it would when it is approved.
        """
        book = Rulebook(self._rules, self._campaigns.with_drafts(campaigns or {}, since))
        for code, draft in drafts.items():
            rows = book._rules.setdefault(draft.event, [])
            known = next((place for place, rule in enumerate(rows) if rule.code == code), None)
            before = [v for v in rows[known].versions if v[0] < since] if known is not None else []
            rule = _Rule(code, [(since, 0, draft.definition), *before])
            if known is None:
                rows.append(rule)
            else:
                rows[known] = rule
        return book

    def lift(
        self, granted: dict[str, int], rule: str, event: Event, member: int, at: datetime, room: lifting.Room,
        spent: Counter[str],
    ) -> None:  # fmt: skip
        """Adds to what a rule grants what the campaigns of that instant add, as `campaigns.actions.lift` does; `spent`:
        what each campaign's budget has given."""
        running = self._campaigns.lifting(rule, heard_as(event), at) if granted else []
        if not running:
            return
        told = lifting.Told(
            house_of(event),
            lambda codes: self.history.was_in(member, codes, at),
            lambda: self.tiers.before(member, at),
        )
        boosts = lifting.meet(running, told)
        limits = {boost.running.code: boost.terms.limit for boost in lifting.limited(boosts)}
        left = {code: limit.points - spent[code] for code, limit in limits.items() if limit is not None}
        for code, amount in lifting.pay(boosts, granted, left, room).items():
            granted[code] += amount
        for boost in boosts:
            spent[boost.running.code] += boost.spent

    def hearing(self, name: str, at: datetime) -> Iterable[tuple[str, Definition]]:
        """The rules that hear an event of this name at this instant."""
        for rule in self._rules.get(name, ()):
            definition = rule.at(at)
            if definition is not None:
                yield rule.code, definition
