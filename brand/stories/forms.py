"""The editor's form of a story."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import WagtailAdminPageForm

from brand.stories.models import StoryPage
from community import api as community


class StoryForm(WagtailAdminPageForm):
    """Wagtail's form, with the spaces that the editor may write in as choices."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
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
