"""What help and legal pages show besides their own words, and a reader's yes or no."""

import hashlib
import hmac
import uuid
from typing import Any

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import SimpleLazyObject
from django.utils.html import strip_tags
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_POST
from wagtail.models import Page

from brand.help import actions, selectors
from brand.help.models import HelpGroupPage, HelpIndexPage, HelpPage, LegalPage
from brand.writing import seo
from brand.writing.models import alternates, reads_for
from portal.accounts.models import Member
from portal.accounts.viewers import viewer
from portal.core.clock import now, programme_day
from portal.core.errors import Forbidden
from portal.ui.seo import questions


# ── Whether it helped ───────────────────────────────────────────────────────────────────────────────────────────
@csrf_exempt
@require_POST
@never_cache
def answer(request: HttpRequest, question: uuid.UUID) -> HttpResponse:
    """A reader says whether the answer helped, from the page itself: a fragment for htmx, else back to the page.

    Help pages are shared, so a visitor's copy holds no token; a member's does, and hers is asked for.
    """
    member = viewer(request)
    if member is not None:
        return csrf_protect(_answered)(request, question, member)
    _refuse_other_sites(request)
    return _answered(request, question, None)


def _answered(request: HttpRequest, question: uuid.UUID, member: Member | None) -> HttpResponse:
    helped = request.POST.get("helped") == "yes"
    actions.answer_whether_it_helped(
        actor=member, voter=_name_of_the_day(request), question=question, locale=get_language() or "vi", helped=helped,
        words=request.POST.get("words", ""), at=now(),
    )  # fmt: skip
    page = selectors.question_by_key(question, get_language() or "vi")
    said = {"page": page, "said": "yes" if helped else "no", "wrote": bool(request.POST.get("words", "").strip())}
    if request.htmx:  # type: ignore[attr-defined]
        return render(request, "brand/help/_helped.html", said)
    return redirect(f"{page.get_url()}?helped={said['said']}{'&wrote=1' if said['wrote'] else ''}#helped")


def _refuse_other_sites(request: HttpRequest) -> None:
    """Without a token, the browser's own word decides where the form stood. Raises Forbidden."""
    site, origin = request.headers.get("Sec-Fetch-Site"), request.headers.get("Origin")
    if site == "same-origin" or (site is None and origin == f"{request.scheme}://{request.get_host()}"):
        return
    raise Forbidden


def _name_of_the_day(request: HttpRequest) -> str:
    """A visitor's name for one day. It cannot be turned back into an address, and tomorrow's is another."""
    seen = f"{programme_day(now())}|{get_adapter().get_client_ip(request)}|{request.headers.get('User-Agent', '')}"
    return hmac.new(settings.SECRET_KEY.encode(), seen.encode(), hashlib.sha256).hexdigest()[:40]


# ── Pages ───────────────────────────────────────────────────────────────────────────────────────────────────────
@reads_for(HelpIndexPage)
def index_context(page: Page, request: HttpRequest) -> dict[str, Any]:
    """All questions in their groups; with a query, those that answer it."""
    groups, query = selectors.groups_of(page), selectors.asked(request.GET.get("q"))
    everything = [(q.title, q.answer) for group in groups for q in group.questions]
    return {
        "groups": groups,
        "query": query,
        "found": selectors.find(page.locale.language_code, query) if query else [],
        "structured": [] if query else [questions(everything), seo.trail(page)],
        **_around(page),
    }


@reads_for(HelpGroupPage)
def group_context(page: Page, request: HttpRequest) -> dict[str, Any]:
    """The questions of the group."""
    return {"questions": selectors.questions_of(page), "structured": [seo.trail(page)], **_around(page)}


@reads_for(HelpPage)
def question_context(page: Page, request: HttpRequest) -> dict[str, Any]:
    """What to read next, and what was said about this answer a moment ago."""
    said = request.GET.get("helped", "")
    return {
        "related": selectors.related_to(page),
        "said": said if said in ("yes", "no") else "",
        "wrote": bool(request.GET.get("wrote")),
        "structured": [questions([(page.title, _plain_answer(page))]), seo.trail(page)],
        "og_type": "article",
        **_around(page),
    }


@reads_for(LegalPage)
def legal_context(page: Page, request: HttpRequest) -> dict[str, Any]:
    """The other texts, and whether the house's own language is ahead of this one."""
    standing = selectors.standing(page.locale.language_code)
    in_force = standing.versions.get(page.kind, page.version)
    return {
        "texts": [text for text in standing.texts.values() if text.kind != page.kind],
        "ahead": in_force if in_force != page.version else "",
        "structured": [seo.trail(page)],
        **_around(page),
    }


def _around(page: Page) -> dict[str, Any]:
    return {"alternate_urls": alternates(page), "trail": seo.steps_to(page)}


def _plain_answer(page: HelpPage) -> str:
    more = " ".join(page.body.stream_block.get_searchable_content(page.body))
    return " ".join(strip_tags(f"{page.answer} {more}").split())


def house_links(request: HttpRequest) -> dict[str, Any]:
    """Context processor: `house_links`, where help and the legal texts stand; read only when a template asks."""
    return {"house_links": SimpleLazyObject(lambda: selectors.standing(get_language() or "vi"))}
