"""Events that came too late, in the workshop: what was told about whom, and what somebody decides about it."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from portal.accounts.viewers import member_or_refuse
from portal.api import permissions, reviewing
from portal.api.forms import DecideForm
from portal.api.settling import State
from portal.core.clock import now
from portal.core.errors import Conflict, Forbidden, Invalid

PAGE = 20


@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    """What waits for a decision, and the newest decisions."""
    permissions.check_review(member_or_refuse(request))
    return _shown(request)


def _shown(request: HttpRequest, status: int = 200, refused: str = "") -> HttpResponse:
    page = Paginator(reviewing.late_events(), PAGE).get_page(request.GET.get("page"))
    context = {
        "page_obj": page, "rows": list(page.object_list), "lately": reviewing.decided_lately(), "refused": refused,
        "reader": member_or_refuse(request), "longest": reviewing.REASON_LONGEST,
    }  # fmt: skip
    return render(request, "portal/api/late.html", context, status=status)


@require_POST
def decide(request: HttpRequest) -> HttpResponse:
    """Accepts an event or refuses it; one that changed meanwhile is shown as it stands now, with 409."""
    member, form = member_or_refuse(request), DecideForm(request.POST)
    permissions.check_review(member)
    if not form.is_valid():
        raise Invalid
    given, yes = form.cleaned_data, form.cleaned_data["step"] == "accept"
    try:
        row = reviewing.decide_event(
            actor=member, public_id=given["event"], version=given["version"], yes=yes, reason=given["reason"], at=now()
        )
    except Conflict:
        return _shown(
            request, 409, _("Something changed meanwhile, so nothing was decided. This is how it stands now.")
        )
    except Invalid as error:
        return _shown(request, 422, str(error))
    except Forbidden as error:
        if error.code != "own_points":
            raise
        return _shown(request, 403, str(error))
    if not yes:
        messages.success(request, _("The event is refused; it pays nothing."))
    elif row.state == State.REFUSED:
        messages.warning(request, _("It was accepted, but the books refuse it by now: it pays nothing."))
    elif row.event_id is None:
        messages.success(request, _("The event is accepted, and goes on as soon as its sale is told."))
    else:
        messages.success(request, _("The event is accepted; the rules of its day judge it."))
    return redirect("api_late_events")
