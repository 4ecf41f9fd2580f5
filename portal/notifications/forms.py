"""The page of wishes as a form: two boxes per kind of notification."""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Channel:
    """A way to tell a member something; a column of the table of wishes."""

    name: str
    label: Any


CHANNELS = (Channel("site", _("Here on the site")), Channel("mail", _("By letter")))


class WishesForm(forms.Form):
    """`<kind>-site` and `<kind>-mail` boxes, drawn from what is stored."""

    def __init__(self, *args: Any, rows: list[dict[str, Any]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.rows = rows
        for row in rows:
            if row["can_site"]:
                self.fields[f"{row['name']}-site"] = forms.BooleanField(required=False, initial=row["site"])
            if row["can_mail"]:
                self.fields[f"{row['name']}-mail"] = forms.BooleanField(required=False, initial=row["mail"])

    def lines(self) -> list[dict[str, Any]]:
        """Each kind with a box per channel (None where the kind is not told there), for the table of wishes."""
        return [
            {**row, "boxes": [{"channel": channel, "bound": self._box(row, channel)} for channel in CHANNELS]}
            for row in self.rows
        ]

    def _box(self, row: dict[str, Any], channel: Channel) -> forms.BoundField | None:
        name = f"{row['name']}-{channel.name}"
        return self[name] if name in self.fields else None

    def wishes(self) -> dict[str, tuple[bool, bool]]:
        """Kind to (site, mail). What comes by letter only counts as shown here."""
        data = self.cleaned_data
        return {
            row["name"]: (data.get(f"{row['name']}-site", True), data.get(f"{row['name']}-mail", False))
            for row in self.rows
        }
