"""/dev/: one-click sign-in, readable mail, the gallery, what failed. Absent in service and off loopback."""

from datetime import UTC, datetime

from allauth.account.internal.flows.login import perform_login, record_authentication
from allauth.account.models import Login
from csp.constants import SELF
from django.contrib.auth import logout
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from portal.accounts.roles import works_here
from portal.accounts.sms.backends import outbox
from portal.accounts.sms.models import TextMessage
from portal.dev import cast, mail
from portal.dev.gate import dev_only
from portal.editing.permissions import may_enter
from portal.events.models import Delivery

PLACES = [
    (_("Front page"), "front_door"),
    (_("Community"), "community:index"),
    (_("Chat"), "chat:index"),
    (_("My book"), "my:home"),
    (_("Notifications"), "notifications:index"),
    (_("Workshop"), "wagtailadmin_home"),
    (_("Is all well?"), "readyz"),
]


def _places() -> list[dict[str, object]]:
    found = []
    for label, name in PLACES:
        try:
            found.append({"label": label, "url": reverse(name)})
        except NoReverseMatch:
            continue
    return found


@dev_only
@never_cache
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """The cast, the newest letters, the ways in, and deliveries that failed."""
    context = {
        "cast": [cast.line(member) for member in cast.cast()],
        "letters": _letters(5),
        "unclaimed": cast.unclaimed(),
        "places": _places(),
        "failures": Delivery.objects.filter(done_at=None)
        .exclude(error="")
        .select_related("event")
        .order_by("-pk")[:20],
    }
    return render(request, "portal/dev/index.html", context)


@dev_only
@require_POST
def enter(request: HttpRequest) -> HttpResponse:
    """Signs in as one of the cast, through allauth's own steps: whoever works there still shows the second key."""
    who = request.POST.get("who", "")
    if request.user.is_authenticated:
        logout(request)
    if who == "visitor":
        return redirect("front_door")
    member = cast.find(who)
    if member is None:
        raise Http404
    if works_here(member):
        cast.give_second_key(member)
    record_authentication(request, member, method="code", email=member.email)
    target = reverse("wagtailadmin_home") if may_enter(member) else reverse("my:home")
    # Nobody needs a letter about a new device for a click on this page.
    known = {"known_device": True}
    return perform_login(request, Login(user=member, email=member.email, redirect_url=target, signal_kwargs=known))


def _letters(limit: int) -> list[dict[str, object]]:
    return [{**letter, "when": datetime.fromtimestamp(letter["at"], UTC)} for letter in mail.letters(limit)]


@dev_only
@never_cache
@require_safe
def mail_list(request: HttpRequest) -> HttpResponse:
    """The newest letters."""
    return render(request, "portal/dev/mail.html", {"letters": _letters(60)})


@dev_only
@never_cache
@require_safe
def texts(request: HttpRequest) -> HttpResponse:
    """The newest texts to telephones, and those that did not leave."""
    found = [{**text, "when": datetime.fromtimestamp(text["at"], UTC)} for text in outbox(60)]
    failed = TextMessage.objects.exclude(error="").order_by("-pk")[:20]
    return render(request, "portal/dev/texts.html", {"texts": found, "failed": failed})


def _letter(name: str) -> dict[str, object]:
    try:
        found = mail.read(name)
    except (FileNotFoundError, ValueError):
        raise Http404 from None
    return {**found, "when": datetime.fromtimestamp(found["at"], UTC)}


@dev_only
@never_cache
@require_safe
def letter(request: HttpRequest, name: str) -> HttpResponse:
    """One letter: its text beside its HTML, drawn in a frame of its own."""
    response = render(request, "portal/dev/letter.html", {"letter": _letter(name)})
    response._csp_update = {"frame-src": [SELF]}  # type: ignore[attr-defined]  # django-csp's own hook
    return response


@dev_only
@never_cache
@require_safe
def letter_html(request: HttpRequest, name: str) -> HttpResponse:
    """The HTML part as a mail reader would draw it: styles yes, scripts no, and no pictures but the house's own."""
    response = HttpResponse(str(_letter(name)["html"]))
    response["Content-Security-Policy"] = (
        "default-src 'none'; style-src 'unsafe-inline'; img-src 'self'; sandbox allow-popups"
    )
    response["X-Frame-Options"] = "SAMEORIGIN"
    return response
