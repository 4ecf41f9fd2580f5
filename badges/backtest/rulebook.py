"""Which rules hear an event at an instant: those that were in force, and a draft put in force over a window."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from badges.earning.definitions import Definition, parse
from badges.earning.models import EarningRule, RuleInForce
from badges.segments.selectors import History


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

    def __init__(self, rules: Mapping[str, list[_Rule]]) -> None:
        self._rules = {name: list(rows) for name, rows in rules.items()}
        # Who was in which segment when: read once for each that a rule asks for.
        self.history = History()

    @classmethod
    def in_force(cls) -> "Rulebook":
        """The rules as they were at every instant. Two queries."""
        versions: dict[int, list[tuple[datetime, int, Definition | None]]] = {}
        for row in RuleInForce.objects.order_by("-since", "-number"):
            parsed = parse(row.definition) if row.definition else None
            versions.setdefault(row.rule_id, []).append((row.since, row.number, parsed))
        rules: dict[str, list[_Rule]] = {}
        for rule in EarningRule.objects.order_by("position", "id"):
            rules.setdefault(rule.event_name, []).append(_Rule(rule.code, versions.get(rule.pk, [])))
        return cls(rules)

    def with_drafts(self, drafts: Mapping[str, Drafted], since: datetime) -> "Rulebook":
        """The same rules, of which those that are drafted hold from `since` on as the drafts say.

        A new rule comes last, as it would when it is approved.
        """
        book = Rulebook(self._rules)
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

    def hearing(self, name: str, at: datetime) -> Iterable[tuple[str, Definition]]:
        """The rules that hear an event of this name at this instant."""
        for rule in self._rules.get(name, ()):
            definition = rule.at(at)
            if definition is not None:
                yield rule.code, definition
