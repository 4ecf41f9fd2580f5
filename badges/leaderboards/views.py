"""The board of the month, for members: who stands where, one's own place, and the wish to be seen at all."""

from datetime import date

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from badges.leaderboards import actions, selectors
from badges.leaderboards.permissions import may_stand
from portal.accounts.viewers import member_or_refuse
from portal.core.clock import now
from portal.core.errors import NotFound


@never_cache
@require_safe
def board(request: HttpRequest, scope: str = "") -> HttpResponse:
    """A month of the whole house, or of one of its houses."""
    member, at, houses = member_or_refuse(request), now(), selectors.houses()
    if scope and scope not in {house.code for house in houses}:
        raise NotFound
    month, months = _month(request, selectors.month_of(at)), selectors.months(at)
    context = {
        "board": selectors.board(month, scope, member, at=at), "houses": houses, "months": months,
        "live": month == months[0], "wishes": selectors.has_wish(member.pk), "may_stand": may_stand(member),
        "member": member, "here": next((house for house in houses if house.code == scope), None),
    }  # fmt: skip
    return render(request, "badges/leaderboards/board.html", context)


def _month(request: HttpRequest, default: date) -> date:
    """The month that the address asks for, such as 2026-10; raises NotFound for what is none."""
    asked = request.GET.get("month", "")
    if not asked:
        return default
    try:
        return date.fromisoformat(f"{asked}-01")
    except ValueError:
        raise NotFound from None


@never_cache
@require_safe
def settings(request: HttpRequest) -> HttpResponse:
    """Whether she wishes to stand on boards, and what that shows of her."""
    member = member_or_refuse(request)
    context = {"wishes": selectors.has_wish(member.pk), "may_stand": may_stand(member), "member": member}
    return render(request, "badges/leaderboards/settings.html", context)


@require_POST
def wish(request: HttpRequest) -> HttpResponse:
    """Puts her on the boards or takes her off, and leads back to where she asked."""
    member, wanted = member_or_refuse(request), request.POST.get("wish") == "yes"
    actions.wish(actor=member, wanted=wanted, at=now())
    messages.success(request, _("You stand on the boards from now on.") if wanted else _("You are on no board now."))
    return redirect(reverse("badges:board_settings" if request.POST.get("from") == "settings" else "badges:board"))
