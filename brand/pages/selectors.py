"""Reads of the brand's own pages. What every masthead and foot leads to is kept in the cache."""

from contextlib import suppress
from dataclasses import dataclass
from typing import NamedTuple

from django.conf import settings
from django.core.cache import cache
from django.db.models import QuerySet, Subquery
from django.utils.translation import gettext as _
from wagtail.models import Page

from brand.identity import colour, palette
from brand.identity.looks import Look
from brand.pages.models import ArchitecturePage, IdentityPage, PromisePage, SubBrandPage, ValuesPage, VoicePage
from portal.core.shared_cache import AWAY
from portal.scopes.models import Scope

# The front room stands this deep; only what is below it can belong to a sub-brand.
HOME_DEPTH = 2
# On these the brand says who it is.
KINDS: tuple[type[Page], ...] = (IdentityPage, PromisePage, ValuesPage, VoicePage, ArchitecturePage)
_MENU = "brand:menu:2:%s"
_MENU_SECONDS = 300


def houses(locale: str) -> "QuerySet[SubBrandPage]":
    """The live, public homes of the sub-brands in one language, in the order of the tree, covers included."""
    return (
        SubBrandPage.objects.live()
        .public()
        .filter(locale__language_code=locale)
        .select_related("cover", "locale")
        .prefetch_related("cover__renditions")
        .order_by("path")
    )


def scope_above(page: Page) -> Scope | None:
    """The scope of the sub-brand that a page is or stands below. One query, none for the front room."""
    if page.depth is None or page.depth <= HOME_DEPTH:
        return None
    steps = [page.path[: page.steplen * depth] for depth in range(HOME_DEPTH + 1, page.depth + 1)]
    code = SubBrandPage.objects.filter(path__in=steps).order_by("-depth").values("code")[:1]
    return Scope.objects.filter(code=Subquery(code)).first()


def family(page: Page) -> list[Page]:
    """The other live pages beside this one on which the brand says who it is. One query."""
    return list(page.get_siblings(inclusive=False).live().public().type(*KINDS).order_by("path"))


# ── What every page leads to ────────────────────────────────────────────────────────────────────────────────────
class MenuLink(NamedTuple):
    """A page of the brand in the masthead and the foot: plain values, fit for the cache."""

    title: str
    url: str


_last_menu: dict[str, list[MenuLink]] = {}


def menu(locale: str) -> list[MenuLink]:
    """The brand's own pages that its editors show in menus, live and public, in the order of the tree.

    From the cache; at most three queries where it is cold, none where it is warm, however many pages there are.
    """
    try:
        found: list[MenuLink] | None = cache.get(_MENU % locale)
        if found is None:
            found = _read_menu(locale)
            cache.set(_MENU % locale, found, _MENU_SECONDS)
        _last_menu[locale] = found
    except AWAY:
        # Wagtail needs the cache to find a page's address: what this process saw last must do while it is away.
        found = _last_menu[locale] if locale in _last_menu else _read_menu(locale)
    return found


def _read_menu(locale: str) -> list[MenuLink]:
    pages = Page.objects.live().public().in_menu().type(*KINDS).filter(locale__language_code=locale)
    pages = pages.filter(depth=HOME_DEPTH + 1).select_related("locale").order_by("path")
    return [MenuLink(page.title, url) for page in pages if (url := page.get_url())]


def forget_menu() -> None:
    """Drops what is kept of the menu, so that the next page reads it anew."""
    with suppress(*AWAY):  # a copy lives five minutes at most
        cache.delete_many([_MENU % code for code, _name in settings.LANGUAGES])


def told_elsewhere(page: SubBrandPage) -> bool:
    """Whether the sub-brand is still live in another language. One query."""
    return SubBrandPage.objects.live().filter(code=page.code).exclude(pk=page.pk).exists()


@dataclass(frozen=True)
class Swatch:
    """One colour in use: which, its value, what it means, and how well it reads on paper."""

    token: str
    name: str
    value: str
    meaning: str
    contrast: float


def swatches(identity: Look) -> list[Swatch]:
    """The colours of an identity. No query."""
    rows = [
        ("act", _("Act"), identity.colours["act"], _("The one thing to do here.")),
        ("accent", _("Belong"), identity.colours["accent"], _("Links, what is chosen, what is ours.")),
        ("reward", _("Reward"), identity.colours["reward"], _("Points, tiers and badges, and nothing else.")),
        ("deep", _("Deep ground"), identity.colours["deep"], _("Where the page comes to rest.")),
    ]
    paper = palette.PAPERS[identity.paper][0]
    return [Swatch(t, name, value, words, colour.contrast(value, paper)) for t, name, value, words in rows]
