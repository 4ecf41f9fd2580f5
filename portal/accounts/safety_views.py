"""The page about the safety of an account, and the acts on it that allauth has no view for."""

from typing import Any

from allauth.account.views import BaseReauthenticateView
from allauth.mfa.webauthn.views import RemoveWebAuthnView
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from portal.accounts import actions, devices, letters, second_factor, selectors, way_back
from portal.accounts.codes.views import take
from portal.accounts.key_forms import ProofForm
from portal.accounts.proof import ProofByLetter
from portal.accounts.roles import works_here
from portal.accounts.social.offered import services
from portal.accounts.viewers import member_or_refuse
from portal.core import clock
from portal.core.errors import DomainError, Forbidden


def _agent(request: HttpRequest) -> str:
    return request.META.get("HTTP_USER_AGENT", "")


def _lines(request: HttpRequest) -> list[dict[str, Any]]:
    here = request.session.session_key
    found = selectors.live_sessions(member_or_refuse(request), at=clock.now())
    lines = [
        {
            "session": session,
            "device": devices.in_words(session.user_agent),
            "is_handheld": devices.is_handheld(session.user_agent),
            "is_here": session.session_key == here,
        }
        for session in found
    ]
    return sorted(lines, key=lambda line: not line["is_here"])


@never_cache
@require_GET
def security(request: HttpRequest) -> HttpResponse:
    """Everything that keeps an account hers, on one page."""
    member = member_or_refuse(request)
    context = {
        "member": member,
        "has_password": member.has_usable_password(),
        "keys": selectors.second_keys(member),
        "devices": _lines(request),
        "works_here": works_here(member),
        "services": services(),
        "connected": selectors.connected_services(member),
    }
    return render(request, "account/security.html", context)


@never_cache
@require_GET
def device_list(request: HttpRequest) -> HttpResponse:
    """Where she is signed in."""
    return render(request, "usersessions/usersession_list.html", {"devices": _lines(request)})


@require_POST
def end_device(request: HttpRequest, session_id: int) -> HttpResponse:
    """Signs one of her browsers out; the one she holds leads to the door."""
    member = member_or_refuse(request)
    actions.end_session(actor=member, session_id=session_id)
    messages.success(request, _("That device is signed out."))
    return redirect("usersessions_list")


@require_POST
def end_other_devices(request: HttpRequest) -> HttpResponse:
    """Signs out every browser but this one."""
    member = member_or_refuse(request)
    actions.end_sessions(actor=member, member=member, except_key=request.session.session_key)
    messages.success(request, _("All the other devices are signed out."))
    return redirect("usersessions_list")


@never_cache
@require_http_methods(["GET", "POST"])
def remove_password(request: HttpRequest) -> HttpResponse:
    """Back to digits by mail alone. The middleware has asked for a fresh proof."""
    member = member_or_refuse(request)
    if request.method == "GET":
        return render(request, "account/password_remove.html", {"member": member})
    at = clock.now()
    changed = actions.remove_password(actor=member, at=at)
    update_session_auth_hash(request, changed)
    actions.end_sessions(actor=member, member=changed, except_key=request.session.session_key)
    letters.tell("password_removed", changed, agent=_agent(request), at=at)
    messages.success(request, _("The password is gone. The digits by mail stay."))
    return redirect("account_security")


@never_cache
@require_http_methods(["GET", "POST"])
def address_back(request: HttpRequest) -> HttpResponse:
    """The way back to the old address, from the letter that told of the new one. Works without being signed in."""
    token = request.POST.get("token", "") or request.GET.get("token", "")
    found = way_back.read(token)
    if request.method == "GET" or found is None:
        return render(request, "account/address_back.html", {"found": found, "token": token})
    at = clock.now()
    try:
        member = actions.restore_address(
            member_id=found.member_id, old=found.old, new=found.new, changed_at=found.changed_at, at=at
        )
    except DomainError as refusal:
        return render(request, "account/address_back.html", {"refusal": refusal}, status=refusal.status)
    letters.tell("address_restored", member, agent=_agent(request), at=at)
    return render(request, "account/address_back.html", {"done": True, "address": found.old})


@method_decorator(login_required, name="dispatch")
@method_decorator(never_cache, name="dispatch")
class ProveView(BaseReauthenticateView):
    """Is it still you? Six digits by mail, for who has neither password nor second key."""

    form_class = ProofForm
    template_name = "account/prove.html"

    def get_form_kwargs(self) -> dict[str, Any]:
        self.process = ProofByLetter.under_way(self.request)
        expected = self.process.code if self.process else ""
        return {**super().get_form_kwargs(), "expected": expected}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return {**super().get_context_data(**kwargs), "is_sent": ProofByLetter.under_way(self.request) is not None}

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.POST.get("action") != "send":
            waits = ProofByLetter.under_way(request)
            if waits is not None and not take(request, waits):
                waits.abort()
            return super().post(request, *args, **kwargs)
        if not ProofByLetter.begin(request, member_or_refuse(request)):
            messages.error(request, _("A letter just left. Give it a minute before you ask for another."))
        return redirect(self.passthrough_next_url(request.path))

    def form_valid(self, form: ProofForm) -> HttpResponse:
        assert self.process is not None
        self.process.finish()
        return super().form_valid(form)

    def form_invalid(self, form: ProofForm) -> HttpResponse:
        if self.process is not None:
            self.process.record_invalid_attempt()
        return super().form_invalid(form)


class RemovePasskeyView(RemoveWebAuthnView):
    """Takes a passkey away; never the last second key of somebody who works here."""

    def form_valid(self, form: Any) -> HttpResponse:
        if second_factor.is_last_of_staff(self.get_object()):
            raise Forbidden(_("Whoever works here keeps one second key. Add another before this one goes."))
        return super().form_valid(form)
