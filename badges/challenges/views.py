"""Pages of the challenges: all of them, one of them, and taking part."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from badges.challenges import actions, selectors
from portal.accounts.viewers import member_or_refuse
from portal.core.clock import now
from portal.notifications import mark_read


def _locale() -> str:
    return get_language() or "vi"


@never_cache
@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    """Every challenge: those that run, those that come, those that are over."""
    member = member_or_refuse(request)
    found = selectors.views(member, at=now(), locale=_locale())
    groups: dict[str, list[selectors.View]] = {"running": [], "coming": [], "over": []}
    for one in found:
        groups[one.state].append(one)
    return render(request, "badges/challenges/listing.html", {"member": member, "any": bool(found), **groups})


@never_cache
@require_safe
def challenge(request: HttpRequest, code: str) -> HttpResponse:
    """One challenge: its steps and how far she is, the prize, and who finished."""
    member = member_or_refuse(request)
    one = selectors.view(member, code, at=now(), locale=_locale())
    context: dict[str, Any] = {
        "member": member, "one": one, "badges": selectors.badges_for(code, _locale(), at=now()),
        "finishers": selectors.latest_finishers(code, member), "fresh": False,
    }  # fmt: skip
    if one.won and one.finish is not None:
        # Whoever sees it here need not be told in the inbox any more.
        context["fresh"] = bool(mark_read(member_id=member.pk, subject=actions.subject_of(one.finish), at=now()))
    return render(request, "badges/challenges/challenge.html", context)


@require_POST
def join(request: HttpRequest, code: str) -> HttpResponse:
    """She takes part, or steps back; leads to the challenge."""
    member = member_or_refuse(request)
    if request.POST.get("part") == "no":
        actions.step_back(actor=member, code=code, at=now())
        messages.success(request, _("You take part no more. You can come back until its last day."))
    else:
        actions.take_part(actor=member, code=code, at=now())
        messages.success(request, _("You take part. What you did since its first day counts already."))
    return redirect("badges:challenge", code)
