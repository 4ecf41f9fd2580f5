"""The chat's pages and their POST doors: the same actions as the socket's frames."""

import re
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from community.chat import actions, permissions, selectors
from community.chat.broadcasts import message_data
from community.chat.models import Message, Room
from portal.accounts.models import Member
from portal.accounts.viewers import member_or_refuse, viewer
from portal.core.clock import now
from portal.core.errors import DomainError, Invalid, SignInRequired
from portal.core.ids import new_key
from portal.realtime import stream_name
from portal.realtime.roster import roster


@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """To the first room; a page of its own only where there is none to enter."""
    rooms = selectors.rooms_for(viewer(request))
    if rooms:
        return redirect("chat:room", code=rooms[0].room.code)
    return render(request, "community/chat/no_rooms.html")


@require_GET
@never_cache
def room(request: HttpRequest, code: str) -> HttpResponse:
    """A room with its newest words, or with a stretch of its history."""
    member = viewer(request)
    return _room_page(request, member, selectors.get_room_for(member, code))


@require_GET
@never_cache
def history(request: HttpRequest, code: str) -> HttpResponse:
    """Older words, to be put above those that are on the page."""
    member = viewer(request)
    place = selectors.get_room_for(member, code)
    talk = selectors.history(place, member, before=_number(request, "before"))
    context = {"room": place, "talk": talk, "lines": selectors.lines(talk, member, None), "viewer": member}
    return render(request, "community/chat/_lines.html", context)


@require_GET
@never_cache
def present(request: HttpRequest, code: str) -> HttpResponse:
    """Name chips of those who sit in the room now."""
    place = selectors.get_room_for(member_or_refuse(request), code)
    return render(request, "community/chat/_present.html", _present(place))


@require_POST
def send(request: HttpRequest, code: str) -> HttpResponse:
    """Says something. A plain form that is refused comes back with its text and the reason."""
    member = member_or_refuse(request)
    place = selectors.get_room_for(member, code)
    text = request.POST.get("text", "")
    try:
        message = actions.post_message(
            actor=member, room_id=place.pk, text=text, key=request.POST.get("key", ""), at=now()
        )
    except DomainError as refusal:
        if _wants_json(request) or isinstance(refusal, SignInRequired):
            raise
        return _room_page(request, member, place, refusal=refusal, text=text)
    return _answer(request, message)


@require_POST
def edit(request: HttpRequest, code: str, public_id: str) -> HttpResponse:
    """Changes one's own message."""
    member = member_or_refuse(request)
    message = selectors.get_message_for(member, code, public_id)
    text = request.POST.get("text", "")
    return _answer(request, actions.edit_message(actor=member, message_id=message.pk, text=text, at=now()))


@require_POST
def remove(request: HttpRequest, code: str, public_id: str) -> HttpResponse:
    """Takes a message away."""
    member = member_or_refuse(request)
    message = selectors.get_message_for(member, code, public_id)
    reason = request.POST.get("reason", "")
    return _answer(request, actions.remove_message(actor=member, message_id=message.pk, at=now(), reason=reason))


@require_POST
def read(request: HttpRequest, code: str) -> HttpResponse:
    """Remembers how far she has read."""
    member = member_or_refuse(request)
    place = selectors.get_room_for(member, code)
    number = _number(request, "number") or 0
    mark = actions.mark_read(actor=member, room_id=place.pk, number=number, at=now())
    return JsonResponse({"room": place.pk, "number": mark})


@require_GET
@never_cache
def source(request: HttpRequest, code: str, public_id: str) -> HttpResponse:
    """A message as it was typed: for its author to change, for moderators to judge after its removal."""
    member = member_or_refuse(request)
    message = selectors.get_message_for(member, code, public_id)
    permissions.check_source(member, message)
    return JsonResponse({"text": message.source, "reason": message.removed_reason})


def _room_page(
    request: HttpRequest, member: Member | None, place: Room, refusal: DomainError | None = None, text: str = ""
) -> HttpResponse:
    request.brand_scope_id = place.scope_id  # type: ignore[attr-defined]  # the page wears this brand's colours
    # The stream's number is read before the words: what is said in between arrives twice and is shown once.
    after = selectors.stream_end(place)
    before, later = _number(request, "before"), _number(request, "after")
    talk = selectors.history(place, member, before=before, after=later)
    mark = selectors.last_read(place, member)
    context: dict[str, Any] = {
        "after": after,
        "talk": talk,
        "lines": selectors.lines(talk, member, mark),
        "is_newest": not talk.has_newer,
        **_around(place, member),
        **_composer(place, member, refusal, text),
    }
    return render(request, "community/chat/room.html", context, status=refusal.status if refusal else 200)


def _around(place: Room, member: Member | None) -> dict[str, Any]:
    """The room among the others, and who sits in it."""
    rooms = selectors.rooms_for(member)
    return {
        "viewer": member,
        "room": place,
        "rooms": rooms,
        "entry": next(entry for entry in rooms if entry.room.pk == place.pk),
        "is_moderator": permissions.is_moderator(member),
        **_present(place),
    }


def _composer(place: Room, member: Member | None, refusal: DomainError | None, text: str) -> dict[str, Any]:
    """The box in which she writes: what fits, what stands in the way, and what a refused form held."""
    return {
        "cannot_send": permissions.why_not_send(member, place, now()),
        "longest": actions.LONGEST,
        "edit_seconds": int(permissions.EDIT_WINDOW.total_seconds()),
        "key": new_key(),
        "refusal": refusal,
        "typed": text,
    }


def _present(place: Room) -> dict[str, Any]:
    ids = roster().members(stream_name("room", place.pk))
    present = selectors.standings(ids)
    return {"present": present, "more": len(ids) - len(present)}


def _answer(request: HttpRequest, message: Message) -> HttpResponse:
    if _wants_json(request):
        return JsonResponse(message_data(message))
    place = reverse("chat:room", kwargs={"code": message.room.code})
    return redirect(f"{place}#message-{message.public_id}")


def _wants_json(request: HttpRequest) -> bool:
    return "application/json" in request.headers.get("Accept", "")


def _number(request: HttpRequest, name: str) -> int | None:
    """A message number from the address or the form; raises Invalid when it cannot be one."""
    given = request.POST.get(name, request.GET.get(name))
    if given is None or given == "":
        return None
    if not re.fullmatch("[0-9]{1,15}", given):
        raise Invalid()
    return int(given)
