"""A member's own pages: what she has, what comes next, and why."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from badges import api as badges
from portal.accounts.models import Member
from portal.accounts.viewers import member_or_refuse
from portal.core.clock import now, programme_day
from portal.core.errors import NotFound
from portal.realtime import last_number


@never_cache
def my_home(request: HttpRequest) -> HttpResponse:
    """Balance, ring, the newest lines of the statement, and the ways to earn."""
    member = member_or_refuse(request)
    # Read before the rest: what happens meanwhile is then replayed and not lost.
    stream_last = last_number(f"member:{member.pk}")
    lines, _next = badges.statement(member.pk, limit=8)
    context = {
        "greeting": greeting(member, now()),
        "stream_last": stream_last,
        "lines": lines,
        "missed": badges.missed(member.pk),
        "shelf": badges.shelf_line(member),
        "streak": badges.streak(member),
        **badges.purse(member.pk),
        **way_up(member),
    }
    return render(request, "portal/home/my_home.html", context)


def way_up(member: Member) -> dict[str, Any]:
    """Where she stands on the ladder, and what the house gives thanks for."""
    return {"ways": badges.ways(), "campaigns": badges.campaigns(), "tiers": badges.tiers(), **badges.meter(member.pk)}


@never_cache
def statement(request: HttpRequest) -> HttpResponse:
    """The whole statement, a page at a time; `before` is the key of the next page."""
    member = member_or_refuse(request)
    before = request.GET.get("before", "")
    if before and not (before.isascii() and before.isdigit() and len(before) < 19):
        raise NotFound
    lines, following = badges.statement(member.pk, before=int(before) if before else None, limit=30)
    return render(
        request, "portal/home/statement.html", {"lines": lines, "next": following, "year": programme_day(now()).year}
    )


def greeting(member: Member, at: datetime) -> str:
    """The host's word of the hour, in the member's own zone."""
    hour = timezone.localtime(at).hour
    name = {"name": member.get_short_name()}
    if hour < 11:
        return _("Good morning, %(name)s. The mist is still low.") % name
    if hour < 17:
        return _("Good afternoon, %(name)s. The kettle is on.") % name
    return _("Good evening, %(name)s. The mist came down early.") % name
