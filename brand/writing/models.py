"""What every page of the brand has in common."""

from collections.abc import Callable
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.models import Page
from wagtail.url_routing import RouteResult

from brand.writing import seo
from brand.writing.living import bring_to_life
from portal.scopes.models import Scope

Reader = Callable[[Page, HttpRequest], dict[str, Any]]
ScopeFinder = Callable[[Page], Scope | None]
_readers: dict[type[Page], Reader] = {}
_farewells: dict[type[Page], Reader] = {}
_scope_finders: list[ScopeFinder] = []


def reads_for(model: type[Page]) -> Callable[[Reader], Reader]:
    """Says which view function reads what a page type shows besides its own words.

    Wagtail serves pages through the model; the reads stand above the model, so they register themselves here.
    """

    def register(reader: Reader) -> Reader:
        _readers[model] = reader
        return reader

    return register


def says_farewell_for(model: type[Page]) -> Callable[[Reader], Reader]:
    """Says which view function knows where else to go when a page of that type has been taken down."""

    def register(reader: Reader) -> Reader:
        _farewells[model] = reader
        return reader

    return register


def finds_scope(finder: ScopeFinder) -> ScopeFinder:
    """Says who knows to which sub-brand a page belongs. The tree of sub-brands stands above this room."""
    _scope_finders.append(finder)
    return finder


def scope_of(page: Page) -> Scope | None:
    """The scope of the sub-brand below which a page stands, or None for the whole brand. One query at most."""
    return next((scope for finder in _scope_finders if (scope := finder(page)) is not None), None)


def alternates(page: Page) -> dict[str, str]:
    """The page's address in each language in which it is live. One query and its addresses."""
    found = page.get_translations(inclusive=True).live().select_related("locale")
    return {p.locale.language_code: p.get_url() or "" for p in found}


class LivingPage(Page):
    """A page whose template also shows what its registered reader finds.

    While it is served or previewed, `request.brand_scope` names the sub-brand it belongs to, or is None.
    """

    class Meta:
        abstract = True

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """The page's own context and what its reader adds; every living block has been read for."""
        request.brand_scope = scope_of(self)  # type: ignore[attr-defined]
        context = super().get_context(request, *args, **kwargs) | seo.described(self, request)
        bring_to_life(self, request)
        reader = _readers.get(type(self))
        return context | (reader(self, request) if reader else {})

    def route(self, request: HttpRequest, path_components: list[str]) -> RouteResult:
        """As Wagtail does, but a page that was public once still answers, with where to go."""
        taken_down = not path_components and not self.live and self.first_published_at is not None
        # What was for some eyes only looks as if it had never been.
        if taken_down and not self.get_view_restrictions().exists():
            return RouteResult(self)
        return super().route(request, path_components)

    def serve(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """The page; 410 with a kind word and a way on when it has been taken down. Its title is not told then."""
        if self.live:
            return super().serve(request, *args, **kwargs)
        farewell = _farewells.get(type(self))
        context = farewell(self, request) if farewell else {}
        above = self.get_ancestors().live().filter(depth__gt=1).order_by("-depth").first()
        if above is None:
            raise Http404
        response = TemplateResponse(request, "brand/gone.html", {"above": above, **context}, status=410)
        response["X-Robots-Tag"] = "noindex"
        return response


class CoverMixin(models.Model):
    """A picture that opens a page, and what it shows: the one is not kept without the other."""

    cover = models.ForeignKey("wagtailimages.Image", null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    cover_alt = models.CharField(_("what the cover shows"), max_length=200, blank=True)

    class Meta:
        abstract = True

    @staticmethod
    def cover_panel() -> MultiFieldPanel:
        """Both fields together, for the editor."""
        return MultiFieldPanel([FieldPanel("cover"), FieldPanel("cover_alt")], heading=_("Cover"))

    def clean(self) -> None:
        """Refuses a cover without words for readers who cannot see it."""
        super().clean()
        if self.cover_id and not self.cover_alt.strip():
            raise ValidationError({"cover_alt": _("Please say what the cover shows, for readers who cannot see it.")})
