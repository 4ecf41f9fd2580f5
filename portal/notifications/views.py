"""The inbox and the page of wishes. Looking changes nothing; opening an item and marking read are posts."""

from datetime import datetime
from itertools import groupby
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from portal.accounts.viewers import member_or_refuse
from portal.core import clock
from portal.core.errors import NotFound
from portal.notifications import actions, selectors
from portal.notifications.forms import CHANNELS, WishesForm
from portal.notifications.registry import GROUPS
from portal.notifications.tasks import read_unsubscribe_token
from portal.realtime import last_number

PER_PAGE = 30


@never_cache
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Her items, newest first; of one heap, or only what waits, when the address says so."""
    member = member_or_refuse(request)
    group, unread = _wanted(request.GET)
    stream_last = last_number(f"member:{member.pk}")  # read before the items: what comes meanwhile is replayed
    rows = selectors.heap(member.pk, group=group, unread=unread)
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    items = [selectors.shown(row) for row in selectors.visible(member, list(page.object_list))]
    context = {"items": items, "page_obj": page, "stream_last": stream_last, "group": group, "only_unread": unread}
    context["tabs"] = _tabs(selectors.unread_groups(selectors.unread_kinds(member.pk)), group, unread)
    context["days"] = _by_day(items, clock.now())
    return render(request, "portal/notifications/index.html", context)


def _wanted(asked: QueryDict) -> tuple[str, bool]:
    group = asked.get("group", "")
    return (group if group in GROUPS else ""), asked.get("show") == "unread"


def _tabs(waiting: dict[str, int], group: str, unread: bool) -> list[dict[str, Any]]:
    """All, what waits, and each heap with how much waits on it."""
    everything = sum(waiting.values())
    heaps = [_tab(GROUPS[name], f"?group={name}", group == name, count) for name, count in waiting.items()]
    return [
        _tab(pgettext("notifications", "All"), "", not group and not unread, 0),
        _tab(_("Unread"), "?show=unread", unread and not group, everything),
        *heaps,
    ]


def _tab(label: Any, query: str, current: bool, count: int) -> dict[str, Any]:
    url = reverse("notifications:index") + query
    return {"label": label, "url": url, "current": current, "count": count or None}


def _by_day(items: list[dict[str, Any]], at: datetime) -> list[tuple[str, list[dict[str, Any]]]]:
    """Items under today, yesterday, this week and before, in the member's own zone."""
    today = timezone.localdate(at)

    def heading(item: dict[str, Any]) -> str:
        days = (today - timezone.localdate(item["when"])).days
        if days <= 0:
            return _("Today")
        return _("Yesterday") if days == 1 else _("This week") if days < 7 else _("Before")

    return [(name, list(group)) for name, group in groupby(items, key=heading)]


@require_POST
def open_item(request: HttpRequest, notification_id: int) -> HttpResponse:
    """Marks one item as read and leads to what it is about."""
    member = member_or_refuse(request)
    url = actions.open_item(member=member, notification_id=notification_id, at=clock.now())
    if request.headers.get("HX-Request") == "true":
        return HttpResponse(status=204, headers={"HX-Redirect": url})
    return redirect(url)


@require_POST
def turn(request: HttpRequest, notification_id: int) -> HttpResponse:
    """Puts one item among the read, or back among what waits; the item itself for htmx, else back to the inbox."""
    member, read = member_or_refuse(request), request.POST.get("read") == "1"
    row = actions.turn_item(member=member, notification_id=notification_id, read=read, at=clock.now())
    if request.headers.get("HX-Request") == "true":
        return render(request, "components/notification_item.html", {"item": selectors.shown(row)})
    return redirect("notifications:index")


@require_POST
def read_all(request: HttpRequest) -> HttpResponse:
    """Marks everything as read, or everything on one heap."""
    group, _unread = _wanted(request.POST)
    actions.mark_read(member_id=member_or_refuse(request).pk, group=group, at=clock.now())
    return redirect(reverse("notifications:index") + (f"?group={group}" if group else ""))


@never_cache
def wishes(request: HttpRequest) -> HttpResponse:
    """What she wants to hear where: one line per kind, a box per channel."""
    member = member_or_refuse(request)
    rows = selectors.wishes(member)
    form = WishesForm(request.POST or None, rows=rows)
    if request.method == "POST" and form.is_valid():
        actions.set_wishes(member_id=member.pk, wishes=form.wishes())
        if request.headers.get("HX-Request") == "true":  # saved at once, box by box
            return HttpResponse(_("Kept."))
        messages.success(request, _("Noted. You hear only what you asked for."))
        return redirect("notifications:wishes")
    return render(request, "portal/notifications/wishes.html", {"rows": form.lines(), "channels": CHANNELS})


@csrf_exempt  # mail programs post here with one click and no session; the signed token is the right to do it
@never_cache
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """Ends letters of the kinds that the token names, for its member, without sign-in. Looking alone ends nothing."""
    found = read_unsubscribe_token(token)
    if found is None:
        raise NotFound
    member_id, kinds = found
    if request.method == "POST":
        actions.end_letters(member_id=member_id, kinds=kinds)
    context = {"done": request.method == "POST", "labels": selectors.labels(kinds)}
    return render(request, "portal/notifications/unsubscribe.html", context)
