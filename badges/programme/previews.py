"""What a draft would have done: tried out on what really happened, beside what is in force. Writes nothing."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from fractions import Fraction
from typing import Any

from django.db.models import F, Q
from django.utils.translation import get_language

from badges.awards import counting
from badges.awards.counting import Row
from badges.awards.models import Award, Fact, Sight
from badges.campaigns.definitions import Terms, more
from badges.campaigns.lifting import Running, Told, meet
from badges.earning import conditions
from badges.earning.caps import mutual, scope_of, weigh
from badges.earning.definitions import Definition, parse
from badges.earning.models import EarningRule, Evaluation
from badges.earning.selectors import newest_in_force, rule_names
from badges.earning.subjects import about, heard_as, house_of, values_of
from badges.earning.vocabulary import CUSTOM
from badges.programme import contents, rungs, selectors
from badges.programme.challenge_trial import trial_of
from badges.programme.models import Draft
from badges.segments.selectors import History
from badges.tiers.models import Tier, TierStatus
from badges.tiers.reckoning import Rung, tier_earned
from badges.tiers.selectors import TierHistory, TierView, drafted_rungs, ladder, ladders_at, names_of
from portal.accounts.models import Member, Standing
from portal.core.clock import programme_day
from portal.events.models import DomainEvent
from portal.events.types import registry
from portal.events.types.outside import CustomTold

DAYS = 90
SAMPLE = 8


def preview_of(draft: Draft, *, at: datetime) -> dict[str, Any]:
    """What the page beside the approve button shows, by the draft's kind."""
    makers = {
        Draft.Kind.RULE: _rule, Draft.Kind.BADGE: _badge, Draft.Kind.LADDER: _ladder, Draft.Kind.CHALLENGE: trial_of,
        Draft.Kind.CAMPAIGN: _campaign,
    }  # fmt: skip
    return {draft.kind: makers[Draft.Kind(draft.kind)](draft, at), "days": DAYS}


def _here() -> Q:
    return Q(is_active=True, joined_at__isnull=False, left_at=None)


def _chips(ids: Iterable[int]) -> dict[int, Standing]:
    return Standing.objects.in_bulk(list(ids))


# ── Badges ──────────────────────────────────────────────────────────────────────────────────────────────────────
@dataclass
class BadgeTrial:
    """Who would hold it by everything that ever counted, who by the last days alone, and who is new to it."""

    holders: int
    awards: int
    recent: int
    holders_now: int
    fresh: int
    members: int
    sample: list[Standing]


def _badge(draft: Draft, at: datetime) -> BadgeTrial:
    reached = reached_by(draft.content, until=at)
    recent = reached_by(draft.content, since=at - timedelta(days=DAYS), until=at)
    now = set(
        Award.objects.filter(badge__code=draft.subject, revoked_at=None).values_list("member_id", flat=True).distinct()
    )
    fresh = sorted(set(reached) - now)
    # The newest to it first: they are whom a manager wants to see.
    chips = _chips([*fresh[:SAMPLE], *sorted(set(reached) & now)[: max(SAMPLE - len(fresh), 0)]])
    return BadgeTrial(
        len(reached), sum(reached.values()), len(recent), len(now), len(fresh),
        Member.objects.filter(_here()).count(), list(chips.values())[:SAMPLE],
    )  # fmt: skip


def reached_by(content: Mapping[str, Any], *, until: datetime, since: datetime | None = None) -> dict[int, int]:
    """Who meets drafted criteria, and how often (a badge per target: once for each). Everybody who is here. One query.

    The same reckoning as for giving, over the same facts.
    """
    criteria, per_target = contents.badge_criteria(dict(content)), bool(content.get("per_target"))
    facts = Fact.objects.filter(
        metric__in=criteria.metrics, withdrawn_at=None, occurred_at__lte=until, member__is_active=True,
        member__joined_at__isnull=False, member__left_at=None,
    ).exclude(other_id=F("member_id"))  # fmt: skip
    if since is not None:
        facts = facts.filter(occurred_at__gt=since)
    rows: dict[tuple[int, str], list[Row]] = defaultdict(list)
    fields = ("member_id", "id", "metric", "target", "other_id", "day", "hour")
    for member_id, *values in facts.order_by("id").values_list(*fields):
        row = Row(*values)
        rows[member_id, row.target if per_target else ""].append(row)
    found: Counter[int] = Counter()
    for (member_id, _target), own in rows.items():
        found[member_id] += counting.met(criteria, own)
    return {member_id: times for member_id, times in found.items() if times}


# ── Rules ───────────────────────────────────────────────────────────────────────────────────────────────────────
@dataclass
class Issued:
    """What a definition would have issued: by point type, by day (spend), by member (spend), and how many times."""

    total: Counter[str] = field(default_factory=Counter)
    by_day: Counter[date] = field(default_factory=Counter)
    by_member: Counter[int] = field(default_factory=Counter)
    paid: int = 0
    trimmed: int = 0


@dataclass
class RuleTrial:
    """A drafted rule beside the one in force, over the same events."""

    events: int
    draft: Issued
    now: Issued
    days: list[tuple[date, int, int]]
    people: list[tuple[Standing, int, int]]
    more: int
    less: int
    waits: bool
    shared: bool

    @property
    def most(self) -> int:
        """The highest day, for a chart; at least 1."""
        return max([1, *(max(draft, now) for _day, draft, now in self.days)])

    @property
    def bars(self) -> list[dict[str, Any]]:
        """Each day as two bars of a chart 100 units high, side by side in 8 units of width."""
        return [
            {"day": day, "draft": draft, "now": now, "x": 8 * n, "x2": 8 * n + 4, "high": draft * 100 // self.most,
             "low": now * 100 // self.most, "y": 100 - draft * 100 // self.most, "y2": 100 - now * 100 // self.most}
            for n, (day, draft, now) in enumerate(self.days)
        ]  # fmt: skip

    @property
    def wide(self) -> int:
        """How wide the chart is, in its own units."""
        return 8 * len(self.days)


def _rule(draft: Draft, at: datetime) -> RuleTrial:
    event_name, drafted = contents.rule_of(draft.content)
    body = selectors.body_at(Draft.Kind.RULE, draft.subject, at)
    current = parse(body) if body else None
    first = at - timedelta(days=DAYS)
    heard = list(_events(event_name, [d for d in (drafted, current) if d], first, at))
    tried, now = _try(draft.subject, drafted, heard, first), Issued()
    if current is not None:
        now = _try(draft.subject, current, heard, first)
    days = [programme_day(first) + timedelta(days=n) for n in range(1, DAYS + 1)]
    change = {m: tried.by_member[m] - now.by_member[m] for m in {*tried.by_member, *now.by_member}}
    shown = sorted(change, key=lambda m: (-abs(change[m]), -tried.by_member[m], m))[:SAMPLE]
    chips = _chips(shown)
    return RuleTrial(
        sum(1 for row in heard if row.occurred_at > first), tried, now,
        [(day, tried.by_day[day], now.by_day[day]) for day in days],
        [(chips[m], tried.by_member[m], now.by_member[m]) for m in shown if m in chips],
        sum(1 for n in change.values() if n > 0), sum(1 for n in change.values() if n < 0),
        drafted.wait is not None, any(cap.scope.startswith("group:") for cap in drafted.caps),
    )  # fmt: skip


def _events(name: str, definitions: list[Definition], first: datetime, at: datetime) -> Iterable[DomainEvent]:
    """The events to try on: as far back as the widest cap counts, without what was taken from sight since."""
    windows = {cap.window for definition in definitions for cap in definition.caps}
    day = programme_day(first)
    since = {"ever": None, "year": day.replace(month=1, day=1), "month": day.replace(day=1), "day": day}
    begin = next((since[w] for w in ("ever", "year", "month", "day") if w in windows), day)
    stored = CustomTold.name if name.startswith(CUSTOM) else name
    rows = DomainEvent.objects.filter(name=stored, occurred_at__lte=at).order_by("occurred_at", "id")
    rows = rows.filter(occurred_at__date__gte=begin) if begin is not None else rows
    gone = set(Sight.objects.filter(withdrawn=True).values_list("key", flat=True))
    for row in rows.iterator(chunk_size=2000):
        event = registry[row.name].from_payload(row.payload, row.actor_id)
        it = about(event)
        if heard_as(event) != name:
            continue
        if it.subject not in gone and it.cause not in gone:
            yield row


def _try(rule_code: str, definition: Definition, heard: list[DomainEvent], first: datetime) -> Issued:
    """Judges events in their order with counters in memory. Caps that rules share are counted for this rule alone."""
    issued, used, history = Issued(), Counter[tuple[int, str, date]](), History()
    for row in heard:
        event = registry[row.name].from_payload(row.payload, row.actor_id)
        member_id = getattr(event, definition.beneficiary, None)
        if member_id is None or (definition.exclude_self and event.actor == member_id):
            continue
        outside = definition.segments and not history.was_in(member_id, definition.segments, row.occurred_at)
        if outside or conditions.unmet(definition.when, values_of(event)):
            continue
        day, subject = programme_day(row.occurred_at), about(event).subject
        keys = [
            (member_id, scope_of(cap, rule_code, event.actor, subject), cap.window_start(day))
            for cap in definition.caps
        ]
        hers = ((scope_of(cap, rule_code, member_id, ""), cap.window_start(day)) for cap in definition.caps)
        back = [used[event.actor or 0, *window] for window in hers]
        fitted, shares = weigh(definition, mutual(definition, [used[key] for key in keys], back))
        for key, share in zip(keys, shares, strict=True):
            used[key] += share
        if fitted.granted and row.occurred_at > first:
            issued.total.update(fitted.granted)
            issued.by_day[day] += fitted.granted.get("spend", 0)
            issued.by_member[member_id] += fitted.granted.get("spend", 0)
            issued.paid += 1
            issued.trimmed += fitted.outcome == "trimmed"
    return issued


# ── Campaigns ───────────────────────────────────────────────────────────────────────────────────────────────────
@dataclass
class CampaignTrial:
    """What a drafted campaign would have added to what rules paid, caps and budgets aside; and what each rule pays a
    member of each tier while it runs: before and after, by point type."""

    acts: int
    lifted: int
    members: int
    added: Counter[str]
    people: list[tuple[Standing, int]]
    tiers: list[TierView]
    rules: list[tuple[str, list[tuple[Mapping[str, int], Mapping[str, int]]]]]


def _campaign(draft: Draft, at: datetime) -> CampaignTrial:
    terms = contents.campaign_of(draft.content)
    running, tiers, history = Running(draft.subject, 0, 0, terms), TierHistory(), History()
    acts = lifted = 0
    total, by_member = Counter[str](), Counter[int]()
    columns = ("member_id", "at", "event__name", "event__actor_id", "event__payload", "outcomes")
    rows = Evaluation.objects.filter(at__gt=at - timedelta(days=DAYS), at__lte=at).order_by("id")
    for member, then, name, actor, payload, outcomes in rows.values_list(*columns).iterator(chunk_size=2000):
        event = registry[name].from_payload(payload, actor)
        paid = [_award(one) for one in outcomes if one["granted"] and terms.lifts(one["rule"], heard_as(event))]
        acts += len(paid)
        told = Told(
            house_of(event), lambda codes, m=member, t=then: history.was_in(m, codes, t),
            lambda m=member, t=then: tiers.before(m, t),
        )  # fmt: skip
        [boost] = meet([running], told)
        if boost.outcome:
            continue
        for award in paid:
            added = Counter({code: more(award.get(code, 0), boost.times) for code in terms.types})
            lifted += any(added.values())
            total.update(added)
            by_member[member] += added[terms.types[0]]
    shown = [member for member, _n in sorted(by_member.items(), key=lambda one: (-one[1], one[0]))[:SAMPLE]]
    chips = _chips(shown)
    return CampaignTrial(
        acts, lifted, sum(1 for n in by_member.values() if n), total,
        [(chips[m], by_member[m]) for m in shown if m in chips and by_member[m]], *_as_each_tier(terms, at),
    )  # fmt: skip


def _award(outcome: Mapping[str, Any]) -> Counter[str]:
    """What the rule itself paid, without what campaigns of that time had added."""
    found = Counter(outcome["granted"])
    for boost in outcome.get("boosts", []):
        found.subtract(boost["added"])
    return found


def _as_each_tier(terms: Terms, at: datetime) -> tuple[list[TierView], list[Any]]:
    """What each rule in force pays a member of each tier of today, before and with the campaign."""
    locale = get_language() or "vi"
    names, tiers, found = rule_names(locale), ladder(locale), []
    for rule in EarningRule.objects.prefetch_related("versions"):
        version = newest_in_force(rule, at)
        if version is None or not terms.lifts(rule.code, rule.event_name):
            continue
        points, cells = parse(version.definition).points, []
        for tier in tiers:
            times = terms.times_for(tier.code) or Fraction(1)
            cells.append((points, points | {c: n + more(n, times) for c, n in points.items() if c in terms.types}))
        found.append((names.get(rule.code, rule.code), cells))
    return tiers, found


# ── Tiers ───────────────────────────────────────────────────────────────────────────────────────────────────────
@dataclass
class LadderTrial:
    """Who would rise at once, and who keeps a tier that the new ladder would no longer give, until its own day. Tiers
    stand by their codes; `names` says how they are called and drawn."""

    up: list[tuple[Standing, "Shown", "Shown"]]
    kept: list[tuple[Standing, "Shown", "Shown"]]
    ups: int
    keeps: int
    counts: list[tuple["Shown", int, int]]


@dataclass(frozen=True)
class Shown:
    """A tier of a drafted ladder or of the one in force, as the page shows it: `fresh` is one that it adds, `gone` one
    that it takes away."""

    code: str
    name: str
    mark: str
    fresh: bool = False
    gone: bool = False


def _ladder(draft: Draft, at: datetime) -> LadderTrial:
    tiers, current = list(Tier.objects.all()), ladders_at(at)[-1].rungs
    drafted = drafted_rungs(draft.content, tiers)
    held = list(TierStatus.objects.filter(rungs.of_here()).select_related("tier"))
    shown = _shown(draft, drafted, current, {status.tier.rank: status.tier for status in held})
    now = {status.member_id: status.tier.rank for status in held}
    day = programme_day(at)
    points = rungs.status_points_by_year(at)
    up: list[tuple[int, int, int]] = []
    kept: list[tuple[int, int, int]] = []
    would: dict[int, int] = {}
    for member_id in sorted({*points, *now}):
        rank, then = now.get(member_id, 0), _rank(points.get(member_id, {}), drafted, day)
        would[member_id] = max(rank, then)
        if then > rank:
            up.append((member_id, rank, then))
        elif then < min(rank, _rank(points.get(member_id, {}), current, day)):
            kept.append((member_id, rank, then))
    chips = _chips([m for m, _old, _new in [*up[:SAMPLE], *kept[:SAMPLE]]])
    return LadderTrial(
        [(chips[m], shown[old], shown[new]) for m, old, new in up[:SAMPLE] if m in chips],
        [(chips[m], shown[old], shown[new]) for m, old, new in kept[:SAMPLE] if m in chips],
        len(up), len(kept),
        [(one, sum(r == rank for r in now.values()), sum(r == rank for r in would.values()))
         for rank, one in sorted(shown.items())],
    )  # fmt: skip


def _shown(
    draft: Draft, drafted: tuple[Rung, ...], current: tuple[Rung, ...], held: dict[int, Tier]
) -> dict[int, Shown]:
    """Every tier of the draft, of today and still held by somebody, by its rank, in the draft's words. Two queries."""
    locale = get_language() or "vi"
    said = {**draft.texts.get("vi", {}), **draft.texts.get(locale, {})}
    names = names_of(locale) | {code: words["name"] for code, words in said.items() if words.get("name")}
    old, new = {rung.code for rung in current}, {rung.code for rung in drafted}
    tiers = held | {rung.rank: rung.tier for rung in (*current, *drafted)}
    return {
        rank: Shown(tier.code, names.get(tier.code, tier.code), tier.mark, tier.code in new - old, tier.code not in new)
        for rank, tier in tiers.items()
    }


def _rank(points: dict[int, int], ladder: tuple[Rung, ...], day: date) -> int:
    return tier_earned(points, ladder, day)[0].rank
