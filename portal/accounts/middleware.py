"""What every request passes: the life of its session, second factors, fresh proofs, and a door that fails shut."""

import logging
from collections.abc import Callable
from typing import Any

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from portal.accounts import permissions, proof, second_factor, session_life, terms
from portal.accounts.viewers import viewer
from portal.core import clock
from portal.core.errors import DomainError, Forbidden
from portal.core.middleware import error_response
from portal.core.shared_cache import AWAY

logger = logging.getLogger(__name__)
GetResponse = Callable[[HttpRequest], HttpResponse]
# Routes whose views count tries before they let somebody in or touch a key.
DOORS = ("account_", "mfa_", "socialaccount_")


class Shut(DomainError):
    """The door cannot count tries just now."""

    code, status = "door_shut", 503
    message = _lazy("The door is shut for a moment, for everybody. Please try again in half a minute.")


class SessionLifeMiddleware:
    """Notes at most once an hour that a session is still used, and moves its idle end along."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        member = viewer(request)
        if member is not None:
            session_life.note_use(request, member, at=clock.now())
        return self.get_response(request)


class SecondFactorMiddleware:
    """Staff without a proven second factor get nowhere: each page leads to showing it or to setting one up."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponseBase | None:
        member = viewer(request)
        if member is None or not second_factor.is_half_in(request.session, member):
            return None
        request.half_in = True  # type: ignore[attr-defined]  # layouts leave out what a member sees
        holds = second_factor.holds_one(member)
        match = request.resolver_match
        if match is not None and _is_open(match.view_name, holds):
            return None
        return _ask(request, holds)


class FreshProofMiddleware:
    """Before something touches the safety of an account, asks once more who is there (see `proof.SENSITIVE`)."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponseBase | None:
        match = request.resolver_match
        if match is None or match.view_name not in proof.SENSITIVE or viewer(request) is None:
            return None
        if proof.is_fresh(request):
            return None
        return redirect(proof.way(request, request.get_full_path()))


class TermsMiddleware:
    """Before she agrees to new terms a member reads, leaves and keeps what is hers; other forms wait for her yes."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponseBase | None:
        match = request.resolver_match
        if request.method in ("GET", "HEAD", "OPTIONS") or match is None or terms.is_open(match.view_name):
            return None
        # The workshop is work, not talk: its own pages have no names that could be told apart.
        if request.path.startswith("/admin/"):
            return None
        refusal = permissions.terms_refusal(viewer(request))
        return error_response(request, refusal) if refusal is not None else None


class LimiterMiddleware:
    """While the store of the limits is away nobody comes in: a door that cannot count tries stays shut (503)."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        match = request.resolver_match
        if not isinstance(error, AWAY) or match is None or not match.view_name.startswith(DOORS):
            return None
        logger.error("the store of the limits is away; the door stays shut", exc_info=error)
        response = error_response(request, Shut())
        response["Retry-After"] = "30"
        return response


def _is_open(name: str, holds: bool) -> bool:
    if settings.DEV_PAGES and name.startswith("dev:"):
        return True
    return name in (second_factor.TO_SHOW if holds else second_factor.TO_SET_UP)


def _ask(request: HttpRequest, holds: bool) -> HttpResponse:
    wants_data = "application/json" in request.headers.get("Accept", "") or "HX-Request" in request.headers
    if request.method not in ("GET", "HEAD") or wants_data:
        return error_response(request, Forbidden(_("First show your second key."), code="second_factor"))
    methods = get_adapter().get_reauthentication_methods(request.user)
    shows = [way["url"] for way in methods if way["id"].startswith("mfa_reauthenticate")]
    target = shows[0] if holds else reverse("mfa_activate_totp")
    return redirect(f"{target}?{urlencode({REDIRECT_FIELD_NAME: request.get_full_path()})}")
