"""What moderation's forms take. They clean text and keep it; what is allowed is decided by the actions."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from community.forum.forms import ForumForm, TypedText
from community.moderation.models import FilterRule, Report, Sanction
from community.moderation.trust import HIGHEST

REASONS = [(value, label) for value, label in Report.Reason.choices if value != Report.Reason.FILTER]
HOURS = (
    (1, ngettext_lazy("%(number)d hour", "%(number)d hours", "number")),
    (24, ngettext_lazy("%(number)d day", "%(number)d days", "number")),
    (72, ngettext_lazy("%(number)d day", "%(number)d days", "number")),
    (168, ngettext_lazy("%(number)d day", "%(number)d days", "number")),
    (720, ngettext_lazy("%(number)d day", "%(number)d days", "number")),
    (8760, ngettext_lazy("%(number)d day", "%(number)d days", "number")),
)


def _hours() -> list[tuple[int, Any]]:
    return [(hours, words % {"number": hours if hours < 24 else hours // 24}) for hours, words in HOURS]


def _lines(label: Any, *, rows: int = 3, hint: Any = "", most: int = 300) -> TypedText:
    widget = forms.Textarea(attrs={"rows": rows, "maxlength": most})
    return TypedText(label=label, help_text=hint, widget=widget)


class ReportForm(ForumForm):
    """What is wrong."""

    reason = forms.ChoiceField(label=_("What is wrong with it?"), choices=REASONS, widget=forms.RadioSelect)
    words = _lines(_("In your own words"), hint=_("Needed for “something else”, welcome for the rest."), most=500)


class DecisionForm(ForumForm):
    """What shall happen with a case; the buttons say the outcome."""

    outcome = TypedText(widget=forms.HiddenInput)
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=2_000_000_000)
    reason = _lines(_("Reason"), hint=_("The author can read it."), rows=2)


class SanctionForm(ForumForm):
    """What a member is told or kept from."""

    kind = forms.ChoiceField(label=_("What to do"), choices=Sanction.Kind.choices, widget=forms.RadioSelect)
    template = forms.ChoiceField(label=_("Because of"), choices=Sanction.Template.choices)
    hours = forms.TypedChoiceField(
        label=_("For how long"), choices=_hours, coerce=int, help_text=_("A reminder has no end."), initial=24
    )
    reason = _lines(_("What exactly"), hint=_("The member reads this below the words of the house."), rows=2)
    traded = forms.BooleanField(
        label=_("Thanks were traded for points"), required=False,
        help_text=_("Takes back what others got from this member. They are told why, without a name."),
    )  # fmt: skip


class LiftForm(ForumForm):
    """Why a sanction ends."""

    reason = _lines(_("Why does it end?"), rows=2)


class TrustForm(ForumForm):
    """A level by hand."""

    level = forms.TypedChoiceField(
        label=_("Trust level"),
        choices=lambda: [("", _("As reckoned each day")), *((n, str(n)) for n in range(HIGHEST + 1))],
        coerce=int, empty_value=None, required=False,
    )  # fmt: skip
    reason = _lines(_("Reason"), rows=2)


class AppealForm(ForumForm):
    """Why it should be looked at again."""

    words = _lines(
        _("Tell what was overlooked"), rows=5, most=1_000, hint=_("Somebody else reads it than who decided.")
    )


class HeldForm(ForumForm):
    """Waiting words."""

    title = TypedText(label=_("Title"), widget=forms.TextInput(attrs={"maxlength": 200, "autocomplete": "off"}))
    body = TypedText(label=_("Your words"), widget=forms.Textarea)


class RuleForm(ForumForm):
    """A rule of the word filter."""

    kind = forms.ChoiceField(label=_("Looks for"), choices=FilterRule.Kind.choices)
    pattern = TypedText(
        label=_("Word, phrase or host"),
        help_text=_(
            "Written with accents it finds these accents or fewer; without any it finds all; “=” in front wants "
            "exactly these. A star opens the beginning or the end."
        ),
        widget=forms.TextInput(attrs={"maxlength": 100, "autocomplete": "off", "spellcheck": "false"}),
    )
    action = forms.ChoiceField(label=_("What happens"), choices=FilterRule.Action.choices)
    note = TypedText(
        label=_("Why"), widget=forms.TextInput(attrs={"maxlength": 200, "autocomplete": "off"}),
        help_text=_("For colleagues; it stands in the log."),
    )  # fmt: skip
    active = forms.BooleanField(label=_("In force"), required=False)


class TryForm(ForumForm):
    """Words to try the filter with."""

    text = _lines(_("Words to try"), rows=5, most=5_000, hint=_("Nothing is kept or sent."))
