"""The schema, the page that explains it, and the answer for what is not there."""

from typing import NoReturn

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import condition, require_safe

from portal.api import explaining, telling
from portal.core.errors import NotFound


def _mark(request: HttpRequest) -> str:
    return telling.mark_of(get_language() or "vi")


@require_safe
@condition(etag_func=_mark)
def openapi(request: HttpRequest) -> HttpResponse:
    """The schema, OpenAPI 3.1, in the language asked for."""
    response = HttpResponse(telling.text_of(get_language() or "vi"), content_type="application/json")
    response["Cache-Control"] = "public, max-age=300"
    return response


@require_safe
def docs(request: HttpRequest) -> HttpResponse:
    """The schema for people: every operation with its scope, its fields, examples and statuses. No query."""
    return render(request, "portal/api/docs.html", explaining.page_of(telling.schema_of(get_language() or "vi")))


@csrf_exempt
def nothing(request: HttpRequest) -> NoReturn:
    """Whatever is not there, by any method."""
    raise NotFound
