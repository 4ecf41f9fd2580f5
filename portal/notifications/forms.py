"""The page of wishes as a form: two boxes per kind of notification."""

from typing import Any

from django import forms


class WishesForm(forms.Form):
    """`<kind>-site` and `<kind>-mail` boxes, drawn from what is stored."""

    def __init__(self, *args: Any, rows: list[dict[str, Any]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.rows = rows
        for row in rows:
            self.fields[f"{row['name']}-site"] = forms.BooleanField(required=False, initial=row["site"])
            if row["can_mail"]:
                self.fields[f"{row['name']}-mail"] = forms.BooleanField(required=False, initial=row["mail"])

    def lines(self) -> list[dict[str, Any]]:
        """Each kind with its two boxes, for the template."""
        return [
            {
                **row,
                "site_box": self[f"{row['name']}-site"],
                "mail_box": self[f"{row['name']}-mail"] if row["can_mail"] else None,
            }
            for row in self.rows
        ]

    def wishes(self) -> dict[str, tuple[bool, bool]]:
        """Kind to (site, mail)."""
        data = self.cleaned_data
        return {row["name"]: (data[f"{row['name']}-site"], data.get(f"{row['name']}-mail", False)) for row in self.rows}
