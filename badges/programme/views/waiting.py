"""Points that wait, as the desk lists and decides them: who is behind them, and how many of how many it takes."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from badges.programme import actions, held, permissions, rings
from portal.accounts.viewers import member_or_refuse
from portal.core.clock import now
from portal.core.errors import Conflict, Forbidden, Invalid, NotFound

KINDS = ("givers", "responders", "time")
SETTLED, RINGS = "settled", "rings"


@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    """What waits for more people, for an answer or for a day; or what became of it lately."""
    member = member_or_refuse(request)
    permissions.check_see_waiting(member)
    return _shown(request, request.GET)


def _shown(request: HttpRequest, asked: Any, status: int = 200, refused: str = "") -> HttpResponse:
    member, locale, kind = member_or_refuse(request), get_language() or "vi", asked.get("kind", KINDS[0])
    context: dict[str, Any] = {
        "kind": kind if kind in (*KINDS, SETTLED, RINGS) else KINDS[0], "counts": held.counts(), "refused": refused,
        "writes": permissions.can_write(member), "reader": member, "rings_open": rings.open_rings().count(),
    }  # fmt: skip
    if context["kind"] == SETTLED:
        context |= {"how": asked.get("how", ""), "lately": held.lately(locale, how=asked.get("how", ""))}
    elif context["kind"] == RINGS:
        found = Paginator(rings.open_rings(), held.HEAPS).get_page(asked.get("page"))
        context |= {
            "wrong": asked.get("wrong", ""), "note": asked.get("note", ""), "days": settings.RING_DAYS,
            "page_obj": found, "decides": permissions.can_decide_rings(member),
            "rings": rings.shown(found.object_list, reader_id=member.pk),
            "decided": rings.shown(rings.decided_rings(), reader_id=member.pk),
        }  # fmt: skip
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


@require_POST
def decide_ring(request: HttpRequest) -> HttpResponse:
    """Says of a ring that it is honest, or that it trades; one that changed since is shown as it stands, with 409."""
    member = member_or_refuse(request)
    permissions.check_see_waiting(member)
    step, number = request.POST.get("step", ""), request.POST.get("ring", "")
    if step not in ("release", "reject"):
        raise Invalid
    if not (number.isascii() and number.isdecimal() and len(number) < 19):
        raise NotFound
    asked = request.POST.dict() | {"kind": RINGS}
    try:
        count = actions.decide_ring(
            actor=member, ring_id=int(number), key=request.POST.get("key", ""), honest=step == "release",
            note=request.POST.get("note", ""), at=now(),
        )  # fmt: skip
    except Conflict:
        words = _("Something changed meanwhile, so nothing was decided. This is how it stands now.")
        return _shown(request, asked, 409, words)
    except Invalid as error:
        return _shown(request, asked | {"wrong": number}, 422, str(error))
    except Forbidden as error:
        if error.code != "own_points":
            raise
        return _shown(request, asked, 403, str(error))
    if step == "release":
        words = ngettext("Decided: %(n)s line was confirmed.", "Decided: %(n)s lines were confirmed.", count)
    else:
        words = ngettext("Decided: %(n)s line lapsed.", "Decided: %(n)s lines lapsed.", count)
    messages.success(request, words % {"n": count})
    return redirect(f"{reverse('programme_waiting')}?kind={RINGS}")
