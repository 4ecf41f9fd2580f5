"""Whoever works here shows a second factor before the workshop opens."""

from collections.abc import Callable

from allauth.account.internal.flows.login import get_authentication_records
from allauth.mfa.utils import is_mfa_enabled
from django.contrib import messages
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from portal.accounts.roles import works_here
from portal.accounts.viewers import viewer

GetResponse = Callable[[HttpRequest], HttpResponse]
GUARDED = ("/admin/", "/documents/")


def has_shown_second_factor(request: HttpRequest) -> bool:
    """Whether this session proved a second factor, at sign-in or since."""
    return any(record.get("method") == "mfa" for record in get_authentication_records(request, request.user))


class SecondFactorMiddleware:
    """Turns staff without a proven second factor away from the admin: to set one up, or to show it."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path.startswith(GUARDED) and self._works_here(request) and not has_shown_second_factor(request):
            return self._ask(request)
        return self.get_response(request)

    def _works_here(self, request: HttpRequest) -> bool:
        return works_here(viewer(request))

    def _ask(self, request: HttpRequest) -> HttpResponse:
        if is_mfa_enabled(request.user):
            target = reverse("mfa_reauthenticate")
        else:
            target = reverse("mfa_activate_totp")
            messages.info(request, _("The workshop opens with a second key. Set one up here; it takes a minute."))
        return redirect(f"{target}?{urlencode({REDIRECT_FIELD_NAME: request.get_full_path()})}")
