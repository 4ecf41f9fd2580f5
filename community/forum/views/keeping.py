"""Keeping the talk kind: hide, bring back, close and pin."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from community.forum import actions, permissions, quotes, selectors
from community.forum.forms import ReasonForm
from community.forum.models import Post
from community.forum.views._parts import place, refuse
from portal.accounts.models import Member
from portal.accounts.viewers import member_or_refuse
from portal.core.clock import now
from portal.core.errors import DomainError


@require_http_methods(["GET", "POST"])
def hide(request: HttpRequest, public_id: str) -> HttpResponse:
    """Asks for the reason, then hides a post."""
    member = member_or_refuse(request)
    found = selectors.get_post_for(member, public_id)
    permissions.check_hide(member, found)
    return _reasoned(request, member, found, act="hide")


@require_http_methods(["GET", "POST"])
def restore(request: HttpRequest, public_id: str) -> HttpResponse:
    """Asks for the reason, then brings a post back."""
    member = member_or_refuse(request)
    found = selectors.get_post_for(member, public_id)
    permissions.check_restore(member, found)
    return _reasoned(request, member, found, act="restore")


def _reasoned(request: HttpRequest, member: Member, found: Post, *, act: str) -> HttpResponse:
    do = {"hide": actions.hide_post, "restore": actions.restore_post}[act]
    form, status = ReasonForm(request.POST if request.method == "POST" else None), 200
    if form.is_valid():
        try:
            reason = form.cleaned_data["reason"]
            return redirect(place(do(actor=member, post=found.public_id, reason=reason, at=now())))
        except DomainError as error:
            status = refuse(form, error)
    context = {"post": found, "form": form, "act": act, "own": found.author_id == member.pk, "place": place(found)}
    context["words"] = quotes.for_reader(found, member)
    return render(request, "community/forum/reason.html", context, status=status)


@require_POST
def steer(request: HttpRequest, public_id: str) -> HttpResponse:
    """Closes or opens a topic (`locked`), pins it or lets it go (`pinned`)."""
    member = member_or_refuse(request)
    if "pinned" in request.POST:
        pinned = request.POST["pinned"] == "1"
        found = actions.set_pinned(actor=member, topic=public_id, pinned=pinned, at=now())
    else:
        locked, reason = request.POST.get("locked") == "1", request.POST.get("reason", "")
        found = actions.set_locked(actor=member, topic=public_id, locked=locked, reason=reason, at=now())
    return redirect(found)
