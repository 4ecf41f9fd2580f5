"""What members see of moderation: a form to report, their own waiting words, decisions about them, appeals."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from community.forum import quotes
from community.markup import excerpt, render_message
from community.markup import render as markdown
from community.moderation import actions, permissions, selectors, trust, wording
from community.moderation.forms import AppealForm, HeldForm, ReportForm
from community.moderation.models import Held
from community.moderation.views._parts import refuse
from portal.accounts.models import Member
from portal.accounts.viewers import member_or_refuse
from portal.core.clock import now
from portal.core.errors import DomainError


@require_http_methods(["GET", "POST"])
@never_cache
def report(request: HttpRequest, kind: str, public_id: str) -> HttpResponse:
    """Asks what is wrong with a post, a message or a profile, and thanks."""
    member = member_or_refuse(request)
    target = selectors.target_for(member, kind, public_id)
    permissions.check_report(member, target.author_id, at=now())
    form, status = ReportForm(request.POST if request.method == "POST" else None), 200
    known = selectors.own_open_report(member, target.subject)
    if request.method == "POST" and known is None and form.is_valid():
        try:
            told = actions.report(actor=member, kind=kind, public_id=public_id, at=now(), **form.cleaned_data)
            return render(request, "community/moderation/reported.html", {"report": told.report, **_place(target)})
        except DomainError as error:
            status = refuse(form, error)
    elif request.method == "POST" and known is None:
        status = 422
    context = {"form": form, "target": target, "kind": kind, "known": known, **_shown(target, member), **_place(target)}
    return render(request, "community/moderation/report.html", context, status=status)


def _shown(target: selectors.Target, member: Member) -> dict[str, Any]:
    """The words she is about to report, as they are shown where they stand."""
    if target.post is not None:
        return {"html": quotes.for_reader(target.post, member), "author": target.post.author.standing}
    if target.message is not None:
        return {"html": render_message(target.message.source), "author": target.message.author.standing}
    assert target.member is not None
    return {"html": markdown(target.member.bio) if target.member.bio else "", "author": target.member.standing}


def _place(target: selectors.Target) -> dict[str, Any]:
    if target.message is not None:
        return {"place": f"{reverse('chat:room', args=[target.message.room.code])}#message-{target.message.public_id}"}
    return {"place": target.url or "/"}


# ── Her own ─────────────────────────────────────────────────────────────────────────────────────────────────────
@require_GET
@never_cache
def mine(request: HttpRequest) -> HttpResponse:
    """What moderation has to do with her: waiting words, hidden words, decisions, and her trust level."""
    member = member_or_refuse(request)
    at = now()
    context = {
        "steps": trust.next_steps(member, at),
        "level": member.trust_level,
        "at": at,
        **selectors.own_page(member),
    }
    for post in context["hidden"]:
        post.beginning = excerpt(post.html, 160)
    return render(request, "community/moderation/mine.html", context)


@require_http_methods(["GET", "POST"])
@never_cache
def waiting(request: HttpRequest, public_id: str) -> HttpResponse:
    """Her words that wait: shown, and open to be changed while they do."""
    member = member_or_refuse(request)
    held = selectors.get_held(member, public_id)
    permissions.check_see_held(member, held)
    start = {"title": held.title, "body": held.source}
    form, status = HeldForm(request.POST if request.method == "POST" else None, initial=start), 200
    if request.method == "POST" and form.is_valid():
        try:
            actions.change_held(actor=member, held=public_id, at=now(), **form.cleaned_data)
            return redirect("moderation:waiting", public_id=public_id)
        except DomainError as error:
            status = refuse(form, error)
    return _waiting_page(request, member, held, form, status)


def _waiting_page(request: HttpRequest, member: Member, held: Held, form: HeldForm, status: int = 200) -> HttpResponse:
    changeable = held.state == Held.State.WAITING and held.author_id == member.pk
    context = {
        "held": held, "form": form, "changeable": changeable, "place": wording.place_of(held),
        "pictures": selectors.pictures_of(held), "html": quotes.previewed(held.html, member), "landed": _landed(held),
    }  # fmt: skip
    return render(request, "community/moderation/waiting.html", context, status=status)


def _landed(held: Held) -> str:
    """Where published words stand now; empty when they do not."""
    if held.state != Held.State.PUBLISHED:
        return ""
    if held.message is not None:
        return (
            ""
            if held.message.removed_at
            else reverse("chat:message", args=[held.message.room.code, held.message.public_id])
        )
    if held.post is not None:
        return "" if held.post.hidden_at else held.post.get_absolute_url()
    return held.author.standing.url


@require_POST
def withdraw(request: HttpRequest, public_id: str) -> HttpResponse:
    """Takes waiting words back."""
    actions.withdraw_held(actor=member_or_refuse(request), held=public_id, at=now())
    return redirect("moderation:waiting", public_id=public_id)


@require_GET
@never_cache
def decision(request: HttpRequest, public_id: str) -> HttpResponse:
    """A sanction as the member reads it, with the way to appeal."""
    member = member_or_refuse(request)
    found = selectors.get_sanction(public_id)
    permissions.check_see_sanction(member, found)
    own = found.member_id == member.pk
    asked = selectors.appealable(member, "sanction", public_id) if own else None
    context = {"sanction": found, "words": wording.house_words(found), "asked": asked, "own": own, "at": now()}
    return render(request, "community/moderation/decision.html", context)


@require_http_methods(["GET", "POST"])
@never_cache
def appeal(request: HttpRequest, kind: str, public_id: str) -> HttpResponse:
    """Asks for another look at a decision about her."""
    member = member_or_refuse(request)
    asked = selectors.appealable(member, kind, public_id)
    form, status = AppealForm(request.POST if request.method == "POST" else None), 200
    if request.method == "POST" and form.is_valid():
        try:
            actions.appeal(actor=member, kind=kind, public_id=public_id, words=form.cleaned_data["words"], at=now())
            return redirect(request.path)
        except DomainError as error:
            status = refuse(form, error)
    context = {"asked": asked, "form": form, "kind": kind, "shown": wording.shown_words(asked, member)}
    return render(request, "community/moderation/appeal.html", context, status=status)
