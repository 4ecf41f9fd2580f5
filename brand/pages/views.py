"""What the brand's own pages show besides their words."""

from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject
from django.utils.translation import get_language
from wagtail.models import Page

from brand.identity.selectors import identity_for
from brand.pages import selectors
from brand.pages.blocks import SwatchesBlock
from brand.pages.models import (
    ArchitecturePage,
    HomePage,
    IdentityPage,
    PromisePage,
    SubBrandPage,
    ValuesPage,
    VoicePage,
)
from brand.writing import seo
from brand.writing.living import reads_for_block
from brand.writing.living_blocks import HousesBlock
from brand.writing.models import alternates, finds_scope, reads_for

finds_scope(selectors.scope_above)


@reads_for(HomePage)
def home_context(page: Page, request: HttpRequest) -> dict[str, Any]:
    """The front room's words come from its blocks."""
    return {
        "welcome": page.words_of_welcome(),
        "alternate_urls": alternates(page),
        "structured": seo.house(request),
    }


@reads_for(IdentityPage)
@reads_for(PromisePage)
@reads_for(ValuesPage)
@reads_for(VoicePage)
def brand_context(page: Page, request: HttpRequest) -> dict[str, Any]:
    """The other pages of the same house, to read on."""
    return {"family": selectors.family(page), "alternate_urls": alternates(page), "structured": [seo.trail(page)]}


@reads_for(ArchitecturePage)
def architecture_context(page: Page, request: HttpRequest) -> dict[str, Any]:
    """The tree."""
    houses = selectors.houses(get_language() or "vi")
    return {
        "houses": list(houses),
        "root_name": identity_for(request).name,
        "family": selectors.family(page),
        "alternate_urls": alternates(page),
        "structured": [seo.trail(page)],
    }


@reads_for(SubBrandPage)
def house_context(page: Page, request: HttpRequest) -> dict[str, Any]:
    """The other houses, at the end."""
    others = [house for house in selectors.houses(get_language() or "vi") if house.pk != page.pk]
    return {"houses": others, "alternate_urls": alternates(page), "structured": [seo.trail(page)]}


@reads_for_block(HousesBlock)
def read_houses(values: list[Any], request: HttpRequest) -> None:
    """Every sub-brand."""
    found = list(selectors.houses(get_language() or "vi"))
    for value in values:
        value.alive = {"houses": found}


@reads_for_block(SwatchesBlock)
def read_swatches(values: list[Any], request: HttpRequest) -> None:
    """The identity whose colours this page wears."""
    identity = identity_for(request)
    for value in values:
        value.alive = {"colours": selectors.swatches(identity), "name": identity.name}


def house_pages(request: HttpRequest) -> dict[str, Any]:
    """Context processor: `house_pages`, where the brand says who it is; `house_here`, the address of the one that is
    shown, if one is. Both are read only when a template asks."""
    pages = SimpleLazyObject(lambda: selectors.menu(get_language() or "vi"))
    here = SimpleLazyObject(lambda: next((page.url for page in pages if page.url == request.path), ""))
    return {"house_pages": pages, "house_here": here}
