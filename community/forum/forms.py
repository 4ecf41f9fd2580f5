"""What the forum's forms take. They clean text and keep it; what may be written is decided by the actions."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from community.forum.texts import REASON_MOST, TITLE_MOST
from portal.core import text
from portal.core.errors import DomainError


class TypedText(forms.CharField):
    """Text as typed, without what cannot be stored; empty and over-long are answered by the actions, in our words."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(strip=False, **kwargs)  # required: the label must not call it optional

    def validate(self, value: str) -> None:
        """Refuses nothing: an empty text reaches the action like any other."""

    def to_python(self, value: Any) -> str:
        """Cleaned before the validators look, so that a NUL is dropped instead of refused."""
        return text.clean(value) if isinstance(value, str) else ""


class ForumForm(forms.Form):
    """A form that can take an action's refusal and come back with everything that was typed."""

    def refuse(self, error: DomainError) -> None:
        """Shows a refusal beside the field that it names, else above the form."""
        field = error.details.get("field")
        self.add_error(field if field in self.fields else None, str(error))


class ReplyForm(ForumForm):
    """A reply."""

    body = TypedText(label=_("Your words"), widget=forms.Textarea)
    key = TypedText(widget=forms.HiddenInput)
    to = TypedText(widget=forms.HiddenInput)


class TopicForm(ForumForm):
    """A new topic."""

    title = TypedText(label=_("Title"), widget=forms.TextInput(attrs={"maxlength": TITLE_MOST, "autocomplete": "off"}))
    body = TypedText(label=_("Your words"), widget=forms.Textarea)
    key = TypedText(widget=forms.HiddenInput)


class EditForm(ForumForm):
    """Changed words; `title` only where the post opens its topic."""

    title = TypedText(label=_("Title"), widget=forms.TextInput(attrs={"maxlength": TITLE_MOST, "autocomplete": "off"}))
    body = TypedText(label=_("Your words"), widget=forms.Textarea)
    revision = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=2_000_000_000)


class ReasonForm(ForumForm):
    """Why."""

    reason = TypedText(
        label=_("Reason"),
        help_text=_("The author can read it."),
        widget=forms.TextInput(attrs={"maxlength": REASON_MOST, "autocomplete": "off"}),
    )
