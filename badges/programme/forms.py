"""Forms of the programme's desk: typed fields, never raw JSON. What the rooms refuse is shown beside its field."""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from badges.earning.conditions import parse as parse_conditions
from badges.earning.definitions import parse as parse_rule
from badges.earning.vocabulary import CUSTOM, EVENTS
from badges.programme.models import Adjustment
from badges.segments.selectors import names as segment_names
from badges.tiers.selectors import TierView
from portal.core.clock import programme_day, programme_zone
from portal.core.errors import Invalid

CAPS, ASKED = 4, 3
NOTHING = ("", "—")
SCOPES = [
    NOTHING, ("rule", _("by this rule")), ("giver", _("by the same person")), ("subject", _("by the same thing")),
    ("pair", _("by two who pay each other: each time, half from then on")),
    ("group:community", _("by all talk together")),
]  # fmt: skip
METRICS = [("times", _("times")), ("spend", "Hạt"), ("status", _("tier points")), ("rep", _("reputation"))]
WINDOWS = [("day", _("a day")), ("month", _("a month")), ("year", _("a year")), ("ever", _("ever"))]
BEYOND = [("reject", _("pays nothing")), ("trim", _("pays what still fits"))]
WAITS = [
    ("", _("not at all: paid at once")), ("responders", _("until other people answer")),
    ("givers", _("until different people gave")), ("time", _("some hours")),
]  # fmt: skip
WHOM = [("member", _("the member")), ("author", _("whoever wrote it")), ("actor", _("whoever does it")),
        ("helper", _("whoever helped"))]  # fmt: skip
WAYS = [NOTHING, ("equals", _("is")), ("at_least", _("is at least")), ("one_of", _("is one of"))]
OWN = (CUSTOM, _("does something that another system tells under a name of its own"))
BOTH = _("Members read this.")

_NUMBER = re.compile(r"-?[0-9]{1,13}")


def number(label: Any, **more: Any) -> forms.IntegerField:
    """A whole number that may be left out."""
    return forms.IntegerField(label=label, required=False, min_value=0, **more)


def words(label: Any, longest: int, *, long: bool = False, help_text: Any = "") -> forms.CharField:
    """A text that may be left out here: the room says what lacks."""
    widget = forms.Textarea(attrs={"rows": 2}) if long else forms.TextInput()
    return forms.CharField(label=label, required=False, max_length=longest, widget=widget, help_text=help_text)


class Moment(forms.DateTimeField):
    """A day and an hour in the programme's zone, as browsers let one choose it."""

    def __init__(self, **more: Any) -> None:
        widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
        super().__init__(required=False, input_formats=["%Y-%m-%dT%H:%M"], widget=widget, **more)

    def prepare_value(self, value: Any) -> Any:
        """In the programme's zone, whatever the manager's own."""
        return value.astimezone(programme_zone()).replace(tzinfo=None) if hasattr(value, "astimezone") else value

    def to_python(self, value: Any) -> Any:
        """The instant of that hour in the programme's zone."""
        found = super().to_python(value)
        return found.replace(tzinfo=programme_zone()) if found is not None else None


class DraftForm(forms.Form):
    """What every draft says: when it begins, until when, and why."""

    effective_from = Moment(label=_("Begins"), help_text=_("Empty: with the approval. Time of the programme’s zone."))
    until = Moment(label=_("Ends"), help_text=_("Empty: no end. Afterwards what was in force before holds again."))
    note = words(_("Why this change"), 500, long=True, help_text=_("For whoever approves, and for those after us."))
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def refuse(self, error: Invalid) -> None:
        """Puts a refusal beside the field that it names; above all fields where the form has none of that name."""
        place = self.place_of(str(error.details.get("field", "")))
        self.add_error(place if place in self.fields else None, str(error))

    def place_of(self, field: str) -> str:
        """The form's name for a field of the content."""
        return field

    def content(self) -> dict[str, Any]:
        """What the draft shall say."""
        raise NotImplementedError

    def texts(self) -> dict[str, Any]:
        """What members read."""
        raise NotImplementedError


def whole(data: Mapping[str, Any], fields: Iterable[str]) -> dict[str, int]:
    """The numbers that were given, by their names."""
    return {field: data[field] for field in fields if data.get(field)}


class RuleForm(DraftForm):
    """An earning rule."""

    event = forms.ChoiceField(label=_("When a member"), choices=[*((name, e.label) for name, e in EVENTS.items()), OWN])
    custom = words(_("Its name there"), 39, help_text=_("As the other system tells it: custom.<name>."))
    beneficiary = forms.ChoiceField(label=_("It pays"), choices=WHOM)
    spend, status, rep = number("Hạt"), number(_("Tier points")), number(_("Reputation"))
    exclude_self = forms.BooleanField(label=_("Nothing for what one does to oneself"), required=False)
    segment = forms.ChoiceField(
        label=_("Only for"), required=False, help_text=_("Who was in it when it happened. Empty: everybody.")
    )
    wait_kind = forms.ChoiceField(label=_("The points wait"), choices=WAITS, required=False)
    needed, last = number(_("How many people")), number(_("Of the last so many acts"))
    days, hours = number(_("Days at most")), number(_("Hours"))
    name_vi, name_en = words(_("Name in Vietnamese"), 120), words(_("Name in English"), 120)
    explanation_vi = words(_("Explanation in Vietnamese"), 400, long=True, help_text=BOTH)
    explanation_en = words(_("Explanation in English"), 400, long=True, help_text=BOTH)

    def __init__(self, *args: Any, settled: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for n in range(1, CAPS + 1):
            self.fields[f"cap{n}_scope"] = forms.ChoiceField(label=_("Counted"), choices=SCOPES, required=False)
            self.fields[f"cap{n}_limit"] = number(_("At most"))
            self.fields[f"cap{n}_metric"] = forms.ChoiceField(label=_("Of what"), choices=METRICS, required=False)
            self.fields[f"cap{n}_window"] = forms.ChoiceField(label=_("Within"), choices=WINDOWS, required=False)
            self.fields[f"cap{n}_on_exceed"] = forms.ChoiceField(label=_("Beyond it"), choices=BEYOND, required=False)
        for n in range(1, ASKED + 1):
            self.fields[f"when{n}_field"] = words(_("Which value"), 40)
            self.fields[f"when{n}_is"] = forms.ChoiceField(label=_("Condition"), choices=WAYS, required=False)
            self.fields[f"when{n}_value"] = words(_("Asked for"), 200)
        self.fields["segment"].choices = [NOTHING, *segment_names().items()]  # type: ignore[attr-defined]
        self.fields["event"].disabled = self.fields["custom"].disabled = settled

    @property
    def conditions(self) -> list[list[Any]]:
        """The rows of conditions, field by field."""
        return [[self[f"when{n}_{part}"] for part in ("field", "is", "value")] for n in range(1, ASKED + 1)]

    def _when(self) -> list[dict[str, Any]]:
        """The rows that say anything, each with its number; a row that is half empty is refused by the rule."""
        rows = []
        for n in range(1, ASKED + 1):
            name, way, text = (self.cleaned_data[f"when{n}_{part}"] for part in ("field", "is", "value"))
            if name or way or text:
                value = [_typed(one) for one in text.split(",")] if way == "one_of" else _typed(text)
                rows.append({"field": name, "is": way, "value": value, "row": n})
        return rows

    @property
    def caps(self) -> list[list[Any]]:
        """The rows of caps, field by field."""
        parts = ("scope", "limit", "metric", "window", "on_exceed")
        return [[self[f"cap{n}_{part}"] for part in parts] for n in range(1, CAPS + 1)]

    def _caps(self) -> list[dict[str, Any]]:
        data = self.cleaned_data
        rows = []
        for n in range(1, CAPS + 1):
            if data[f"cap{n}_scope"]:
                parts = {part: data[f"cap{n}_{part}"] for part in ("scope", "metric", "window", "on_exceed")}
                if parts["scope"] == "pair":  # says itself how it goes on
                    parts |= {"metric": "times", "on_exceed": "trim"}
                rows.append(parts | {"limit": data[f"cap{n}_limit"] or 0, "row": n})
        return rows

    def content(self) -> dict[str, Any]:
        """The definition as the judge reads it."""
        data = self.cleaned_data
        caps = [{key: value for key, value in cap.items() if key != "row"} for cap in self._caps()]
        definition: dict[str, Any] = {
            "beneficiary": data["beneficiary"], "points": whole(data, ("spend", "status", "rep")), "caps": caps,
        }  # fmt: skip
        if when := [{key: value for key, value in row.items() if key != "row"} for row in self._when()]:
            definition["when"] = when
        if data["segment"]:
            definition["segments"] = [data["segment"]]
        if data["exclude_self"]:
            definition["exclude_self"] = True
        if kind := data["wait_kind"]:
            asked = {"time": ("hours",), "responders": ("needed", "days"), "givers": ("needed", "last", "days")}
            definition["wait"] = {"kind": kind} | {part: data[part] or 0 for part in asked[kind]}
        event = CUSTOM + data["custom"] if data["event"] == CUSTOM else data["event"]
        return {"event": event, "definition": definition}

    def texts(self) -> dict[str, Any]:
        """Name and explanation in both languages."""
        data = self.cleaned_data
        return {code: {part: data[f"{part}_{code}"] for part in ("name", "explanation")} for code in ("vi", "en")}

    def place_of(self, field: str) -> str:
        """Points, caps, conditions and the wait are several fields each; of rows the first that is wrong is found."""
        if field == "when":
            return self._place_of_condition()
        if field != "caps":
            return {"points": "spend", "wait": "wait_kind", "segments": "segment"}.get(field, field)
        points = whole(self.cleaned_data, ("spend", "status", "rep"))
        for cap in self._caps():
            row = cap.pop("row")
            try:
                parse_rule({"beneficiary": "author", "points": points, "caps": [cap]})
            except Invalid:
                return f"cap{row}_limit"
        odd = [cap["row"] for cap in self._caps() if cap["scope"] in ("giver", "pair", "subject")]
        return f"cap{odd[0]}_scope" if odd else ""

    def _place_of_condition(self) -> str:
        rows = self._when()
        for row in rows:
            number = row.pop("row")
            try:
                parse_conditions([row])
            except Invalid:
                return f"when{number}_value" if row["field"] and row["is"] else f"when{number}_field"
        return "when1_field"


def _typed(text: str) -> bool | int | str:
    """What somebody wrote, as the value that she means: true, false, a whole number, else a word."""
    found = text.strip()
    if found in ("true", "false"):
        return found == "true"
    return int(found) if _NUMBER.fullmatch(found) else found


def _written(value: Any) -> str:
    """A value as she would write it."""
    if isinstance(value, list):
        return ", ".join(map(_written, value))
    return str(value).lower() if isinstance(value, bool) else str(value)


def rule_initial(content: Mapping[str, Any], texts: Mapping[str, Any]) -> dict[str, Any]:
    """A rule as the form's first values."""
    definition = content.get("definition", {})
    wait = definition.get("wait") or {}
    event = str(content.get("event") or "")
    own = event.startswith(CUSTOM)
    found: dict[str, Any] = {
        "event": CUSTOM if own else event, "custom": event.removeprefix(CUSTOM) if own else "",
        "beneficiary": definition.get("beneficiary"), **definition.get("points", {}),
        "exclude_self": definition.get("exclude_self", False), "wait_kind": wait.get("kind", ""),
        **{part: wait.get(part) for part in ("needed", "last", "days", "hours")},
    }  # fmt: skip
    for n, cap in enumerate(definition.get("caps", [])[:CAPS], 1):
        found |= {f"cap{n}_{part}": value for part, value in cap.items()}
    found["segment"] = next(iter(definition.get("segments", [])), "")
    for n, row in enumerate(definition.get("when", [])[:ASKED], 1):
        found |= {f"when{n}_field": row["field"], f"when{n}_is": row["is"], f"when{n}_value": _written(row["value"])}
    return found | {f"{part}_{code}": text for code, said in texts.items() for part, text in said.items()}


class AdjustForm(forms.Form):
    """A correction of somebody's points."""

    point_type = forms.ChoiceField(label=_("Which points"), choices=METRICS[1:])
    amount = forms.IntegerField(label=_("How many"), help_text=_("With a minus sign to take them."))
    reason = forms.ChoiceField(label=_("Reason"), choices=[NOTHING, *Adjustment.Reason.choices])
    note = forms.CharField(label=_("What for"), max_length=200, help_text=_("She reads it on her statement."))
    key = forms.CharField(max_length=64, widget=forms.HiddenInput)


class OverrideForm(forms.Form):
    """A tier set by hand for a time."""

    tier = forms.ChoiceField(label=_("Which tier"))
    until = forms.DateField(
        label=_("Last day"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("That day included. Then she falls to what her points give."),
    )  # fmt: skip
    reason = forms.CharField(label=_("What for"), max_length=200, help_text=_("She reads it on her tier page."))
    key = forms.CharField(max_length=64, widget=forms.HiddenInput)

    def __init__(self, *args: Any, tiers: Sequence[TierView], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["tier"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [NOTHING, *((tier.code, tier.name) for tier in tiers if tier.rank)]


SPANS = [("30", _("the last 30 days")), ("90", _("the last 90 days")), ("365", _("the last 365 days")),
         ("", _("from one day to another"))]  # fmt: skip


class BacktestForm(forms.Form):
    """Over which days a draft is rehearsed, and whether alone."""

    span = forms.ChoiceField(label=_("Over which days"), choices=SPANS, required=False, initial="90")
    first = forms.DateField(label=_("First day"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
    last = forms.DateField(label=_("Last day"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
    together = forms.BooleanField(
        label=_("Together with all other open drafts"), required=False,
        help_text=_("As if everything that is being written or waits came into force at once."),
    )  # fmt: skip
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, at: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = programme_day(at)

    def clean(self) -> dict[str, Any]:
        """The days themselves, whichever way they were chosen."""
        data: dict[str, Any] = super().clean() or {}
        if span := data.get("span"):
            return data | {"first": self.today - timedelta(days=int(span) - 1), "last": self.today}
        for name in ("first", "last"):
            if not data.get(name) and name not in self.errors:
                self.add_error(name, _("Choose a day."))
        return data

    def refuse(self, error: Invalid) -> None:
        """Puts a refusal beside the field that it names."""
        place = str(error.details.get("field", ""))
        self.add_error(place if place in self.fields else None, str(error))
