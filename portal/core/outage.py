"""What a reader is told while the house cannot serve her, and which faults say so.

The answer needs neither database nor session: it is drawn from one template, in the language that the address, the
cookie or the browser names, and kept per language. Every one says when to try again (`Retry-After`).
"""

import errno
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from portal.core.problems import is_api, problem

# Only what this page needs: it is also sent from outside the middlewares that would add the house's own policy.
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; img-src 'self' data:; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
DISK_IS_FULL = frozenset({errno.ENOSPC, errno.EDQUOT})
# SQLite's own names of faults that pass without anybody changing the program.
PASSING = ("SQLITE_BUSY", "SQLITE_LOCKED", "SQLITE_CANTOPEN", "SQLITE_IOERR", "SQLITE_READONLY")
POSTGRES_DISK_IS_FULL = "53100"


@dataclass(frozen=True)
class Outage:
    """One way of not being able to serve: its code for programs, HTTP status, seconds to wait, and words."""

    code: str
    status: int
    retry_after: int
    heading: Any
    words: Any


CROWDED = Outage(
    "crowded", 503, 5,
    _("The house is full just now."),
    _("Many people came at once. Please try again in a few seconds; nothing that you earned is lost."),
)  # fmt: skip
TOO_FAST = Outage(
    "too_many", 429, 30,
    _("A little slower, please"),
    _("Very many requests came from you in a short time. Please wait half a minute; nothing is lost."),
)  # fmt: skip
DATABASE_AWAY = Outage(
    "database_away", 503, 5,
    _("We cannot reach our books just now."),
    _("Nothing was written, and nothing is lost. Please try again in a few seconds."),
)  # fmt: skip
DISK_FULL = Outage(
    "disk_full", 507, 120,
    _("Nothing can be kept just now."),
    _("Our disk is full, so what you sent was not kept. You can go on reading; please send it again a little later."),
)  # fmt: skip


def outage_of(error: BaseException | None) -> Outage | None:
    """The outage that this fault tells of, looking at what caused it too; None for a fault of the program."""
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        if isinstance(error, OSError) and error.errno in DISK_IS_FULL:
            return DISK_FULL
        if isinstance(error, InterfaceError):
            return DATABASE_AWAY
        if isinstance(error, OperationalError) and (found := _of_database(error)) is not None:
            return found
        error = error.__cause__
    return None


def _of_database(error: OperationalError) -> Outage | None:
    cause = error.__cause__
    name = getattr(cause, "sqlite_errorname", None)
    if name is None:
        full = getattr(cause, "sqlstate", None) == POSTGRES_DISK_IS_FULL
        # psycopg's name for everything that is not the statement's own fault. SQLite without a name has none here.
        return DISK_FULL if full else DATABASE_AWAY if hasattr(cause, "sqlstate") else None
    if name == "SQLITE_FULL":
        return DISK_FULL
    return DATABASE_AWAY if name.startswith(PASSING) else None


def answer(outage: Outage, request: HttpRequest) -> HttpResponse:
    """The outage in the form that was asked for: problem details below /api/, JSON for scripts, a notice for htmx,
    else a page. Reads no row."""
    language = translation.get_language_from_request(request, check_path=True)
    with translation.override(language):
        response: HttpResponse
        words = f"{outage.heading} {outage.words}"
        if is_api(request):
            response = problem(request, status=outage.status, code=outage.code, detail=words)
        elif "application/json" in request.META.get("HTTP_ACCEPT", ""):
            told = {"code": outage.code, "message": words}
            response = JsonResponse({"error": told}, json_dumps_params={"ensure_ascii": False})
        elif request.META.get("HTTP_HX_REQUEST") == "true":
            response = HttpResponse(_notice(outage))
            response["HX-Reswap"] = "none"  # as every refusal: app.js shows it as a toast
        else:
            response = HttpResponse(_page(outage, language))
    response.status_code = outage.status
    for name, value in {
        "Retry-After": str(outage.retry_after),
        "Cache-Control": "no-store",
        "Content-Language": language,
        "Content-Security-Policy": POLICY,
        "X-Content-Type-Options": "nosniff",
        "X-Robots-Tag": "noindex",
        "Referrer-Policy": "same-origin",
    }.items():
        response[name] = value
    if settings.SECURE_HSTS_SECONDS:
        response["Strict-Transport-Security"] = f"max-age={settings.SECURE_HSTS_SECONDS}"
    return response


def bare_request(path: str, headers: Mapping[str, str], cookies: dict[str, str]) -> HttpRequest:
    """As much of a request as `answer` needs, for those who stand before Django. Header names are in small letters."""
    request = HttpRequest()
    request.path = request.path_info = path
    request.COOKIES = cookies
    for name in ("accept", "accept-language", "hx-request"):
        if name in headers:
            request.META["HTTP_" + name.upper().replace("-", "_")] = headers[name]
    return request


def _notice(outage: Outage) -> str:
    words = f"{outage.heading} {outage.words}"
    return format_html(
        '<div class="notice is-bad" role="alert" data-problem="{}"><div><p>{}</p></div></div>', outage.code, words
    )


@lru_cache(maxsize=32)
def _page(outage: Outage, language: str) -> str:
    return render_to_string("unavailable.html", {"outage": outage, "LANGUAGE_CODE": language})
