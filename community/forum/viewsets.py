"""The workshop's room for the forum's spaces: their names, their order, and who enters them."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path, reverse_lazy
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods
from wagtail import hooks
from wagtail.admin import messages
from wagtail.admin.menu import MenuItem

from community.forum import actions, permissions, selectors
from community.forum.forms import SpaceForm
from community.forum.models import Space
from portal.accounts.models import Member
from portal.accounts.viewers import member_or_refuse, viewer
from portal.core.clock import now
from portal.core.errors import DomainError
from portal.ui import tiers


def _keeper(request: HttpRequest) -> Member:
    member = member_or_refuse(request)
    permissions.check_keep_spaces(member)
    return member


@require_GET
def spaces(request: HttpRequest) -> HttpResponse:
    """Every space, closed ones too, with who enters."""
    _keeper(request)
    names = {**tiers.today(), 0: _("every member")}
    rows = [(space, *(_door(rank, names) for rank in _ranks(space))) for space in selectors.all_spaces()]
    return render(request, "community/desk/spaces.html", {"rows": rows})


def _ranks(space: Space) -> tuple[int | None, int]:
    return space.read_from_rank, space.write_from_rank


def _door(rank: int | None, names: dict[int, Any]) -> str:
    """From which tier on, in the reader's words."""
    if rank is None:
        return str(_("everybody"))
    return str(names[0]) if rank == 0 else tiers.words_of(rank, names)


@require_http_methods(["GET", "POST"])
def new_space(request: HttpRequest) -> HttpResponse:
    """The form of a space that is not there yet."""
    member = _keeper(request)
    return _form(request, member, None)


@require_http_methods(["GET", "POST"])
def edit_space(request: HttpRequest, code: str) -> HttpResponse:
    """The form of a space."""
    member = _keeper(request)
    return _form(request, member, selectors.space_at_the_desk(code))


def _form(request: HttpRequest, member: Member, space: Space | None) -> HttpResponse:
    form, status = SpaceForm(request.POST or None, initial=SpaceForm.start(space), space=space), 200
    if request.method == "POST" and form.is_valid():
        try:
            kept = actions.keep_space(actor=member, at=now(), new=space is None, **form.given())
        except DomainError as error:
            form.refuse(error)
            status = error.status
        else:
            messages.success(request, _("“%(space)s” is as you wrote it.") % {"space": kept.text.name})
            return redirect("forum_spaces")
    context: dict[str, Any] = {"form": form, "space": space}
    return render(request, "community/desk/space.html", context, status=status)


class SpacesItem(MenuItem):
    """The entry, for who keeps spaces."""

    def is_shown(self, request: HttpRequest) -> bool:
        """Whether it would open."""
        return permissions.can_keep_spaces(viewer(request))


@hooks.register("register_admin_urls")
def addresses() -> list[URLPattern]:
    """Below the workshop's own address."""
    return [
        path("forum/spaces/", spaces, name="forum_spaces"),
        path("forum/spaces/new/", new_space, name="forum_space_new"),
        path("forum/spaces/<slug:code>/", edit_space, name="forum_space"),
    ]


@hooks.register("register_admin_menu_item")
def entry() -> MenuItem:
    """Spaces in the workshop's menu."""
    return SpacesItem(_("Spaces"), reverse_lazy("forum_spaces"), name="forum-spaces", icon_name="group", order=420)
