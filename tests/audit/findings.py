"""What the audit found, and the bars it is held against."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True)
class Bar:
    """One line of the table: what is counted, and how much of it is allowed."""

    key: str
    label: str
    limit: float
    at_least: bool = False  # a score that must reach the limit, instead of a number that must not pass it
    unit: str = ""

    def misses(self, value: float) -> bool:
        """Whether a value is on the wrong side of the bar."""
        return value < self.limit if self.at_least else value > self.limit


BARS = [
    Bar("axe", "axe-core WCAG 2.2 A and AA, violations", 0),
    Bar("html", "HTML validator, errors", 0),
    Bar("performance", "Lighthouse mobile, performance", 95, at_least=True),
    Bar("accessibility", "Lighthouse mobile, accessibility", 100, at_least=True),
    Bar("best-practices", "Lighthouse mobile, best practices", 100, at_least=True),
    Bar("seo", "Lighthouse mobile, SEO", 100, at_least=True),
    Bar("bytes", "first load of a public page, compressed, without pictures", 150, unit="kB"),
    Bar("requests", "first load of a public page, requests without pictures", 12),
    Bar("shift", "layout shift of the first load", 0.05),
    Bar("scroll", "wider than a screen of 320 px, by", 0, unit="px"),
    Bar("zoom", "wider than the screen at text zoom 200 %, by", 0, unit="px"),
    Bar("targets", "touch targets below 44 px", 0),
    Bar("console", "console errors and refusals of the content policy", 0),
    Bar("undressed", "elements that wear a style sheet the page does not load", 0),
    Bar("words", "strings in the other language", 0),
    Bar("status", "pages that answer otherwise than listed", 0),
]


@dataclass(frozen=True)
class Measure:
    """One value of one bar on one page."""

    bar: str
    page: str
    lang: str
    value: float
    detail: tuple[str, ...] = ()
    theme: str = ""

    @property
    def where(self) -> str:
        """The page with what distinguishes this look at it."""
        return "/".join(part for part in (self.page, self.lang, self.theme) if part)


def missed(measures: list[Measure]) -> list[Measure]:
    """Those on the wrong side of their bar, the worst first within each bar."""
    found = []
    for bar in BARS:
        wrong = [measure for measure in measures if measure.bar == bar.key and bar.misses(measure.value)]
        found += sorted(wrong, key=lambda measure: measure.value, reverse=not bar.at_least)
    return found


def table(measures: list[Measure]) -> list[str]:
    """The bars with the worst value of each, and how many looks missed it."""
    lines = [f"{'':2}{'what':60} {'bar':>10} {'worst':>10} {'looks':>6} {'missed':>7}"]
    for bar in BARS:
        mine = [measure for measure in measures if measure.bar == bar.key]
        if not mine:
            lines.append(f"{'–':2}{bar.label:60} {'':>10} {'not run':>10}")
            continue
        values = [measure.value for measure in mine]
        worst = min(values) if bar.at_least else max(values)
        wrong = sum(bar.misses(value) for value in values)
        limit = f"{'≥' if bar.at_least else '≤'} {bar.limit:g}{' ' + bar.unit if bar.unit else ''}"
        mark = "✗" if wrong else "✓"
        lines.append(f"{mark:2}{bar.label:60} {limit:>10} {worst:>10.4g} {len(mine):>6} {wrong:>7}")
    return lines


def report(measures: list[Measure]) -> dict[str, Any]:
    """Everything, for `var/audit/report.json`."""
    return {
        "missed": [asdict(measure) for measure in missed(measures)],
        "measures": [asdict(measure) for measure in measures],
    }
