"""The form in which a manager composes a badge: its medal from lists, its conditions row by row, its words."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from badges.awards.definitions import METRICS
from badges.awards.models import Badge
from badges.awards.vocabulary import COUNT_WORDS, metric_choices
from badges.medals.houses import enamels_of
from badges.medals.motifs import MOTIFS
from badges.medals.palette import ENAMELS
from badges.medals.recipe import CLOTHS, GRAMMAR, GROUNDS, RIBBONS
from badges.medals.shapes import SHAPES
from badges.medals.words import PART_WORDS
from badges.programme.contents import HOUSES, badge_criteria, check_badge_criteria
from badges.programme.forms import NOTHING, DraftForm, number, words
from portal.core.clock import now
from portal.core.errors import Invalid
from portal.scopes.models import Scope

CONDITIONS = 3
PARTS = ("shape", "enamel", "motif", "ground", "ribbon", "cloth", "accent")
PLAIN = ("scope", "metal", "series", "on_loss", "secret", "loud", "per_target", "backfill")
LISTS: dict[str, Any] = {
    "shape": SHAPES, "enamel": ENAMELS, "motif": MOTIFS, "ground": GROUNDS, "ribbon": RIBBONS, "cloth": CLOTHS,
    "accent": ENAMELS,
}  # fmt: skip


def _named(values: Any) -> list[tuple[str, Any]]:
    return [(value, PART_WORDS[value]) for value in values]


def scope_id_of(code: Any) -> int | None:
    """The house behind a code of the form, None for the whole brand and for what is none."""
    return Scope.objects.filter(code=str(code), kind__in=HOUSES).values_list("pk", flat=True).first() if code else None


class Enamels(forms.RadioSelect):
    """A palette to pick from: each colour as a swatch with its name."""

    template_name = "badges/programme/_enamels.html"

    def __init__(self, shades: Mapping[str, str]) -> None:
        super().__init__()
        self.shades = shades

    def _render(self, template_name: str, context: dict[str, Any], renderer: Any = None) -> SafeString:
        """From the house's own templates: those of forms are looked up in Django's alone."""
        return render_to_string(template_name, context)

    def create_option(self, name: str, value: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """With the colour itself."""
        option: dict[str, Any] = super().create_option(name, value, *args, **kwargs)
        option["colour"] = self.shades.get(str(value), ENAMELS.get(str(value), ""))
        return option


class BadgeForm(DraftForm):
    """A badge."""

    scope = forms.ChoiceField(
        label=_("House"), required=False, help_text=_("Its enamel takes the colours of this house.")
    )
    metal = forms.ChoiceField(label=_("Metal"), choices=Badge.Metal.choices, help_text=_("How hard it is to earn."))
    series = forms.ChoiceField(label=_("Series"), choices=Badge.Series.choices)
    secret = forms.BooleanField(
        label=_("Secret"), required=False, help_text=_("Nothing but its hint is told before it is earned.")
    )
    loud = forms.BooleanField(
        label=_("Told and revealed"), required=False, initial=True, help_text=_("Else it is found on the shelf.")
    )
    per_target = forms.BooleanField(
        label=_("Once for each"), required=False, help_text=_("For each post, each year … instead of once.")
    )
    on_loss = forms.ChoiceField(label=_("When its ground goes"), choices=Badge.OnLoss.choices)
    backfill = forms.BooleanField(
        label=_("Give it also to those who have done it already"), required=False,
        help_text=_("The preview says how many that are."),
    )  # fmt: skip
    name_vi, name_en = words(_("Name in Vietnamese"), 60), words(_("Name in English"), 60)
    criterion_vi = words(_("How it is earned, in Vietnamese"), 300, long=True)
    criterion_en = words(_("How it is earned, in English"), 300, long=True)
    praise_vi = words(_("Said to her who earned it, in Vietnamese"), 300, long=True)
    praise_en = words(_("Said to her who earned it, in English"), 300, long=True)
    hint_vi, hint_en = words(_("Hint in Vietnamese"), 200), words(_("Hint in English"), 200)

    def __init__(self, *args: Any, settled: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        labels = {"shape": _("Shape"), "enamel": _("Enamel"), "motif": _("Motif"), "ground": _("Ground"),
                  "ribbon": _("Ribbon"), "cloth": _("Cloth"), "accent": _("Second colour")}  # fmt: skip
        names = Scope.objects.filter(kind__in=HOUSES, live=True).order_by("pk").values_list("code", "name")
        houses: Any = self.fields["scope"]
        houses.choices = [("", _("The whole brand")), *names]
        shades = dict(enamels_of(scope_id_of(self["scope"].value())))
        for part in PARTS:
            widget = Enamels(shades) if part in ("enamel", "accent") else forms.Select()
            self.fields[part] = forms.ChoiceField(label=labels[part], choices=_named(LISTS[part]), widget=widget)
        for n in range(1, CONDITIONS + 1):
            self._add_condition(n)
        self.fields["per_target"].disabled = settled

    def _add_condition(self, n: int) -> None:
        boxes = forms.CheckboxSelectMultiple()
        self.fields[f"c{n}_metrics"] = forms.MultipleChoiceField(
            label=_("Counted"), choices=metric_choices(), required=False, widget=boxes
        )
        self.fields[f"c{n}_at_least"] = number(_("At least"))
        counts = [NOTHING, *COUNT_WORDS.items()]
        self.fields[f"c{n}_count"] = forms.ChoiceField(label=_("How"), choices=counts, required=False)
        self.fields[f"c{n}_within_days"] = number(_("Within so many days"), help_text=_("Empty: whenever"))
        self.fields[f"c{n}_hour_begin"] = number(_("From hour"), max_value=23)
        self.fields[f"c{n}_hour_end"] = number(_("to hour"), max_value=24)
        only = _("Such as tier:gold. Empty: all.")
        self.fields[f"c{n}_targets"] = words(_("Only these"), 300, help_text=only)
        way = _("{have} and {need} stand for the numbers.")
        self.fields[f"c{n}_progress_vi"] = words(_("The way there, in Vietnamese"), 120, help_text=way)
        self.fields[f"c{n}_progress_en"] = words(_("The way there, in English"), 120)

    @property
    def conditions(self) -> list[list[Any]]:
        """The fields of each condition."""
        parts = ("metrics", "at_least", "count", "within_days", "hour_begin", "hour_end", "targets", "progress_vi",
                 "progress_en")  # fmt: skip
        return [[self[f"c{n}_{part}"] for part in parts] for n in range(1, CONDITIONS + 1)]

    @property
    def medal(self) -> list[Any]:
        """The fields that the drawing depends on."""
        return [self[part] for part in ("scope", "metal", *PARTS)]

    def _rows(self) -> list[int]:
        return [n for n in range(1, CONDITIONS + 1) if self.cleaned_data[f"c{n}_metrics"]]

    def _condition(self, n: int) -> dict[str, Any]:
        data = self.cleaned_data
        found: dict[str, Any] = {
            # In their own order, so that the same boxes always say the same.
            "metrics": [metric for metric in METRICS if metric in data[f"c{n}_metrics"]],
            "count": data[f"c{n}_count"], "at_least": data[f"c{n}_at_least"] or 0,
        }  # fmt: skip
        if data[f"c{n}_within_days"]:
            found["within_days"] = data[f"c{n}_within_days"]
        if data[f"c{n}_hour_begin"] is not None or data[f"c{n}_hour_end"] is not None:
            found["hours"] = [data[f"c{n}_hour_begin"] or 0, data[f"c{n}_hour_end"] or 0]
        if targets := data[f"c{n}_targets"].replace(",", " ").split():
            found["targets"] = targets
        return found

    def content(self) -> dict[str, Any]:
        """Looks and criteria."""
        data = self.cleaned_data
        medal = {"grammar": GRAMMAR, **{part: data[part] for part in PARTS}}
        criteria = {"all": [self._condition(n) for n in self._rows()]}
        return {part: data[part] for part in PLAIN} | {"medal": medal, "criteria": criteria}

    def texts(self) -> dict[str, Any]:
        """Words in both languages, and the way there for each condition."""
        data = self.cleaned_data
        return {
            code: {part: data[f"{part}_{code}"] for part in ("name", "criterion", "praise", "hint")}
            | {"progress": [data[f"c{n}_progress_{code}"] for n in self._rows()]}
            for code in ("vi", "en")
        }

    def place_of(self, field: str) -> str:
        """A condition's field stands in one of several rows: the first row that is wrong is found."""
        names = {"hours": "hour_end", "all": "metrics", "criteria": "metrics"}
        name = names.get(field, field)
        if f"c1_{name}" not in self.fields:
            return field
        return f"c{self._wrong_row()}_{name}"

    def _wrong_row(self) -> int:
        for n in self._rows():
            one = {"criteria": {"all": [self._condition(n)]}, "per_target": self.cleaned_data["per_target"]}
            try:
                check_badge_criteria(badge_criteria(one), at=now())
            except Invalid:
                return n
        return 1


def badge_initial(content: Mapping[str, Any], texts: Mapping[str, Any]) -> dict[str, Any]:
    """A badge as the form's first values."""
    found: dict[str, Any] = {part: content[part] for part in PLAIN if part in content}
    found |= {part: value for part, value in content.get("medal", {}).items() if part in PARTS}
    for n, condition in enumerate(content.get("criteria", {}).get("all", [])[:CONDITIONS], 1):
        begin, end = condition.get("hours") or (None, None)
        plain = {part: condition.get(part) for part in ("metrics", "count", "at_least", "within_days")}
        found |= {f"c{n}_{part}": value for part, value in plain.items()}
        found |= {f"c{n}_hour_begin": begin, f"c{n}_hour_end": end}
        found[f"c{n}_targets"] = ", ".join(condition.get("targets", []))
        for code, said in texts.items():
            progress = said.get("progress", [])
            found[f"c{n}_progress_{code}"] = progress[n - 1] if n <= len(progress) else ""
    parts = ("name", "criterion", "praise", "hint")
    return found | {f"{part}_{code}": said.get(part, "") for code, said in texts.items() for part in parts}
