"""The entrance, where allauth's own views are not enough."""

from typing import Any

from allauth.account.views import LoginView, SignupView
from django.db import IntegrityError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from portal.accounts import actions, evenly, terms
from portal.accounts.context import LATER
from portal.accounts.forms import JoinForm
from portal.accounts.invitations.views import invited_by
from portal.accounts.models import Member
from portal.accounts.social.offered import services
from portal.accounts.viewers import member_or_refuse
from portal.core.clock import now


class SignInView(LoginView):
    """The one door, with the services that open it too."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return {**super().get_context_data(**kwargs), "services": services()}


class JoinView(SignupView):
    """Asking for a seat. Two people who choose one name in the same second both get an answer, never a fault."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return {**super().get_context_data(**kwargs), "invited_by": invited_by(self.request), "services": services()}

    def form_valid(self, form: JoinForm) -> HttpResponse:
        if form.account_already_exists:
            evenly.make_and_forget(self.request, form.cleaned_data["name"], translation.get_language() or "vi")
        try:
            return super().form_valid(form)
        except IntegrityError:
            # The same address twice at once must look like the address that was always here; a name may be said aloud.
            if Member.objects.filter(email=form.cleaned_data["email"]).exists():
                form.account_already_exists = True
                return super().form_valid(form)
            form.refuse_name()
            return self.form_invalid(form)


@never_cache
@require_http_methods(["GET", "POST"])
def agree_again(request: HttpRequest) -> HttpResponse:
    """New terms: what changed, where they stand, and a yes or a "later". Until the yes she reads and does not write."""
    member, texts = member_or_refuse(request), terms.in_force()
    following = request.POST.get("next") or request.GET.get("next", "")
    safe = url_has_allowed_host_and_scheme(following, {request.get_host()}, request.is_secure())
    if request.method == "POST":
        if request.POST.get("answer") == "yes":
            actions.agree_to_terms(actor=member, version=request.POST.get("version", ""), at=now())
        else:
            request.session[LATER] = texts.version
        return redirect(following if safe else "my:home")
    context = {"texts": texts, "changes": texts.since(member.terms_version), "next": following if safe else ""}
    return render(request, "portal/accounts/terms_again.html", context | {"agreed": not terms.must_agree(member)})
