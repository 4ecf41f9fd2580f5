"""Devices in plain words, and whether a member has come in with this one before."""

from typing import Any

from django.conf import settings
from django.core import signing
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from portal.accounts.models import Member

# In this order: each browser also names those after it.
BROWSERS = (
    ("zalo", "Zalo"),
    ("fban", "Facebook"),
    ("fbav", "Facebook"),
    ("coc_coc_browser", "Cốc Cốc"),
    ("edg/", "Edge"),
    ("opr/", "Opera"),
    ("samsungbrowser", "Samsung Internet"),
    ("firefox/", "Firefox"),
    ("fxios/", "Firefox"),
    ("crios/", "Chrome"),
    ("chrome/", "Chrome"),
    ("safari/", "Safari"),
)
SYSTEMS = (
    ("iphone", "iPhone"),
    ("ipad", "iPad"),
    ("android", "Android"),
    ("windows", "Windows"),
    ("macintosh", "Mac"),
    ("cros ", "Chromebook"),
    ("linux", "Linux"),
)
SALT = "portal.accounts.known-device"
KEPT_FOR = 60 * 60 * 24 * 400
MOST_MEMBERS = 10


def in_words(agent: str) -> str:
    """What a person would call it, such as "Chrome on Android", in the active language."""
    text = agent.lower()
    browser = next((name for sign, name in BROWSERS if sign in text), "")
    system = next((name for sign, name in SYSTEMS if sign in text), "")
    if browser and system:
        return _("%(browser)s on %(system)s") % {"browser": browser, "system": system}
    return browser or system or _("A device that does not say what it is")


def is_handheld(agent: str) -> bool:
    """Whether it is a phone or a tablet: for the picture beside it."""
    return any(sign in agent.lower() for sign in ("iphone", "ipad", "android"))


def _mark(member: Member) -> str:
    return salted_hmac(SALT, str(member.pk), algorithm="sha256").hexdigest()[:20]


def _marks(request: HttpRequest) -> list[str]:
    try:
        found: Any = signing.loads(request.COOKIES.get(settings.KNOWN_DEVICE_COOKIE, ""), salt=SALT, max_age=KEPT_FOR)
    except signing.BadSignature:
        return []
    return [str(mark) for mark in found] if isinstance(found, list) else []


def is_known(request: HttpRequest, member: Member) -> bool:
    """Whether she came in with this browser before, as a cookie says that holds marks and no names."""
    return _mark(member) in _marks(request)


def remember(request: HttpRequest, response: HttpResponseBase, member: Member) -> None:
    """Lets this browser say next time that it is known to her. Idempotent."""
    marks = [_mark(member), *(mark for mark in _marks(request) if mark != _mark(member))][:MOST_MEMBERS]
    response.set_cookie(
        settings.KNOWN_DEVICE_COOKIE,
        signing.dumps(marks, salt=SALT),
        max_age=KEPT_FOR,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
