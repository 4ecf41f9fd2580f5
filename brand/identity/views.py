"""What machines ask of the identity (sheet, icons, cards), what layouts need of it, and drafts shown on real pages."""

from typing import Any

from csp.constants import SELF
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.urls import resolve, reverse
from django.utils import translation
from django.utils.functional import SimpleLazyObject
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from brand.identity import drawing, dress, selectors
from brand.identity.looks import digest, sheet
from brand.identity.models import Identity, shown_by
from brand.identity.permissions import can_edit
from brand.identity.pictures import handed_out, picture
from portal.accounts.viewers import member_or_refuse, viewer
from portal.cards.models import Card
from portal.cards.selectors import card_for
from portal.core.errors import NotFound

ICON_SIDES = {32, 192, 512}
FULL_SIDES = {180, 192, 512}


def _known(code: str) -> selectors.Dressed:
    if not selectors.is_known(code):
        raise NotFound
    return selectors.dressed(code)


@require_safe
def theme(request: HttpRequest, code: str) -> HttpResponseBase:
    """`/theme/<scope>.css?v=…`: for ever under its version, asked for again without one; `?draft=` for one person."""
    found = _known(code)
    if "draft" in request.GET:
        return _draft_sheet(request, request.GET["draft"])
    return handed_out(request, found.css.encode(), "text/css; charset=utf-8", found.css_version)


def _draft_sheet(request: HttpRequest, token: str) -> HttpResponse:
    member = viewer(request)
    look = selectors.read_draft(token, member) if member is not None and can_edit(member) else None
    if look is None:
        raise NotFound
    response = HttpResponse(sheet(look, []), content_type="text/css; charset=utf-8")
    response["Cache-Control"] = "private, no-store"
    return response


@require_safe
def icon(request: HttpRequest, code: str, side: int) -> HttpResponseBase:
    """The icon with round corners, in one of three sizes."""
    look = _known(code).look
    if side not in ICON_SIDES:
        raise NotFound
    return picture(request, look, f"icon{side}", "PNG", lambda: drawing.icon(look, side))


@require_safe
def full_icon(request: HttpRequest, code: str, side: int) -> HttpResponseBase:
    """The icon that fills its square, for whoever cuts it to a shape of their own."""
    look = _known(code).look
    if side not in FULL_SIDES:
        raise NotFound
    return picture(request, look, f"full{side}", "PNG", lambda: drawing.icon(look, side, full=True))


@require_safe
def favicon(request: HttpRequest, code: str) -> HttpResponseBase:
    """The icon for browsers that ask for `.ico`."""
    look = _known(code).look
    return picture(request, look, "favicon", "ICO", lambda: drawing.icon(look, 48))


@require_safe
def manifest(request: HttpRequest, code: str) -> HttpResponseBase:
    """What a phone needs to put the house on its screen."""
    look = _known(code).look
    body = JsonResponse(dress.manifest(look), json_dumps_params={"ensure_ascii": False}).content
    return handed_out(request, body, "application/manifest+json", look.version)


@require_safe
def share_card(request: HttpRequest, code: str) -> HttpResponseBase:
    """1200 by 630: mark, name, slogan and hills; `?l=en` for the English slogan."""
    look, language = _known(code).look, _language(request)
    return picture(request, look, f"share.{language}", "JPEG", lambda: drawing.share_card(look, language))


@require_safe
def page_card(request: HttpRequest, code: str, kind: str, ref: str) -> HttpResponseBase:
    """The card of one public page, with its title: `kind` and `ref` are those of its entry in `portal.cards`."""
    look, language = _known(code).look, _language(request)
    card = card_for(None, kind, ref, language)
    if card is None:
        raise NotFound
    version = digest(f"{look.version}:{card.title}")
    name = f"card.{kind}.{ref.replace('-', '')}.{language}"
    return picture(request, look, name, "JPEG", lambda: drawing.share_card(look, language, card.title), version)


@require_safe
def letter_head(request: HttpRequest, code: str) -> HttpResponseBase:
    """The head of letters."""
    look = _known(code).look
    return picture(request, look, "letter", "PNG", lambda: drawing.letter_head(look))


def _language(request: HttpRequest) -> str:
    return "en" if request.GET.get("l") == "en" else "vi"


# ── What layouts need ───────────────────────────────────────────────────────────────────────────────────────────
def identity(request: HttpRequest) -> dict[str, Any]:
    """Context processor: `site_name`, `slogan` and `dress` (addresses, marks, colours), read only when asked for."""
    found = SimpleLazyObject(lambda: dress.Dress(selectors.look_for(request), getattr(request, "draft_token", "")))
    return {
        "site_name": SimpleLazyObject(lambda: found.look.name),
        "slogan": SimpleLazyObject(lambda: found.look.slogan(get_language() or "vi")),
        "dress": found,
    }


# ── Drafts on real pages ────────────────────────────────────────────────────────────────────────────────────────
@shown_by
def show_on_page(draft: Identity, request: HttpRequest, mode: str) -> HttpResponse:
    """A real page of the house wearing an unpublished identity; its sheet is sealed for whoever looks, and for nobody
    else. Wagtail has asked for the right to edit before it comes here; the sheet asks again."""
    member = member_or_refuse(request)
    place, _dash, theme_name = mode.partition("-")
    look = selectors.draft_look(draft)
    request.identity_draft, request.draft_token = look, selectors.sign_draft(look, member)  # type: ignore[attr-defined]
    request.preview_theme = theme_name  # type: ignore[attr-defined]
    with translation.override(member.language):
        request.path = request.path_info = _place(place, member.language)
        found = resolve(request.path_info)
        request.resolver_match = found
        response = found.func(request, *found.args, **found.kwargs)
        if hasattr(response, "render") and callable(response.render):
            response = response.render()
    response._csp_replace = {"frame-ancestors": [SELF]}  # shown in a frame of the admin
    return response


def _place(place: str, language: str) -> str:
    """The address of a real page of that kind; the home page where there is none."""
    if place == "community":
        return reverse("community:index")
    if place == "my":
        return reverse("my:home")
    if place == "story":
        card = Card.objects.filter(kind="story", locale=language, live=True).order_by("pk").first()
        if card is not None:
            return card.url if card.url.startswith("/") else f"/{card.url.split('/', 3)[-1]}"
    return f"/{language}/"
