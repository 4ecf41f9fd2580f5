"""What a person sees when something cannot be shown: one kind page per case, the same for every room."""

import logging
import sys

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseServerError
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from portal.core.errors import Forbidden, Invalid, NotFound
from portal.core.middleware import error_response, sign_in_response
from portal.core.outage import answer, outage_of
from portal.core.problems import is_api, problem

logger = logging.getLogger(__name__)

# Whose forms are for members alone; the doors themselves and the help page take words of visitors.
ROOMS_OF_MEMBERS = frozenset({"community", "chat", "moderation"})


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A kind page instead of Django's bare one; `reason` stays out of sight.

    A visitor who presses what only members may (pages for all carry no token) is led to the door, and comes back.
    """
    match, user = request.resolver_match, getattr(request, "user", None)
    is_visitor = user is not None and not user.is_authenticated
    if is_visitor and match is not None and match.namespace in ROOMS_OF_MEMBERS:
        return sign_in_response(request)
    error = Forbidden(
        _("The page was open for long. Please go back, reload it and send again: what you typed is still there."),
        stale=True,
    )
    return error_response(request, error)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404: unknown, hidden and foreign look the same."""
    return error_response(request, NotFound())


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """403 of Django and Wagtail; refusals of our own actions bring their own words."""
    if isinstance(exception, PermissionDenied) and "application/json" not in request.headers.get("Accept", ""):
        return render(request, "403.html", status=403)
    return error_response(request, Forbidden())


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400: what came was not a request that a form of ours could have sent."""
    error = Invalid(_("We could not read that. Please go back and try again."), code="bad_request")
    error.status = 400
    return error_response(request, error)


def server_error(request: HttpRequest) -> HttpResponse:
    """500: drawn without request or context processors, because one of them may be what broke.

    A database that is away and a full disk are no fault of the program: 503 and 507 with the time to try again.
    """
    outage = outage_of(sys.exc_info()[1])
    if outage is not None:
        return answer(outage, request)
    if is_api(request):
        with translation.override(translation.get_language_from_request(request)):
            words = str(_("Something went wrong on our side. Nothing was written; please try again."))
        return problem(request, status=500, code="server_error", detail=words)
    return HttpResponseServerError(render_to_string("500.html"))
