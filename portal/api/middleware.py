"""What every answer below /api/ carries, whoever gave it: its id, what is left of the key's minute, an entity tag."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response, patch_vary_headers, set_response_etag
from django.utils.translation import gettext_lazy as _

from portal.api import retiring
from portal.api.gatekeeper import caller_of
from portal.core.errors import DomainError
from portal.core.middleware import error_response
from portal.core.problems import is_api, request_id

GetResponse = Callable[[HttpRequest], HttpResponse]


class NotAllowed(DomainError):
    """The address is there, but takes no such method; `Allow` names those that it takes."""

    code, status, message = "method_not_allowed", 405, _("This address takes no such method.")


class ApiMiddleware:
    """Dresses answers below /api/; everything else passes untouched."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Side effects: none beyond the answer's headers; 304 for what the caller has already."""
        if not is_api(request):
            return self.get_response(request)
        response = self.get_response(request)
        if response.status_code == 405 and "Allow" in response:
            allowed = response["Allow"]
            response = error_response(request, NotAllowed())
            response["Allow"] = allowed
        if caller_of(request) is not None and request.method == "GET" and response.status_code == 200:
            response["Cache-Control"] = "private, no-cache"
            patch_vary_headers(response, ("Accept-Language", "Authorization", "X-API-Key"))
            set_response_etag(response)
            etag = response["ETag"]
            response = get_conditional_response(request, etag=etag, response=response) or response
        _add_headers(request, response)
        return response


def _add_headers(request: HttpRequest, response: HttpResponse) -> None:
    response["X-Request-ID"] = request_id(request)
    response["X-Robots-Tag"] = "noindex"
    response.headers.setdefault("Cache-Control", "no-store")
    for name, value in retiring.headers_of(request).items():
        response[name] = value
    if response.status_code == 401:
        response["WWW-Authenticate"] = 'Bearer realm="api"'
    caller = caller_of(request)
    if caller is not None and caller.room is not None:
        response["RateLimit-Limit"] = str(settings.API_RATE)
        response["RateLimit-Remaining"] = str(max(caller.room.left, 0))
        response["RateLimit-Reset"] = str(caller.room.seconds)
