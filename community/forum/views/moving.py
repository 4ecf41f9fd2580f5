"""Giving a topic another space."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from community.forum import permissions, selectors
from community.forum.actions.moving import move_topic
from community.forum.forms import MoveForm
from community.forum.views._parts import refuse
from portal.accounts.viewers import member_or_refuse
from portal.core.clock import now
from portal.core.errors import DomainError


@require_http_methods(["GET", "POST"])
def move(request: HttpRequest, public_id: str) -> HttpResponse:
    """Asks where to and why, then moves a topic."""
    member = member_or_refuse(request)
    found = selectors.get_topic_for(member, public_id)
    permissions.check_steer(member, found)
    spaces = [(one.code, one.text.name) for one in selectors.spaces_for(member) if one.pk != found.space_id]
    form, status = MoveForm(request.POST if request.method == "POST" else None, spaces=spaces), 200
    if form.is_valid():
        try:
            return redirect(move_topic(actor=member, topic=public_id, at=now(), **form.cleaned_data))
        except DomainError as error:
            status = refuse(form, error)
    return render(request, "community/forum/move.html", {"topic": found, "form": form}, status=status)
