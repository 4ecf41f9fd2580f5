"""Pages of the workshop that are our own."""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from portal.editing.selectors import failed_deliveries


@require_safe
def deliveries(request: HttpRequest) -> HttpResponse:
    """What failed to be heard, for administrators: which fact, by whom, how often, and why."""
    if not request.user.is_superuser:
        raise PermissionDenied
    return render(request, "portal/editing/deliveries.html", {"deliveries": failed_deliveries(limit=200)})
