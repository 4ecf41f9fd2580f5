"""I9 and I13: replaying every judged event through the revision that judged it gives what was paid.

One pass over the evaluations in the order in which they were judged, with counters of its own. A fault names the
evaluation, the posting or the counter.
"""

from collections import Counter as Counts
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db.models import F, Sum

from badges.campaigns import lifting
from badges.campaigns.models import Boost, Budget
from badges.campaigns.selectors import Book
from badges.challenges.verify import prizes_match
from badges.earning import caps, conditions
from badges.earning.definitions import PAIR, Cap, Definition, parse
from badges.earning.models import Evaluation, RuleInForce
from badges.earning.subjects import about, heard_as, house_of, values_of
from badges.ledger.actions.transferring import window_of
from badges.ledger.models import Account, Counter, Entry, Role, Transaction
from badges.ledger.verify import Finding, register
from badges.segments.selectors import History
from portal.core.clock import programme_day
from portal.core.reading import read_once
from portal.events.types.base import Event, registry

_CHUNK = 5_000
Window = tuple[str, date]
Outcome = dict[str, Any]


@dataclass
class _Judged:
    """An evaluation with the event it judged."""

    id: int
    member: int
    giver: int | None
    at: datetime
    event_id: int
    name: str
    payload: dict[str, Any]
    outcomes: list[Outcome]

    @property
    def day(self) -> date:
        """The programme's day on which it happened."""
        return programme_day(self.at)

    def subject(self, definition: Definition) -> str:
        """What the event was about; read only where a cap counts by it."""
        if not any(cap.scope == "subject" for cap in definition.caps):
            return ""
        return about(self.event).subject

    @property
    def event(self) -> Event:
        """The fact itself."""
        return registry[self.name].from_payload(self.payload, self.giver)

    def meets(self, definition: Definition, history: History) -> bool:
        """Whether what was told, and who it was about, meets all that the rule asks for."""
        told = values_of(self.event)
        return conditions.unmet(definition.when, told) is None and (
            not definition.segments or history.was_in(self.member, definition.segments, self.at)
        )


@dataclass
class _Replay:
    """The counters as they fill, and what was wrong on the way."""

    definitions: dict[tuple[str, int], Definition]
    merged: dict[int, int]
    used: dict[int, dict[Window, int]] = field(default_factory=lambda: defaultdict(lambda: defaultdict(int)))
    findings: list[Finding] = field(default_factory=list)
    postings: set[int] = field(default_factory=set)
    history: History = field(default_factory=History)
    campaigns: Book = field(default_factory=lambda: Book({}))
    # What each campaign with a limit has given, and what each posting got of which revision.
    spent: Counts[str] = field(default_factory=Counts)
    boosts: dict[tuple[int, str, int], dict[str, int]] = field(default_factory=dict)

    def wrong(self, judged: _Judged, message: str) -> None:
        self.findings.append(Finding("I13", "badges_evaluation", judged.id, f"evaluation {judged.id}: {message}"))

    def judge(self, judged: _Judged, mixed: set[int]) -> None:
        """Every outcome of one evaluation once more."""
        for outcome in judged.outcomes:
            definition = self.definitions.get((outcome["rule"], outcome["revision"]))
            if definition is None:
                self.wrong(judged, f"rule {outcome['rule']} has no revision {outcome['revision']}")
                continue
            asks = definition.when or definition.segments
            if asks and judged.meets(definition, self.history) == (outcome["outcome"] == "no_match"):
                self.wrong(judged, f"rule {outcome['rule']} read its conditions wrongly")
            if outcome["outcome"] in ("excluded", "no_match"):
                if outcome["granted"] or outcome["transaction"]:
                    self.wrong(judged, f"rule {outcome['rule']} passed it over and paid")
                continue
            windows = self._windows(judged, outcome["rule"], definition)
            used = self.used[judged.member]
            if judged.member not in mixed:
                so_far = self._pairs(judged, outcome, definition, [used[window] for window in windows])
                fitted, shares = caps.weigh(definition, so_far)
                boosts = self._lifted(judged, outcome, fitted, caps.Room(definition, so_far, shares))
                if fitted.granted != outcome["granted"]:
                    asked = f"rule {outcome['rule']} revision {outcome['revision']}"
                    self.wrong(judged, f"{asked} granted {outcome['granted']}, replayed it gives {fitted.granted}")
                if boosts != outcome.get("boosts", []):
                    self.wrong(judged, f"campaigns did {outcome.get('boosts', [])}, replayed they do {boosts}")
            counted = self._spend(outcome)
            for cap, window in zip(definition.caps, windows, strict=True):
                used[window] += _share(cap, counted)

    def _lifted(self, judged: _Judged, outcome: Outcome, fitted: caps.Fitted, room: caps.Room) -> list[dict[str, Any]]:
        """What the campaigns of that moment add to an award (in `fitted`), and what each says of it.

        The tier with which she came into the moment is the one that was noted: a late fact may have moved it since.
        """
        event = judged.event
        asked = self.campaigns.lifting(outcome["rule"], heard_as(event), judged.at) if fitted.granted else []
        if not asked:
            return []
        noted = [boost["data"]["tier"] for boost in outcome.get("boosts", []) if "tier" in boost["data"]]
        told = lifting.Told(
            house_of(event),
            lambda codes: self.history.was_in(judged.member, codes, judged.at),
            lambda: noted[0] if noted else "",
        )
        boosts = lifting.meet(asked, told)
        left = {
            boost.running.code: boost.terms.limit.points - self.spent[boost.running.code]
            for boost in lifting.limited(boosts)
            if boost.terms.limit is not None
        }
        for code, amount in lifting.pay(boosts, fitted.granted, left, room).items():
            fitted.granted[code] += amount
        return [boost.raw() for boost in boosts]

    def _spend(self, outcome: Outcome) -> dict[str, int]:
        """Takes what campaigns gave from their budgets, and returns what of the award counts in the rule's caps."""
        counted = dict(outcome["granted"])
        for boost in outcome.get("boosts", []):
            terms = self.campaigns.terms_of(boost["campaign"], boost["revision"])
            if terms is None:
                continue
            if terms.limit is not None:
                self.spent[boost["campaign"]] += boost["added"].get(terms.limit.type, 0)
            if boost["added"]:
                self.boosts[outcome["transaction"], boost["campaign"], boost["revision"]] = boost["added"]
            if terms.beyond_caps:
                for code, amount in boost["added"].items():
                    counted[code] = counted.get(code, 0) - amount
        return counted

    def _pairs(self, judged: _Judged, outcome: Outcome, definition: Definition, used: list[int]) -> list[int]:
        """What each cap was held against. For a pair the other wallet was read without its lock, so the number is the
        evaluation's own; it is never more than what this member had."""
        told = outcome.get("pair")
        for cap, mine in zip(definition.caps, used, strict=True):
            if cap.scope == PAIR and (not isinstance(told, int) or not 0 <= told <= mine):
                self.wrong(judged, f"rule {outcome['rule']} says {told} for a pair that had paid {mine} times at most")
                return used
        return [told if cap.scope == PAIR else n for cap, n in zip(definition.caps, used, strict=True)]

    def _windows(self, judged: _Judged, rule: str, definition: Definition) -> list[Window]:
        subject = judged.subject(definition)
        return [
            (caps.scope_of(cap, rule, judged.giver, subject), cap.window_start(judged.day)) for cap in definition.caps
        ]

    def posted(self, chunk: list[_Judged]) -> None:
        """Each paid outcome has the posting it names, under its key, of its revision, with its points."""
        paid = {o["transaction"]: (judged, o) for judged in chunk for o in judged.outcomes if o["transaction"]}
        rows = Transaction.objects.filter(pk__in=paid).values_list("pk", "source", "key", "revision__number")
        found = {pk: (source, key, number) for pk, source, key, number in rows}
        issued: dict[int, dict[str, int]] = defaultdict(dict)
        legs = Entry.objects.filter(transaction_id__in=paid, account__role=Role.ISSUED)
        for pk, code, amount in legs.values_list("transaction_id", "point_type__code").annotate(all=Sum("amount")):
            issued[pk][code] = -amount
        for pk, (judged, outcome) in paid.items():
            wanted = (f"rule:{outcome['rule']}", f"event:{judged.event_id}:{judged.member}", outcome["revision"])
            if found.get(pk) != wanted or pk in self.postings:
                self.wrong(judged, f"names posting {pk}, which is not the one of {wanted[1]} by {wanted[0]}")
            elif issued[pk] != outcome["granted"]:
                self.wrong(judged, f"granted {outcome['granted']}, posting {pk} issued {issued[pk]}")
        self.postings |= set(paid)

    def total(self, member: int) -> dict[Window, int]:
        """What a member's counters must say: her own, and those of all accounts that were merged into hers."""
        sums = dict(self.used.get(member, {}))
        for closed in [closed for closed, to in self.merged.items() if to == member]:
            for window, used in self.total(closed).items():
                sums[window] = sums.get(window, 0) + used
        return sums


def _share(cap: Cap, granted: dict[str, int]) -> int:
    if cap.metric == "times":
        return 1 if granted else 0
    return granted.get(cap.metric, 0)


def _evaluations() -> Iterator[list[_Judged]]:
    event = ("event__actor_id", "event__occurred_at", "event_id", "event__name", "event__payload")
    columns = ("id", "member_id", *event, "outcomes")
    chunk: list[_Judged] = []
    for row in Evaluation.objects.order_by("id").values_list(*columns).iterator(chunk_size=_CHUNK):
        pk, member, giver, at, *rest = row
        chunk.append(_Judged(pk, member, giver, at, *rest))
        if len(chunk) == _CHUNK:
            yield chunk
            chunk = []
    yield chunk


@read_once
def _replay() -> _Replay:
    """The whole log once more; within one `verify` it serves both invariants."""
    versions = RuleInForce.objects.select_related("rule").exclude(definition={})
    closed = Account.objects.filter(moved_to__isnull=False).values_list("member_id", "moved_to_id").distinct()
    merged = {member: to for member, to in closed if member is not None and to is not None}
    replay = _Replay({(row.rule.code, row.number): parse(row.definition) for row in versions}, merged)
    replay.campaigns = Book.in_force()
    # Where two accounts became one, the evaluations do not say what each had used by then: only sums are compared.
    mixed = set(merged) | set(merged.values())
    for chunk in _evaluations():
        for judged in chunk:
            replay.judge(judged, mixed)
        replay.posted(chunk)
    _add_passed_on(replay)
    return replay


def replays() -> list[Finding]:
    """I13: each evaluation is what its revision gives when all are judged again in their order, each names the posting
    that paid it, no rule's posting stands without one, and prizes of challenges are those of who finished."""
    replay = _replay()
    paid = Transaction.objects.filter(source__startswith="rule:", kind__in=["earn", "earn_pending"])
    findings = list(replay.findings)
    if paid.count() != len(replay.postings):
        for pk in sorted(set(paid.values_list("pk", flat=True)) - replay.postings):
            message = f"posting {pk} was paid by a rule and no evaluation names it"
            findings.append(Finding("I13", "badges_transaction", pk, message))
    return [*findings, *_boosts_wrong(replay), *prizes_match()]


def _boosts_wrong(replay: _Replay) -> list[Finding]:
    """Where the rows that name a posting's campaigns are not what the evaluations say."""
    found: dict[tuple[int, str, int], tuple[int, dict[str, int]]] = {}
    columns = ("id", "transaction", "version__campaign__code", "version__number", "added")
    for pk, posting, code, number, added in Boost.objects.values_list(*columns).iterator():
        found[posting, code, number] = (pk, added)
    wrong = []
    for place in sorted(found.keys() | replay.boosts.keys()):
        pk, added = found.get(place, (0, {}))
        wanted = replay.boosts.get(place, {})
        if added != wanted:
            message = (
                f"campaign {place[1]} revision {place[2]} added {added} to posting {place[0]}, judged were {wanted}"
            )
            wrong.append(Finding("I13", "badges_boost", pk, message))
    return wrong


def _budgets_wrong(replay: _Replay) -> list[Finding]:
    """Where a campaign's budget is not the sum of what was given of it, or more was given than there was."""
    wrong = []
    for pk, code, used in Budget.objects.values_list("pk", "campaign__code", "used"):
        if used != replay.spent[code]:
            message = f"the budget of campaign {code} says {used}, given were {replay.spent[code]}"
            wrong.append(Finding("I9", "badges_budget", pk, message, replay.spent[code], used))
    return wrong


def counters_match() -> list[Finding]:
    """I9: the counter of each cap is the sum of what was granted in its window, that of passing points on the sum of
    what the member passed on in its month, and the budget of a campaign the sum of what it added."""
    replay = _replay()
    rows = Counter.objects.values_list("id", "member_id", "scope", "window_start", "used")
    found = {(member, scope, start): (pk, used) for pk, member, scope, start, used in rows.iterator()}
    wanted = {
        (member, *window): used
        for member in {member for member, *_window in found} | set(replay.used)
        for window, used in replay.total(member).items()
    }
    findings = []
    for place in sorted(found.keys() | {place for place, used in wanted.items() if used}):
        pk, used = found.get(place, (0, 0))
        expected = wanted.get(place, 0)
        if used != expected:
            member, scope, start = place
            message = f"counter {scope} of member {member} from {start} says {used}, granted were {expected}"
            findings.append(Finding("I9", "badges_counter", pk, message, expected, used))
    return findings + _budgets_wrong(replay)


def _add_passed_on(replay: _Replay) -> None:
    legs = Entry.objects.filter(transaction__kind=Transaction.Kind.TRANSFER, account__member=F("transaction__member"))
    columns = ("transaction__member_id", "point_type__code", "transaction__value_date", "amount")
    for member, code, day, amount in legs.values_list(*columns):
        replay.used[member][window_of(code, day)] -= amount


register("I9", counters_match)
register("I13", replays)
