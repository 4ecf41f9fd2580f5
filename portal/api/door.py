"""The one API object: its operations, how a body is read, and how a refusal of any kind is told."""

import json
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError
from ninja.parser import Parser

from portal.api.problems_of_fields import field_errors
from portal.api.routes import events, members, numbers, programme
from portal.core.errors import DomainError, Invalid, NotFound
from portal.core.middleware import error_response

VERSION = "1.0.0"
_DEEPEST = 32


class NotJson(DomainError):
    """A body that cannot be read as JSON, or holds letters that no text holds."""

    code, status, message = "bad_json", 400, _("This is no JSON that we could read.")


class StrictParser(Parser):
    """JSON as its standard has it: no NaN, no lone surrogates, no NUL, nothing endlessly deep."""

    def parse_body(self, request: HttpRequest) -> Any:
        """The body; any exception becomes `bad_json`."""
        body = json.loads(request.body.decode(), parse_constant=_refuse)
        _check(body, 0)
        return body


def _refuse(word: str) -> None:
    raise ValueError(word)


def _check(value: Any, depth: int) -> None:
    if depth > _DEEPEST:
        raise ValueError("too deep")
    if isinstance(value, str):
        value.encode()
        if "\x00" in value:
            raise ValueError("NUL")
    elif isinstance(value, dict):
        for name, inner in value.items():
            _check(name, depth)
            _check(inner, depth + 1)
    elif isinstance(value, list):
        for inner in value:
            _check(inner, depth + 1)


api = NinjaAPI(
    title="Tri Ân",
    version=VERSION,
    description="Members, points, tiers and badges of the house, for the house's own systems.",
    urls_namespace="api-v1",
    openapi_url=None,
    docs_url=None,
    parser=StrictParser(),
)
api.add_router("", members.router)
api.add_router("", numbers.router)
api.add_router("", programme.router)
api.add_router("", events.router)


@api.exception_handler(DomainError)
def refused(request: HttpRequest, error: DomainError) -> HttpResponse:
    """An act that the house refuses."""
    return error_response(request, error)


@api.exception_handler(ValidationError)
def misspelt(request: HttpRequest, error: ValidationError) -> HttpResponse:
    """Something that was sent is not what the schema asks for."""
    return error_response(request, Invalid(errors=field_errors(error.errors)))


@api.exception_handler(Http404)
def missing(request: HttpRequest, error: Http404) -> HttpResponse:
    """Unknown, hidden and foreign look the same."""
    return error_response(request, NotFound())


@api.exception_handler(HttpError)
def unreadable(request: HttpRequest, error: HttpError) -> HttpResponse:
    """ninja raises it for a body that it cannot parse, and for nothing else that is served here."""
    return error_response(request, NotJson())


@api.exception_handler(Exception)
def broken(request: HttpRequest, error: Exception) -> HttpResponse:
    """A fault goes on to where the house turns any fault into an answer (`home.errors.server_error`)."""
    raise error
