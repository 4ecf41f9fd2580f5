"""What the forum's forms take. They clean text and keep it; what may be written is decided by the actions."""

import re
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from community.forum.actions.polling import QUESTION_MOST
from community.forum.actions.spaces import Door
from community.forum.ballots import Poll
from community.forum.models import Space, Topic
from community.forum.texts import REASON_MOST, TITLE_MOST
from portal.accounts.models import Member
from portal.core import text
from portal.core.errors import DomainError
from portal.scopes.models import Scope
from portal.ui import tiers


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


class DraftSequence(forms.IntegerField):
    """The sequence of the draft that is being sent; none where nothing was kept."""

    def __init__(self) -> None:
        super().__init__(required=False, min_value=0, max_value=2**53, widget=forms.HiddenInput)


class ReplyForm(ForumForm):
    """A reply."""

    draft = DraftSequence()

    body = TypedText(label=_("Your words"), widget=forms.Textarea)
    key = TypedText(widget=forms.HiddenInput)
    to = TypedText(widget=forms.HiddenInput)


class TagsField(TypedText):
    """Up to five tags in one line; what may be one is decided by the action."""

    def __init__(self) -> None:
        super().__init__(
            label=_("Tags"),
            required=False,
            help_text=_("Up to five words to be found by, with commas between them."),
            widget=forms.TextInput(attrs={"maxlength": 200, "autocomplete": "off"}),
        )


class TopicForm(ForumForm):
    """A new topic: a talk or a question, with a poll if its author wants one."""

    draft = DraftSequence()
    kind = forms.ChoiceField(choices=Topic.Kind.choices, required=False, widget=forms.RadioSelect)
    poll_question = TypedText(
        label=_("What do you want to know?"),
        widget=forms.TextInput(attrs={"maxlength": QUESTION_MOST, "autocomplete": "off"}),
    )
    poll_options = TypedText(
        label=_("Choices, one a line"), widget=forms.Textarea(attrs={"rows": 4}), help_text=_("Two to ten.")
    )
    poll_multiple = forms.BooleanField(label=_("People may choose several"), required=False)
    poll_public = forms.BooleanField(label=_("Show who chose what"), required=False)
    poll_results = forms.ChoiceField(
        label=_("Who sees the numbers"), choices=Poll.Results.choices, required=False, initial=Poll.Results.ALWAYS
    )
    poll_days = forms.TypedChoiceField(
        label=_("The poll closes"),
        choices=[
            (0, _("never")), (1, _("after a day")), (3, _("after three days")), (7, _("after a week")),
            (14, _("after two weeks")), (30, _("after a month")),
        ],
        coerce=int, required=False, initial=7, empty_value=0,  # type: ignore[arg-type]  # what coerce gives
    )  # fmt: skip

    title = TypedText(label=_("Title"), widget=forms.TextInput(attrs={"maxlength": TITLE_MOST, "autocomplete": "off"}))
    tags = TagsField()
    body = TypedText(label=_("Your words"), widget=forms.Textarea)
    key = TypedText(widget=forms.HiddenInput)


class EditForm(ForumForm):
    """Changed words; `title` and `tags` only where the post opens its topic,
    `reason` only for the words of others.

    `over` is ticked by a moderator who has seen that the words moved on, and holds the revision that she has seen.
    """

    draft = DraftSequence()
    reason = TypedText(
        label=_("Reason"),
        help_text=_("The author can read it."),
        widget=forms.TextInput(attrs={"maxlength": REASON_MOST, "autocomplete": "off"}),
    )
    over = forms.IntegerField(required=False, widget=forms.HiddenInput, min_value=1, max_value=2_000_000_000)

    title = TypedText(label=_("Title"), widget=forms.TextInput(attrs={"maxlength": TITLE_MOST, "autocomplete": "off"}))
    tags = TagsField()
    body = TypedText(label=_("Your words"), widget=forms.Textarea)
    revision = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=2_000_000_000)


class MoveForm(ForumForm):
    """Where to, and why."""

    space = forms.ChoiceField(label=_("To"))
    reason = TypedText(
        label=_("Reason"),
        help_text=_("The author can read it."),
        widget=forms.TextInput(attrs={"maxlength": REASON_MOST, "autocomplete": "off"}),
    )

    def __init__(self, *args: Any, spaces: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["space"].choices = spaces  # type: ignore[attr-defined]


class MergeForm(ForumForm):
    """Which topic takes the posts, chosen from a list or by its address, and why. `version`: how the topic stood when
    the page was drawn."""

    choice = forms.SlugField(required=False)
    into = TypedText(
        label=_("Or its address"),
        help_text=_("Copied from the browser."),
        widget=forms.TextInput(attrs={"maxlength": 400, "autocomplete": "off"}),
    )
    reason = TypedText(
        label=_("Reason"), widget=forms.TextInput(attrs={"maxlength": REASON_MOST, "autocomplete": "off"})
    )
    version = forms.IntegerField(min_value=1, max_value=2_000_000_000)

    def clean_into(self) -> str:
        """The id in an address, or what was typed where there is none."""
        typed = self.cleaned_data["into"].strip()
        found = re.search(r"/topics/([\w-]+)", typed)
        typed, chosen = found[1] if found else typed, self.cleaned_data.get("choice", "")
        if not (typed or chosen):
            raise forms.ValidationError(_("Choose a topic from the list, or give its address."))
        if typed and chosen and typed != chosen:
            # It cannot be undone at once: better asked than guessed.
            raise forms.ValidationError(_("This is not the topic chosen in the list. Leave one of the two."))
        return typed or chosen

    def clean(self) -> dict[str, Any]:
        """One topic, however it was named."""
        self.cleaned_data.pop("choice", None)
        return self.cleaned_data


class SentIds(forms.MultipleChoiceField):
    """Ids as they were sent. Which of them may be taken is the action's to say: it knows those that left meanwhile."""

    def valid_value(self, value: str) -> bool:
        """Refuses none."""
        return True


class SplitForm(ForumForm):
    """Which posts, what their topic is called, where it stands, and why. `version` as in MergeForm."""

    posts = SentIds(label=_("Posts"), required=False)
    title = TypedText(label=_("Title"), widget=forms.TextInput(attrs={"maxlength": TITLE_MOST, "autocomplete": "off"}))
    space = forms.ChoiceField(label=_("Space"))
    reason = TypedText(
        label=_("Reason"), widget=forms.TextInput(attrs={"maxlength": REASON_MOST, "autocomplete": "off"})
    )
    version = forms.IntegerField(min_value=1, max_value=2_000_000_000)

    def __init__(self, *args: Any, spaces: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["space"].choices = spaces  # type: ignore[attr-defined]


class ReasonForm(ForumForm):
    """Why."""

    reason = TypedText(
        label=_("Reason"),
        help_text=_("The author can read it."),
        widget=forms.TextInput(attrs={"maxlength": REASON_MOST, "autocomplete": "off"}),
    )


class SaveForm(ForumForm):
    """A note to herself about a kept post, and when to be reminded."""

    note = forms.CharField(
        label=_("Note to yourself"),
        required=False,
        help_text=_("Only you see it."),
        widget=forms.TextInput(attrs={"maxlength": 300, "autocomplete": "off"}),
    )
    remind_at = forms.DateTimeField(
        label=_("Remind me"),
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M"],
    )


def _roles(kept: str) -> list[str]:
    return [role for role in kept.split(",") if role]


class SpaceForm(ForumForm):
    """A space as its keeper sees it: names and descriptions in both languages, order, who reads and who writes."""

    code = forms.SlugField(label=_("Address"), max_length=60, help_text=_("Part of its address; it never changes."))
    scope = forms.ModelChoiceField(label=_("Whose space"), queryset=Scope.objects.all())
    name_vi = forms.CharField(label=_("Name in Vietnamese"), max_length=80)
    description_vi = forms.CharField(
        label=_("Description in Vietnamese"), max_length=300, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    name_en = forms.CharField(label=_("Name in English"), max_length=80, required=False)
    description_en = forms.CharField(
        label=_("Description in English"), max_length=300, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    position = forms.IntegerField(label=_("Place in the list"), min_value=0, max_value=999, initial=0)
    live = forms.BooleanField(label=_("Open: without this nobody finds it"), required=False, initial=True)
    staff_only = forms.BooleanField(label=_("Only for those who work here"), required=False)
    read_from_rank = forms.TypedChoiceField(label=_("Who reads"), required=False, coerce=int, empty_value=None)
    write_from_rank = forms.TypedChoiceField(label=_("Who writes"), coerce=int, initial=0)
    read_badge = forms.SlugField(
        label=_("Read with the badge"), max_length=60, required=False, help_text=_("Its code; empty: no badge asked.")
    )
    write_badge = forms.SlugField(label=_("Write with the badge"), max_length=60, required=False)
    read_roles = forms.MultipleChoiceField(
        label=_("Roles that enter by their work"), required=False, choices=Member.NamePart.choices[1:],
        widget=forms.CheckboxSelectMultiple, help_text=_("None chosen: all who work here."),
    )  # fmt: skip
    write_roles = forms.MultipleChoiceField(
        label=_("Roles that write by their work"), required=False, choices=Member.NamePart.choices[1:],
        widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip

    def __init__(self, *args: Any, space: Space | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        doors = [
            (0, _("Every member")),
            *tiers.doors(*((space.read_from_rank, space.write_from_rank) if space else ())),
        ]
        self.fields["read_from_rank"].choices = [("", _("Everybody, visitors too")), *doors]  # type: ignore[attr-defined]
        self.fields["write_from_rank"].choices = doors  # type: ignore[attr-defined]
        if space is not None:
            self.fields["code"].disabled = True

    @staticmethod
    def start(space: Space | None) -> dict[str, Any]:
        """What the form shows of a space; a new one is open to everybody."""
        if space is None:
            return {}
        plain = ("code", "position", "live", "staff_only", "read_from_rank", "write_from_rank", "read_badge")
        shown = {name: getattr(space, name) for name in (*plain, "write_badge")}
        shown |= {"scope": space.scope_id, "read_roles": _roles(space.read_roles)}
        shown["write_roles"] = _roles(space.write_roles)
        for words in space.texts.all():
            shown |= {f"name_{words.locale}": words.name, f"description_{words.locale}": words.description}
        return shown

    def given(self) -> dict[str, Any]:
        """What the action takes."""
        data = dict(self.cleaned_data)
        for name in ("read_roles", "write_roles"):
            data[name] = f",{','.join(data[name])}," if data[name] else ""
        words = {code: (data[f"name_{code}"], data[f"description_{code}"]) for code in ("vi", "en")}
        door = Door(**{field: data[field] for field in Door.__dataclass_fields__})
        return {"code": data["code"], "scope": data["scope"], "door": door, "words": words}
