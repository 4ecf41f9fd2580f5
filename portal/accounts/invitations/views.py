"""The page about a member's invitations, and the way in by one."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from portal.accounts.invitations import actions, selectors
from portal.accounts.viewers import member_or_refuse, viewer
from portal.core import clock
from portal.core.errors import DomainError
from portal.core.mail import absolute

BROUGHT, FRESH = "invitation", "fresh_invitation"


def link(token: str) -> str:
    """The full address to give away. The secret stands behind the `?`, which no log keeps."""
    return f"{absolute(reverse('account_come_in'))}?{urlencode({'k': token})}"


@never_cache
@require_http_methods(["GET", "POST"])
def invitations(request: HttpRequest) -> HttpResponse:
    """Her links and who came by them; POST makes a link, which is shown once."""
    member = member_or_refuse(request)
    refusal: DomainError | None = None
    if request.method == "POST":
        try:
            limit = actions.FOR_ONE if request.POST.get("for") == "one" else actions.FOR_SEVERAL
            request.session[FRESH] = actions.invite(actor=member, limit=limit, at=clock.now())[1]
            return redirect("account_invitations")
        except DomainError as error:
            refusal = error
    fresh = request.session.pop(FRESH, "")
    context: dict[str, Any] = {"invitations": selectors.own(member), "refusal": refusal, "now": clock.now()}
    context["link"] = link(fresh) if fresh else ""
    return render(request, "account/invitations.html", context, status=refusal.status if refusal else 200)


@require_POST
def end(request: HttpRequest, invitation_id: int) -> HttpResponse:
    """Ends one of her links."""
    actions.end(actor=member_or_refuse(request), invitation_id=invitation_id, at=clock.now())
    messages.success(request, _("That link lets nobody else in."))
    return redirect("account_invitations")


@never_cache
@require_GET
def come_in(request: HttpRequest) -> HttpResponse:
    """The link itself: remembers who invited, and leads to the form by an address without the secret."""
    if viewer(request) is not None:
        return redirect("my:home")
    found = selectors.by_token(request.GET.get("k", ""), at=clock.now())
    if found is None:
        messages.info(request, _("This invitation has run out. There is a seat for you all the same."))
    else:
        request.session[BROUGHT] = found.pk
    return redirect("account_signup")


def invited_by(request: HttpRequest) -> Any:
    """The name chip of whoever invited this visitor, as long as her link is open; else None."""
    brought = request.session.get(BROUGHT)
    found = selectors.open_invitations(at=clock.now()).filter(pk=brought).first() if brought else None
    return found.inviter.standing if found else None
