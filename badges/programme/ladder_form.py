"""The form of the ladder: every tier of today, one more on top, or the top one taken away."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from badges.programme.forms import DraftForm, number, words
from badges.programme.rungs import LONGEST_CODE
from badges.tiers.perks import Place
from portal.core.errors import Invalid

# How the fields of a tier that is not there yet end.
NEW = "new"
PARTS = ("threshold", "percent", "name_vi", "name_en", "perks_vi", "perks_en")


class Marks(forms.RadioSelect):
    """Drawn marks to pick from, each with its name."""

    template_name = "badges/programme/_marks.html"

    def _render(self, template_name: str, context: dict[str, Any], renderer: Any = None) -> SafeString:
        """From the house's own templates: those of forms are looked up in Django's alone."""
        return render_to_string(template_name, context)


class LadderForm(DraftForm):
    """All tiers together. `codes` are those of today, `marks` the ones that none of them wears."""

    adds = forms.BooleanField(label=_("Add a tier on top"), required=False)
    takes = forms.BooleanField(label=_("Take away the top tier"), required=False)

    def __init__(self, *args: Any, codes: list[str], marks: Mapping[str, Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["until"]
        self.codes, self.places = codes, list[Place]()
        for place, code in enumerate([*codes, NEW]):
            self._add_fields(code, first=place == 0)
        self.fields[f"code:{NEW}"] = words(
            _("Short name for the machine"), LONGEST_CODE,
            help_text=_("Small letters, digits, hyphens; members never read it and it stays for ever. Empty: made from "
                        "the English name."),
        )  # fmt: skip
        self.fields[f"mark:{NEW}"] = forms.ChoiceField(
            label=_("Its mark"),
            choices=list(marks.items()),
            required=False,
            widget=Marks(),
            initial=next(iter(marks), ""),
        )

    def _add_fields(self, code: str, *, first: bool) -> None:
        self.fields[f"threshold:{code}"] = number(_("Tier points in a calendar year"), disabled=first)
        self.fields[f"percent:{code}"] = number(_("Purchase points, in per cent"))
        for locale, language in (("vi", _("in Vietnamese")), ("en", _("in English"))):
            self.fields[f"name_{locale}:{code}"] = words(_("Name %(language)s") % {"language": language}, 40)
            self.fields[f"perks_{locale}:{code}"] = forms.CharField(
                label=_("What opens, %(language)s") % {"language": language}, required=False,
                widget=forms.Textarea(attrs={"rows": 3}), help_text=_("One on each line."),
            )  # fmt: skip

    @property
    def steps(self) -> list[tuple[str, list[Any]]]:
        """The fields of each tier of today."""
        return [(code, self._fields_of(code)) for code in self.codes]

    @property
    def top_name(self) -> str:
        """What the top tier is called, as the form has it."""
        return str(self[f"name_vi:{self.codes[-1]}"].value() or self.codes[-1])

    @property
    def added(self) -> list[list[Any]]:
        """The fields of the tier that would be added, line by line, but for its mark."""
        lines = (("name_vi", "name_en", "code"), ("threshold", "percent"), ("perks_vi", "perks_en"))
        return [[self[f"{part}:{NEW}"] for part in line] for line in lines]

    @property
    def mark(self) -> Any:
        """The field of its mark."""
        return self[f"mark:{NEW}"]

    def _fields_of(self, code: str) -> list[Any]:
        return [self[f"{part}:{code}"] for part in PARTS]

    def clean(self) -> dict[str, Any]:
        """What was typed for a new tier is never left out without a word."""
        data: dict[str, Any] = super().clean() or {}
        typed = ("code", "threshold", "name_vi", "name_en", "perks_vi", "perks_en")
        if not data.get("adds") and any(data.get(f"{part}:{NEW}") for part in typed):
            self.add_error("adds", _("Tick this to add the tier below, or empty its fields."))
        return data

    @property
    def new_code(self) -> str:
        """The code of the tier that is added; "" without one."""
        data = self.cleaned_data
        if not data["adds"]:
            return ""
        return str(data[f"code:{NEW}"] or slugify(data[f"name_en:{NEW}"])[:LONGEST_CODE].strip("-"))

    def _kept(self) -> list[tuple[str, str]]:
        """Each tier that the ladder shall have, by its code and by how its fields end."""
        codes = self.codes[:-1] if self.cleaned_data["takes"] else self.codes
        return [*((code, code) for code in codes), *([(self.new_code, NEW)] if self.cleaned_data["adds"] else [])]

    def content(self) -> dict[str, Any]:
        """The steps as `badges.tiers.definitions` reads them, with what is added or taken away."""
        data = self.cleaned_data
        found: dict[str, Any] = {"steps": [
            {"code": code, "threshold": data[f"threshold:{end}"] or 0, "percent": data[f"percent:{end}"] or 0}
            for code, end in self._kept()
        ]}  # fmt: skip
        if data["adds"]:
            found["adds"] = {"code": self.new_code, "mark": data[f"mark:{NEW}"]}
        if data["takes"]:
            found["takes"] = self.codes[-1]
        return found

    def texts(self) -> dict[str, Any]:
        """Names and perks in both languages."""
        data = self.cleaned_data

        def said(end: str, locale: str) -> dict[str, Any]:
            lines = [line.strip() for line in data[f"perks_{locale}:{end}"].splitlines()]
            return {"name": data[f"name_{locale}:{end}"], "perks": [line for line in lines if line]}

        return {locale: {code: said(end, locale) for code, end in self._kept()} for locale in ("vi", "en")}

    def place_of(self, field: str) -> str:
        """What a new tier's code names stands in the fields of the new tier."""
        part, colon, code = field.partition(":")
        is_new = colon and self.cleaned_data.get("adds") and code == self.new_code
        return f"{part}:{NEW}" if is_new else field

    def refuse(self, error: Invalid) -> None:
        """With the places that stand in the way of taking a tier away, for their links."""
        self.places = list(error.details.get("places", []))
        super().refuse(error)


def ladder_initial(content: Mapping[str, Any], texts: Mapping[str, Any]) -> dict[str, Any]:
    """A ladder as the form's first values."""
    adds = content.get("adds") or {}
    ends = {adds["code"]: NEW} if adds else {}
    found: dict[str, Any] = {"adds": bool(adds), "takes": bool(content.get("takes")), "taken": content.get("takes")}
    if adds:
        found |= {f"code:{NEW}": adds["code"], f"mark:{NEW}": adds["mark"]}
    for step in content.get("steps", []):
        found |= {f"{part}:{ends.get(step['code'], step['code'])}": step[part] for part in ("threshold", "percent")}
    if not adds and content.get("steps"):
        found[f"percent:{NEW}"] = content["steps"][-1]["percent"]
    for locale, tiers in texts.items():
        for code, said in tiers.items():
            end = ends.get(code, code)
            found |= {f"name_{locale}:{end}": said["name"], f"perks_{locale}:{end}": "\n".join(said["perks"])}
    return found
