"""The workshop's porter: members stay outside, rooms that ask too little are asked for, and no write goes untold."""

import logging
from collections.abc import Callable
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import ProtectedError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from portal.accounts.viewers import viewer
from portal.editing import audit, permissions
from portal.editing.guards import GUARDS

logger = logging.getLogger(__name__)
PATH = "/admin/"
SAFE = ("GET", "HEAD", "OPTIONS", "TRACE")
# Served to everybody: words for scripts, drawings, the door itself.
OPEN = {"wagtailadmin_javascript_catalog", "wagtailadmin_sprite", "admin_door", "admin_way_out"}


class WorkshopMiddleware:
    """Answers 403 to a member without a role (Wagtail would send her to a door she has passed already), asks the
    guards of single rooms, and shows every refusal in the workshop as a page with status 403, logged. A write that
    its room did not tell of is told by `audit`."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.path.startswith(PATH) or request.method in SAFE or (member := viewer(request)) is None:
            return self.get_response(request)
        with audit.watching() as watch:
            response = self.get_response(request)
        if response.status_code < 400 and (match := request.resolver_match) is not None:
            audit.leave_line(actor=member, route=match.view_name, arguments=match.kwargs, watch=watch)
        return response

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: list[Any], kwargs: dict[str, Any]
    ) -> HttpResponse | None:
        """Runs before the view: raises PermissionDenied, or lets it pass."""
        member = viewer(request)
        if not request.path.startswith(PATH) or member is None or request.resolver_match is None:
            return None
        route = request.resolver_match.view_name
        if route in OPEN:
            return None
        if not permissions.may_enter(member):
            raise PermissionDenied
        guard = GUARDS.get(route)
        if guard is not None and not guard(member, request, kwargs):
            return self._refuse(request)
        return None

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """A refusal by Wagtail itself, shown in the same way; what cannot be deleted is told kindly with 409."""
        if request.path.startswith(PATH) and isinstance(error, ProtectedError):
            members = any(isinstance(said, str) and "'Member'" in said for said in error.args)
            return render(request, "portal/editing/still_needed.html", {"members": members}, status=409)
        if request.path.startswith(PATH) and isinstance(error, PermissionDenied) and viewer(request) is not None:
            return self._refuse(request)
        return None

    def _refuse(self, request: HttpRequest) -> HttpResponse:
        route = request.resolver_match.view_name if request.resolver_match else ""
        logger.warning("workshop refused", extra={"member": request.user.pk, "route": route})
        if request.headers.get("x-requested-with") == "XMLHttpRequest":
            return HttpResponse(status=403)
        return render(request, "portal/editing/refused.html", status=403)
