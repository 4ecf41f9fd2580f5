"""Small answers at the foot of the address tree."""

from datetime import UTC, timedelta
from pathlib import Path

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import get_language
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe
from django.views.static import serve

from brand.identity import selectors as identity
from portal.accounts.viewers import viewer
from portal.core import clock, proofs
from portal.core.mail import absolute

PICTURE_TYPES = {
    ".webp": "image/webp", ".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".png": "image/png", ".avif": "image/avif",
    ".gif": "image/gif",
}  # fmt: skip
# Only doors that lead nowhere for a crawler. What must not be listed says so itself (noindex), and a page that may not
# be fetched could not say it.
ROBOTS = """User-agent: *
Disallow: /admin/
Disallow: /documents/
Disallow: /*/accounts/
Disallow: /*/my/
Disallow: /*/notifications/

Sitemap: {sitemap}
"""


SECURITY_TXT_HOLDS = timedelta(days=180)


@require_safe
def front_door(request: HttpRequest) -> HttpResponse:
    """Leads to the front page in the reader's language: her own choice, else what her browser asks for."""
    member = viewer(request)
    language = member.language if member else get_language() or settings.LANGUAGE_CODE
    response = redirect(f"/{language}/")
    response["Vary"] = "Accept-Language, Cookie"
    return response


@require_safe
@cache_control(public=True, max_age=86400)
def robots(request: HttpRequest) -> HttpResponse:
    """What crawlers may leave alone, and where the map is."""
    body = ROBOTS.format(sitemap=absolute(reverse("sitemap")))
    return HttpResponse(body, content_type="text/plain; charset=utf-8")


@require_safe
@cache_control(public=True, max_age=86400)
def security_txt(request: HttpRequest) -> HttpResponse:
    """Whom to tell of a hole in the house (RFC 9116). The day it ends moves on by itself, half a year ahead."""
    ends = (clock.now() + SECURITY_TXT_HOLDS).astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    lines = {
        "Contact": settings.SECURITY_CONTACT,
        "Expires": ends.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "Preferred-Languages": ", ".join(code for code, _name in settings.LANGUAGES),
        "Canonical": absolute(reverse("security_txt")),
    }
    body = "".join(f"{field}: {value}\n" for field, value in lines.items())
    return HttpResponse(body, content_type="text/plain; charset=utf-8")


@require_safe
@cache_control(public=True, max_age=3600)
def jwks(request: HttpRequest) -> JsonResponse:
    """The public keys with which anybody checks what the house signed (RFC 7517), from wherever they ask."""
    response = JsonResponse(proofs.key_set(), content_type="application/jwk-set+json")
    response["Access-Control-Allow-Origin"] = "*"
    return response


@require_safe
@cache_control(public=True, max_age=86400)
def favicon(request: HttpRequest) -> HttpResponse:
    """Old browsers ask here; the brand draws its own."""
    return redirect(reverse("identity:favicon", args=[identity.house().code]))


@require_safe
def media(request: HttpRequest, path: str) -> HttpResponseBase:
    """Uploaded pictures in development; in service the web server gives them out."""
    response = serve(request, path, document_root=str(settings.MEDIA_ROOT))
    # Not guessed: what the system's table of types lacks or gets wrong would be sniffed, or not shown at all.
    response["Content-Type"] = PICTURE_TYPES.get(Path(path).suffix.lower(), "application/octet-stream")
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
    return response
