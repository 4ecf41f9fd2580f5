"""The form in which a member chooses what stands on her page."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from badges.awards.selectors import SHOWN, BadgeView


class ChooseForm(forms.Form):
    """Places 1 to `SHOWN`, each a badge that she holds or none. What is chosen twice stands at the first place."""

    def __init__(self, *args: Any, held: list[BadgeView], chosen: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [("", _("nothing here")), *((badge.code, badge.name) for badge in held)]
        for place in range(1, SHOWN + 1):
            self.fields[f"place-{place}"] = forms.ChoiceField(
                label=_("Place %(n)d") % {"n": place},
                choices=choices,
                required=False,
                initial=chosen[place - 1] if place <= len(chosen) else "",
            )

    def codes(self) -> list[str]:
        """The chosen badges in their order, each once."""
        found = (self.cleaned_data[f"place-{place}"] for place in range(1, SHOWN + 1))
        return list(dict.fromkeys(code for code in found if code))
