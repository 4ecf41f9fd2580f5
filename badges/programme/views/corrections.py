"""Corrections by hand, as the desk lists and decides them."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from badges.programme import actions, permissions, selectors
from portal.accounts.viewers import member_or_refuse
from portal.core.clock import now
from portal.core.errors import Conflict, Invalid

SHOWN = 100


@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    """What waits for a second person, and what was corrected lately: who, whom, how much, why."""
    member = member_or_refuse(request)
    permissions.check_see_desk(member)
    rows = [(row, permissions.may_decide_adjustment(member, row)) for row in selectors.adjustments(waiting=True)]
    context = {"waiting": rows, "rows": selectors.adjustments()[:SHOWN], "books": permissions.can_see_books(member)}
    return render(request, "badges/programme/corrections.html", context)


@require_POST
def decide(request: HttpRequest, public_id: str) -> HttpResponse:
    """A second person posts a correction, or refuses it."""
    member = member_or_refuse(request)
    permissions.check_see_desk(member)
    step = request.POST.get("step", "")
    if step not in ("approve", "refuse"):
        raise Invalid
    yes = step == "approve"
    try:
        actions.decide_adjustment(
            actor=member, adjustment_id=public_id, yes=yes, at=now(), answer=request.POST.get("note", "")
        )
    except (Conflict, Invalid) as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("Posted. She reads it on her statement.") if yes else _("Refused."))
    return redirect("programme_corrections")
