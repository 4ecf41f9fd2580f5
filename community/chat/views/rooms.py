"""Rooms: their pages, who sits there, reading, wanting quiet, looking for words; and keeping them."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from community.chat import actions, permissions, selectors
from community.chat.forms import RoomForm
from community.chat.models import Room
from community.chat.views._parts import DRAWER, number_of, present_context, room_page, wants_json
from portal.accounts.models import Member
from portal.accounts.viewers import member_or_refuse, viewer
from portal.core.clock import now
from portal.core.limits import Limit, hit

NAMED = Limit("chat_people_named", times=120, seconds=60)


@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """To the first room; a page of its own only where there is none to enter."""
    rooms = selectors.rooms_for(viewer(request))
    if rooms:
        pane = "?pane=drawer" if request.GET.get("pane") == DRAWER else ""
        return redirect(reverse("chat:room", args=[rooms[0].room.code]) + pane)
    return render(request, "community/chat/no_rooms.html")


@require_GET
@never_cache
def room(request: HttpRequest, code: str) -> HttpResponse:
    """A room with its newest words, or with a stretch of its history."""
    member = viewer(request)
    return room_page(request, member, selectors.get_room_for(member, code))


@require_GET
@never_cache
def history(request: HttpRequest, code: str) -> HttpResponse:
    """Older words, to be put above those that are on the page."""
    member = viewer(request)
    place = selectors.get_room_for(member, code)
    talk = selectors.history(place, member, before=number_of(request, "before"))
    marks = selectors.thread_marks(member, [message.pk for message in talk.messages])
    lines = selectors.lines(talk, member, None, marks)
    context = {"room": place, "talk": talk, "lines": lines, "viewer": member, "thread_marks": marks}
    return render(request, "community/chat/_lines.html", context)


@require_GET
@never_cache
def present(request: HttpRequest, code: str) -> HttpResponse:
    """Name chips of those who sit in the room now."""
    member = member_or_refuse(request)
    place = selectors.get_room_for(member, code)
    return render(request, "community/chat/_present.html", present_context(place, member))


@require_GET
@never_cache
def people(request: HttpRequest, code: str) -> HttpResponse:
    """Members to name with @: those who may enter the room."""
    member = member_or_refuse(request)
    hit(NAMED, member.pk)
    place = selectors.get_room_for(member, code)
    found = selectors.people_to_name(member, place, request.GET.get("q", ""))
    said = [{"handle": one.handle or one.member.public_id, "name": one.known_as} for one in found]
    return JsonResponse({"people": said})


@require_GET
@never_cache
def pins(request: HttpRequest, code: str) -> HttpResponse:
    """What is kept at the top, for a page that hears of a change."""
    member = viewer(request)
    place = selectors.get_room_for(member, code)
    return render(request, "community/chat/_pins.html", {"room": place, "pins": selectors.pinned(place, member)})


@require_GET
@never_cache
def rail(request: HttpRequest) -> HttpResponse:
    """The list of rooms as it is now, for a page that hears of a new conversation."""
    member = member_or_refuse(request)
    context = {"rooms": selectors.rooms_for(member), "viewer": member, "can_keep": permissions.can_keep(member)}
    return render(request, "community/chat/_rooms.html", context)


@require_GET
@never_cache
def search(request: HttpRequest, code: str) -> HttpResponse:
    """Looks for words in a room; a plain form, and a list of places."""
    member = viewer(request)
    place = selectors.get_room_for(member, code)
    typed = request.GET.get("q", "")[:200]
    context = {
        "room": place,
        "entry": selectors.entry_of(place, member),
        "typed": typed,
        "found": selectors.found_in_room(place, member, typed),
        "most": selectors.FOUND_SHOWN,
    }
    return render(request, "community/chat/search.html", context)


@require_POST
def read(request: HttpRequest, code: str) -> HttpResponse:
    """Remembers how far she has read."""
    member = member_or_refuse(request)
    place = selectors.get_room_for(member, code)
    mark = actions.mark_read(actor=member, room_id=place.pk, number=number_of(request, "number") or 0, at=now())
    return JsonResponse({"room": place.pk, "number": mark})


@require_POST
def sit(request: HttpRequest, code: str) -> HttpResponse:
    """Takes a seat where reading begins with one."""
    member = member_or_refuse(request)
    place = selectors.get_room_for(member, code)
    actions.sit_down(actor=member, room_id=place.pk, at=now())
    return redirect("chat:room", code)


@require_POST
def mute(request: HttpRequest, code: str) -> HttpResponse:
    """Wants quiet in a room, or wants to hear again."""
    member = member_or_refuse(request)
    place = selectors.get_room_for(member, code)
    seat = actions.mute_room(actor=member, room_id=place.pk, muted=request.POST.get("muted") == "1", at=now())
    if wants_json(request):
        return JsonResponse({"muted": seat.muted})
    return redirect("chat:room", code)


@never_cache
def new_room(request: HttpRequest) -> HttpResponse:
    """Opens a room of the house."""
    member = viewer(request)
    permissions.check_keep(member)
    assert member is not None
    return _keep(request, member, None)


@never_cache
def keep_room(request: HttpRequest, code: str) -> HttpResponse:
    """Changes a room of the house."""
    member = viewer(request)
    permissions.check_keep(member)
    assert member is not None
    return _keep(request, member, selectors.get_house_room_for(member, code))


def _keep(request: HttpRequest, member: Member, place: Room | None) -> HttpResponse:
    form = RoomForm(request.POST or None, room=place)
    if request.method == "POST" and form.is_valid():
        kept = actions.keep_room(actor=member, room=place, texts=form.texts(), **form.columns())
        messages.success(request, _("Kept. It holds from now on."))
        return redirect("chat:room", kept.code) if kept.live else redirect("chat:index")
    status = 422 if form.errors else 200
    return render(request, "community/chat/keep_room.html", {"form": form, "room": place}, status=status)
