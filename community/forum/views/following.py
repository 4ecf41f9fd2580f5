"""Following topics, spaces and tags, and how far a topic was read."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from community.forum import actions, selectors
from community.forum.cards import follow_menu
from community.forum.models import Space, Tag, Topic
from community.forum.selectors import following, tags
from portal.accounts.viewers import member_or_refuse
from portal.core.clock import now

# Beyond any post: the action takes the last one that is there.
LAST = 1_000_000_000


def _chosen(request: HttpRequest, found: Topic | Space | Tag, level: int | None) -> HttpResponse:
    if not request.htmx:  # type: ignore[attr-defined]
        return redirect(found)
    context: dict[str, Any] = {"follow": follow_menu(found, level)}
    return render(request, "community/forum/_follow.html", context)


@require_POST
def watch(request: HttpRequest, public_id: str) -> HttpResponse:
    """Sets how much of a topic reaches her."""
    member = member_or_refuse(request)
    found = actions.watch(actor=member, topic=public_id, level=request.POST.get("level", ""), at=now())
    return _chosen(request, found, selectors.get_topic_for(member, public_id).level)  # type: ignore[attr-defined]


@require_POST
def watch_space(request: HttpRequest, code: str) -> HttpResponse:
    """Sets how much of a space reaches her."""
    member = member_or_refuse(request)
    found = actions.watch_space(actor=member, space=code, level=request.POST.get("level", ""), at=now())
    return _chosen(request, found, following.level_of_space(found, member))


@require_POST
def watch_tag(request: HttpRequest, slug: str) -> HttpResponse:
    """Sets how much of a tag reaches her."""
    member = member_or_refuse(request)
    actions.watch_tag(actor=member, tag=slug, level=request.POST.get("level", ""), at=now())
    found = tags.get_tag_for(member, slug)
    return _chosen(request, found, following.level_of_tag(found, member))


@require_POST
def read(request: HttpRequest, public_id: str) -> HttpResponse:
    """Notes how far she has read; sent by the page once posts have been on her screen."""
    member = member_or_refuse(request)
    number = request.POST.get("number", "")
    count = int(number) if number.isascii() and number.isdigit() and len(number) < 10 else 0
    actions.mark_read(actor=member, topic=public_id, number=count, at=now())
    return HttpResponse(status=204)


@require_POST
def unread(request: HttpRequest, public_id: str) -> HttpResponse:
    """Lets a topic wait for her again, from a post on, and leads back to where the topic is listed."""
    member = member_or_refuse(request)
    number = request.POST.get("number", "")
    count = int(number) if number.isascii() and number.isdigit() and len(number) < 10 else LAST
    found = actions.mark_unread(actor=member, topic=public_id, number=count, at=now())
    return redirect(found.space)


@require_POST
def read_all(request: HttpRequest) -> HttpResponse:
    """Marks everything as read: of a space, of a tag, or of the whole house."""
    member = member_or_refuse(request)
    space = selectors.get_space_for(member, request.POST["space"]) if request.POST.get("space") else None
    tag = tags.get_tag_for(member, request.POST["tag"]) if request.POST.get("tag") else None
    actions.mark_all_read(actor=member, space=space, tag=tag, at=now())
    return redirect(space or tag or reverse("community:list", args=["latest"]))
