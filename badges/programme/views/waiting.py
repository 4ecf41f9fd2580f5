"""Points that wait, as the desk lists and decides them: who is behind them, and how many of how many it takes."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from badges.programme import actions, held, permissions
from portal.accounts.viewers import member_or_refuse
from portal.core.clock import now
from portal.core.errors import Conflict, Forbidden, Invalid

KINDS = ("givers", "responders", "time")
SETTLED = "settled"


@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    """What waits for more people, for an answer or for a day; or what became of it lately."""
    member = member_or_refuse(request)
    permissions.check_see_waiting(member)
    return _shown(request, request.GET)


def _shown(request: HttpRequest, asked: Any, status: int = 200, refused: str = "") -> HttpResponse:
    member, locale, kind = member_or_refuse(request), get_language() or "vi", asked.get("kind", KINDS[0])
    context: dict[str, Any] = {
        "kind": kind if kind in (*KINDS, SETTLED) else KINDS[0], "counts": held.counts(), "refused": refused,
        "writes": permissions.can_write(member), "reader": member,
    }  # fmt: skip
    if context["kind"] == SETTLED:
        context |= {"how": asked.get("how", ""), "lately": held.lately(locale, how=asked.get("how", ""))}
    else:
        page = Paginator(held.open_heaps(context["kind"]), held.HEAPS).get_page(asked.get("page"))
        context |= {"page_obj": page, "heaps": held.heaps_of(page.object_list, context["kind"], locale)}
    return render(request, "badges/programme/waiting.html", context, status=status)


@require_POST
def decide(request: HttpRequest) -> HttpResponse:
    """Confirms a heap or takes it back; one that changed meanwhile is shown as it stands now, with 409."""
    member = member_or_refuse(request)
    permissions.check_see_waiting(member)
    step, note = request.POST.get("step", ""), request.POST.get("note", "")
    if step not in ("release", "refuse"):
        raise Invalid
    try:
        count = actions.decide_waiting(
            actor=member, key=request.POST.get("rows", ""), yes=step == "release", note=note, at=now()
        )
    except Conflict:
        words = _("Something changed meanwhile, so nothing was decided. This is how it stands now.")
        return _shown(request, request.POST, 409, words)
    except Invalid as error:
        return _shown(request, request.POST, 422, str(error))
    except Forbidden as error:
        if error.code != "own_points":
            raise
        return _shown(request, request.POST, 403, str(error))
    if step == "release":
        words = ngettext("%(n)s line was confirmed.", "%(n)s lines were confirmed.", count)
    else:
        words = ngettext("%(n)s line was taken back.", "%(n)s lines were taken back.", count)
    messages.success(request, words % {"n": count})
    return redirect(f"{reverse('programme_waiting')}?kind={request.POST.get('kind', KINDS[0])}")
