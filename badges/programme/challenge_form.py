"""The form of a challenge: its days, whom it is for, its steps row by row, the prize, and its words."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from badges.awards.definitions import METRICS
from badges.awards.vocabulary import COUNT_WORDS, metric_choices
from badges.challenges.definitions import FINISHED, MOST_STEPS
from badges.programme import rungs
from badges.programme.forms import NOTHING, DraftForm, number, words
from badges.segments.selectors import names as segment_names
from badges.tiers.selectors import names_of
from portal.core.clock import now

JOINING = [("asked", _("who asks to, with a button")), ("all", _("everybody by herself"))]
ORDERS = [("any", _("in any order")), ("one_by_one", _("one after the other"))]
LOSSES = [("keep", _("the prize stays")), ("take", _("the prize is taken back"))]
PARTS = ("at_least", "count", "within_days", "hour_begin", "hour_end", "targets", "words_vi", "words_en")
TEXTS = ("name", "summary", "thanks")


def _day_field(label: Any) -> forms.DateField:
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, required=False, widget=widget)


class ChallengeForm(DraftForm):
    """A challenge."""

    first, last = _day_field(_("First day")), _day_field(_("Last day, that day included"))
    joining = forms.ChoiceField(label=_("Takes part"), choices=JOINING)
    order = forms.ChoiceField(label=_("The steps come"), choices=ORDERS)
    on_loss = forms.ChoiceField(
        label=_("When its ground goes"), choices=LOSSES,
        help_text=_("A hidden post or a reaction taken back, before the last day is over."),
    )  # fmt: skip
    together = forms.BooleanField(
        label=_("One goal of all together"), required=False,
        help_text=_("What everybody does is added up. The prize comes when it is over, to all who added their share."),
    )  # fmt: skip
    share = forms.IntegerField(label=_("What one adds at least"), required=False)
    segment = forms.ChoiceField(label=_("Only for this segment"), required=False)
    tiers = forms.MultipleChoiceField(
        label=_("Only for these tiers"), required=False, widget=forms.CheckboxSelectMultiple(),
        help_text=_("Nothing ticked and no segment: everybody. Both: who is in one of them."),
    )  # fmt: skip
    # No bounds here: the room says beside the field what it takes.
    spend = forms.IntegerField(label="Hạt", required=False)
    status = forms.IntegerField(label=_("Tier points"), required=False)
    name_vi, name_en = words(_("Name in Vietnamese"), 80), words(_("Name in English"), 80)
    summary_vi = words(_("What it is about, in Vietnamese"), 400, long=True)
    summary_en = words(_("What it is about, in English"), 400, long=True)
    thanks_vi = words(_("Said to who finished, in Vietnamese"), 300, long=True)
    thanks_en = words(_("Said to who finished, in English"), 300, long=True)

    def __init__(self, *args: Any, settled: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["until"]
        choice: Any = self.fields["segment"]
        choice.choices = [NOTHING, *segment_names().items()]
        names, boxes = names_of(get_language() or "vi"), self.fields["tiers"]
        boxes.choices = [(code, names.get(code, code)) for code in rungs.known_codes(now())]  # type: ignore[attr-defined]
        for n in range(1, MOST_STEPS + 1):
            self._add_step(n)

    def _add_step(self, n: int) -> None:
        metrics = [(code, said) for code, said in metric_choices() if code != FINISHED]
        self.fields[f"s{n}_metrics"] = forms.MultipleChoiceField(
            label=_("Counted"), choices=metrics, required=False, widget=forms.CheckboxSelectMultiple()
        )
        self.fields[f"s{n}_at_least"] = forms.IntegerField(label=_("At least"), required=False)
        counts = [NOTHING, *COUNT_WORDS.items()]
        self.fields[f"s{n}_count"] = forms.ChoiceField(label=_("How"), choices=counts, required=False)
        self.fields[f"s{n}_within_days"] = number(_("Within so many days"), help_text=_("Empty: whenever"))
        self.fields[f"s{n}_hour_begin"] = number(_("From hour"), max_value=23)
        self.fields[f"s{n}_hour_end"] = number(_("to hour"), max_value=24)
        self.fields[f"s{n}_targets"] = words(_("Only these"), 300, help_text=_("Such as tier:gold. Empty: all."))
        self.fields[f"s{n}_words_vi"] = words(_("The step in Vietnamese"), 120, help_text=_("Members read this."))
        self.fields[f"s{n}_words_en"] = words(_("The step in English"), 120)

    @property
    def steps(self) -> list[list[Any]]:
        """The fields of each step."""
        return [[self[f"s{n}_{part}"] for part in ("metrics", *PARTS)] for n in range(1, MOST_STEPS + 1)]

    def _rows(self) -> list[int]:
        """The steps that say anything: one that only lacks what is counted is refused, not lost."""
        data = self.cleaned_data
        asked = ("metrics", "at_least", "count", "words_vi", "words_en")
        return [n for n in range(1, MOST_STEPS + 1) if any(data.get(f"s{n}_{part}") for part in asked)]

    def _step(self, n: int) -> dict[str, Any]:
        data = self.cleaned_data
        found: dict[str, Any] = {
            # In their own order, so that the same boxes always say the same.
            "metrics": [metric for metric in METRICS if metric in data[f"s{n}_metrics"]],
            "count": data[f"s{n}_count"], "at_least": data[f"s{n}_at_least"] or 0,
        }  # fmt: skip
        if data[f"s{n}_within_days"]:
            found["within_days"] = data[f"s{n}_within_days"]
        if data[f"s{n}_hour_begin"] is not None or data[f"s{n}_hour_end"] is not None:
            found["hours"] = [data[f"s{n}_hour_begin"] or 0, data[f"s{n}_hour_end"] or 0]
        if targets := data[f"s{n}_targets"].replace(",", " ").split():
            found["targets"] = targets
        return found

    def content(self) -> dict[str, Any]:
        """The challenge as it is judged."""
        data = self.cleaned_data
        return {
            **{part: data[part].isoformat() if data[part] else "" for part in ("first", "last")},
            **{part: data[part] for part in ("joining", "order", "on_loss", "together", "tiers")},
            "share": (data["share"] or 0) if data["together"] else 0,
            "segments": [data["segment"]] if data["segment"] else [],
            "steps": [self._step(n) for n in self._rows()],
            "prize": {part: data[part] for part in ("spend", "status") if data[part]},
        }

    def texts(self) -> dict[str, Any]:
        """Words in both languages, and those of each step."""
        data = self.cleaned_data
        return {
            code: {part: data[f"{part}_{code}"] for part in TEXTS}
            | {"steps": [data[f"s{n}_words_{code}"] for n in self._rows()]}
            for code in ("vi", "en")
        }

    def place_of(self, field: str) -> str:
        """A step's field stands in the row from which the step came."""
        if not field.startswith("steps"):
            return {"segments": "segment"}.get(field, field)
        _steps, _colon, rest = field.partition(":")
        place, _colon, part = rest.partition(":")
        rows = self._rows()
        row = rows[int(place) - 1] if place and int(place) <= len(rows) else 1
        return f"s{row}_" + {"hours": "hour_end", "all": "metrics", "": "metrics"}.get(part, part)


def challenge_initial(content: Mapping[str, Any], texts: Mapping[str, Any]) -> dict[str, Any]:
    """A challenge as the form's first values."""
    plain = ("first", "last", "joining", "order", "on_loss", "together", "share", "tiers")
    found: dict[str, Any] = {part: content.get(part) for part in plain} | dict(content.get("prize", {}))
    found["segment"] = next(iter(content.get("segments", [])), "")
    for n, step in enumerate(content.get("steps", [])[:MOST_STEPS], 1):
        begin, end = step.get("hours") or (None, None)
        for part in ("metrics", "count", "at_least", "within_days"):
            found[f"s{n}_{part}"] = step.get(part)
        found |= {f"s{n}_hour_begin": begin, f"s{n}_hour_end": end}
        found[f"s{n}_targets"] = ", ".join(step.get("targets", []))
        for code, said in texts.items():
            steps = said.get("steps", [])
            found[f"s{n}_words_{code}"] = steps[n - 1] if n <= len(steps) else ""
    return found | {f"{part}_{code}": said.get(part, "") for code, said in texts.items() for part in TEXTS}
