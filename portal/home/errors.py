"""What a person sees when a form's token is missing or stale."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from portal.core.errors import Forbidden


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A kind page instead of Django's bare one; `reason` stays out of sight."""
    error = Forbidden(
        _("The page was open for long. Please go back, reload it and send again: what you typed is still there.")
    )
    return render(request, "problem.html", {"error": error}, status=403)
