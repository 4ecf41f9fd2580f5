"""What the chat's views share: reading the request, and what a room's page is made of."""

import re
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from community.chat import actions, permissions, selectors
from community.chat.broadcasts import message_data
from community.chat.models import Message, MessageReaction, Room
from portal.accounts.blocks import selectors as blocks
from portal.accounts.models import Member
from portal.accounts.roles import is_moderator
from portal.core.clock import now
from portal.core.errors import DomainError, Invalid
from portal.core.ids import new_key
from portal.realtime import present_members

DRAWER = "drawer"


def room_page(
    request: HttpRequest,
    member: Member | None,
    place: Room,
    *,
    above: Message | None = None,
    refusal: DomainError | None = None,
    text: str = "",
) -> HttpResponse:
    """A room, perhaps with a thread beside it: as a page, or as what the drawer holds."""
    request.brand_scope_id = place.scope_id  # type: ignore[attr-defined]  # the page wears this brand's colours
    # The stream's number is read before the words: what is said in between arrives twice and is shown once.
    after = selectors.stream_end(place)
    before, later = number_of(request, "before"), number_of(request, "after")
    talk = selectors.history(place, member, before=before, after=later)
    seat = selectors.seat_of(place, member)
    marks = selectors.thread_marks(member, [message.pk for message in talk.messages])
    context: dict[str, Any] = {
        "after": after,
        "talk": talk,
        "lines": selectors.lines(talk, member, seat.last_read if seat else None, marks),
        "thread_marks": marks,
        "is_newest": not talk.has_newer,
        "seat": seat,
        "must_sit": place.begins_with_seat and seat is None,
        "pins": selectors.pinned(place, member),
        **_around(place, member),
        **composer(place, member, None if above else refusal, "" if above else text),
    }
    if above is not None:
        context |= thread_context(request, member, place, above, refusal, text)
    in_drawer = request.GET.get("pane") == DRAWER
    template = "community/chat/_drawer.html" if in_drawer else "community/chat/room.html"
    return render(request, template, context, status=refusal.status if refusal else 200)


def thread_context(
    request: HttpRequest,
    member: Member | None,
    place: Room,
    above: Message,
    refusal: DomainError | None = None,
    text: str = "",
) -> dict[str, Any]:
    """The replies under a message, for the pane beside the room."""
    talk = selectors.replies(above, member, before=number_of(request, "replies_before"))
    seat = selectors.thread_seat(above, member)
    why_not = permissions.why_not_answer(member, above, now())
    return {
        "above": above,
        "replies": talk,
        "reply_lines": selectors.lines(talk, member, seat.last_read if seat and seat.following else None),
        "thread_seat": seat,
        "cannot_reply": why_not,
        "reply_refusal": refusal,
        "reply_typed": text,
        "reply_key": new_key(),
    }


def _around(place: Room, member: Member | None) -> dict[str, Any]:
    """The room among the others, and who sits in it."""
    rooms = selectors.rooms_for(member)
    entry = next((entry for entry in rooms if entry.room.pk == place.pk), None)
    return {
        "viewer": member,
        "room": place,
        "rooms": rooms,
        "entry": entry or selectors.entry_of(place, member),
        "is_moderator": is_moderator(member),
        "can_pin": permissions.can_pin(member, place),
        "can_keep": permissions.can_keep(member),
        "reactions": MessageReaction.Kind.choices,
        **present_context(place, member),
    }


def composer(place: Room, member: Member | None, refusal: DomainError | None, text: str) -> dict[str, Any]:
    """The box in which she writes: what fits, what stands in the way, and what a refused form held."""
    return {
        "cannot_send": permissions.why_not_send(member, place, now()),
        "longest": actions.LONGEST,
        "edit_seconds": int(permissions.EDIT_WINDOW.total_seconds()),
        "key": new_key(),
        "refusal": refusal,
        "typed": text,
    }


def present_context(place: Room, member: Member | None) -> dict[str, Any]:
    """Who sits there, without those from whom she stays apart."""
    ids = present_members(place.stream)
    if ids and member is not None:
        apart = blocks.apart(member.pk)
        ids = [pk for pk in ids if pk not in apart]
    present = selectors.standings(ids)
    return {"present": present, "more": len(ids) - len(present)}


def answer(request: HttpRequest, message: Message) -> HttpResponse:
    """The message as it is now, for a script; for a plain form the page on which it stands."""
    if wants_json(request):
        return JsonResponse(message_data(message))
    return redirect(place_of(message))


def place_of(message: Message) -> str:
    """The address at which a message is in sight."""
    here, anchor = reverse("chat:room", args=[message.room.code]), f"#message-{message.public_id}"
    if message.parent is not None:
        return f"{reverse('chat:thread', args=[message.room.code, message.parent.public_id])}{anchor}"
    if message.room.last_number - message.number < selectors.PAGE - 5:
        return here + anchor
    return f"{here}?before={message.number + selectors.PAGE // 2}{anchor}"


def wants_json(request: HttpRequest) -> bool:
    """Whether a script asks."""
    return "application/json" in request.headers.get("Accept", "")


def number_of(request: HttpRequest, name: str) -> int | None:
    """A message number from the address or the form; raises Invalid when it cannot be one."""
    given = request.POST.get(name, request.GET.get(name))
    if given is None or given == "":
        return None
    if not re.fullmatch("[0-9]{1,15}", given):
        raise Invalid()
    return int(given)
