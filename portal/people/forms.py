"""The forms of the settings. They keep what was typed; what the house refuses is said beside the box it is about."""

import zoneinfo
from collections.abc import Callable
from functools import lru_cache
from typing import Any

from django import forms
from django.conf import settings
from django.utils import translation
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.accounts import profiles
from portal.accounts.forms import LineField
from portal.accounts.models import Profile
from portal.core import portraits
from portal.core.errors import DomainError, Waits

LEVEL_WORDS = {
    profiles.PUBLIC: _("Everybody"),
    profiles.MEMBERS: _("Members"),
    profiles.ME: pgettext_lazy("who sees it", "Only me"),
}
REGIONS = {
    "Asia": _("Asia"), "Europe": _("Europe"), "America": _("America"), "Africa": _("Africa"),
    "Australia": _("Australia"), "Pacific": _("The Pacific"), "Atlantic": _("The Atlantic"),
    "Indian": _("The Indian Ocean"), "Antarctica": _("Antarctica"), "Arctic": _("The Arctic"),
}  # fmt: skip
# Nine points of a picture, row by row, as (per cent from the left, per cent from the top) and how they are called.
FOCUS = [
    ("0-0", _("Upper left")), ("50-0", _("Upper edge")), ("100-0", _("Upper right")),
    ("0-50", _("Left edge")), ("50-50", _("Middle")), ("100-50", _("Right edge")),
    ("0-100", _("Lower left")), ("50-100", _("Lower edge")), ("100-100", _("Lower right")),
]  # fmt: skip


class HouseForm(forms.Form):
    """A form whose act may be refused by the house."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("auto_id", f"{type(self).__name__.removesuffix('Form').lower()}-%s")
        super().__init__(*args, **kwargs)

    def attempt(self, act: Callable[[], Any]) -> bool:
        """Does the act when the form is valid; a refusal becomes an error beside its box, and the answer is False."""
        if not self.is_valid():
            return False
        try:
            act()
        except Waits:  # no refusal: the middleware leads to the words that wait
            raise
        except DomainError as refusal:
            field = refusal.details.get("field")
            self.add_error(field if field in self.fields else None, str(refusal))
            return False
        return True


class NameForm(HouseForm):
    """What others call her."""

    name = LineField(
        label=_("Your name here"),
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "name", "maxlength": "80"}),
        help_text=_("It stands beside every word you write. It can be changed twice in thirty days."),
        error_messages={"required": _("Tell us a name, so that others can greet you.")},
    )


class HandleForm(HouseForm):
    """The last part of her page's address."""

    handle = LineField(
        label=_("The address of your page"),
        max_length=60,
        widget=forms.TextInput(attrs={"autocapitalize": "none", "spellcheck": "false", "autocomplete": "off"}),
        help_text=_("3 to 30 signs: a to z, digits, - and _. Once a year; the old address leads here for a year."),
        error_messages={"required": _("Write the address you would like, or leave this as it is.")},
    )


class AboutForm(HouseForm):
    """A few words about herself."""

    bio = forms.CharField(
        label=_("About me"),
        required=False,
        max_length=4_000,
        widget=forms.Textarea(attrs={"rows": "4", "maxlength": str(profiles.BIO_LONGEST)}),
        help_text=_("Up to 500 letters. A web address becomes a link."),
    )
    city = LineField(
        label=_("Town"),
        required=False,
        max_length=profiles.CITY_LONGEST,
        widget=forms.TextInput(attrs={"autocomplete": "address-level2"}),
    )


class BirthdayForm(HouseForm):
    """Day and month, and the year if she likes."""

    day = forms.TypedChoiceField(label=_("Day"), required=False, coerce=int, empty_value=None)
    month = forms.TypedChoiceField(label=_("Month"), required=False, coerce=int, empty_value=None)
    year = forms.IntegerField(
        label=_("Year"), required=False, widget=forms.TextInput(attrs={"inputmode": "numeric", "maxlength": "4"})
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["day"].choices = [("", "–"), *((n, n) for n in range(1, 32))]  # type: ignore[attr-defined]
        self.fields["month"].choices = [("", "–"), *((n, n) for n in range(1, 13))]  # type: ignore[attr-defined]
        for field in self.fields.values():
            field.widget.attrs["class"] = "field-control"
        self.fields["year"].error_messages["invalid"] = _("Please look at the year again, or leave it out.")


@lru_cache(maxsize=8)
def zone_choices(language: str) -> list[Any]:
    """Time zones of places, by part of the world; the programme's own first."""
    groups: dict[str, list[tuple[str, str]]] = {region: [] for region in REGIONS}
    for zone in sorted(zoneinfo.available_timezones()):
        region, _slash, place = zone.partition("/")
        if region in groups and place:
            groups[region].append((zone, place.replace("_", " ").replace("/", ", ")))
    home = settings.PROGRAMME_ZONE
    with translation.override(language):
        first = [(home, home.partition("/")[2].replace("_", " ")), ("UTC", "UTC")]
        return first + [(str(REGIONS[region]), places) for region, places in groups.items()]


class PlaceForm(HouseForm):
    """Language and time."""

    language = forms.ChoiceField(
        label=_("Language"),
        # Each language calls itself by its own name, and says so to whoever reads the page aloud.
        choices=[(code, format_html('<span lang="{}">{}</span>', code, name)) for code, name in settings.LANGUAGES],
        widget=forms.RadioSelect,
        help_text=_("For letters, and for the pages you come back to."),
    )
    zone = forms.ChoiceField(
        label=_("Time zone"), help_text=_("Every hour you read here is the hour where you are."),
        error_messages={"invalid_choice": _("Choose a time zone from the list.")},
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["zone"].widget.attrs["lang"] = "en"  # places are named as the list of zones names them
        self.fields["zone"].choices = zone_choices(translation.get_language() or "vi")  # type: ignore[attr-defined]


class PrivacyForm(HouseForm):
    """Who sees which part of her page: one choice a part."""

    findable = forms.BooleanField(
        label=_("Search engines may list my page"),
        required=False,
        help_text=_("Only a page that everybody may open can be listed."),
    )

    direct_from = forms.ChoiceField(
        label=_("Who may write to me alone"),
        help_text=_(
            "It is asked when somebody begins. A conversation that is there goes on until you keep the person away."
        ),
        error_messages={"invalid_choice": _("Choose who may write to you.")},
    )
    sits_unseen = forms.BooleanField(
        label=_("I sit in rooms unseen"),
        required=False,
        help_text=_("Nobody sees when you are there. You see the others either way."),
    )

    def __init__(self, *args: Any, profile: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in profiles.FIELDS:
            levels = profiles.PAGE_LEVELS if field.name == "page" else profiles.LEVELS
            self.fields[field.name] = forms.ChoiceField(
                label=field.label,
                choices=[(level, LEVEL_WORDS[level]) for level in levels],
                initial=profiles.level_of(profile, field.name),
                error_messages={"invalid_choice": _("Choose who may see this.")},
            )
        self.fields["findable"].initial = profile.findable
        self.fields["direct_from"].choices = Profile._meta.get_field("direct_from").choices  # type: ignore[attr-defined]
        self.fields["direct_from"].initial = profile.direct_from
        self.fields["direct_from"].required = False  # left out: it stays as it is
        self.fields["sits_unseen"].initial = not profile.shows_presence

    def rows(self) -> list[forms.BoundField]:
        """The parts in their order, the page itself first."""
        return [self[field.name] for field in profiles.FIELDS]

    def company(self) -> dict[str, Any]:
        """Who may write to her, and whether she is seen."""
        wish = self.cleaned_data["direct_from"] or self.fields["direct_from"].initial
        return {"direct_from": wish, "shows_presence": not self.cleaned_data["sits_unseen"]}

    def levels(self) -> dict[str, str]:
        """Part to level."""
        return {field.name: self.cleaned_data[field.name] for field in profiles.FIELDS}


def _point(value: str) -> tuple[int, int]:
    x, _dash, y = value.partition("-")
    return int(x), int(y)


class PictureForm(HouseForm):
    """A picture to bring."""

    picture = forms.FileField(
        label=_("Choose a picture"),
        widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png,image/webp,image/avif,image/heic,image/heif"}),
        help_text=_("JPEG, PNG, WebP, AVIF or HEIC, up to 8 MB. Where and when it was taken is wiped off."),
        error_messages={
            "required": _("Choose a picture first."),
            "empty": portraits.NOT_A_PICTURE,
            "invalid": portraits.NOT_A_PICTURE,
        },
    )

    def clean_picture(self) -> Any:
        """Nothing heavier is read into memory."""
        found = self.cleaned_data["picture"]
        if found.size > portraits.BYTES_MOST:
            raise forms.ValidationError(portraits.TOO_HEAVY)
        return found


class FocusForm(HouseForm):
    """Which point of her picture stays when it is cut."""

    focus = forms.TypedChoiceField(
        label=_("What matters most in it?"), choices=FOCUS, coerce=_point, widget=forms.RadioSelect
    )


class LeaveForm(HouseForm):
    """The one box before leaving; never ticked beforehand."""

    sure = forms.BooleanField(
        label=_("I have read this, and I want to leave"),
        error_messages={"required": _("Tick this if you mean it.")},
    )
