"""Forms of the chat. They keep what was typed."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from community.chat.models import Room, RoomText
from portal.ui import tiers

ICONS = (
    ("house", _("House")), ("coffee", _("Cup")), ("leaf", _("Leaf")), ("book-open", _("Book")), ("users", _("People")),
)  # fmt: skip


class SpaceRoomForm(forms.Form):
    """What is settled about the room of a space apart from its space."""

    live = forms.BooleanField(label=_("The room is open"), required=False)


def _lines() -> forms.Textarea:
    return forms.Textarea(attrs={"rows": 3})


class RoomForm(forms.Form):
    """A room of the house: what it is called, who may enter, how far back members read."""

    name_vi = forms.CharField(label=_("Name in Vietnamese"), max_length=80)
    purpose_vi = forms.CharField(label=_("Purpose in Vietnamese"), max_length=300, required=False, widget=_lines())
    name_en = forms.CharField(label=_("Name in English"), max_length=80, required=False)
    purpose_en = forms.CharField(label=_("Purpose in English"), max_length=300, required=False, widget=_lines())
    icon = forms.ChoiceField(label=_("Mark"), choices=ICONS)
    from_rank = forms.TypedChoiceField(
        label=_("Who may enter"), coerce=int, help_text=_("People of the house always may.")
    )
    history = forms.ChoiceField(
        label=_("How far back members read"),
        choices=Room.History.choices,
        help_text=_("It is settled when the room opens and cannot be changed later."),
    )
    staff_only = forms.BooleanField(label=_("For people of the house only"), required=False)
    position = forms.IntegerField(label=_("Place in the list"), min_value=0, max_value=999, initial=10)
    live = forms.BooleanField(label=_("The room is open"), required=False, initial=True)

    def __init__(self, *args: Any, room: Room | None, **kwargs: Any) -> None:
        kwargs["initial"] = {**self._told(room), **kwargs.get("initial", {})} if room else kwargs.get("initial")
        super().__init__(*args, auto_id="room-%s", **kwargs)
        doors = tiers.doors(room.from_rank if room else None)
        self.fields["from_rank"].choices = [(0, _("Everybody")), *doors]  # type: ignore[attr-defined]
        if room is not None:
            del self.fields["history"]

    @staticmethod
    def _told(room: Room) -> dict[str, Any]:
        told: dict[str, Any] = {
            name: getattr(room, name) for name in ("icon", "from_rank", "staff_only", "position", "live")
        }
        for text in RoomText.objects.filter(room=room):
            told[f"name_{text.locale}"], told[f"purpose_{text.locale}"] = text.name, text.description
        return told

    def texts(self) -> dict[str, tuple[str, str]]:
        """Name and purpose by language."""
        data = self.cleaned_data
        return {locale: (data[f"name_{locale}"], data[f"purpose_{locale}"]) for locale in ("vi", "en")}

    def columns(self) -> dict[str, Any]:
        """The rest, as the room's columns."""
        return {name: value for name, value in self.cleaned_data.items() if not name.startswith(("name_", "purpose_"))}
