"""A member's page as others meet her, and what only moderators read of her."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from portal.accounts import handles, permissions, profiles, selectors
from portal.accounts.viewers import viewer
from portal.core import clock
from portal.core.errors import SignInRequired
from portal.people.selectors import Page, page_of
from portal.ui.seo import absolute


@require_safe
def page(request: HttpRequest, who: str) -> HttpResponse:
    """Her page, by handle or public id; an older address leads on. Unknown and closed look the same."""
    at, me = clock.now(), viewer(request)
    member, current = selectors.find_by_address(who, at=at)
    if not profiles.field_visible(profiles.profile_of(member), "page", me):
        raise SignInRequired
    if not current:
        return redirect(member.standing.url)
    shown = page_of(member, me, at=at)
    context = {"page": shown, "sees_former_names": permissions.can_see_former_names(me), "who": who, **_shared(shown)}
    context["can_write_to"] = me is not None and not shown.own and not shown.resting
    response = render(request, "portal/people/page.html", context)
    response["Cache-Control"] = "private, no-store" if me else "private, max-age=0"
    return response


@never_cache
@require_safe
def former_names(request: HttpRequest, who: str) -> HttpResponse:
    """What she was called before, for moderators; for everybody else there is no such page."""
    permissions.check_see_former_names(viewer(request))
    member, current = selectors.find_by_address(who, at=clock.now())
    if not current:
        return redirect("people:former_names", member.handle or member.public_id)
    rows = handles.former_names(viewer(request), member.pk)
    return render(request, "portal/people/former_names.html", {"standing": member.standing, "rows": rows})


def _shared(page: Page) -> dict[str, Any]:
    """What a shared link shows: her face only while her page may be listed anywhere."""
    words = _("The face of %(name)s") % {"name": page.standing.name}
    image = {"url": page.face, "alt": words} if page.indexed and page.face else None
    return {"canonical": absolute(page.standing.url), "og_type": "profile", "share_image": image}
