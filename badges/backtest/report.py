"""What two worlds tell, side by side, as plain JSON: the base first, the draft second, everywhere."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from badges.backtest.lines import LAPSED, WAITING, Line
from badges.backtest.replay import Replayed
from badges.backtest.rings import risk_of
from badges.backtest.world import World
from badges.tiers.reckoning import Rung, tier_earned, years_for

# Raised when the reckoning or the shape of a result changes: an older result says by which it was made.
ENGINE = 1
TOP = 20
SAMPLE = 12
# How far a member's sum moves, from here on; below the first one as above, with the other sign.
STEPS = (1, 5, 20, 100, 500)
Pair = list[int]
Sums = dict[int, dict[str, Pair]]


def report_of(
    found: Replayed, *, first: date, last: date, values: Mapping[str, int], drafted: Iterable[str]
) -> tuple[dict[str, Any], list[list[Any]]]:
    """The result of a replay, and each member whose points differ: `[id, {code: [base, draft]}]`.

    `values`: what a point is worth in đồng, by the codes of all point types in their order. `drafted`: the rules that
    the draft changes.
    """
    worlds = (found.base, found.draft)
    people = members_of(worlds)
    shown = [code for code in values if any(code in sums for sums in people.values())]
    result: dict[str, Any] = {
        "engine": ENGINE, "first": first.isoformat(), "last": last.isoformat(), "events": found.events,
        "before": found.before, "codes": shown, "types": {code: _type(worlds, code, values[code]) for code in shown},
        "rules": _rules(worlds, set(drafted)), "days": {code: _days(worlds, code, first, last) for code in shown},
        "rule_days": _rule_days(worlds), "people": {code: _people(people, code) for code in shown},
        "risk": risk_of(*worlds, next(iter(values))),
    }  # fmt: skip
    return result, [[member, sums] for member, sums in sorted(people.items()) if any(b != d for b, d in sums.values())]


def members_of(worlds: Sequence[World]) -> Sums:
    """What each member has of what the window gave her, waiting points included, by type in both worlds."""
    people: Sums = defaultdict(dict)
    for place, world in enumerate(worlds):
        for line in world.lines:
            for code in line.amounts:
                people[world.whose(line.member)].setdefault(code, [0, 0])[place] += line.left.get(code, 0)
    return people


def _type(worlds: Sequence[World], code: str, value: int) -> dict[str, Any]:
    fates = [_fates(world.lines)[code] for world in worlds]
    sums = {name: [fate[name] for fate in fates] for name in ("issued", "waiting", "lapsed", "taken", "had")}
    return sums | {"value": value, "cost": [had * value for had in sums["had"]]}


def _fates(lines: Iterable[Line]) -> dict[str, Counter[str]]:
    """By point type: what was issued, and what became of it. `had` is what members have, waiting points included."""
    found: dict[str, Counter[str]] = defaultdict(Counter)
    for line in lines:
        for code, amount in line.amounts.items():
            of, left = found[code], line.left.get(code, 0)
            of["had"] += left
            of["waiting"] += left if line.state in WAITING else 0
            if line.again:
                of["taken"] -= left  # taken once and given again is not taken
                continue
            of["issued"] += amount
            of["lapsed" if line.state == LAPSED else "taken"] += amount - left
    return found


def _rules(worlds: Sequence[World], drafted: set[str]) -> list[dict[str, Any]]:
    lines: list[dict[str, list[Line]]] = [defaultdict(list), defaultdict(list)]
    for place, world in enumerate(worlds):
        for line in world.lines:
            lines[place][line.rule].append(line)
    heard = {rule for world in worlds for rule, _outcome in world.outcomes}
    rows = []
    for rule in sorted(heard | drafted):
        fates = [_fates(of[rule]) for of in lines]
        codes = sorted({code for fate in fates for code in fate})
        names = ("issued", "waiting", "lapsed", "taken", "had")
        rows.append({
            "code": rule, "drafted": rule in drafted,
            "points": {code: {name: [fate[code][name] for fate in fates] for name in names} for code in codes},
            "acts": {
                outcome: [world.outcomes[rule, outcome] for world in worlds]
                for outcome in ("paid", "pending", "trimmed", "capped", "excluded", "no_match")
            },
        })  # fmt: skip
    return sorted(rows, key=lambda row: (not row["drafted"], row["code"]))


def _issued(world: World) -> Counter[tuple[str, str, date]]:
    found: Counter[tuple[str, str, date]] = Counter()
    for line in world.lines:
        if not line.again:
            for code, amount in line.amounts.items():
                found[line.rule, code, line.day] += amount
    return found


def _days(worlds: Sequence[World], code: str, first: date, last: date) -> list[list[Any]]:
    """Every day of the window with what was issued on it."""
    sums: list[Counter[date]] = [Counter(), Counter()]
    for place, world in enumerate(worlds):
        for (_rule, one, day), amount in _issued(world).items():
            if one == code:
                sums[place][day] += amount
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    return [[day.isoformat(), sums[0][day], sums[1][day]] for day in days]


def _rule_days(worlds: Sequence[World]) -> dict[str, dict[str, list[list[Any]]]]:
    """By rule and point type, the days on which something was issued."""
    sums = [_issued(world) for world in worlds]
    found: dict[str, dict[str, list[list[Any]]]] = defaultdict(lambda: defaultdict(list))
    for rule, code, day in sorted({key for one in sums for key in one}):
        found[rule][code].append([day.isoformat(), *(one[rule, code, day] for one in sums)])
    return {rule: dict(codes) for rule, codes in found.items()}


def _people(people: Sums, code: str) -> dict[str, Any]:
    moved = [
        (draft - base, member, base, draft) for member, sums in people.items() for base, draft in [_of(sums, code)]
    ]
    more = sorted((m for m in moved if m[0] > 0), key=lambda m: (-m[0], m[1]))
    less = sorted((m for m in moved if m[0] < 0), key=lambda m: (m[0], m[1]))
    return {
        "more": len(more), "less": len(less), "same": len(moved) - len(more) - len(less),
        "top_more": [[member, base, draft] for _by, member, base, draft in more[:TOP]],
        "top_less": [[member, base, draft] for _by, member, base, draft in less[:TOP]],
        "buckets": _buckets([by for by, *_rest in moved]),
    }  # fmt: skip


def _of(sums: dict[str, Pair], code: str) -> Pair:
    return sums.get(code, [0, 0])


def _buckets(moves: list[int]) -> list[list[int | None]]:
    """`[from, to, members]`, from the greatest loss to the greatest gain; None where a bucket has no end."""
    ups: list[tuple[int, int | None]] = [
        (low, STEPS[place + 1] - 1 if place + 1 < len(STEPS) else None) for place, low in enumerate(STEPS)
    ]
    downs = [(-high if high is not None else None, -low) for low, high in reversed(ups)]
    return [
        [low, high, sum((low is None or by >= low) and (high is None or by <= high) for by in moves)]
        for low, high in [*downs, (0, 0), *ups]
    ]


def tiers_of(
    found: Replayed,
    points: Mapping[int, Mapping[int, int]],
    *,
    now: Sequence[Rung],
    drafted: Sequence[Rung],
    day: date,
) -> dict[str, Any]:
    """Where each member stands by her points on the last day, and where she would: under the drafted ladder, with the
    status points that the drafted rules would have given.

    `points`: status points by member and calendar year as the ledger has them. Purely what the points give: whoever
    falls here keeps her tier until its own last day.
    """
    change: Counter[tuple[int, int]] = Counter()
    for world, sign in ((found.base, -1), (found.draft, 1)):
        for (member, year), amount in world.status.items():
            change[world.whose(member), year] += sign * amount
    moves: Counter[tuple[str, str]] = Counter()
    sample: list[list[Any]] = []
    counts = [Counter[str](), Counter[str]()]
    years = years_for(day, max(now[-1].rank, drafted[-1].rank))
    for member in sorted({*points, *(member for member, _year in change)}):
        own = {year: points.get(member, {}).get(year, 0) for year in years}
        then = {year: max(amount + change[member, year], 0) for year, amount in own.items()}
        old, new = tier_earned(own, now, day)[0], tier_earned(then, drafted, day)[0]
        counts[0][old.code] += 1
        counts[1][new.code] += 1
        if old.rank != new.rank:
            moves[old.code, new.code] += 1
            sample.append([member, old.code, new.code, own[day.year], then[day.year]])
    ranks = {rung.code: rung.rank for rung in (*drafted, *now)}
    return {
        "moves": [[old, new, n] for (old, new), n in sorted(moves.items(), key=lambda m: _place(ranks, m[0]))],
        "up": sum(n for (old, new), n in moves.items() if ranks[new] > ranks[old]),
        "down": sum(n for (old, new), n in moves.items() if ranks[new] < ranks[old]),
        "counts": [[code, counts[0][code], counts[1][code]] for code in sorted(ranks, key=lambda c: ranks[c])],
        "sample": sample[:SAMPLE],
    }  # fmt: skip


def _place(ranks: Mapping[str, int], move: tuple[str, str]) -> tuple[int, int]:
    return ranks[move[0]], ranks[move[1]]
