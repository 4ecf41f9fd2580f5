"""The form of a segment: rows of typed conditions, of which some may stand in one group."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from badges.awards.vocabulary import METRIC_WORDS
from badges.programme.forms import NOTHING, number, words
from badges.segments.definitions import KINDS, parse
from badges.segments.selectors import words_known
from portal.accounts.models import Consent
from portal.core.errors import Invalid

ROWS = 6
PARTS = ("sign", "what", "word", "day", "number", "days", "place")
MODES = [("all", _("all of these")), ("any", _("any of these"))]
PLACES = [("", _("by itself")), ("group", _("in the group"))]
SIGNS = [("", _("she")), ("not", _("she is or did not:"))]
LANGUAGES = [("language:vi", "Tiếng Việt"), ("language:en", "English")]


def word_choices(tiers: Mapping[str, str], badges: Mapping[str, str]) -> list[Any]:
    """Every word that a condition may name, by what it is; tiers and badges by code, with their names."""
    consents = [("consent:news", Consent.Purpose.NEWS.label)]
    return [
        NOTHING,
        (_("Tiers"), [(f"tier:{code}", name) for code, name in tiers.items()]),
        (_("Badges"), [(f"badge:{code}", name) for code, name in badges.items()]),
        (_("Acts"), [(f"metric:{code}", said) for code, said in METRIC_WORDS.items()]),
        (_("Languages"), LANGUAGES),
        (_("Consents"), consents),
    ]


class SegmentForm(forms.Form):
    """Name and conditions; what the room refuses is shown beside the row that is wrong."""

    name = words(_("Name"), 80)
    mode = forms.ChoiceField(label=_("A member is in it who meets"), choices=MODES)
    group_mode = forms.ChoiceField(label=_("In the group"), choices=MODES, required=False)
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, words_of: list[Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kinds = [NOTHING, *((code, kind.label) for code, kind in KINDS.items())]
        for n in range(1, ROWS + 1):
            self.fields[f"c{n}_place"] = forms.ChoiceField(label=_("Where"), choices=PLACES, required=False)
            self.fields[f"c{n}_sign"] = forms.ChoiceField(label=_("Who"), choices=SIGNS, required=False)
            self.fields[f"c{n}_what"] = forms.ChoiceField(label=_("What"), choices=kinds, required=False)
            self.fields[f"c{n}_word"] = forms.ChoiceField(label=_("Which"), choices=words_of, required=False)
            day = forms.DateInput(attrs={"type": "date"})
            self.fields[f"c{n}_day"] = forms.DateField(label=_("Day"), required=False, widget=day)
            self.fields[f"c{n}_number"] = number(_("How many"))
            self.fields[f"c{n}_days"] = number(_("Within days"))

    @property
    def needs(self) -> dict[str, dict[str, Any]]:
        """What each kind of condition takes, for the script that shows these fields alone (`segment-desk.js`)."""
        return {
            code: {
                "value": kind.value, "days": bool(kind.days), "number": bool(kind.number),
                "ask": str(_("Month (1 to 12)") if code == "birth_month" else _("How many")),
            }
            for code, kind in KINDS.items()
        }  # fmt: skip

    @property
    def rows(self) -> list[list[Any]]:
        """The rows of conditions, field by field."""
        return [[self[f"c{n}_{part}"] for part in PARTS] for n in range(1, ROWS + 1)]

    def definition(self) -> dict[str, Any]:
        """The segment as the room reads it; a group of nothing is left out."""
        alone = [row for _n, place, row in self._rows() if not place]
        group = [row for _n, place, row in self._rows() if place]
        inner = [{"mode": self.cleaned_data["group_mode"] or "all", "parts": group}] if group else []
        return {"mode": self.cleaned_data["mode"], "parts": [*alone, *inner]}

    def _rows(self) -> list[tuple[int, str, dict[str, Any]]]:
        found = []
        for n in range(1, ROWS + 1):
            given = {part: self.cleaned_data.get(f"c{n}_{part}") for part in PARTS}
            if not any(given[part] for part in PARTS if part not in ("place", "sign")):
                continue
            row: dict[str, Any] = {"what": given["what"]}
            if given["word"]:
                row["value"] = str(given["word"]).partition(":")[2]
            if given["day"]:
                row["value"] = given["day"].isoformat()
            row |= {part: given[part] for part in ("number", "days") if given[part]}
            found.append((n, str(given["place"]), row | ({"not": True} if given["sign"] else {})))
        return found

    def refuse(self, error: Invalid) -> None:
        """Puts a refusal beside the first row that is wrong by itself, else above all of them."""
        field = str(error.details.get("field", ""))
        if field == "parts":
            tiers, badges = words_known()
            field = next((f"c{n}_what" for n, _place, row in self._rows() if _is_wrong(row, tiers, badges)), "")
        self.add_error(field if field in self.fields else None, str(error))


def _is_wrong(row: dict[str, Any], tiers: list[str], badges: list[str]) -> bool:
    try:
        parse({"mode": "all", "parts": [row]}, tiers=tiers, badges=badges)
    except Invalid:
        return True
    return False


def segment_initial(name: str, definition: Mapping[str, Any], version: int) -> dict[str, Any]:
    """A segment as the form's first values."""
    found: dict[str, Any] = {"name": name, "mode": definition["mode"], "version": version}
    flat: list[tuple[str, dict[str, Any]]] = []
    for part in definition["parts"]:
        if "mode" in part:
            found["group_mode"] = part["mode"]
            flat += [("group", one) for one in part["parts"]]
        else:
            flat.append(("", part))
    for n, (place, row) in enumerate(flat[:ROWS], 1):
        kind = KINDS[row["what"]].value
        found |= {f"c{n}_place": place, f"c{n}_what": row["what"], f"c{n}_sign": "not" if row.get("not") else ""}
        found |= {f"c{n}_{part}": row.get(part) for part in ("number", "days")}
        found[f"c{n}_day" if kind == "day" else f"c{n}_word"] = row.get("value") if kind == "day" else (
            f"{kind}:{row['value']}" if kind else ""
        )  # fmt: skip
    return found
