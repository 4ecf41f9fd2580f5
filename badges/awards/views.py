"""Pages of the badges. Each reads one thing or does one act, and shows the result."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from badges.awards import actions, selectors
from badges.awards.forms import ChooseForm
from badges.awards.models import Badge
from badges.medals.drawing import LARGE, SMALL, draw
from badges.medals.houses import version
from badges.medals.recipe import fingerprint
from portal.accounts.models import Member
from portal.accounts.viewers import member_or_refuse, viewer
from portal.core.clock import now
from portal.core.errors import Conflict, NotFound
from portal.core.visitors import same_for_visitors
from portal.notifications import mark_read
from portal.ui.seo import absolute


def _locale() -> str:
    return get_language() or "vi"


@same_for_visitors
@require_safe
def hall(request: HttpRequest) -> HttpResponse:
    """Every badge of the house, by series, with how rare it is."""
    rarities, series = selectors.rarities(), dict(Badge.Series.choices)
    groups: dict[str, list[Any]] = {}
    for view in selectors.hall(_locale(), at=now()):
        groups.setdefault(view.series, []).append((view, rarities.get(view.id, rarities[0])))
    shown = [(str(series[key]), rows) for key, rows in groups.items()]
    context = {"groups": shown, "canonical": absolute(request.path), "member": viewer(request)}
    return render(request, "badges/awards/hall.html", context)


@same_for_visitors
@require_safe
def badge(request: HttpRequest, code: str) -> HttpResponse:
    """One badge: how it is earned, how rare it is, who was given it lately, and how the viewer stands to it."""
    member = viewer(request)
    found = selectors.get_badge_for(member, code)
    context: dict[str, Any] = {
        "badge": selectors.badge_view(found, _locale()),
        "series": found.get_series_display(),
        "rarity": selectors.rarity_of(found.pk),
        "holders": selectors.latest_holders(found, member),
        "canonical": absolute(request.path),
    }
    if member is not None:
        context |= _own(member, found)
    return render(request, "badges/awards/badge.html", context)


def _own(member: Member, found: Badge) -> dict[str, Any]:
    """Her own awards of a badge, or how far she is. Whoever sees it here need not be told in the inbox any more."""
    mine = selectors.one_of_shelf(member, found, at=now(), locale=_locale())
    fresh = False
    for award in mine.awards:
        fresh |= bool(mark_read(member_id=member.pk, subject=actions.subject_of(award), at=now()))
    return {"mine": mine, "fresh": fresh, "member": member}


@never_cache
@require_safe
def shelf(request: HttpRequest) -> HttpResponse:
    """Her shelf: what she holds, what comes near, what is still closed, what was taken back."""
    member = member_or_refuse(request)
    every = selectors.shelf_of(member, at=now(), locale=_locale())
    earned = sorted((one for one in every if one.earned), key=lambda one: one.awards[0].at, reverse=True)
    near = sorted((one for one in every if one.begun and not one.hidden), key=lambda one: -one.percent)
    closed = [one for one in every if not one.earned and not one.begun and not one.hidden]
    secret = [one for one in every if one.hidden]
    context = {"member": member, "earned": earned, "near": near, "closed": closed + secret, "secrets": secret}
    context["streak"] = selectors.streak_of(member, at=now())
    return render(request, "badges/awards/shelf.html", context)


@require_POST
def mend(request: HttpRequest) -> HttpResponse:
    """Makes a missed day good; what stands in the way is said on her shelf."""
    member = member_or_refuse(request)
    try:
        days = actions.mend(actor=member, day=request.POST.get("day", ""), at=now())
    except Conflict as error:
        messages.error(request, str(error))
    else:
        words = ngettext("The day is mended: %(n)s day in a row.", "The day is mended: %(n)s days in a row.", days)
        messages.success(request, words % {"n": days})
    return redirect("badges:shelf")


@require_POST
def seen(request: HttpRequest) -> HttpResponse:
    """The moment of an award was shown: it is not shown again. Awards of others and unknown ones change nothing."""
    member, award = member_or_refuse(request), request.POST.get("award", "")
    if award.isascii() and award.isdigit() and len(award) < 19:
        mark_read(member_id=member.pk, subject=f"award:{int(award)}", at=now())
    if request.headers.get("X-Requested-With") == "fetch":
        return HttpResponse(status=204)
    return redirect("badges:shelf")


@never_cache
def choose(request: HttpRequest) -> HttpResponse:
    """Which badges stand on her public page."""
    member = member_or_refuse(request)
    held = selectors.held_views(member.pk, _locale())
    arranged = selectors.is_arranged(member.pk)
    shown = selectors.chosen(member.pk, _locale(), arranged=arranged, viewer_id=member.pk)
    form = ChooseForm(request.POST if request.method == "POST" else None, held=held, chosen=[v.code for v in shown])
    if form.is_valid():
        actions.arrange(actor=member, codes=form.codes(), at=now())
        messages.success(request, _("Kept. It holds from now on."))
        return redirect("badges:choose")
    context = {"member": member, "form": form, "held": held, "arranged": arranged}
    return render(request, "badges/awards/choose.html", context, status=422 if form.errors else 200)


@require_safe
def drawing(request: HttpRequest, name: str) -> HttpResponse:
    """A finished medal in its house's present enamels. Only who was shown its address knows that of a secret badge."""
    code, _dash, mark = name.rpartition("-")
    # An "s" before the mark asks for the small drawing, which stands beside names.
    small = len(mark) == 17 and mark.startswith("s")
    found = Badge.objects.filter(code=code).first()
    if found is None:
        raise NotFound
    view = selectors.badge_view(found, "vi")
    if fingerprint(code, view.recipe) != mark.removeprefix("s" if small else ""):
        raise NotFound
    response = HttpResponse(draw(view.recipe, "m-", size=SMALL if small else LARGE), content_type="image/svg+xml")
    # An address that names the house's present palette is good for ever; any other is looked at again soon.
    for_ever = request.GET.get("v", "") == version(view.recipe.enamels)
    response["Cache-Control"] = "public, max-age=31536000, immutable" if for_ever else "public, max-age=60"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response
