"""The editor's form of a story."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import WagtailAdminPageForm

from brand.stories.blocks import BEATS
from brand.stories.models import StoryPage
from brand.writing.models import scope_of
from community import api as community
from portal.core.clock import now, programme_day
from portal.scopes.models import Scope


def begin(story: StoryPage, teller: Any, scope: Scope | None) -> None:
    """Lays out a new story for whoever sees the editor for the first time: today, her name, four beats, a message."""
    story.told_on, story.told_by, story.scope = programme_day(now()), teller.name, scope
    beats = [{"type": "beat", "value": {"kind": kind}} for kind, _label in BEATS]
    story.body = [*beats, {"type": "message", "value": {"text": ""}}]


class StoryForm(WagtailAdminPageForm):
    """Wagtail's form, with the spaces that the editor may write in as choices; a new story is laid out already."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        story, teller, above = kwargs.get("instance"), kwargs.get("for_user"), kwargs.get("parent_page")
        if story is not None and story.pk is None and teller is not None and above is not None and not story.body:
            begin(story, teller, scope_of(above))
        super().__init__(*args, **kwargs)
        if "talk_space" in self.fields:
            kept = getattr(self.instance, "talk_space", "")
            choices = [(space.code, space.text.name) for space in community.spaces(self.for_user)]
            # A space that was closed since stays chosen until somebody chooses another.
            if kept and kept not in dict(choices):
                choices.append((kept, kept))
            self.fields["talk_space"] = forms.ChoiceField(
                choices=[("", "—"), *choices], required=False, label=_("space of the discussion").capitalize()
            )


# The form stands above the model, so it is named here and not there.
StoryPage.base_form_class = StoryForm
