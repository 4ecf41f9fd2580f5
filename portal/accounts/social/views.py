"""Leaving for a service, coming back from it, and which services open an account."""

from typing import Any

from allauth.account.utils import get_next_redirect_url
from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.internal.flows.signup import get_pending_signup, redirect_to_signup
from allauth.socialaccount.models import SocialAccount, SocialApp
from allauth.socialaccount.providers.base import AuthProcess, ProviderException
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView
from allauth.socialaccount.views import LoginCancelledView, SignupView
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import BadRequest, ImproperlyConfigured
from django.db import IntegrityError
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from portal.accounts import proof
from portal.accounts.models import Member
from portal.accounts.social import actions
from portal.accounts.social.forms import SocialJoinForm
from portal.accounts.social.offered import services
from portal.accounts.viewers import member_or_refuse, viewer
from portal.core import clock

LEFT_IN = "social_language"


def _provider(request: HttpRequest, service: str) -> Any:
    if service not in settings.SOCIALACCOUNT_PROVIDERS:
        raise Http404
    return get_adapter().get_provider(request, service)


@never_cache
@require_http_methods(["GET", "POST"])
def leave(request: HttpRequest, service: str) -> HttpResponse:
    """On the way to the service: a page of ours that goes there by itself.

    Not a redirect: browsers hold the answer to a form to `form-action`, and that names nobody but this house.
    """
    provider, process = _provider(request, service), request.POST.get("process", AuthProcess.LOGIN)
    if request.method == "GET":  # the other language was chosen there, or the page was opened again
        return redirect("account_login")
    if process == AuthProcess.CONNECT:
        member_or_refuse(request)
        if not proof.is_fresh(request):
            return redirect(proof.way(request, reverse("socialaccount_connections")))
    elif process != AuthProcess.LOGIN:
        raise BadRequest("neither coming in nor connecting")
    elif viewer(request) is not None:
        return redirect(settings.LOGIN_REDIRECT_URL)
    request.session[LEFT_IN] = translation.get_language()
    # Nothing of the request but these two goes along: allauth would take scopes and parameters from the address.
    answer = provider.redirect(request, process, next_url=get_next_redirect_url(request), scope=provider.get_scope())
    return render(request, "portal/accounts/leaving.html", {"service": provider.name, "url": answer["Location"]})


def _careful(adapter: Any) -> Any:
    """The adapter, with an answer that cannot be read told as a refusal of the service and not as a fault of ours."""
    ask = adapter.complete_login

    def complete_login(*args: Any, **kwargs: Any) -> Any:
        try:
            return ask(*args, **kwargs)
        except (AttributeError, ImproperlyConfigured, LookupError, TypeError, ValueError) as odd:
            raise ProviderException("unreadable answer") from odd

    adapter.complete_login = complete_login
    return adapter


@never_cache
@require_GET
def back(request: HttpRequest, service: str) -> HttpResponseBase:
    """Back from the service, with a code or a refusal; allauth compares the state with this session's."""
    provider = _provider(request, service)
    language = request.session.pop(LEFT_IN, None)
    if language in dict(settings.LANGUAGES):
        # The address names no language; the way on is in the one she left in.
        translation.activate(language)
        request.LANGUAGE_CODE = language
    view = OAuth2CallbackView.adapter_view(_careful(provider.oauth2_adapter_class(request)))
    response: HttpResponseBase = view(request)
    return response


@method_decorator(never_cache, name="dispatch")
class SocialJoinView(SignupView):
    """Who comes through a service for the first time accepts the terms like everybody."""

    template_name = "portal/accounts/social_join.html"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not services():
            raise Http404
        try:
            get_pending_signup(request)
        except SocialApp.DoesNotExist:  # switched off since she left for it
            return redirect("account_login")
        return super().dispatch(request, *args, **kwargs)

    def get_form_class(self) -> Any:
        return SocialJoinForm

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return {**super().get_context_data(**kwargs), "service": self.sociallogin.provider.name}

    def form_valid(self, form: SocialJoinForm) -> HttpResponse:
        pending = get_pending_signup(self.request)
        try:
            return super().form_valid(form)
        except IntegrityError:
            # As in JoinView: the same address twice at once looks like one that was always here.
            if Member.objects.filter(email=form.cleaned_data["email"]).exists():
                form.account_already_exists = True
                return super().form_valid(form)
            redirect_to_signup(self.request, pending)
            form.refuse_name()
            return self.form_invalid(form)


class CancelledView(LoginCancelledView):
    """She changed her mind at the service."""

    template_name = "portal/accounts/social_cancelled.html"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not services():
            raise Http404
        return super().dispatch(request, *args, **kwargs)


@never_cache
@login_required
@require_GET
def connections(request: HttpRequest) -> HttpResponse:
    """Which services open this account, and which could. The middleware has asked for a fresh proof."""
    offered = services()
    if not offered:
        raise Http404
    names = {service["id"]: service["name"] for service in offered}
    accounts = SocialAccount.objects.filter(user=member_or_refuse(request)).order_by("pk")
    mine = [
        {"id": a.pk, "service": names.get(a.provider, a.provider), "who": a.extra_data.get("name", "")}
        for a in accounts
    ]
    taken = {a.provider for a in accounts}
    free = [service for service in offered if service["id"] not in taken]
    return render(request, "portal/accounts/connections.html", {"mine": mine, "free": free})


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def disconnect(request: HttpRequest, pk: int) -> HttpResponse:
    """Takes a service away, unless it is the last way in. Coming back from a fresh proof leads to the button."""
    member = member_or_refuse(request)
    if request.method == "POST":
        agent = request.META.get("HTTP_USER_AGENT", "")
        try:
            actions.disconnect(actor=member, account_id=pk, agent=agent, at=clock.now())
            messages.success(request, _("That service no longer opens your account."))
        except actions.LastWayIn as refusal:
            messages.error(request, str(refusal))
    return redirect("socialaccount_connections")
