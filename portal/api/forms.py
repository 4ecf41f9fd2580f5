"""What those who keep keys type in the workshop."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.api.actions import GRACE_HOURS
from portal.api.models import ApiKey, Scope


class KeyForm(forms.Form):
    """A new key."""

    name = forms.CharField(
        label=_("What it is for"),
        max_length=80,
        help_text=_("The system that uses it: the tills of the shop, the newsletter."),
    )
    mode = forms.ChoiceField(
        label=_("Kind"), choices=ApiKey.Mode.choices,
        help_text=_("A key for trying answers as a live one does, and nothing that it does lasts."),
    )  # fmt: skip
    scopes = forms.MultipleChoiceField(
        label=_("What it opens"), choices=Scope.choices, widget=forms.CheckboxSelectMultiple
    )
    expires_at = forms.DateTimeField(
        label=_("Valid until"), required=False, widget=forms.DateTimeInput(attrs={"type": "datetime-local"}),
        help_text=_("Empty: until it is revoked."),
    )  # fmt: skip
    key = forms.CharField(widget=forms.HiddenInput, max_length=100)

    def taken(self) -> dict[str, Any]:
        """What `make_key` asks for."""
        return dict(self.cleaned_data)


class RotateForm(forms.Form):
    """How long the old secret goes on beside the new one."""

    grace_hours = forms.IntegerField(
        label=_("Hours that the old one goes on"), min_value=0, max_value=GRACE_HOURS, initial=24
    )
    key = forms.CharField(widget=forms.HiddenInput, max_length=100)


class DecideForm(forms.Form):
    """A decision about an event that came too late."""

    event = forms.CharField(max_length=16)
    version = forms.IntegerField(min_value=1)
    reason = forms.CharField(max_length=400, required=False)
    step = forms.ChoiceField(choices=[("accept", "accept"), ("refuse", "refuse")])
