"""The form with which somebody makes a shop's account her own."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from portal.accounts import selectors
from portal.accounts.forms import ADDRESS_LONGEST, NAME_LONGEST, NAME_SHORTEST, NOT_AN_ADDRESS, LineField
from portal.core.text import length

TAKEN = _("Somebody here goes by that name already. Add a word, so that nobody mixes you up.")


class ClaimForm(forms.Form):
    """What to call her, where letters go, that she is old enough and agrees. No box is ticked beforehand.

    Whether the address has an account already is not said here: only after its digits have been typed.
    """

    name = LineField(
        label=_("What may we call you?"),
        max_length=NAME_LONGEST,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        error_messages={"required": _("Tell us a name, so that others can greet you.")},
    )
    email = forms.EmailField(
        label=_("E-mail"),
        max_length=ADDRESS_LONGEST,
        widget=forms.EmailInput(attrs={"autocomplete": "email", "spellcheck": "false"}),
        error_messages={
            "required": _("Write the address to which we send the code."), "invalid": NOT_AN_ADDRESS,
        },
    )  # fmt: skip
    of_age = forms.BooleanField()
    terms = forms.BooleanField(
        label=_("I agree to the terms and the house rules"),
        error_messages={"required": _("We need your word on this before we can give you a seat.")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        age, box = {"age": settings.MINIMUM_AGE}, self.fields["of_age"]
        box.label = _("I am %(age)d years old or older") % age
        box.error_messages["required"] = _("This house is for people of %(age)d or older. See you when you are.") % age

    def clean_email(self) -> str:
        return str(self.cleaned_data["email"]).lower()

    def clean_name(self) -> str:
        name = str(self.cleaned_data["name"])
        if length(name) < NAME_SHORTEST or not any(letter.isalpha() for letter in name):
            raise forms.ValidationError(_("A name needs at least two letters."))
        return name

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        name = cleaned.get("name")
        if name and not selectors.is_name_free(name, except_email=cleaned.get("email") or ""):
            self.add_error("name", forms.ValidationError(TAKEN, code="name_taken"))
        return cleaned
