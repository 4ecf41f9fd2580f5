"""The form of campaigns: which rules, how many times as much, for whom and where, and how much in all."""

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from badges.earning.models import EarningRule
from badges.earning.selectors import rule_names
from badges.earning.vocabulary import heard
from badges.programme.forms import BOTH, METRICS, DraftForm, Moment, number, words
from badges.segments.selectors import names as segment_names
from badges.tiers.selectors import ladder
from portal.scopes.models import Scope

TYPES = METRICS[1:]
MODES = [
    ("stack", _("every one of them pays its part")), ("best_of", _("the one that multiplies most pays")),
    ("first_match", _("the one that was approved first pays")),
]  # fmt: skip
BEYOND = [("trim", _("gives what is left")), ("reject", _("adds nothing to that act"))]
RULE, EVENT = "rule:", "event:"


class CampaignForm(DraftForm):
    """A campaign."""

    lifts = forms.MultipleChoiceField(
        label=_("Which rules it lifts"), required=False, widget=forms.CheckboxSelectMultiple
    )
    types = forms.MultipleChoiceField(
        label=_("Which points"), required=False, choices=TYPES, widget=forms.CheckboxSelectMultiple
    )
    times = words(_("Times as much"), 9, help_text=_("2, 3/2 or 1.5. Rounded down to whole points."))
    scopes = forms.MultipleChoiceField(
        label=_("Only what is said in"), required=False, widget=forms.CheckboxSelectMultiple,
        help_text=_("Nothing chosen: everywhere. Only topics and replies tell in whose house they stand."),
    )  # fmt: skip
    segments = forms.MultipleChoiceField(
        label=_("Only for"), required=False, widget=forms.CheckboxSelectMultiple,
        help_text=_("Who was in one of these circles when it happened. Nothing chosen: everybody."),
    )  # fmt: skip
    beyond_caps = forms.BooleanField(
        label=_("Beyond the rules’ caps"), required=False,
        help_text=_("Otherwise what it adds counts in the caps of each rule, and ends where they end."),
    )  # fmt: skip
    group = words(
        _("Group of campaigns"),
        40,
        help_text=_("Campaigns that know of each other: one short word. Empty: on its own."),
    )
    mode = forms.ChoiceField(label=_("Of several of its group"), required=False, choices=MODES)
    budget_limit = number(_("At most in all"), help_text=_("Empty: no budget."))
    budget_type = forms.ChoiceField(label=_("Of which points"), required=False, choices=TYPES)
    budget_on_exceed = forms.ChoiceField(label=_("The last act before it is empty"), required=False, choices=BEYOND)
    until = Moment(label=_("Ends"), help_text=_("At this moment it is over. Empty: no end."))
    name_vi, name_en = words(_("Name in Vietnamese"), 120), words(_("Name in English"), 120)
    explanation_vi = words(_("Explanation in Vietnamese"), 400, long=True, help_text=BOTH)
    explanation_en = words(_("Explanation in English"), 400, long=True, help_text=BOTH)

    def __init__(self, *args: Any, settled: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        names = rule_names(get_language() or "vi")
        rules = list(EarningRule.objects.values_list("code", "event_name"))
        events = {event: found.label for _code, event in rules if (found := heard(event)) is not None}
        every = _("Every rule for: %(what)s")
        self._choose("lifts", [(RULE + code, names.get(code, code)) for code, _event in rules])
        self._choose(
            "lifts", self._offered("lifts") + [(EVENT + e, every % {"what": label}) for e, label in events.items()]
        )
        self._choose("scopes", list(Scope.objects.filter(live=True).order_by("id").values_list("code", "name")))
        self._choose("segments", list(segment_names().items()))
        self.tier_codes = []
        for tier in ladder(get_language() or "vi"):
            self.tier_codes.append(tier.code)
            self.fields[f"tier_{tier.code}"] = words(tier.name, 9)

    def _choose(self, field: str, choices: list[tuple[str, Any]]) -> None:
        self.fields[field].choices = choices  # type: ignore[attr-defined]

    def _offered(self, field: str) -> list[tuple[str, Any]]:
        return list(self.fields[field].choices)  # type: ignore[attr-defined]

    @property
    def tiers(self) -> list[Any]:
        """The multipliers of tiers, field by field."""
        return [self[f"tier_{code}"] for code in self.tier_codes]

    def content(self) -> dict[str, Any]:
        """The definition as the judge reads it."""
        data = self.cleaned_data
        definition: dict[str, Any] = {
            "rules": [one.removeprefix(RULE) for one in data["lifts"] if one.startswith(RULE)],
            "events": [one.removeprefix(EVENT) for one in data["lifts"] if one.startswith(EVENT)],
            "types": data["types"], "times": _fraction(data["times"]),
            "tiers": {code: _fraction(text) for code in self.tier_codes if (text := data[f"tier_{code}"])},
            "scopes": data["scopes"], "segments": data["segments"], "beyond_caps": data["beyond_caps"],
            "group": data["group"], "mode": data["mode"] or "stack",
        }  # fmt: skip
        if data["budget_limit"] is not None:
            definition["budget"] = {
                "type": data["budget_type"], "limit": data["budget_limit"], "on_exceed": data["budget_on_exceed"],
            }  # fmt: skip
        return {"definition": definition}

    def texts(self) -> dict[str, Any]:
        """Name and explanation in both languages."""
        data = self.cleaned_data
        return {code: {part: data[f"{part}_{code}"] for part in ("name", "explanation")} for code in ("vi", "en")}


def _fraction(text: str) -> str:
    """“1.5” and “1,5” as the fraction that they are; what is none stays as it was written, and is refused."""
    found = text.strip().replace(",", ".")
    if "." not in found:
        return found
    try:
        return str(Fraction(found))
    except ValueError:
        return found


def campaign_initial(content: Mapping[str, Any], texts: Mapping[str, Any]) -> dict[str, Any]:
    """A campaign as the form's first values."""
    definition = content.get("definition", {})
    budget = definition.get("budget") or {}
    found: dict[str, Any] = {
        "lifts": [RULE + code for code in definition.get("rules", [])]
        + [EVENT + event for event in definition.get("events", [])],
        **{part: definition.get(part) for part in ("types", "times", "scopes", "segments", "beyond_caps", "group")},
        "mode": definition.get("mode"), **{f"budget_{part}": value for part, value in budget.items()},
        **{f"tier_{code}": times for code, times in definition.get("tiers", {}).items()},
    }  # fmt: skip
    return found | {f"{part}_{code}": text for code, said in texts.items() for part, text in said.items()}
