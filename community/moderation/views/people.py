"""What moderators know of a member, and what they tell or keep her from."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from community.moderation import actions, permissions, scoring, selectors
from community.moderation import trust as levels
from community.moderation.forms import LiftForm, SanctionForm, TrustForm
from community.moderation.views._parts import desk, moderator, refuse
from portal.accounts.models import Member
from portal.core.clock import now
from portal.core.errors import DomainError


@require_GET
@never_cache
def person(request: HttpRequest, public_id: str) -> HttpResponse:
    """Her standing with moderation."""
    member = moderator(request)
    return _page(request, member, selectors.member_for(member, public_id))


def _page(
    request: HttpRequest,
    member: Member,
    found: Member,
    status: int = 200,
    sanction_form: SanctionForm | None = None,
    trust_form: TrustForm | None = None,
) -> HttpResponse:
    at = now()
    agreed, disagreed = scoring.record_of(found)
    level = found.trust_level if found.trust_locked else ""
    context = {
        "person": found,
        "may_sanction": _may_sanction(member, found),
        "history": selectors.history_of(found.pk, limit=30),
        "steps": levels.next_steps(found, at),
        "agreed": agreed,
        "disagreed": disagreed,
        "weight": scoring.weight_of(found),
        "form": sanction_form or SanctionForm(initial={"kind": "warn", "hours": 24}),
        "trust_form": trust_form or TrustForm(initial={"level": level}, auto_id="trust_%s"),
        "at": at,
        **desk(""),
    }
    return render(request, "community/moderation/person.html", context, status=status)


def _may_sanction(member: Member, found: Member) -> bool:
    try:
        permissions.check_sanction(member, found)
    except DomainError:
        return False
    return True


@require_POST
def sanction(request: HttpRequest, public_id: str) -> HttpResponse:
    """Reminds, silences or suspends; a refused form comes back as it was typed."""
    member, form, status = moderator(request), SanctionForm(request.POST), 422
    found = selectors.member_for(member, public_id)
    if form.is_valid():
        try:
            actions.sanction(actor=member, member=public_id, at=now(), **form.cleaned_data)
            return redirect("moderation:person", public_id=public_id)
        except DomainError as error:
            status = refuse(form, error)
    return _page(request, member, found, status, sanction_form=form)


@require_POST
def trust(request: HttpRequest, public_id: str) -> HttpResponse:
    """Sets a trust level by hand, or hands it back to the reckoning."""
    member, form, status = moderator(request), TrustForm(request.POST, auto_id="trust_%s"), 422
    found = selectors.member_for(member, public_id)
    if form.is_valid():
        try:
            actions.set_trust(actor=member, member=public_id, at=now(), **form.cleaned_data)
            return redirect("moderation:person", public_id=public_id)
        except DomainError as error:
            status = refuse(form, error)
    return _page(request, member, found, status, trust_form=form)


@never_cache
def lift(request: HttpRequest, public_id: str) -> HttpResponse:
    """Asks why, then ends a sanction before its time."""
    moderator_now, found, status = moderator(request), selectors.get_sanction(public_id), 200
    form = LiftForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            actions.lift(actor=moderator_now, sanction=public_id, reason=form.cleaned_data["reason"], at=now())
            return redirect("moderation:person", public_id=found.member.public_id)
        except DomainError as error:
            status = refuse(form, error)
    context = {"sanction": found, "form": form, **desk("")}
    return render(request, "community/moderation/lift.html", context, status=status)
