"""Edges around every request: log line, member's zone, refusals as pages, a looser policy under the admin's path."""

import logging
import time
import zoneinfo
from collections.abc import Callable
from urllib.parse import urlsplit

from csp.constants import NONE, SELF, UNSAFE_INLINE
from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.middleware.locale import LocaleMiddleware
from django.shortcuts import redirect, render
from django.utils import timezone, translation
from django.utils.translation import get_language, get_language_from_path

from portal.core import metrics
from portal.core.errors import DomainError, SignInRequired, TooMany, Waits
from portal.core.problems import is_api, problem

logger = logging.getLogger("portal.request")
GetResponse = Callable[[HttpRequest], HttpResponse]


class RequestLogMiddleware:
    """One line a request: method, path without query (it may hold secrets), status and milliseconds."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        start = time.perf_counter()
        response = self.get_response(request)
        seconds = time.perf_counter() - start
        route = request.resolver_match.view_name if request.resolver_match else ""
        metrics.observe(route, request.method or "", response.status_code, seconds)
        logger.info(
            "request",
            extra={
                "method": request.method,
                "path": request.path,
                "status": response.status_code,
                "ms": round(seconds * 1000, 1),
                "request_id": getattr(request, "request_id", ""),
            },
        )
        return response


class ProbeHostMiddleware:
    """Machines that watch the house ask by number, whatever the site is called: their answers carry no host at all.

    So `TRIAN_ALLOWED_HOSTS` need not name loopback, which would open the sockets to pages from there.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path in settings.PROBES and settings.ALLOWED_HOSTS:
            request.META["HTTP_HOST"] = settings.ALLOWED_HOSTS[0].lstrip(".")
        return self.get_response(request)


class LanguageMiddleware(LocaleMiddleware):
    """Django's way of finding the language, but an address that was found and then refused stays refused: without this
    a 404 of /dev/ or /media/ would turn into a redirect to the same path below a language."""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        if response.status_code == 404 and getattr(request, "resolver_match", None) is not None:
            response.headers.setdefault("Content-Language", get_language() or "")
            return response
        return super().process_response(request, response)


class SameForAllMiddleware:
    """Keeps an answer that is the same for everybody (`response.same_for_all`) free of what would make it one person's:
    middlewares that look at the session or the language mark every answer as varying with them."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if getattr(response, "same_for_all", False):
            for header in ("Vary", "Content-Language"):
                response.headers.pop(header, None)
            response.cookies.clear()
        return response


class MemberZoneMiddleware:
    """Shows times in the signed-in member's zone, and speaks her language where the address names none (the editor)."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        zone = ""
        if request.user.is_authenticated:
            zone = request.user.zone
            if not get_language_from_path(request.path_info):
                # Left active for the middleware above, which tells the language in a header; each request sets its own.
                translation.activate(request.user.language)
                request.LANGUAGE_CODE = translation.get_language()
        with timezone.override(zoneinfo.ZoneInfo(zone) if zone else timezone.get_default_timezone()):
            return self.get_response(request)


class DomainErrorMiddleware:
    """Turns a DomainError that a view let pass into the right answer: page, fragment or JSON."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if not isinstance(error, DomainError):
            return None
        if isinstance(error, SignInRequired) and not _wants_fragment(request) and not is_api(request):
            return redirect_to_login(request.get_full_path())
        if isinstance(error, Waits):
            return _waits_response(request, error)
        return error_response(request, error)


def _waits_response(request: HttpRequest, error: Waits) -> HttpResponse:
    """Leads to where the words wait; a script gets the address."""
    url = str(error.details["url"])
    if "application/json" in request.headers.get("Accept", ""):
        told = {"code": error.code, "message": str(error), "url": url}
        return JsonResponse({"waits": told}, status=error.status, json_dumps_params={"ensure_ascii": False})
    if _wants_fragment(request):
        return HttpResponse(status=204, headers={"HX-Redirect": url})
    return redirect(url)


def error_response(request: HttpRequest, error: DomainError) -> HttpResponse:
    """The refusal in the form the caller asked for: problem details below /api/, JSON for scripts, `_problem.html` for
    htmx, else a whole page."""
    response: HttpResponse
    if is_api(request):
        response = problem(
            request, status=error.status, code=error.code, detail=str(error), errors=error.details.get("errors", ())
        )
    elif "application/json" in request.headers.get("Accept", ""):
        told = {"code": error.code, "message": str(error)}
        if "url" in error.details:  # where the way goes on
            told["url"] = str(error.details["url"])
        response = JsonResponse(
            {"error": told},
            status=error.status,
            json_dumps_params={"ensure_ascii": False},
        )
    elif _wants_fragment(request):
        response = render(request, "components/problem.html", {"error": error}, status=error.status)
        # htmx swaps only successful answers by default: app.js shows this one as a toast instead.
        response["HX-Reswap"] = "none"
    else:
        template = "404.html" if error.status == 404 else "problem.html"
        response = render(request, template, {"error": error}, status=error.status)
    response["X-Robots-Tag"] = "noindex"
    if isinstance(error, TooMany):
        response["Retry-After"] = str(error.retry_after)
    return response


def sign_in_response(request: HttpRequest) -> HttpResponse:
    """The door for a visitor whose press could not be taken: a page leads there and back, a script is told why."""
    error, back = SignInRequired(), urlsplit(request.headers.get("Referer", ""))
    if _wants_fragment(request) or "application/json" in request.headers.get("Accept", ""):
        return error_response(request, error)
    here = back.netloc == request.get_host()
    return redirect_to_login(back._replace(scheme="", netloc="").geturl() if here else "/")


def _wants_fragment(request: HttpRequest) -> bool:
    return request.headers.get("HX-Request") == "true"


class AdminContentSecurityMiddleware:
    """Wagtail's admin needs inline script and style; the looser policy stays under its own path."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        # A page of ours shown inside the workshop has brought its own, strict policy.
        if request.path.startswith("/admin/") and not hasattr(response, "_csp_replace"):
            response._csp_replace = {  # type: ignore[attr-defined]  # django-csp's own hook
                "script-src": [SELF, UNSAFE_INLINE],
                "style-src": [SELF, UNSAFE_INLINE],
                "frame-src": [SELF],
                # Wagtail marks what may stand in its preview frame by this older header; nothing else is framed.
                "frame-ancestors": [SELF] if response.get("X-Frame-Options") == "SAMEORIGIN" else [NONE],
            }
        return response
