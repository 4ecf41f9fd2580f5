"""Threads: the replies under a message, and the list of those that she follows."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from community.chat import actions, selectors
from community.chat.views._parts import composer, number_of, room_page, thread_context, wants_json
from portal.accounts.viewers import member_or_refuse, viewer
from portal.core.clock import now


@require_GET
@never_cache
def thread(request: HttpRequest, code: str, public_id: str) -> HttpResponse:
    """The replies under a message: beside their room as a page, alone for a script."""
    member = viewer(request)
    above = selectors.get_thread_for(member, code, public_id)
    if request.headers.get("X-Requested-With") != "fetch":
        return room_page(request, member, above.room, above=above)
    context = {"viewer": member, "room": above.room, **composer(above.room, member, None, "")}
    return render(request, "community/chat/_thread.html", context | thread_context(request, member, above.room, above))


@require_POST
def follow(request: HttpRequest, code: str, public_id: str) -> HttpResponse:
    """Follows a thread, or lets it go."""
    member = member_or_refuse(request)
    above = selectors.get_thread_for(member, code, public_id)
    following = request.POST.get("on") == "1"
    seat = actions.follow_thread(actor=member, message_id=above.pk, following=following)
    if wants_json(request):
        return JsonResponse({"message": public_id, "number": seat.last_read if seat.following else None})
    return redirect("chat:thread", code, public_id)


@require_POST
def read(request: HttpRequest, code: str, public_id: str) -> HttpResponse:
    """Remembers how far she has read a thread."""
    member = member_or_refuse(request)
    above = selectors.get_thread_for(member, code, public_id)
    number = number_of(request, "number") or 0
    mark = actions.mark_thread_read(actor=member, message_id=above.pk, number=number, at=now())
    return JsonResponse({"message": public_id, "number": mark})


@require_GET
@never_cache
def following(request: HttpRequest) -> HttpResponse:
    """The threads that she follows."""
    return render(request, "community/chat/threads.html", {"threads": selectors.threads_of(member_or_refuse(request))})
