"""Forms about a number and about codes sent to it."""

from typing import Any

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from portal.accounts.phones import proofs
from portal.accounts.phones.door import NumberField, check_may_ask
from portal.core import clock

WRONG = _("Those are not the digits we sent. Look at the newest message and try once more.")
OVER = _("These digits are no longer good. Ask for new ones.")


class PhoneForm(forms.Form):
    """The number that a member wants to keep."""

    phone = NumberField(label=_("Mobile number"), required=True)

    def __init__(self, *args: Any, request: HttpRequest, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.request = request
        self.fields["phone"].error_messages["required"] = _("Write the number to which we text the code.")

    def clean_phone(self) -> str:
        phone = str(self.cleaned_data["phone"])
        check_may_ask(self.request, phone)
        return phone


class ProofForm(forms.Form):
    """The digits that prove a number or an address; `over` says that no code waits any more."""

    code = forms.CharField(
        label=_("The six digits"),
        max_length=20,
        widget=forms.TextInput(
            attrs={"class": "code-input", "inputmode": "numeric", "autocomplete": "one-time-code", "maxlength": "20"}
        ),
        error_messages={"required": _("Write the digits here.")},
    )

    def __init__(self, *args: Any, request: HttpRequest, purpose: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.request, self.purpose, self.over = request, purpose, False

    def clean_code(self) -> str:
        answer = proofs.check(self.request, self.purpose, self.cleaned_data["code"], at=clock.now())
        if answer is not proofs.Answer.RIGHT:
            self.over = answer is proofs.Answer.OVER
            raise forms.ValidationError(OVER if self.over else WRONG, code=str(answer))
        return str(self.cleaned_data["code"])
