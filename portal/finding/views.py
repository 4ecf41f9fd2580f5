"""The search page, and what is suggested while somebody types."""

from typing import Any
from urllib.parse import urlencode

from allauth.account.adapter import get_adapter
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import pgettext
from django.views.decorators.http import require_safe

from community import api as community
from portal.accounts.viewers import viewer
from portal.core.finding import ask
from portal.core.limits import Limit, hit
from portal.finding import selectors
from portal.finding.forms import FindForm

SEARCHES = Limit("search", 40, 60)
KEYSTROKES = Limit("search.suggest", 150, 60)


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """One box for the whole house. A search is a GET: it can be kept, shared and gone back to."""
    me = viewer(request)
    form = FindForm(request.GET)
    form.is_valid()
    asked, to = ask(form.cleaned_data.get("q")), form.narrowed()
    kind = "talks" if to else form.cleaned_data["kind"]
    context: dict[str, Any] = {
        "form": form, "days": [form["after"], form["before"]], "asked": asked, "to": to, "kind": kind,
        "spaces": community.spaces(me),
        "narrowed_by": [name for name in ("space", "author", "tag", "after", "before", "solved") if getattr(to, name)],
    }  # fmt: skip
    if asked or to:
        _spend(request, SEARCHES)
        context |= _found(me, request, context)
    return _private(render(request, "portal/finding/index.html", context))


def _found(me: Any, request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    asked, to, kind = context["asked"], context["to"], context["kind"]
    if kind == "all":
        found = selectors.glance(me, asked, to)
        for section in found.sections:
            section.more_url = _address(request, kind=section.kind)  # type: ignore[attr-defined]
        return {"found": found, "tabs": _tabs(request, found, kind)}
    number = request.GET.get("page", "1")
    page = int(number) if number.isascii() and number.isdigit() and len(number) < 6 else 1
    one = selectors.of_kind(me, asked, to, kind, page)
    tabs = _tabs(request, one.found, kind)
    return {"found": one.found, "tabs": tabs, "section": one.section, "page_obj": one.page, "loose": one.loose}


def _tabs(request: HttpRequest, found: selectors.Found, kind: str) -> list[dict[str, Any]]:
    by_kind = {section.kind: section for section in found.sections}
    tabs = [{"label": pgettext("search results", "All"), "url": _address(request, kind=""), "current": kind == "all",
             "count": None}]  # fmt: skip
    for name in selectors.FINDERS:
        section = by_kind[name]
        if section.total or name == kind:
            tabs.append(
                {"label": section.label, "url": _address(request, kind=name), "current": name == kind,
                 "count": section.total}
            )  # fmt: skip
    return tabs


def _address(request: HttpRequest, **changed: str) -> str:
    kept = {key: request.GET[key] for key in FindForm.base_fields if request.GET.get(key)}
    asked = {key: value for key, value in (kept | changed).items() if value}
    return reverse("search:index") + ("?" + urlencode(asked) if asked else "")


@require_safe
def suggest(request: HttpRequest) -> HttpResponse:
    """What might be meant, as the options of the box's list."""
    _spend(request, KEYSTROKES)
    asked = ask(request.GET.get("q"))
    lines = selectors.suggestions(viewer(request), asked)
    return _private(render(request, "portal/finding/_suggestions.html", {"lines": lines}))


def _spend(request: HttpRequest, limit: Limit) -> None:
    """Members are counted by themselves, visitors by their address; raises TooMany."""
    me = viewer(request)
    hit(limit, me.pk if me is not None else f"a{get_adapter().get_client_ip(request)}")


def _private(response: HttpResponse) -> HttpResponse:
    response["Cache-Control"] = "private, no-store"
    response["X-Robots-Tag"] = "noindex"
    return response
