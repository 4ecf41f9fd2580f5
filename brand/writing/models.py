"""What every page of the brand has in common."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest
from wagtail.models import Page

from brand.writing import seo

Reader = Callable[[Page, HttpRequest], dict[str, Any]]
_readers: dict[type[Page], Reader] = {}


def reads_for(model: type[Page]) -> Callable[[Reader], Reader]:
    """Says which view function reads what a page type shows besides its own words.

    Wagtail serves pages through the model; the reads stand above the model, so they register themselves here.
    """

    def register(reader: Reader) -> Reader:
        _readers[model] = reader
        return reader

    return register


class LivingPage(Page):
    """A page whose template also shows what its registered reader finds."""

    class Meta:
        abstract = True

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """The page's own context and what its reader adds."""
        own = super().get_context(request, *args, **kwargs) | seo.described(self, request)
        return own | _readers[type(self)](self, request)
