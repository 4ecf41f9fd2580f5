"""What the search box and its filters take. Nothing typed into them is refused; what cannot be is said beside it."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from community.api import Narrowed

KINDS = ("all", "talks", "stories", "help", "pages", "people")


class FindForm(forms.Form):
    """The box, the kind, and what narrows talks. A kind that there is not is all of them."""

    q = forms.CharField(required=False, strip=True)
    kind = forms.CharField(required=False)
    space = forms.CharField(required=False, max_length=60)
    author = forms.CharField(required=False, max_length=80, label=_("Written by"))
    tag = forms.CharField(required=False, max_length=30, label=_("Tag"))
    after = forms.DateField(required=False, label=_("From this day"), widget=forms.DateInput({"type": "date"}))
    before = forms.DateField(required=False, label=_("Up to this day"), widget=forms.DateInput({"type": "date"}))
    solved = forms.BooleanField(required=False, label=_("Only questions with a chosen answer"))

    def clean_kind(self) -> str:
        """One of `KINDS`."""
        kind = self.cleaned_data.get("kind") or "all"
        return kind if kind in KINDS else "all"

    def narrowed(self) -> Narrowed:
        """What talks are narrowed to; a field that could not be read narrows nothing."""
        data: dict[str, Any] = {
            name: self.cleaned_data.get(name)
            for name in ("space", "author", "tag", "after", "before", "solved")
            if self.cleaned_data.get(name)
        }
        return Narrowed(**data)
