"""A member takes a badge along; who has the file sees whether it still holds."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from badges.openbadges import credentials
from portal.accounts.viewers import member_or_refuse
from portal.core.limits import Limit, hit

TAKEN = Limit("credential", times=60, seconds=3600)


@never_cache
@require_POST
def take(request: HttpRequest, code: str) -> HttpResponse:
    """The file of her own badge; of one that she does not hold there is none."""
    member = member_or_refuse(request)
    hit(TAKEN, member.pk)
    found = credentials.take(member, code, locale=get_language() or "vi")
    response = HttpResponse(found.text, content_type="application/vc+jwt")
    response["Content-Disposition"] = f'attachment; filename="{found.name}"'
    response["X-Content-Type-Options"] = "nosniff"
    return response


@never_cache
@require_safe
def status(request: HttpRequest, token: str) -> HttpResponse:
    """Whether an award still holds. Its address is in the file alone; the page names no member."""
    stand = credentials.stand_of(token, locale=get_language() or "vi")
    response = render(request, "badges/openbadges/status.html", {"stand": stand})
    response["X-Robots-Tag"] = "noindex"
    return response
