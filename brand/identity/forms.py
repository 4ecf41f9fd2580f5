"""The form of an identity: colours with what they meet and a way out, logos cleaned as they come in."""

from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.template.loader import render_to_string
from django.utils.formats import number_format
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.forms.models import WagtailAdminModelForm

from brand.identity import colour, logos, palette, selectors
from brand.identity.palette import Meeting
from portal.scopes.models import Scope

TAKE = "take-"
SAMPLE = "Ấm trà"


class ColourInput(forms.TextInput):
    """A colour as text, with swatches of everything it meets. The form fills in what it meets."""

    class Media:
        css = {"all": ["build/look-admin.css"]}
        js = ["build/look-admin.js"]

    inherited = ""
    meetings: tuple[Meeting, ...] = ()
    offer = ""

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        """The input, the colour itself, and its pairs; an offer is a button that sends the form with it."""
        given = {"maxlength": "7", "placeholder": self.inherited, "spellcheck": "false", "autocomplete": "off"}
        field = super().render(name, value, {**(attrs or {}), **given}, renderer)
        shown = value if value and colour.HEX.fullmatch(str(value)) else self.inherited
        context = {
            "field": field,
            "name": name,
            "shown": shown,
            "is_inherited": not value,
            "meetings": self.meetings,
            "offer": self.offer,
            "take": f"{TAKE}{name}",
            "sample": SAMPLE,
        }
        return render_to_string("brand/identity/colour_input.html", context)


class LogoInput(forms.ClearableFileInput):
    """A logo: what is kept now, a way to take it off, and a place for another."""

    def is_initial(self, value: Any) -> bool:
        """The value is a path of ours, not a file object."""
        return bool(value)

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        """The kept picture beside the input."""
        path = value if isinstance(value, str) else ""
        context = {
            "name": name,
            "id": (attrs or {}).get("id", f"id_{name}"),
            "url": settings.MEDIA_URL + path if path else "",
            "clear": self.clear_checkbox_name(name),
            "accept": "image/png,image/jpeg,image/webp",
        }
        return render_to_string("brand/identity/logo_input.html", context)


class LogoField(forms.FileField):
    """Takes an upload and gives the path of what was kept of it; without an upload, what was there stays."""

    widget = LogoInput

    def __init__(self, *, one_colour: bool = False, **kwargs: Any) -> None:
        super().__init__(required=False, **kwargs)
        self.one_colour = one_colour

    def clean(self, data: Any, initial: Any = None) -> str:
        """Raises ValidationError for what is no picture we keep (see `logos.keep`)."""
        if data is False:
            return ""
        if not data:
            return initial or ""
        return logos.keep(data, one_colour=self.one_colour)


def _colour_field(label: Any) -> forms.CharField:
    return forms.CharField(label=label, required=False, max_length=7, widget=ColourInput)


class IdentityForm(WagtailAdminModelForm):
    """Values typed are kept when a pair is refused; `take-<field>` in the answer takes the offer for that field."""

    mark_file = LogoField(
        label=gettext_lazy("Mark of its own"), help_text=gettext_lazy("Square; instead of the drawn mark.")
    )
    wordmark_file = LogoField(
        label=gettext_lazy("Wordmark"),
        help_text=gettext_lazy("The name as you write it; stands for mark and name at the head of pages and letters."),
    )
    mono_file = LogoField(
        label=gettext_lazy("Mark in one colour"),
        help_text=gettext_lazy("Its shape is used: in light on icons, and on dark pages."),
        one_colour=True,
    )

    def __init__(self, data: Any = None, *args: Any, **kwargs: Any) -> None:
        super().__init__(_with_offers_taken(data), *args, **kwargs)
        if "scope" in self.fields:
            self._choose_scope(self.fields["scope"])
        self._tell_meetings()

    def _choose_scope(self, field: Any) -> None:
        free = Scope.objects.filter(identity=None) | Scope.objects.filter(pk=self.instance.scope_id)
        field.queryset = free.order_by("pk")
        # A look stays with its brand: others may have inherited from it.
        field.disabled = self.instance.pk is not None

    def clean(self) -> dict[str, Any]:
        """Refuses colours that could not be read, each at its field with the nearest that can."""
        cleaned = super().clean() or self.cleaned_data
        return dict(cleaned)

    def _post_clean(self) -> None:
        super()._post_clean()
        if self.instance.scope_id and not any(name.startswith("color_") for name in self.errors):
            for part, trouble in selectors.troubles(self.instance).items():
                self.add_error(f"color_{part}", _refusal(trouble))
        self._tell_meetings()

    def _tell_meetings(self) -> None:
        """Gives each colour's input what the colour meets now, typed or inherited."""
        if not self.instance.scope_id:
            above = look = selectors.above(None)
        else:
            above, look = selectors.above(self.instance.scope), selectors.draft_look(self.instance)
        for part in palette.COLOURS:
            field = self.fields.get(f"color_{part}")
            if field is None or not isinstance(field.widget, ColourInput):
                continue
            value = look.colours[part]
            if not colour.HEX.fullmatch(value):
                continue
            trouble = palette.trouble(part, value, look.paper)
            field.widget.inherited = above.colours[part]
            field.widget.meetings = tuple(palette.meetings(part, value, look.paper))
            field.widget.offer = trouble.offer if trouble and getattr(self.instance, f"color_{part}") else ""


def _with_offers_taken(data: Any) -> Any:
    offers = {name: data[name] for name in data if name.startswith(f"{TAKE}color_")} if data else {}
    if not offers:
        return data
    changed = data.copy()
    for name, value in offers.items():
        changed[name.removeprefix(TAKE)] = value
        del changed[name]
    return changed


def _refusal(trouble: palette.Trouble) -> ValidationError:
    weak = "; ".join(f"{meeting.name} {number_format(meeting.ratio, 1)}" for meeting in trouble.meetings)
    words = _("Too little contrast: %(weak)s (at least %(needed)s to 1). The nearest that passes: %(offer)s")
    needed = number_format(max(meeting.needed for meeting in trouble.meetings), 1)
    return ValidationError(words % {"weak": weak, "needed": needed, "offer": trouble.offer}, code="contrast")
