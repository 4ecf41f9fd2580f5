"""The portal's main places, as links for the masthead, the phone's tab bar and the foot."""

from dataclasses import dataclass
from typing import NamedTuple

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Place:
    """One main place: reached by URL name, or by its path below the language prefix where Wagtail serves it."""

    key: str
    label: str | Promise
    icon: str
    url_name: str = ""
    path: str = ""
    in_masthead: bool = True
    in_tab_bar: bool = True


PLACES = (
    Place("home", _("Home"), "house", path="", in_masthead=False),
    Place("stories", _("Stories"), "book-open", path="stories/"),
    Place("community", _("Community"), "message-circle", url_name="community:index"),
    Place("chat", _("Chat"), "messages-square", url_name="chat:index"),
    Place("my", _("My Hạt"), "bean", url_name="my:home"),
)


class NavItem(NamedTuple):
    """A resolved link; `current` is true on the place itself and everything below it."""

    key: str
    url: str
    label: str
    icon: str
    current: bool
    in_masthead: bool
    in_tab_bar: bool


def address(place: Place) -> str | None:
    """The address in the active language, or None where this installation does not serve the place."""
    if not place.url_name:
        return f"/{get_language()}/{place.path}"
    try:
        return reverse(place.url_name)
    except NoReverseMatch:
        return None


def is_current(place: Place, url: str, path: str) -> bool:
    """Home is current only on its own page: every other address begins with it. The settings belong to no place."""
    if place.key == "home":
        return path == url
    return path.startswith(url) and not (place.key == "my" and path.startswith(f"{url}settings/"))


def nav_items(request: HttpRequest) -> list[NavItem]:
    """All places that can be reached, in order."""
    items = []
    for place in PLACES:
        url = address(place)
        if url is not None:
            current = is_current(place, url, request.path)
            items.append(
                NavItem(place.key, url, str(place.label), place.icon, current, place.in_masthead, place.in_tab_bar)
            )
    return items
