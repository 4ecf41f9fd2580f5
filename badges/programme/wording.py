"""What a rule, a badge or the ladder says, line by line in plain words: for reading, comparing and approving."""

from collections.abc import Mapping
from datetime import date
from typing import Any, NamedTuple

from django.utils.formats import date_format
from django.utils.translation import get_language, ngettext, pgettext
from django.utils.translation import gettext as _

from badges.awards.models import Badge
from badges.awards.vocabulary import METRIC_WORDS
from badges.earning import conditions
from badges.earning.definitions import PAIR
from badges.earning.selectors import rule_names
from badges.earning.vocabulary import heard
from badges.medals.words import PART_WORDS
from badges.programme.models import Draft
from badges.segments.selectors import names as segment_names
from badges.tiers.marks import MARKS
from badges.tiers.selectors import names_of
from portal.core.reading import read_once
from portal.scopes.models import Scope
from portal.ui.templatetags.ui import amount

_LANGUAGES = {"vi": "Tiếng Việt", "en": "English"}


class Line(NamedTuple):
    """A label and what stands beside it."""

    label: str
    value: str


class Change(NamedTuple):
    """A line before and after; empty where there was or is none."""

    label: str
    before: str
    after: str

    @property
    def changed(self) -> bool:
        """Whether it says something else now."""
        return self.before != self.after


def lines_of(kind: str, content: Mapping[str, Any], texts: Mapping[str, Any] | None = None) -> list[Line]:
    """Everything that is said, in the order in which a manager reads it. Bears content that is not whole yet."""
    if kind == Draft.Kind.RULE:
        return [*_rule(content), *_words(texts, {"name": _("Name"), "explanation": _("Explanation")})]
    if kind == Draft.Kind.BADGE:
        labels = {"name": _("Name"), "criterion": _("How it is earned"), "praise": _("Praise"), "hint": _("Hint")}
        return [*_badge(content), *_words(texts, labels)]
    if kind == Draft.Kind.CHALLENGE:
        labels = {"name": _("Name"), "summary": _("What it is about"), "thanks": _("Said to who finished")}
        return [*_challenge(content, texts or {}), *_words(texts, labels)]
    if kind == Draft.Kind.CAMPAIGN:
        return [*_campaign(content), *_words(texts, {"name": _("Name"), "explanation": _("Explanation")})]
    return _ladder(content, texts or {})


@read_once
def _called(what: str, locale: str) -> dict[str, str]:
    """How rules, houses, segments or tiers are called, by code: asked once for a whole list."""
    if what == "rules":
        return rule_names(locale)
    if what == "houses":
        return dict(Scope.objects.values_list("code", "name"))
    return segment_names() if what == "segments" else names_of(locale)


def compared(before: list[Line], after: list[Line]) -> list[Change]:
    """Two readings side by side, in the order of the newer; what only the older says stands at the end."""
    old, new = dict(before), dict(after)
    labels = [*new, *(label for label in old if label not in new)]
    return [Change(label, old.get(label, ""), new.get(label, "")) for label in labels]


def _words(texts: Mapping[str, Any] | None, labels: dict[str, str]) -> list[Line]:
    return [
        Line(f"{label} · {_LANGUAGES[locale]}", str(words[field]))
        for locale, words in sorted((texts or {}).items(), reverse=True)
        for field, label in labels.items()
        if words.get(field)
    ]


# ── Rules ───────────────────────────────────────────────────────────────────────────────────────────────────────
def points_text(points: Mapping[str, int]) -> str:
    """“3 Hạt, 1 tier point”."""
    units = {
        "spend": _("%(n)s Hạt"), "status": ngettext("%(n)s tier point", "%(n)s tier points", points.get("status", 0)),
        "rep": _("%(n)s reputation"),
    }  # fmt: skip
    return ", ".join(words % {"n": amount(points[code])} for code, words in units.items() if points.get(code))


def _rule(content: Mapping[str, Any]) -> list[Line]:
    definition = content.get("definition", content)
    if not definition:
        return [Line(_("In force"), _("no: it pays nothing now"))]
    found = [Line(_("Pays"), points_text(definition.get("points", {})) or "—")]
    if (event := heard(str(content.get("event", "")))) is not None:
        found.insert(0, Line(_("When a member"), str(event.label)))
    if codes := definition.get("segments"):
        called = _called("segments", "")
        found.append(Line(_("Only for"), ", ".join(called.get(code, code) for code in codes)))
    for number, row in enumerate(definition.get("when", []), 1):
        found.append(Line(_("Condition %(n)d") % {"n": number}, conditions.words(*conditions.parse([row]))))
    found.append(Line(_("Whom"), whom(definition.get("beneficiary", ""))))
    for number, cap in enumerate(definition.get("caps", []), 1):
        found.append(Line(_("Cap %(n)d") % {"n": number}, cap_text(cap)))
    found.append(Line(_("Waits"), wait_text(definition.get("wait"))))
    if definition.get("exclude_self"):
        found.append(Line(_("To oneself"), _("pays nothing")))
    return found


def whom(beneficiary: str) -> str:
    """Whom a rule pays."""
    words = {
        "member": _("the member"), "author": _("whoever wrote it"), "actor": _("whoever does it"),
        "helper": _("whoever helped"),
    }  # fmt: skip
    return words.get(beneficiary, "—")


def cap_text(cap: Mapping[str, Any]) -> str:
    """“At most 10 times a day; beyond that it pays nothing”."""
    metric, limit = cap.get("metric", ""), cap.get("limit", 0)
    what = _counted("times", limit) if metric == "times" else points_text({metric: limit})
    windows = {"day": _("a day"), "month": _("a month"), "year": _("a year"), "ever": _("ever")}
    scope = str(cap.get("scope", ""))
    if scope == PAIR:
        words = _("each time two members paid each other %(what)s %(window)s, a further act between them pays half")
        return words % {"what": what, "window": windows.get(cap.get("window", ""), "")}
    scopes = {"giver": _("from the same person"), "subject": _("for the same thing")}
    where = _("together with others of the group") if scope.startswith("group:") else scopes.get(scope, "")
    beyond = _("what still fits is paid") if cap.get("on_exceed") == "trim" else _("beyond that nothing is paid")
    most = _("at most %(what)s %(window)s") % {"what": what, "window": windows.get(cap.get("window", ""), "")}
    return f"{most} {where}".strip() + f"; {beyond}"


def wait_text(wait: Mapping[str, Any] | None) -> str:
    """What the points wait for."""
    if not wait:
        return _("not at all: paid at once")
    needed, days = wait.get("needed", 0), _days(wait.get("days", 7))
    if wait.get("kind") == "responders":
        words = ngettext(
            "until %(needed)s other person answers, %(days)s at most",
            "until %(needed)s other people answer, %(days)s at most",
            needed,
        )
        return words % {"needed": needed, "days": days}
    if wait.get("kind") == "givers":
        words = ngettext(
            "while the last %(last)s came from fewer than %(needed)s person, %(days)s at most",
            "while the last %(last)s came from fewer than %(needed)s people, %(days)s at most",
            needed,
        )
        return words % {"last": wait.get("last", 0), "needed": needed, "days": days}
    hours = wait.get("hours", 0)
    return ngettext("%(hours)s hour", "%(hours)s hours", hours) % {"hours": amount(hours)}


def _days(number: int) -> str:
    """“1 day”, “7 days”."""
    return ngettext("%(n)s day", "%(n)s days", number) % {"n": amount(number)}


# ── Campaigns ───────────────────────────────────────────────────────────────────────────────────────────────────
def _campaign(content: Mapping[str, Any]) -> list[Line]:
    definition = content.get("definition", content)
    if not definition:
        return [Line(_("In force"), _("no: it does not run now"))]
    names = _called("rules", get_language() or "vi")
    lifted = [names.get(code, code) for code in definition.get("rules", [])]
    for event in definition.get("events", []):
        found = heard(event)
        lifted.append(_("Every rule for: %(what)s") % {"what": found.label if found is not None else event})
    units = {"spend": _("Hạt"), "status": _("tier points"), "rep": _("reputation")}
    lines = [
        Line(_("Lifts"), ", ".join(lifted)),
        Line(_("Which points"), ", ".join(units.get(code, code) for code in definition.get("types", []))),
    ]
    if definition.get("times"):
        lines.append(Line(_("Times as much"), times_text(definition["times"])))
    for code, times in definition.get("tiers", {}).items():
        lines.append(Line(_("As %(tier)s") % {"tier": _tier_name(code)}, times_text(times)))
    if codes := definition.get("scopes"):
        houses = _called("houses", "")
        lines.append(Line(_("Only what is said in"), ", ".join(houses.get(code, code) for code in codes)))
    if codes := definition.get("segments"):
        circles = _called("segments", "")
        lines.append(Line(_("Only for"), ", ".join(circles.get(code, code) for code in codes)))
    within, beyond = _("within them: what it adds ends where they end"), _("beyond them")
    lines.append(Line(_("The rules’ caps"), beyond if definition.get("beyond_caps") else within))
    if definition.get("group"):
        modes = {"first_match": _("the one that was approved first pays"),
                 "best_of": _("the one that multiplies most pays"),
                 "stack": _("every one of them pays its part")}  # fmt: skip
        lines.append(
            Line(_("Group of campaigns"), f"{definition['group']}: {modes.get(definition.get('mode', ''), '—')}")
        )
    if budget := definition.get("budget"):
        way = (
            _("the last act gets what is left")
            if budget["on_exceed"] == "trim"
            else _("what does not fit adds nothing")
        )
        lines.append(Line(_("Budget"), f"{points_text({budget['type']: budget['limit']})}; {way}"))
    return lines


def times_text(times: str) -> str:
    """“× 2”, “× 1,5”."""
    whole, _slash, part = times.partition("/")
    return f"× {whole}" + (f"/{part}" if part else "")


# ── Badges ──────────────────────────────────────────────────────────────────────────────────────────────────────
def _badge(content: Mapping[str, Any]) -> list[Line]:
    criteria = content.get("criteria", content)
    found = []
    for number, condition in enumerate(criteria.get("all", []), 1):
        found.append(Line(_("Condition %(n)d") % {"n": number}, condition_text(condition)))
    if not found:
        found.append(Line(_("In force"), _("no: nobody can earn it now")))
    if "metal" not in content:
        return found
    medal = content.get("medal", {})
    parts = [
        str(PART_WORDS.get(medal[part], medal[part]))
        for part in ("shape", "enamel", "motif", "ground", "ribbon")
        if medal.get(part)
    ]
    yes, no = pgettext("a box is ticked", "yes"), pgettext("a box is ticked", "no")
    return [
        *found,
        Line(_("Metal"), str(dict(Badge.Metal.choices).get(content["metal"], "—"))),
        Line(_("Medal"), " · ".join(parts)),
        Line(_("House"), _house(content.get("scope", ""))),
        Line(_("Series"), str(dict(Badge.Series.choices).get(content.get("series", ""), "—"))),
        Line(_("Once for each"), yes if content.get("per_target") else no),
        Line(_("When its ground goes"), str(dict(Badge.OnLoss.choices).get(content.get("on_loss", ""), "—"))),
        Line(_("Secret"), yes if content.get("secret") else no),
        Line(_("Told and revealed"), yes if content.get("loud") else no),
    ]


def _house(code: str) -> str:
    name = Scope.objects.filter(code=code).values_list("name", flat=True).first() if code else None
    return name or _("The whole brand")


def condition_text(condition: Mapping[str, Any]) -> str:
    """“read a story to its end: 5 different things”."""
    what = _(" or ").join(str(METRIC_WORDS.get(metric, metric)) for metric in condition.get("metrics", []))
    found = f"{what}: {_counted(condition.get('count', 'times'), condition.get('at_least', 0))}"
    if condition.get("within_days"):
        found += ", " + _("within %(days)s") % {"days": _days(condition["within_days"])}
    if condition.get("hours"):
        found += ", " + _("from %(begin)s to %(end)s o’clock") % dict(
            zip(("begin", "end"), condition["hours"], strict=False)
        )
    if condition.get("targets"):
        found += ", " + _("only %(targets)s") % {"targets": ", ".join(condition["targets"])}
    return found


def _counted(way: str, number: int) -> str:
    """“3 times”, “with 5 different people”."""
    if number == 1:
        return _("once")
    found = {
        "times": ngettext("%(n)s time", "%(n)s times", number),
        "targets": ngettext("%(n)s different thing", "%(n)s different things", number),
        "people": ngettext("with %(n)s different person", "with %(n)s different people", number),
        "days": ngettext("on %(n)s different day", "on %(n)s different days", number),
        "streak": ngettext("on %(n)s day in a row", "on %(n)s days in a row", number),
    }
    return found[way] % {"n": amount(number)}


# ── Challenges ──────────────────────────────────────────────────────────────────────────────────────────────────
def _challenge(content: Mapping[str, Any], texts: Mapping[str, Any]) -> list[Line]:
    found = [Line(_("Days"), f"{_date(content.get('first'))} – {_date(content.get('last'))}")]
    for number, step in enumerate(content.get("steps", []), 1):
        label = _("Goal of all") if content.get("together") else _("Step %(n)d") % {"n": number}
        found.append(Line(label, condition_text(step)))
        for locale, said in sorted(texts.items(), reverse=True):
            words = said.get("steps", [])
            if number <= len(words):
                found.append(Line(f"{label} · {_LANGUAGES[locale]}", words[number - 1]))
    if content.get("together"):
        found.append(Line(_("What one adds at least"), amount(content.get("share", 0))))
    elif len(content.get("steps", [])) > 1:
        in_turn = content.get("order") == "one_by_one"
        found.append(Line(_("Order"), _("one after the other") if in_turn else _("in any order")))
    called = segment_names() if content.get("segments") else {}
    circles = [called.get(code, code) for code in content.get("segments", [])]
    circles += [_tier_name(code) for code in content.get("tiers", [])]
    lost = _("the prize is taken back") if content.get("on_loss") == "take" else _("the prize stays")
    return [
        *found,
        Line(_("Only for"), ", ".join(circles) or _("everybody")),
        Line(_("Takes part"), _("who asks to") if content.get("joining") == "asked" else _("everybody by herself")),
        Line(_("Prize"), points_text(content.get("prize", {})) or _("no points")),
        Line(_("When its ground goes"), lost),
    ]


def _date(raw: Any) -> str:
    try:
        return date_format(date.fromisoformat(str(raw)))
    except ValueError:
        return "—"


# ── Tiers ───────────────────────────────────────────────────────────────────────────────────────────────────────
def _ladder(content: Mapping[str, Any], texts: Mapping[str, Any]) -> list[Line]:
    found = []
    for step in content.get("steps", []):
        code = step.get("code", "")
        name = texts.get("vi", {}).get(code, {}).get("name") or code
        threshold = points_text({"status": step.get("threshold", 0)}) or _("from the first day")
        found.append(Line(name, f"{threshold} · {step.get('percent', 100)}%"))
        for locale in ("vi", "en"):
            words = texts.get(locale, {}).get(code, {})
            if words:
                perks = " / ".join(words.get("perks", []))
                found.append(Line(f"{name} · {_LANGUAGES[locale]}", f"{words.get('name', '')}: {perks}"))
    if adds := content.get("adds"):
        found.append(Line(_("Added on top"), f"{adds.get('code', '')} · {MARKS.get(adds.get('mark', ''), '—')}"))
    if content.get("takes"):
        found.append(Line(_("Taken away"), _tier_name(str(content["takes"]))))
    return found


def _tier_name(code: str) -> str:
    return _called("tiers", get_language() or "vi").get(code, code)
