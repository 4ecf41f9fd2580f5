"""What a draft holds, by its kind: the one reader of `Draft.content` and `Draft.texts`, and what is refused at save."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from badges.awards import definitions as badge_definitions
from badges.awards import vocabulary as badge_words
from badges.awards.models import Badge
from badges.campaigns.definitions import Terms, more
from badges.campaigns.definitions import parse as parse_campaign
from badges.campaigns.selectors import of_group as campaigns_of_group
from badges.challenges import definitions as challenge_definitions
from badges.earning import definitions as rule_definitions
from badges.earning import vocabulary as rule_words
from badges.earning.models import EarningRule
from badges.earning.selectors import newest_in_force
from badges.medals.recipe import recipe_of
from badges.programme import rungs
from badges.programme.models import Draft
from badges.segments.selectors import names as segment_names
from badges.tiers import definitions as tier_definitions
from portal.core.clock import programme_day
from portal.core.errors import Invalid
from portal.scopes.models import Scope

# Whose badge it may be: the brand or one of its houses, never a store.
HOUSES = (Scope.Kind.BRAND, Scope.Kind.SUB_BRAND)
LOCALES = ("vi", "en")
LADDER = "ladder"
# What a draft of a badge says beside its criteria.
BADGE_FIELDS = {"metal", "medal", "series", "per_target", "on_loss", "secret", "loud", "criteria", "backfill", "scope"}
LONGEST = {"name": 120, "explanation": 400, "criterion": 300, "praise": 300, "hint": 200, "perk": 120,
           "summary": 400, "step": 120}  # fmt: skip
BADGE_NAME, CHALLENGE_NAME, TIER_NAME, MOST_PERKS = 60, 80, 40, 8


def check(kind: str, content: dict[str, Any], texts: dict[str, Any], *, at: datetime) -> None:
    """Raises Invalid with the field that is wrong. What passes can be judged, drawn and read in both languages, and
    could come into force at `at`."""
    if kind == Draft.Kind.RULE:
        _check_rule(content, texts)
    elif kind == Draft.Kind.BADGE:
        _check_badge(content, texts, at)
    elif kind == Draft.Kind.CHALLENGE:
        _check_challenge(content, texts, at)
    elif kind == Draft.Kind.CAMPAIGN:
        _check_campaign(content, texts, at)
    else:
        _check_ladder(content, texts, at)


def rule_of(content: dict[str, Any]) -> tuple[str, rule_definitions.Definition]:
    """The event that a drafted rule hears, and its definition; raises Invalid."""
    if set(content) - {"event", "definition"}:
        raise Invalid(_("The rule holds a field that nobody reads."), field="definition")
    return str(content.get("event", "")), rule_definitions.parse(content.get("definition", {}))


def campaign_of(content: dict[str, Any]) -> Terms:
    """What a drafted campaign says; raises Invalid."""
    if set(content) - {"definition"}:
        raise Invalid(_("The campaign holds a field that nobody reads."), field="lifts")
    return parse_campaign(content.get("definition", {}))


def badge_criteria(content: dict[str, Any]) -> badge_definitions.Criteria:
    """The criteria of a drafted badge; raises Invalid."""
    return badge_definitions.parse(content.get("criteria", {}), per_target=bool(content.get("per_target")))


def scope_of(content: dict[str, Any]) -> Scope | None:
    """The house that a drafted badge belongs to, None for the whole brand; raises Invalid."""
    code = content.get("scope") or ""
    scope = Scope.objects.filter(code=code, live=True, kind__in=HOUSES).first() if code else None
    if code and scope is None:
        raise Invalid(_("Choose this from the list."), field="scope")
    return scope


def check_badge_criteria(criteria: badge_definitions.Criteria, *, at: datetime) -> None:
    """Raises Invalid for criteria that nobody could ever meet."""
    badge_words.check_reachable(criteria, rungs.known_codes(at))


def ladder_body(content: dict[str, Any]) -> dict[str, Any]:
    """What of a drafted ladder comes into force: its steps, without how it came by them."""
    return {"steps": content["steps"]}


def _check_rule(content: dict[str, Any], texts: dict[str, Any]) -> None:
    event, definition = rule_of(content)
    rule_words.check_possible(event, definition)
    if definition.segments and set(definition.segments) - segment_names().keys():
        raise Invalid(_("Choose this from the list."), field="segments")
    for locale in LOCALES:
        _said(texts, locale, "name", LONGEST["name"])
        _said(texts, locale, "explanation", LONGEST["explanation"])


def _check_campaign(content: dict[str, Any], texts: dict[str, Any], at: datetime) -> None:
    terms = campaign_of(content)
    rules = list(EarningRule.objects.prefetch_related("versions"))
    if set(terms.rules) - {rule.code for rule in rules} or set(terms.events) - {rule.event_name for rule in rules}:
        raise Invalid(_("Choose this from the list."), field="lifts")
    known = set(Scope.objects.filter(live=True).values_list("code", flat=True)) if terms.scopes else set()
    if set(terms.scopes) - known:
        raise Invalid(_("There is no such house."), field="scopes")
    if terms.segments and set(terms.segments) - segment_names().keys():
        raise Invalid(_("Choose this from the list."), field="segments")
    if unknown := set(terms.tiers) - set(rungs.known_codes(at)):
        raise Invalid(_("Choose this from the list."), field=f"tier_{min(unknown)}")
    _check_lifts(terms, rules, at)
    others = [one for one in campaigns_of_group(terms.group, at) if one.mode != terms.mode] if terms.group else []
    if others:
        raise Invalid(_("The others of this group go by another way: all of a group share one."), field="mode")
    for locale in LOCALES:
        _said(texts, locale, "name", LONGEST["name"])
        _said(texts, locale, "explanation", LONGEST["explanation"])


def _check_lifts(terms: Terms, rules: list[EarningRule], at: datetime) -> None:
    """Raises Invalid for a campaign that could lift no rule, and for a budget below a single award."""
    meant = [rule for rule in rules if terms.lifts(rule.code, rule.event_name)]
    if terms.scopes:
        meant = [rule for rule in meant if rule_words.tells_scope(rule.event_name)]
        if not meant:
            words = _("None of these acts tells in whose house it was done, so nothing could be lifted.")
            raise Invalid(words, field="scopes")
    paid: dict[str, int] = {}
    for version in filter(None, (newest_in_force(rule, at) for rule in meant)):
        for code, amount in rule_definitions.parse(version.definition).points.items():
            paid[code] = max(paid.get(code, 0), amount)
    if not any(code in paid for code in terms.types):
        raise Invalid(_("None of these rules pays such points then, so nothing could be lifted."), field="lifts")
    most = {code: more(paid.get(code, 0), terms.most_times) for code in terms.types}
    if not any(most.values()):
        field = "times" if terms.times is not None else f"tier_{min(terms.tiers)}"
        raise Invalid(_("Rounded down it adds nothing to any of these rules."), field=field)
    if terms.limit is not None and terms.limit.points < most[terms.limit.type]:
        words = _("The budget is below a single award: one act alone may add %(most)d.")
        raise Invalid(words % {"most": most[terms.limit.type]}, field="budget_limit")


def _check_badge(content: dict[str, Any], texts: dict[str, Any], at: datetime) -> None:
    if set(content) - BADGE_FIELDS:
        raise Invalid(_("The criteria hold a field that nobody reads."), field="criteria")
    recipe_of(str(content.get("metal", "")), content.get("medal", {}))
    scope_of(content)
    for field, allowed in (("series", Badge.Series.values), ("on_loss", Badge.OnLoss.values)):
        if content.get(field) not in allowed:
            raise Invalid(_("Choose this from the list."), field=field)
    criteria = badge_criteria(content)
    check_badge_criteria(criteria, at=at)
    for locale in LOCALES:
        _said(texts, locale, "name", BADGE_NAME)
        _said(texts, locale, "criterion", LONGEST["criterion"])
        _said(texts, locale, "praise", LONGEST["praise"])
        if content.get("secret"):
            _said(texts, locale, "hint", LONGEST["hint"])
        progress = texts[locale].get("progress", [])
        if not isinstance(progress, list) or len(progress) != len(criteria.all):
            raise Invalid(_("Each condition has its words for the way there."), field="criteria")


def challenge_of(content: dict[str, Any]) -> challenge_definitions.Definition:
    """The definition of a drafted challenge; raises Invalid."""
    return challenge_definitions.parse(content)


def _check_challenge(content: dict[str, Any], texts: dict[str, Any], at: datetime) -> None:
    found = challenge_of(content)
    challenge_definitions.check_possible(
        found, today=programme_day(at), tiers=rungs.known_codes(at), segments=segment_names()
    )
    for locale in LOCALES:
        _said(texts, locale, "name", CHALLENGE_NAME)
        _said(texts, locale, "summary", LONGEST["summary"])
        _said(texts, locale, "thanks", LONGEST["praise"])
        steps = texts[locale].get("steps", [])
        for number in range(1, len(found.steps) + 1):
            words = steps[number - 1] if isinstance(steps, list) and len(steps) == len(found.steps) else ""
            if not str(words).strip() or len(words) > LONGEST["step"]:
                raise Invalid(_("Members read this: please say it in both languages."),
                              field=f"steps:{number}:words_{locale}")  # fmt: skip


def _check_ladder(content: dict[str, Any], texts: dict[str, Any], at: datetime) -> None:
    steps = tier_definitions.parse(content, rungs.codes_asked(content, at))
    for locale in LOCALES:
        for step in steps:
            words = texts.get(locale, {}).get(step.code)
            words = words if isinstance(words, dict) else {}
            name = str(words.get("name", "")).strip()
            if not name or len(name) > TIER_NAME:
                raise Invalid(_("A tier needs a name of up to %(n)d letters.") % {"n": TIER_NAME},
                              field=f"name_{locale}:{step.code}")  # fmt: skip
            perks = words.get("perks", [])
            if not isinstance(perks, list) or len(perks) > MOST_PERKS or any(len(p) > LONGEST["perk"] for p in perks):
                raise Invalid(_("Up to %(n)d perks, each on a line of its own.") % {"n": MOST_PERKS},
                              field=f"perks_{locale}:{step.code}")  # fmt: skip


def _said(texts: dict[str, Any], locale: str, field: str, longest: int) -> None:
    words = texts.get(locale)
    text = str(words.get(field, "")).strip() if isinstance(words, dict) else ""
    if not text:
        raise Invalid(_("Members read this: please say it in both languages."), field=f"{field}_{locale}")
    if len(text) > longest:
        raise Invalid(_("Up to %(limit)d letters fit here.") % {"limit": longest}, field=f"{field}_{locale}")
