"""The lists of topics: of the whole house, of a space, of a tag; as a page and as data."""

from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET

from community.forum import cards, permissions, selectors, structured
from community.forum.models import Space, Tag, Topic
from community.forum.selectors import following, listing, tags
from community.forum.selectors.listing import Wanted
from portal.accounts.models import Member
from portal.accounts.viewers import viewer
from portal.core.clock import now
from portal.core.mail import absolute
from portal.core.visitors import same_for_visitors
from portal.realtime import last_number, stream_name


@dataclass(frozen=True)
class Place:
    """Where a list is: in a space, at a tag, or in the whole house."""

    space: Space | None = None
    tag: Tag | None = None

    def address(self, kind: str) -> str:
        """The page of one kind of list here."""
        if self.space is not None:
            code = self.space.code
            return (
                self.space.get_absolute_url()
                if kind == "latest"
                else reverse("community:space_list", args=[code, kind])
            )
        if self.tag is not None:
            slug = self.tag.slug
            return self.tag.get_absolute_url() if kind == "latest" else reverse("community:tag_list", args=[slug, kind])
        return reverse("community:list", args=[kind])

    def feed(self) -> str:
        """The newest topics of this place for feed readers."""
        if self.space is not None:
            return reverse("community:space_feed", args=[self.space.code])
        return (
            reverse("community:tag_feed", args=[self.tag.slug])
            if self.tag
            else reverse("community:feed", args=["latest"])
        )


# ── Pages ───────────────────────────────────────────────────────────────────────────────────────────────────────
@same_for_visitors
@require_GET
def topics(request: HttpRequest, kind: str) -> HttpResponse:
    """One kind of list over all spaces that she may read."""
    wanted = _wanted(request, kind)
    if _as_data(request):
        return _data(wanted)
    context = {"title": _titles().get(kind, ""), **listing_context(request, kind)}
    return render(request, "community/forum/list.html", context)


@same_for_visitors
@require_GET
def space(request: HttpRequest, code: str, kind: str = "latest") -> HttpResponse:
    """A space's topics: the latest page by page by number, the other lists one after another."""
    member = viewer(request)
    found = selectors.get_space_for(member, code)
    request.brand_scope_id = found.scope_id  # type: ignore[attr-defined]  # the page wears this brand's colours
    wanted = replace(_wanted(request, kind), space=found)
    if _as_data(request):
        return _data(wanted)
    context = {"space": found, **_around(found, member), **_list(request, wanted, Place(space=found))}
    return render(request, "community/forum/space.html", context)


@same_for_visitors
@require_GET
def tag(request: HttpRequest, slug: str, kind: str = "latest") -> HttpResponse:
    """The topics with a tag, in whatever space."""
    member = viewer(request)
    found = tags.get_tag_for(member, slug)
    wanted = replace(_wanted(request, kind), tag=found)
    if _as_data(request):
        return _data(wanted)
    level = following.level_of_tag(found, member)
    context = {"tag": found, "show_space": True, "follow": cards.follow_menu(found, level) if member else None}
    return render(request, "community/forum/tag.html", context | _list(request, wanted, Place(tag=found)))


@same_for_visitors
@require_GET
def tag_list(request: HttpRequest) -> HttpResponse:
    """All tags that this reader meets."""
    found = tags.tags_for(viewer(request))
    return render(request, "community/forum/tags.html", {"tags": found, "canonical": absolute(request.path)})


@require_GET
def tag_suggestions(request: HttpRequest) -> HttpResponse:
    """Tags that begin with or hold what she typed, as data for the field of tags."""
    found = tags.suggestions(viewer(request), request.GET.get("q", "")[:40])
    return JsonResponse({"tags": [{"name": one.name, "url": one.get_absolute_url()} for one in found]})


def listing_context(request: HttpRequest, kind: str) -> dict[str, Any]:
    """A list of the whole house as part of another page."""
    return {"show_space": True, **_list(request, _wanted(request, kind), Place())}


def _around(found: Space, member: Member | None) -> dict[str, Any]:
    """What stands around the list of a space."""
    level = following.level_of_space(found, member)
    return {
        "may_write": member is None or permissions.can_write_in(member, found, at=now()),
        "follow": cards.follow_menu(found, level) if member else None,
        "hidden_topics": selectors.hidden_topics_of(found, member),
        "structured": [structured.trail(found)],
    }


# ── A list and what it is read with ─────────────────────────────────────────────────────────────────────────────
def _wanted(request: HttpRequest, kind: str) -> Wanted:
    period = request.GET.get("period", "") or "week"
    return Wanted(viewer(request), kind, period=period, cursor=request.GET.get("after", ""))


def _list(request: HttpRequest, wanted: Wanted, place: Place) -> dict[str, Any]:
    """The rows, the tabs with their numbers, the way on, and the addresses of the same list for machines."""
    at = now()
    # Read before the rows: what happens in between is told again, and telling twice does no harm.
    stream = stream_name("member", wanted.viewer.pk) if wanted.viewer is not None else ""
    context: dict[str, Any] = {"listen": stream, "after": last_number(stream) if stream else 0, "kind": wanted.kind}
    context["tabs"] = _tabs(wanted, place, listing.counters(wanted, at=at))
    if wanted.kind == listing.TOP:
        context["periods"] = _periods(wanted, place)
    address = place.address(wanted.kind)
    if wanted.space is not None and wanted.kind == listing.LATEST:
        page = selectors.topics_of(wanted.space, wanted.viewer, request.GET.get("page"))
        context |= {"page": page, "rows": list(page.object_list)}
        number = page.number
    else:
        found, number = listing.read(wanted, at=at), 1
        more = {"after": found.following} | ({"period": wanted.period} if wanted.kind == listing.TOP else {})
        context |= {"rows": found.topics, "older": f"{address}?{urlencode(more)}" if found.following else ""}
    context["newest"] = address if wanted.cursor else ""
    context["canonical"] = f"{settings.SITE_URL}{address}" + (f"?page={number}" if number > 1 else "")
    return context | {"feed_url": absolute(place.feed()), "empty": _empty(wanted.kind)}


def _titles() -> dict[str, str]:
    return {
        "latest": pgettext("topics", "Latest"),
        "new": pgettext("topics", "New"),
        "unread": pgettext("topics", "Unread"),
        "hot": pgettext("topics", "Hot"),
        "top": pgettext("topics", "Best"),
        "unanswered": pgettext("topics", "Unanswered"),
    }


def _tabs(wanted: Wanted, place: Place, counts: dict[str, int]) -> list[dict[str, Any]]:
    """The lists that this reader has here; what waits for her carries its number."""
    return [
        {
            "label": label,
            "url": place.address(kind),
            "current": kind == wanted.kind,
            "waiting": counts.get(kind) or None,
            "more": counts.get(kind) == listing.COUNTED,
            "kind": kind,
        }
        for kind, label in _titles().items()
        if wanted.viewer is not None or kind not in listing.PERSONAL
    ]


def _periods(wanted: Wanted, place: Place) -> list[dict[str, Any]]:
    names = {
        "day": _("Today"),
        "week": _("This week"),
        "month": _("This month"),
        "year": _("This year"),
        "all": _("Ever"),
    }
    address = place.address(wanted.kind)
    return [
        {"label": name, "url": f"{address}?period={period}", "current": period == wanted.period}
        for period, name in names.items()
    ]


def _empty(kind: str) -> tuple[str, str]:
    """What an empty list says."""
    return {
        "new": (_("Nothing is new"), _("You have met every topic of the last two days.")),
        "unread": (_("You have read it all"), _("Topics that you track or watch come here when somebody answers.")),
        "unanswered": (_("Every question has its answer"), _("Nobody is left waiting. That is how it should be.")),
        "hot": (_("It is quiet just now"), _("What many answer and thank for within a few days comes here.")),
        "top": (_("Nothing stands out yet"), _("Choose a longer time.")),
    }.get(kind, (_("Nobody has poured here yet"), _("Be the one who starts. A small question is enough.")))


# ── The same list as data ───────────────────────────────────────────────────────────────────────────────────────
def _as_data(request: HttpRequest) -> bool:
    return request.GET.get("format") == "json"


def _data(wanted: Wanted) -> JsonResponse:
    at = now()
    found = listing.read(wanted, at=at)
    rows = [_row(topic, wanted.viewer) for topic in found.topics]
    answer = {"topics": rows, "after": found.following, "counters": listing.counters(wanted, at=at)}
    return JsonResponse(answer, json_dumps_params={"ensure_ascii": False})


def _row(topic: Topic, member: Member | None) -> dict[str, Any]:
    row = {
        "id": topic.public_id,
        "title": topic.title,
        "url": absolute(topic.get_absolute_url()),
        "space": {"code": topic.space.code, "name": topic.space.text.name},
        "tags": [one.name for one in topic.tags.all()],
        "author": topic.author.standing.known_as,
        "replies": topic.reply_count,
        "reactions": topic.reaction_count,
        "created_at": topic.created_at,
        "last_posted_at": topic.last_posted_at,
    }
    if member is not None:
        row |= {"unread": topic.unread, "read_to": topic.read_to}  # type: ignore[attr-defined]
    return row
