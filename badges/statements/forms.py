"""What a member chooses to take along, and what somebody brings to have it checked."""

from datetime import date, datetime
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from badges.statements.as_proof import LARGEST
from badges.statements.selectors import Span, year_of
from portal.core.errors import Invalid

_DAY = {"type": "date", "min": "2000-01-01"}


class TakeForm(forms.Form):
    """Which days. `year` alone stands for both of them."""

    year = forms.IntegerField(required=False, min_value=2000, max_value=9998, widget=forms.HiddenInput)
    first = forms.DateField(label=_("First day"), widget=forms.DateInput(attrs=_DAY, format="%Y-%m-%d"))
    last = forms.DateField(label=_("Last day"), widget=forms.DateInput(attrs=_DAY, format="%Y-%m-%d"))
    use_required_attribute = False

    def __init__(self, *args: Any, at: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.at = at
        for name in ("first", "last"):
            self.fields[name].required = not self.data.get("year")
            self.fields[name].error_messages |= {"required": _("Choose a day."), "invalid": _("Choose a day.")}

    def clean(self) -> dict[str, Any]:
        """The days themselves as `span`."""
        data: dict[str, Any] = super().clean() or {}
        if data.get("year"):
            return data | {"span": year_of(data["year"], at=self.at)}
        for name in ("first", "last"):
            day: date | None = data.get(name)
            if day is not None and not date(2000, 1, 1) <= day <= date(9998, 12, 31):
                self.add_error(name, _("This house keeps no book of such a day."))
        return data if self.errors else data | {"span": Span(data["first"], data["last"])}

    def refuse(self, error: Invalid) -> None:
        """Puts a refusal beside the field that it names."""
        place = str(error.details.get("field", ""))
        self.add_error(place if place in self.fields and not self.data.get("year") else None, str(error))


class VerifyForm(forms.Form):
    """A file, or its text. The file counts when both are there."""

    use_required_attribute = False
    file = forms.FileField(
        label=_("The file"),
        widget=forms.FileInput(attrs={"accept": ".json,.jwt,application/json"}),
    )  # fmt: skip
    text = forms.CharField(
        label=_("Or its text"), strip=True,
        widget=forms.Textarea(attrs={"rows": 6, "spellcheck": "false", "autocomplete": "off"}),
    )  # fmt: skip

    def full_clean(self) -> None:
        """One of the two is needed, so neither is called optional and neither is asked for by itself."""
        for one in self.fields.values():
            one.required = False
        super().full_clean()
        for one in self.fields.values():
            one.required = True

    def clean(self) -> dict[str, Any]:
        """What was brought, as `brought`."""
        data: dict[str, Any] = super().clean() or {}
        file: UploadedFile | None = data.get("file")
        if file is None:
            if not data.get("text") and not self.errors:
                self.add_error("file", _("Choose the file, or paste its text below."))
            return data | {"brought": data.get("text", "")}
        if (file.size or 0) > LARGEST:
            self.add_error("file", _("This file is larger than any statement of ours (4 MB)."))
            return data
        try:
            return data | {"brought": file.read().decode("utf-8-sig")}
        except UnicodeDecodeError:
            words = _("This file holds no text. Choose the signed file, its name ends in .json or .jwt.")
            self.add_error("file", words)
            return data
