"""The keys of outside systems in the workshop: a secret is shown once, on the answer to the form that made it."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from portal.accounts.viewers import member_or_refuse
from portal.api import actions, permissions, selectors
from portal.api.actions import GRACE_HOURS
from portal.api.forms import KeyForm, RotateForm
from portal.core.clock import now
from portal.core.errors import Conflict, Invalid
from portal.core.ids import new_key


@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    """Keys in use with what they open, those that ended, and a form for a new one."""
    permissions.check_keep_keys(member_or_refuse(request))
    return _shown(request, KeyForm(initial={"key": new_key()}))


def _shown(request: HttpRequest, form: KeyForm, status: int = 200, **more: Any) -> HttpResponse:
    at = now()
    keys = selectors.every_key()
    used = [(row, RotateForm(initial={"key": new_key()}, auto_id=False)) for row in keys if row.is_valid(at)]
    ended = [row for row in keys if not row.is_valid(at)]
    shown = {"used": used, "ended": ended, "form": form, "longest": GRACE_HOURS}
    return render(request, "portal/api/keys.html", shown | more, status=status)


@require_POST
@never_cache
def make(request: HttpRequest) -> HttpResponse:
    """Makes a key and shows its secret."""
    member, form = member_or_refuse(request), KeyForm(request.POST)
    permissions.check_keep_keys(member)
    if not form.is_valid():
        return _shown(request, form, 422)
    try:
        row, secret = actions.make_key(actor=member, at=now(), **form.taken())
    except Invalid as error:
        form.add_error(error.details.get("field"), str(error))
        return _shown(request, form, 422)
    except Conflict as error:
        return _refused(request, error)
    return _shown(request, KeyForm(initial={"key": new_key()}), fresh=row, secret=secret)


@require_POST
@never_cache
def rotate(request: HttpRequest, key_id: str) -> HttpResponse:
    """Gives a key a new secret and shows it; the old one goes on for the hours that were chosen."""
    member, form = member_or_refuse(request), RotateForm(request.POST)
    permissions.check_keep_keys(member)
    if not form.is_valid():
        raise Invalid(_("Choose between no hours and 30 days."), field="grace_hours")
    try:
        row, secret = actions.rotate_key(actor=member, public_id=key_id, at=now(), **form.cleaned_data)
    except Conflict as error:
        return _refused(request, error)
    return _shown(request, KeyForm(initial={"key": new_key()}), fresh=row, secret=secret)


def _refused(request: HttpRequest, error: Conflict) -> HttpResponse:
    return _shown(request, KeyForm(initial={"key": new_key()}), 409, refused=str(error))


@require_POST
def revoke(request: HttpRequest, key_id: str) -> HttpResponse:
    """Ends a key at once."""
    actions.revoke_key(actor=member_or_refuse(request), public_id=key_id, at=now())
    messages.success(request, _("The key opens nothing any more."))
    return redirect("api_keys")
