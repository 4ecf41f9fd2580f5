"""The programme's desk in the workshop: what is in force, what is on its way, and how each thing came to be."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from badges.awards.selectors import BadgeView, badge_view
from badges.medals.drawing import draw
from badges.medals.houses import enamels_of
from badges.medals.recipe import GRAMMAR, recipe_of
from badges.programme import permissions, selectors, wording
from badges.programme.contents import LADDER
from badges.programme.medal_form import PARTS, scope_id_of
from badges.programme.models import Draft
from badges.programme.selectors import Row, Version
from badges.tiers.selectors import ladder
from portal.accounts.viewers import member_or_refuse
from portal.core.clock import now
from portal.core.errors import Invalid, NotFound
from portal.core.reading import one_reading

Kind = Draft.Kind
# How the parts of the desk are called in addresses.
PLACES = {
    "rules": Kind.RULE, "badges": Kind.BADGE, "tiers": Kind.LADDER, "challenges": Kind.CHALLENGE,
    "campaigns": Kind.CAMPAIGN,
}  # fmt: skip


def kind_of(place: str) -> str:
    """The kind behind a part of the desk; raises NotFound."""
    if place not in PLACES:
        raise NotFound
    return PLACES[place]


def place_of(kind: str) -> str:
    """The part of the desk where a kind stands."""
    return next(place for place, one in PLACES.items() if one == kind)


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """What waits for her, what is being written, and the ways in."""
    member = member_or_refuse(request)
    permissions.check_see_desk(member)
    drafts, corrections, tiers = selectors.to_decide(member)
    context = {
        "to_decide": drafts, "corrections": corrections, "tiers": tiers,
        "open": selectors.open_drafts()[:20],
        "writes": permissions.can_write(member), "books": permissions.can_see_books(member),
    }  # fmt: skip
    return render(request, "badges/programme/home.html", context)


@require_safe
def listing(request: HttpRequest, place: str) -> HttpResponse:
    """All rules, all badges, or the ladder."""
    member, kind = member_or_refuse(request), kind_of(place)
    permissions.check_see_desk(member)
    if kind == Kind.LADDER:
        return subject(request, place, LADDER)
    with one_reading():
        rows = [(row, _medal(row), wording.lines_of(kind, row.body)) for row in selectors.rows_of(kind, at=now())]
    context = {"kind": kind, "place": place, "rows": rows, "writes": permissions.can_write(member)} | _worded(kind)
    return render(request, "badges/programme/listing.html", context)


def _worded(kind: str) -> dict[str, Any]:
    """What a list is called, and what its button adds."""
    titles = {
        Kind.RULE: (_("Earning rules"), _("A new rule")), Kind.BADGE: (_("Badges of the house"), _("A new badge")),
        Kind.CAMPAIGN: (_("Campaigns"), _("A new campaign")),
        Kind.CHALLENGE: (_("Challenges"), _("A new challenge")),
    }  # fmt: skip
    title, add = titles[Kind(kind)]
    return {"title": title, "add": add}


def _medal(row: Row) -> BadgeView | None:
    return badge_view(row.badge, get_language() or "vi") if row.badge is not None else None


@require_safe
def subject(request: HttpRequest, place: str, code: str) -> HttpResponse:
    """One rule, badge or the ladder: what is in force, every revision, every draft, and two revisions side by side."""
    member, kind = member_or_refuse(request), kind_of(place)
    permissions.check_see_desk(member)
    drafts, versions = list(selectors.drafts_of(kind, code)), selectors.versions_of(kind, code, at=now())
    if not versions and not drafts:
        raise NotFound
    content, texts = selectors.as_it_is(kind, code, at=now()) if versions else ({}, {})
    context = {
        "kind": kind, "place": place, "code": code, "versions": versions, "drafts": drafts,
        "lines": wording.lines_of(kind, content, texts), "name": name_of(kind, code, texts),
        "compared": _compared(request, kind, versions), "writes": permissions.can_write(member),
        "tiers": ladder(get_language() or "vi") if kind == Kind.LADDER else [],
    }  # fmt: skip
    return render(request, "badges/programme/subject.html", context)


def name_of(kind: str, code: str, texts: dict[str, Any]) -> str:
    """What a subject is called in the reader's language."""
    words = texts.get(get_language() or "vi") or texts.get("vi") or {}
    return str(words.get("name") or code) if kind != Kind.LADDER else ""


def _compared(request: HttpRequest, kind: str, versions: list[Version]) -> dict[str, Any]:
    """Two revisions that were asked for (`a`, `b`), the newest two unless she says otherwise; {} with only one."""
    numbers = {str(version.number): version for version in versions}
    if len(numbers) < 2:
        return {}
    newest = [str(version.number) for version in versions]
    a = numbers.get(request.GET.get("a", ""), numbers[newest[1]])
    b = numbers.get(request.GET.get("b", ""), numbers[newest[0]])
    rows = wording.compared(_lines(kind, a), _lines(kind, b))
    return {"a": a, "b": b, "rows": rows}


def _lines(kind: str, version: Version) -> list[wording.Line]:
    """A revision with the words of its draft, or by its definition alone where it began without one."""
    if version.draft is not None:
        return wording.lines_of(kind, version.draft.content, version.draft.texts)
    return wording.lines_of(kind, version.body)


@require_safe
def medal(request: HttpRequest) -> HttpResponse:
    """A medal as it is being composed: drawn from the form's own fields, for the picture beside it."""
    permissions.check_see_desk(member_or_refuse(request))
    parts = {part: request.GET.get(part, "") for part in PARTS if request.GET.get(part)}
    try:
        enamels = enamels_of(scope_id_of(request.GET.get("scope", "")))
        recipe = recipe_of(request.GET.get("metal", ""), {"grammar": GRAMMAR, **parts}, enamels=enamels)
    except Invalid:
        raise NotFound from None
    response = HttpResponse(draw(recipe, "try-"), content_type="image/svg+xml")
    response["Cache-Control"] = "private, max-age=300"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response
