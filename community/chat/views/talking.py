"""What is done with messages: the same actions as the socket's frames."""

from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from community.chat import actions, permissions, selectors
from community.chat.actions.pictures import folder
from community.chat.broadcasts import message_data
from community.chat.models import ChatPicture, Message, Room
from community.chat.views._parts import answer, place_of, room_page, wants_json
from portal.accounts.models import Member
from portal.accounts.viewers import member_or_refuse, viewer
from portal.core import portraits
from portal.core.clock import now
from portal.core.errors import DomainError, Invalid, NotFound, SignInRequired, Waits


@require_POST
def send(request: HttpRequest, code: str) -> HttpResponse:
    """Says something, in the room or under a message. A plain form that is refused comes back with text and reason."""
    member = member_or_refuse(request)
    place = selectors.get_room_for(member, code)
    text, parent = request.POST.get("text", ""), request.POST.get("parent", "")
    try:
        message = actions.post_message(
            actor=member, room_id=place.pk, text=text, key=request.POST.get("key", ""), at=now(),
            parent=parent, pictures=_pictures(request, member, place),
        )  # fmt: skip
    except DomainError as refusal:
        if wants_json(request) or isinstance(refusal, SignInRequired | Waits):
            raise
        above = _above(member, code, parent)
        return room_page(request, member, place, above=above, refusal=refusal, text=text)
    return answer(request, message)


def _pictures(request: HttpRequest, member: Member, place: Room) -> list[str]:
    """Those that a script sent before, and the one that a plain form brings along."""
    waiting = request.POST.getlist("pictures")
    if request.FILES.get("picture"):
        waiting.append(_take_in(request, member, place).public_id)
    return waiting


def _above(member: Member, code: str, parent: str) -> Message | None:
    try:
        return selectors.get_thread_for(member, code, parent) if parent else None
    except NotFound:
        return None


@require_POST
def add_picture(request: HttpRequest, code: str) -> HttpResponse:
    """Takes a picture in, for a message that is still being written."""
    member = member_or_refuse(request)
    picture = _take_in(request, member, selectors.get_room_for(member, code))
    url = reverse("chat:picture", args=[picture.public_id])
    return JsonResponse({"picture": picture.public_id, "url": url, "width": picture.width, "height": picture.height})


@require_POST
def describe(request: HttpRequest, code: str, public_id: str) -> HttpResponse:
    """Says what is on one's own picture, for who cannot see it."""
    member = member_or_refuse(request)
    found = selectors.get_picture_for(member, public_id)
    words = actions.describe_picture(actor=member, picture=found, words=request.POST.get("words", ""))
    return JsonResponse({"picture": public_id, "words": words})


def _take_in(request: HttpRequest, member: Member, place: Room) -> ChatPicture:
    file = request.FILES.get("picture")
    if file is None:
        raise Invalid(portraits.NOT_A_PICTURE, field="picture")
    if (file.size or 0) > portraits.BYTES_MOST:
        raise Invalid(portraits.TOO_HEAVY, field="picture")
    words = request.POST.get("words", "")
    return actions.add_picture(actor=member, room=place, data=file.read(), words=words, at=now())


@require_GET
def picture(request: HttpRequest, public_id: str) -> HttpResponseBase:
    """A picture, to whoever may read its message."""
    found = selectors.get_picture_for(viewer(request), public_id)
    path = folder() / found.file
    if not path.is_file():
        raise NotFound()
    response = FileResponse(path.open("rb"), content_type="image/webp")
    response["Cache-Control"] = "private, max-age=3600"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["X-Content-Type-Options"] = "nosniff"
    return response


@require_GET
@never_cache
def message(request: HttpRequest, code: str, public_id: str) -> HttpResponse:
    """The way to a message; for a script the message itself."""
    found = selectors.get_message_for(viewer(request), code, public_id)
    return JsonResponse(message_data(found)) if wants_json(request) else redirect(place_of(found))


@require_POST
def edit(request: HttpRequest, code: str, public_id: str) -> HttpResponse:
    """Changes one's own message."""
    member = member_or_refuse(request)
    found = selectors.get_message_for(member, code, public_id)
    text = request.POST.get("text", "")
    return answer(request, actions.edit_message(actor=member, message_id=found.pk, text=text, at=now()))


@require_POST
def remove(request: HttpRequest, code: str, public_id: str) -> HttpResponse:
    """Takes a message away."""
    member = member_or_refuse(request)
    found = selectors.get_message_for(member, code, public_id)
    reason = request.POST.get("reason", "")
    return answer(request, actions.remove_message(actor=member, message_id=found.pk, at=now(), reason=reason))


@require_POST
def react(request: HttpRequest, code: str, public_id: str) -> HttpResponse:
    """Offers tea or a heart, or takes it back."""
    member = member_or_refuse(request)
    found = selectors.get_message_for(member, code, public_id)
    act = actions.react if request.POST.get("on") == "1" else actions.take_back_reaction
    return answer(request, act(actor=member, message_id=found.pk, kind=request.POST.get("kind", ""), at=now()))


@require_POST
def pin(request: HttpRequest, code: str, public_id: str) -> HttpResponse:
    """Keeps a message at the top, or lets it go."""
    member = member_or_refuse(request)
    found = selectors.get_message_for(member, code, public_id)
    if request.POST.get("on") == "1":
        return answer(request, actions.pin_message(actor=member, message_id=found.pk, at=now()))
    return answer(request, actions.unpin_message(actor=member, message_id=found.pk))


@require_GET
@never_cache
def source(request: HttpRequest, code: str, public_id: str) -> HttpResponse:
    """A message as it was typed: for its author to change, for moderators to judge after its removal."""
    member = member_or_refuse(request)
    found = selectors.get_message_for(member, code, public_id)
    permissions.check_source(member, found)
    return JsonResponse({"text": found.source, "reason": found.removed_reason})
