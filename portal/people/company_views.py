"""Whom a member keeps away from herself: her list, and the buttons on others' pages."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from portal.accounts.blocks import actions, selectors
from portal.accounts.selectors import find_by_address
from portal.accounts.viewers import member_or_refuse
from portal.core import clock
from portal.core.errors import DomainError


@never_cache
@require_safe
def blocks(request: HttpRequest) -> HttpResponse:
    """Her list, and the box in which another name goes on it."""
    member = member_or_refuse(request)
    return _page(request, member)


def _page(request: HttpRequest, member: object, typed: str = "", refusal: DomainError | None = None) -> HttpResponse:
    context = {"rows": selectors.blocked_by(member), "typed": typed, "refusal": refusal}  # type: ignore[arg-type]
    return render(request, "portal/people/blocks.html", context, status=refusal.status if refusal else 200)


@never_cache
@require_POST
def block(request: HttpRequest) -> HttpResponse:
    """Puts somebody on the list; refused, the page comes back with the name and the reason."""
    member = member_or_refuse(request)
    typed = request.POST.get("who", "").strip()[:60]
    try:
        other, _current = find_by_address(typed.removeprefix("@").lower(), at=clock.now())
        actions.block(actor=member, member_id=other.pk, at=clock.now())
    except DomainError as refusal:
        return _page(request, member, typed, refusal)
    words = _("You and %(name)s stay apart from now on.") % {"name": other.standing.known_as}
    messages.success(request, words)
    return redirect("settings:blocks")


@require_POST
def unblock(request: HttpRequest, public_id: str) -> HttpResponse:
    """Takes somebody off the list."""
    member = member_or_refuse(request)
    for other, _at in selectors.blocked_by(member):
        if other.public_id == public_id:
            actions.unblock(actor=member, member_id=other.pk)
            messages.success(request, _("Off the list. What was missed meanwhile is not told late."))
    return redirect("settings:blocks")
