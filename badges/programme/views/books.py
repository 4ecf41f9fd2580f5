"""Members' books of points, for care and brand managers: what a member has and why, without a word she wrote in
private. Every opening is written down before anything is shown."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from badges.programme import actions, books, permissions
from badges.programme.forms import AdjustForm, OverrideForm
from badges.programme.models import Adjustment
from badges.tiers.selectors import ladder_today
from portal.accounts.models import Member
from portal.accounts.viewers import member_or_refuse
from portal.core.clock import now
from portal.core.errors import Conflict, Forbidden, Invalid
from portal.core.ids import public_id


@never_cache
@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """Finds a member by name, handle, address or number."""
    member, asked = member_or_refuse(request), request.GET.get("q", "").strip()
    permissions.check_see_books(member)
    context = {"asked": asked, "found": books.find(asked) if asked else [], "member": member}
    return render(request, "badges/programme/books.html", context)


@never_cache
@require_safe
def book(request: HttpRequest, who: str) -> HttpResponse:
    """One member's book: balance, lots, lines with their reasons, what waits, badges, tier, corrections."""
    member = member_or_refuse(request)
    permissions.check_see_books(member)
    owner = books.get_member(who)
    actions.open_book(actor=member, member_id=owner.pk, at=now(), purpose=request.GET.get("for", ""))
    return _shown(request, member, owner, _blank())


@never_cache
@require_POST
def correct(request: HttpRequest, who: str) -> HttpResponse:
    """Gives or takes points; a large correction waits for a second person."""
    member = member_or_refuse(request)
    permissions.check_see_books(member)
    permissions.check_write(member)
    owner, form = books.get_member(who), AdjustForm(request.POST)
    if form.is_valid():
        try:
            made = actions.adjust_points(actor=member, member_id=owner.pk, at=now(), **form.cleaned_data)
        except Invalid as error:
            form.add_error(error.details.get("field"), str(error))
        except (Forbidden, Conflict) as error:
            form.add_error(None, str(error))
        else:
            waits = made.state == Adjustment.State.WAITING
            messages.success(request, _("It waits for a second person.") if waits else _("Posted."))
            return redirect("badges:book", owner.public_id)
    return _shown(request, member, owner, form)


@never_cache
@require_POST
def set_tier(request: HttpRequest, who: str) -> HttpResponse:
    """Asks for a tier by hand; it waits for a second person."""
    member = member_or_refuse(request)
    permissions.check_see_books(member)
    permissions.check_write(member)
    owner, form = books.get_member(who), OverrideForm(request.POST, auto_id="tier-%s", tiers=ladder_today())
    if form.is_valid():
        try:
            actions.override_tier(actor=member, member_id=owner.pk, at=now(), **form.cleaned_data)
        except Invalid as error:
            form.add_error(error.details.get("field"), str(error))
        except (Forbidden, Conflict) as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("It waits for a second person."))
            return redirect("badges:book", owner.public_id)
    return _shown(request, member, owner, _blank(), form)


def _blank() -> AdjustForm:
    return AdjustForm(initial={"key": public_id(), "point_type": "spend"})


def _shown(
    request: HttpRequest, member: Member, owner: Member, form: AdjustForm, tier: OverrideForm | None = None
) -> HttpResponse:
    before = request.GET.get("before", "")
    context: dict[str, Any] = books.book_of(
        owner,
        viewer_id=member.pk,
        at=now(),
        locale=get_language() or "vi",
        before=int(before[:18]) if before.isdecimal() else None,
    )
    context |= {"member": member, "form": form, "corrects": permissions.can_write(member) and member.pk != owner.pk}
    if context["corrects"]:
        context["tier_form"] = tier or OverrideForm(
            initial={"key": public_id()}, auto_id="tier-%s", tiers=ladder_today()
        )
    refused = form.errors or (tier is not None and tier.errors)
    return render(request, "badges/programme/book.html", context, status=422 if refused else 200)
