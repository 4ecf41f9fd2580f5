"""The workshop's room for the rooms to talk in: what they are called, who enters, and which are closed."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path, reverse_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods
from wagtail import hooks
from wagtail.admin import messages
from wagtail.admin.menu import MenuItem

from community.chat import actions, permissions, selectors
from community.chat.forms import RoomForm, SpaceRoomForm
from community.chat.models import Room
from portal.accounts.models import Member
from portal.accounts.viewers import member_or_refuse, viewer
from portal.core.errors import Forbidden
from portal.ui import tiers


def _keeper(request: HttpRequest) -> Member:
    member = member_or_refuse(request)
    if not permissions.can_keep(member):
        raise Forbidden
    return member


@require_GET
def rooms(request: HttpRequest) -> HttpResponse:
    """Every room of the house and of its spaces, closed ones too. Conversations of a few are nobody's to keep."""
    entries = selectors.kept_rooms(_keeper(request))
    names = tiers.today()
    rows = [(entry, tiers.words_of(entry.room.from_rank, names)) for entry in entries]
    return render(request, "community/desk/rooms.html", {"entries": rows})


@require_http_methods(["GET", "POST"])
def new_room(request: HttpRequest) -> HttpResponse:
    """The form of a room that is not there yet."""
    return _free(request, _keeper(request), None)


@require_http_methods(["GET", "POST"])
def edit_room(request: HttpRequest, code: str) -> HttpResponse:
    """The form of a room. What a space's room is called and who enters it stands at the space; here it is closed."""
    member = _keeper(request)
    room = selectors.get_kept_room_for(member, code)
    return _free(request, member, room) if room.kind == Room.Kind.FREE else _of_space(request, member, room)


def _free(request: HttpRequest, member: Member, room: Room | None) -> HttpResponse:
    form = RoomForm(request.POST or None, room=room)
    if request.method == "POST" and form.is_valid():
        kept = actions.keep_room(actor=member, room=room, texts=form.texts(), **form.columns())
        return _kept(request, kept)
    return _page(request, form, room)


def _of_space(request: HttpRequest, member: Member, room: Room) -> HttpResponse:
    form = SpaceRoomForm(request.POST if request.method == "POST" else None, initial={"live": room.live})
    if request.method == "POST" and form.is_valid():
        return _kept(request, actions.keep_room_of_space(actor=member, room=room, **form.cleaned_data))
    return _page(request, form, room)


def _kept(request: HttpRequest, room: Room) -> HttpResponse:
    messages.success(request, _("“%(room)s” is as you wrote it.") % {"room": selectors.room_name(room)})
    return redirect("chat_rooms")


def _page(request: HttpRequest, form: Any, room: Room | None) -> HttpResponse:
    context = {"form": form, "room": room, "name": selectors.room_name(room) if room is not None else ""}
    return render(request, "community/desk/room.html", context, status=422 if form.errors else 200)


class RoomsItem(MenuItem):
    """The entry, for who keeps rooms."""

    def is_shown(self, request: HttpRequest) -> bool:
        """Whether it would open."""
        return permissions.can_keep(viewer(request))


@hooks.register("register_admin_urls")
def addresses() -> list[URLPattern]:
    """Below the workshop's own address."""
    return [
        path("chat/rooms/", rooms, name="chat_rooms"),
        path("chat/rooms/new/", new_room, name="chat_room_new"),
        path("chat/rooms/<slug:code>/", edit_room, name="chat_room"),
    ]


@hooks.register("register_admin_menu_item")
def entry() -> MenuItem:
    """Rooms in the workshop's menu, beside the spaces."""
    return RoomsItem(
        gettext_lazy("Rooms"), reverse_lazy("chat_rooms"), name="chat-rooms", icon_name="comment", order=421
    )
