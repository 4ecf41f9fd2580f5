"""The inbox and the page of wishes. Looking changes nothing; opening an item and marking read are posts."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from portal.accounts.viewers import member_or_refuse
from portal.core import clock
from portal.core.errors import NotFound
from portal.notifications import actions, selectors
from portal.notifications.forms import CHANNELS, WishesForm
from portal.notifications.tasks import read_unsubscribe_token
from portal.realtime import last_number

PER_PAGE = 30


@never_cache
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Her items, newest first."""
    member = member_or_refuse(request)
    stream_last = last_number(f"member:{member.pk}")  # read before the items: what comes meanwhile is replayed
    page = Paginator(selectors.inbox(member.pk), PER_PAGE).get_page(request.GET.get("page"))
    items = [selectors.shown(row) for row in selectors.visible(member, list(page.object_list))]
    return render(
        request, "portal/notifications/index.html", {"items": items, "page_obj": page, "stream_last": stream_last}
    )


@require_POST
def open_item(request: HttpRequest, notification_id: int) -> HttpResponse:
    """Marks one item as read and leads to what it is about."""
    member = member_or_refuse(request)
    url = actions.open_item(member=member, notification_id=notification_id, at=clock.now())
    if request.headers.get("HX-Request") == "true":
        return HttpResponse(status=204, headers={"HX-Redirect": url})
    return redirect(url)


@require_POST
def read_all(request: HttpRequest) -> HttpResponse:
    """Marks everything as read."""
    actions.mark_read(member_id=member_or_refuse(request).pk, at=clock.now())
    return redirect("notifications:index")


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
