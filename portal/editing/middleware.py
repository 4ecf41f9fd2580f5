"""The workshop's porter: members stay outside, and rooms that ask too little are asked for."""

import logging
from collections.abc import Callable
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from portal.accounts.viewers import viewer
from portal.editing import permissions
from portal.editing.guards import GUARDS

logger = logging.getLogger(__name__)
PATH = "/admin/"
# Served to everybody: words for scripts, drawings, the door itself.
OPEN = {"wagtailadmin_javascript_catalog", "wagtailadmin_sprite", "admin_door", "admin_way_out"}


class WorkshopMiddleware:
    """Answers 403 to a member without a role (Wagtail would send her to a door she has passed already), asks the
    guards of single rooms, and shows every refusal in the workshop as a page with status 403, logged."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

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
        """A refusal by Wagtail itself, shown in the same way."""
        if request.path.startswith(PATH) and isinstance(error, PermissionDenied) and viewer(request) is not None:
            return self._refuse(request)
        return None

    def _refuse(self, request: HttpRequest) -> HttpResponse:
        route = request.resolver_match.view_name if request.resolver_match else ""
        logger.warning("workshop refused", extra={"member": request.user.pk, "route": route})
        if request.headers.get("x-requested-with") == "XMLHttpRequest":
            return HttpResponse(status=403)
        return render(request, "portal/editing/refused.html", status=403)
