"""The brand's identity, one row per scope: its name, its word, its marks, its colours, its type.

A scope inherits what it leaves empty from the scope above it; the brand itself inherits from the house.
"""

from collections.abc import Callable
from typing import Any

from django.contrib.contenttypes.fields import GenericRelation
from django.core.validators import RegexValidator
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from wagtail.models import DraftStateMixin, LockableMixin, PreviewableMixin, RevisionMixin, WorkflowMixin

from brand.identity import colour, marks, palette, typefaces

_hex = RegexValidator(colour.HEX.pattern + r"\Z", _("Please give a colour as #rrggbb."))
PAPER_LABELS = [("warm", _("Warm")), ("plain", _("Plain")), ("mist", _("Misty"))]
PREVIEW_PLACES = {
    "home": _("Home page"),
    "story": _("A story"),
    "community": _("Community"),
    "my": _("My home"),
}
PREVIEW_MODES = [
    *((f"{place}-light", label) for place, label in PREVIEW_PLACES.items()),
    *((f"{place}-dark", label) for place, label in PREVIEW_PLACES.items()),
]
Shower = Callable[["Identity", HttpRequest, str], HttpResponse]
_showers: list[Shower] = []


def shown_by(shower: Shower) -> Shower:
    """Says which view shows an unpublished identity on a page of the house: Wagtail asks the model for it, but the
    views stand above the models."""
    _showers[:] = [shower]
    return shower


def _colour(label: Any) -> models.CharField:
    return models.CharField(label, max_length=7, blank=True, validators=[_hex])


def _file(label: Any) -> models.CharField:
    # A path below the media folder, named by what the file holds: it can lie in a draft like any other word.
    return models.CharField(label, max_length=100, blank=True)


class Identity(WorkflowMixin, DraftStateMixin, LockableMixin, RevisionMixin, PreviewableMixin, models.Model):
    """What `/theme/<code>.css`, every page's head, icons, cards and letters of a scope are drawn from.

    An empty value is inherited. Colours are given for light pages; dark ones follow.
    """

    scope = models.OneToOneField(
        "portal.Scope", on_delete=models.PROTECT, related_name="identity", verbose_name=_("brand or sub-brand")
    )
    name = models.CharField(_("name"), max_length=60, blank=True)
    slogan_vi = models.CharField(_("slogan, Vietnamese"), max_length=120, blank=True)
    slogan_en = models.CharField(_("slogan, English"), max_length=120, blank=True)
    mark = models.CharField(_("drawn mark"), max_length=12, blank=True, choices=marks.CHOICES)
    mark_file = _file(_("mark of its own"))
    wordmark_file = _file(_("wordmark"))
    mono_file = _file(_("mark in one colour"))
    color_act = _colour(_("colour of the one thing to do"))
    color_accent = _colour(_("colour of belonging"))
    color_reward = _colour(_("colour of rewards"))
    color_deep = _colour(_("deep ground"))
    paper = models.CharField(_("paper"), max_length=8, blank=True, choices=PAPER_LABELS)
    type_pair = models.CharField(
        _("typefaces"), max_length=12, blank=True, choices=[(code, p.label) for code, p in typefaces.PAIRS.items()]
    )

    _revisions = GenericRelation("wagtailcore.Revision", related_query_name="identity")
    workflow_states = GenericRelation(
        "wagtailcore.WorkflowState",
        content_type_field="base_content_type",
        object_id_field="object_id",
        related_query_name="identity",
        for_concrete_model=False,
    )

    class Meta:
        verbose_name = _("brand identity")
        verbose_name_plural = _("brand identities")

    def __str__(self) -> str:
        return self.name or (self.scope.name if self.scope_id else "")

    @property
    def revisions(self) -> Any:
        """Every version that was saved."""
        return self._revisions

    @property
    def preview_modes(self) -> list[tuple[str, Any]]:
        """Real pages, in light and in dark."""
        light, dark = _("light"), _("dark")
        return [(mode, f"{label}, {dark if mode.endswith('-dark') else light}") for mode, label in PREVIEW_MODES]

    def serve_preview(self, request: HttpRequest, mode_name: str) -> HttpResponse:
        """The chosen page of the house, wearing this identity."""
        return _showers[0](self, request, mode_name)

    def own_colours(self) -> dict[str, str]:
        """The colours that it sets itself."""
        return {part: value for part in palette.COLOURS if (value := getattr(self, f"color_{part}"))}
