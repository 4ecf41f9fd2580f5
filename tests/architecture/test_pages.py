"""The list of pages is complete: a new route is looked at, or someone has said why not."""

from django.urls import URLPattern, get_resolver

from tests.architecture.tree import PACKAGES
from tests.pages import NOT_PAGES, PAGES


def named_routes(patterns=None, prefix: str = "") -> dict[str, str]:
    """Full name of every named route, with the module of its view."""
    found = {}
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        if isinstance(pattern, URLPattern):
            if pattern.name:
                view = getattr(pattern.callback, "view_class", pattern.callback)
                found[f"{prefix}{pattern.name}"] = view.__module__
        else:
            inner = f"{prefix}{pattern.namespace}:" if pattern.namespace else prefix
            found.update(named_routes(pattern.url_patterns, inner))
    return found


def unlisted(routes: dict[str, str], pages: set[str], excused: set[str]) -> list[str]:
    """Routes of our own that are in neither list."""
    ours = {route for route, module in routes.items() if module.split(".")[0] in PACKAGES}
    return sorted(ours - pages - excused)


def test_every_route_of_ours_is_listed():
    assert unlisted(named_routes(), set(PAGES), set(NOT_PAGES)) == []


def test_nothing_is_listed_that_does_not_exist():
    assert sorted((set(PAGES) | set(NOT_PAGES)) - set(named_routes())) == []
    assert set(PAGES) & set(NOT_PAGES) == set()


def test_a_new_route_is_noticed():
    routes = {"forum:topic": "community.forum.views", "forum:new": "community.forum.views", "login": "allauth.account"}
    assert unlisted(routes, {"forum:topic"}, set()) == ["forum:new"]
