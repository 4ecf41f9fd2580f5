"""Conversations of a few: all of them, beginning one, leaving one."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from community.chat import actions, selectors
from community.chat.models import Room
from portal.accounts.selectors import find_by_address
from portal.accounts.viewers import member_or_refuse
from portal.core.clock import now
from portal.core.errors import DomainError, NotFound
from portal.core.limits import Limit, hit

ALL = 500
ASKED = Limit("chat_people_asked", times=120, seconds=60)


@require_GET
@never_cache
def conversations(request: HttpRequest) -> HttpResponse:
    """Every conversation of hers, the newest first."""
    member = member_or_refuse(request)
    entries = [entry for entry in selectors.rooms_for(member, ALL) if entry.room.is_direct]
    return render(request, "community/chat/conversations.html", {"entries": entries, "viewer": member})


@never_cache
def begin(request: HttpRequest) -> HttpResponse:
    """Chooses whom to talk with, and begins; refused, the page comes back with the names and the reason."""
    member = member_or_refuse(request)
    typed = request.POST.get("people", "") if request.method == "POST" else request.GET.get("with", "")
    refusal = None
    if request.method == "POST":
        try:
            people = [find_one(name) for name in typed.replace(",", " ").split()]
            room: Room = actions.start_conversation(actor=member, people=people, at=now())
            return redirect("chat:room", room.code)
        except DomainError as refused:
            refusal = refused
    context = {"typed": typed, "refusal": refusal, "most": actions.MOST_PEOPLE}
    return render(request, "community/chat/begin.html", context, status=refusal.status if refusal else 200)


def find_one(name: str) -> int:
    """Whom a handle or a public id means; raises NotFound with the word that nobody answers to."""
    try:
        return find_by_address(name.removeprefix("@").lower(), at=now())[0].pk
    except NotFound:
        raise NotFound(_("Nobody here answers to “%(name)s”.") % {"name": name[:40]}, field="people") from None


@require_GET
@never_cache
def suggest(request: HttpRequest) -> HttpResponse:
    """Members whose name begins like that and who take letters from her."""
    member = member_or_refuse(request)
    hit(ASKED, member.pk)
    found = selectors.members_to_ask(member, request.GET.get("q", "")[:60])
    if "json" not in request.headers.get("Accept", ""):
        return render(request, "community/chat/_people.html", {"people": [one.standing for one in found]})
    people = [{"who": one.handle or one.public_id, "name": one.standing.known_as} for one in found]
    return JsonResponse({"people": people})


@require_POST
def leave(request: HttpRequest, code: str) -> HttpResponse:
    """Leaves a conversation of several."""
    member = member_or_refuse(request)
    place = selectors.get_room_for(member, code)
    actions.leave_conversation(actor=member, room_id=place.pk, at=now())
    return redirect("chat:conversations")
