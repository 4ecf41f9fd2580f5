"""A finished backtest as its page shows it: numbers become names, days become plots. Reads of many rooms."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from badges.backtest.models import Backtest
from badges.backtest.selectors import backtests_of, is_current, newest_done
from badges.earning.selectors import rule_names
from badges.programme.models import Draft
from badges.programme.plots import Bar, DayPlot, bars_of, plot_of
from badges.tiers.selectors import names_of
from portal.accounts.models import Standing

UNITS: dict[str, Any] = {"spend": "Hạt", "status": _("tier points"), "rep": _("reputation")}
EARLIER = 12


@dataclass(frozen=True)
class Both:
    """A number by the rules as they were, and with the draft."""

    base: int
    draft: int

    @property
    def change(self) -> int:
        """What the draft adds."""
        return self.draft - self.base


@dataclass
class Unit:
    """One point type: its sums, its days, and who gets more or less of it."""

    code: str
    name: Any
    sums: dict[str, Both]
    plot: DayPlot
    more: int
    less: int
    same: int
    bars: list[Bar]
    top_more: list[tuple[Standing | None, Both]]
    top_less: list[tuple[Standing | None, Both]]

    @property
    def moves(self) -> bool:
        """Whether the draft changes anything of it."""
        return bool(self.more or self.less or self.sums["issued"].change)


@dataclass
class RuleRow:
    """One rule and point type of the table: `first` begins the lines of a rule."""

    name: str
    drafted: bool
    unit: Any
    points: dict[str, Both]
    paid: Both
    first: bool
    of: int


@dataclass
class Circle:
    """A pair or a ring with its evidence."""

    people: list[Standing | None]
    acts: int
    each: list[int]
    density: int
    points: Both


@dataclass
class Share:
    """Points that stay in circles, and per cent of all that members give each other."""

    points: Both
    base: float
    draft: float

    @property
    def rises(self) -> bool:
        """Whether the draft makes it worse."""
        return self.draft > self.base


@dataclass
class Headline:
    """The few numbers that stand beside the approve button, too."""

    unit: Any
    issued: Both
    cost: Both
    more: int
    less: int
    up: int
    down: int
    share: Share


def about(draft: Draft) -> dict[str, Any]:
    """What a draft's page shows of its backtests: the newest result, whether it still speaks of these words, and what
    is under way. A constant number of queries."""
    rows = list(backtests_of(draft.pk)[:EARLIER])
    shown = newest_done(draft.pk) if any(row.state == Backtest.State.DONE for row in rows) else None
    return {
        "backtests": rows, "backtest": shown,
        "backtest_current": shown is not None and still_speaks([shown])[shown.pk],
        "headline": headline_of(shown) if shown is not None else None,
        "backtest_under_way": next((row for row in rows if row.state in ("queued", "running")), None),
    }  # fmt: skip


def still_speaks(rows: Iterable[Backtest]) -> dict[int, bool]:
    """By backtest: whether every draft that it tried still says the same. One query."""
    rows = list(rows)
    ids = {one["draft"] for row in rows for one in row.tried}
    contents = dict(Draft.objects.filter(pk__in=ids).values_list("pk", "content"))
    return {row.pk: is_current(row, contents) for row in rows}


def headline_of(row: Backtest) -> Headline:
    """The few numbers of a finished backtest. No query."""
    result = row.result
    code = _main(result)
    people, tiers = result["people"].get(code, {}), result["tiers"]
    sums = result["types"].get(code, {})
    cost = Both(*(sum(of["cost"][n] for of in result["types"].values()) for n in (0, 1)))
    return Headline(
        UNITS.get(code, code), Both(*sums.get("issued", (0, 0))), cost, people.get("more", 0), people.get("less", 0),
        tiers["up"], tiers["down"], share_of(result["risk"], result["risk"]["together"]),
    )  # fmt: skip


def _main(result: dict[str, Any]) -> str:
    """The point type that the page leads with: the first that the draft changes."""
    codes: list[str] = result["codes"] or ["spend"]
    changed = (
        c for c in codes if result["types"].get(c, {}).get("issued", (0, 0))[0] != result["types"][c]["issued"][1]
    )
    return next(changed, codes[0])


def share_of(risk: Mapping[str, Any], points: list[int]) -> Share:
    """The share of what members give each other that these points are, in per cent with one decimal."""
    shares = [round(100 * part / total, 1) if total else 0.0 for part, total in zip(points, risk["total"], strict=True)]
    return Share(Both(*points), *shares)


def page_of(row: Backtest) -> dict[str, Any]:
    """All that the page of a finished backtest shows. A constant number of queries."""
    result, locale = row.result, get_language() or "vi"
    chips = Standing.objects.in_bulk(list(_members(result)))
    units = [_unit(code, result, chips) for code in result["codes"]]
    names = rule_names(locale) | _drafted_names(row, locale)
    tiers = names_of(locale) | _drafted_tiers(row, locale)
    moves = result["tiers"]
    return {
        "headline": headline_of(row), "units": [unit for unit in units if unit.moves] or units[:1],
        "types": [(unit.name, unit.sums) for unit in units], "rules": list(_rules(result, names)),
        "tier_moves": [(tiers.get(old, old), tiers.get(new, new), n) for old, new, n in moves["moves"]],
        "tier_counts": [(tiers.get(code, code), Both(base, draft)) for code, base, draft in moves["counts"]],
        "tier_sample": [
            (chips.get(member), tiers.get(old, old), tiers.get(new, new), Both(had, then))
            for member, old, new, had, then in moves["sample"]
        ],
        "risk": _risk(result["risk"], chips), "current": still_speaks([row])[row.pk],
        "seconds": (row.ended_at - row.started_at).total_seconds() if row.ended_at and row.started_at else 0,
        "others": [
            {"draft": one["draft"], "name": names.get(one["subject"], "")}
            for one in row.tried
            if one["draft"] != row.draft_id
        ],
    }  # fmt: skip


def _members(result: dict[str, Any]) -> Iterator[int]:
    for people in result["people"].values():
        for member, *_sums in (*people["top_more"], *people["top_less"]):
            yield member
    for member, *_rest in result["tiers"]["sample"]:
        yield member
    for kind in ("pairs", "rings"):
        for circle in result["risk"][kind]["rows"]:
            yield from circle["members"]


def _unit(code: str, result: dict[str, Any], chips: dict[int, Standing]) -> Unit:
    sums, people = result["types"][code], result["people"][code]
    both = {name: Both(*pair) for name, pair in sums.items() if name != "value"}
    tops = [[(chips.get(m), Both(base, draft)) for m, base, draft in people[part]] for part in ("top_more", "top_less")]
    return Unit(
        code, UNITS.get(code, code), both, plot_of(result["days"][code]), people["more"], people["less"],
        people["same"], bars_of(people["buckets"]), *tops,
    )  # fmt: skip


def _rules(result: dict[str, Any], names: dict[str, str]) -> Iterator[RuleRow]:
    """The drafted rules first, then those that come out otherwise because of them, then the others."""
    rows = sorted(
        result["rules"],
        key=lambda row: (not row["drafted"], all(of["had"][0] == of["had"][1] for of in row["points"].values())),
    )
    for row in rows:
        acts = row["acts"]
        paid = Both(*(sum(acts[way][n] for way in ("paid", "pending", "trimmed")) for n in (0, 1)))
        points = sorted(row["points"].items(), key=lambda one: list(UNITS).index(one[0]) if one[0] in UNITS else 9)
        for place, (code, of) in enumerate(points or [("spend", {})]):
            both = {name: Both(*of.get(name, (0, 0))) for name in ("issued", "waiting", "lapsed", "taken", "had")}
            yield RuleRow(
                names.get(row["code"], row["code"]), row["drafted"], UNITS.get(code, code), both, paid, place == 0,
                max(len(points), 1),
            )  # fmt: skip


def _drafted_names(row: Backtest, locale: str) -> dict[str, str]:
    """What rules are called by the drafts that make them: a new one has no other name yet."""
    drafts = Draft.objects.filter(pk__in=[one["draft"] for one in row.tried], kind=Draft.Kind.RULE)
    said = {draft.subject: draft.texts.get(locale) or draft.texts.get("vi") or {} for draft in drafts}
    return {subject: words["name"] for subject, words in said.items() if words.get("name")}


def _drafted_tiers(row: Backtest, locale: str) -> dict[str, str]:
    drafts = Draft.objects.filter(pk__in=[one["draft"] for one in row.tried], kind=Draft.Kind.LADDER)
    return {
        code: words["name"]
        for draft in drafts
        for code, words in (draft.texts.get(locale) or draft.texts.get("vi") or {}).items()
        if words.get("name")
    }


def _risk(risk: dict[str, Any], chips: dict[int, Standing]) -> dict[str, Any]:
    kinds = {
        kind: {
            "count": risk[kind]["count"], "share": share_of(risk, risk[kind]["points"]),
            "rows": [
                Circle([chips.get(m) for m in one["members"]], one["acts"], one["each"], round(100 * one["density"]),
                       Both(*one["points"]))
                for one in risk[kind]["rows"]
            ],
        }
        for kind in ("pairs", "rings")
    }  # fmt: skip
    whole = {"total": Both(*risk["total"]), "together": share_of(risk, risk["together"]), "asked": risk["asked"]}
    return kinds | whole | {"unit": UNITS.get(risk["code"], risk["code"])}


def lines_of(row: Backtest) -> Iterator[list[Any]]:
    """The table of members whose points differ, with its head: for a file. One query for each thousand members."""
    codes = row.result["codes"]
    head = [str(UNITS.get(code, code)) for code in codes]
    yield [_("Member").__str__(), _("Name").__str__(), *(
        f"{name}: {way}" for name in head for way in (_("as it was"), _("with the draft"), _("difference"))
    )]  # fmt: skip
    for begin in range(0, len(row.differences), 1000):
        chunk = row.differences[begin : begin + 1000]
        chips = Standing.objects.in_bulk([member for member, _sums in chunk])
        for member, sums in chunk:
            chip = chips.get(member)
            numbers = [
                n for code in codes for base, draft in [sums.get(code, (0, 0))] for n in (base, draft, draft - base)
            ]
            yield [chip.public_id if chip else member, chip.known_as if chip else "", *numbers]
