"""Every refusal of the API has one shape: problem details (RFC 9457), whoever refuses, from the gate to a view."""

from collections.abc import Sequence
from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, JsonResponse

from portal.core.ids import public_id

API = "/api/"
MEDIA_TYPE = "application/problem+json"


def is_api(request: HttpRequest) -> bool:
    """Whether a program asks, by the address alone."""
    return request.path == API.rstrip("/") or request.path.startswith(API)


def request_id(request: HttpRequest) -> str:
    """By what this request is found in the log; made at the first call."""
    found: str | None = getattr(request, "request_id", None)
    if found is None:
        found = request.request_id = public_id(16)  # type: ignore[attr-defined]  # an attribute of our own
    return found


def problem(
    request: HttpRequest, *, status: int, code: str, detail: str, errors: Sequence[dict[str, str]] = ()
) -> JsonResponse:
    """The refusal as a program reads it.

    `code` never changes with the language, `detail` is for people. `errors`: one per field, with `field`, `message` and
    `code`.
    """
    body: dict[str, Any] = {
        "type": f"/api/v1/docs#{code}",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "code": code,
        "detail": detail,
        "errors": list(errors),
        "request_id": request_id(request),
    }
    response = JsonResponse(body, status=status, json_dumps_params={"ensure_ascii": False})
    response["Content-Type"] = MEDIA_TYPE
    response["Cache-Control"] = "no-store"
    response["X-Request-ID"] = body["request_id"]
    return response
