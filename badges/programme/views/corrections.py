"""Corrections by hand, as the desk lists and decides them."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from badges.programme import actions, permissions, selectors
from badges.tiers.selectors import overrides
from portal.accounts.viewers import member_or_refuse
from portal.core.clock import now
from portal.core.errors import Conflict, Invalid

SHOWN = 100


@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    """What waits for a second person, what was corrected lately and which tiers were set by hand: who, whom, why."""
    member = member_or_refuse(request)
    permissions.check_see_desk(member)
    rows = [(row, permissions.may_decide_adjustment(member, row)) for row in selectors.adjustments(waiting=True)]
    at, locale = now(), get_language() or "vi"
    tiers = selectors.overrides_shown(overrides()[:SHOWN], viewer=member, at=at, locale=locale)
    context = {
        "waiting": rows,
        "tiers": tiers,
        "rows": selectors.adjustments()[:SHOWN],
        "books": permissions.can_see_books(member),
    }
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


@require_POST
def override(request: HttpRequest, override_id: str) -> HttpResponse:
    """A second person puts a tier by hand in force or refuses it; whoever may see the desk ends one early."""
    member = member_or_refuse(request)
    permissions.check_see_desk(member)
    step = request.POST.get("step", "")
    if step not in ("approve", "refuse", "end"):
        raise Invalid
    try:
        if step == "end":
            actions.end_override(actor=member, override_id=override_id, at=now())
        else:
            actions.decide_override(
                actor=member, override_id=override_id, yes=step == "approve", at=now(),
                answer=request.POST.get("note", ""),
            )  # fmt: skip
    except (Conflict, Invalid) as error:
        messages.error(request, str(error))
    else:
        said = {"approve": _("In force. She reads it on her tier page."), "refuse": _("Refused."), "end": _("Ended.")}
        messages.success(request, said[step])
    return redirect("programme_corrections")
