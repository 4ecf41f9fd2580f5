"""Drafts in the workshop: written in a form with typed fields, tried out, handed in, decided."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from badges.programme import actions, permissions, previews, rehearsals, rungs, selectors, wording
from badges.programme.campaign_form import CampaignForm, campaign_initial
from badges.programme.challenge_form import ChallengeForm, challenge_initial
from badges.programme.contents import LADDER
from badges.programme.forms import BacktestForm, DraftForm, RuleForm, rule_initial
from badges.programme.ladder_form import LadderForm, ladder_initial
from badges.programme.medal_form import BadgeForm, badge_initial
from badges.programme.models import Draft
from badges.programme.views.desk import kind_of, name_of, place_of
from portal.accounts.models import Member
from portal.accounts.viewers import member_or_refuse
from portal.core.clock import now
from portal.core.errors import Conflict, DomainError, Invalid

Kind = Draft.Kind
NEW = "new"
STARTS: dict[str, dict[str, Any]] = {
    Kind.RULE: {"event": "reply_posted", "beneficiary": "author", "spend": 1, "cap1_scope": "rule", "cap1_limit": 1},
    Kind.BADGE: {
        "metal": "bronze", "series": "home", "shape": "disc", "enamel": "leaf", "motif": "bean", "ground": "rays",
        "ribbon": "none", "cloth": "stripe", "accent": "cherry", "loud": True, "backfill": True,
    },
    Kind.CHALLENGE: {"joining": "asked", "order": "any", "on_loss": "keep", "spend": 50},
    Kind.CAMPAIGN: {"types": ["spend"], "times": "2", "budget_on_exceed": "trim"},
}  # fmt: skip
FORMS: dict[str, Any] = {
    Kind.RULE: RuleForm, Kind.BADGE: BadgeForm, Kind.CHALLENGE: ChallengeForm, Kind.CAMPAIGN: CampaignForm,
}  # fmt: skip


def form_for(kind: str, data: Any, initial: dict[str, Any], *, settled: bool) -> DraftForm:
    """The form of a kind; `settled`: what cannot change any more is shown, not asked."""
    if kind == Kind.LADDER:
        codes = rungs.codes_at(max(initial.get("effective_from") or now(), now()))
        takes = bool(initial.get("takes")) and initial.get("taken") == codes[-1]
        return LadderForm(data, initial=initial | {"takes": takes}, codes=codes, marks=rungs.free_marks(codes))
    form: DraftForm = FORMS[kind](data, initial=initial, settled=settled)
    return form


def initial_of(kind: str, content: dict[str, Any], texts: dict[str, Any]) -> dict[str, Any]:
    """Content and texts as the first values of their form."""
    makers: dict[str, Any] = {
        Kind.RULE: rule_initial, Kind.BADGE: badge_initial, Kind.LADDER: ladder_initial,
        Kind.CHALLENGE: challenge_initial, Kind.CAMPAIGN: campaign_initial,
    }  # fmt: skip
    found: dict[str, Any] = makers[kind](content, texts)
    return found


def begin(request: HttpRequest, place: str, code: str) -> HttpResponse:
    """A new draft: of something that is there, or (code “new”) of something new. Stored with the first save."""
    member, kind = member_or_refuse(request), kind_of(place)
    permissions.check_write(member)
    is_new = code == NEW and kind != Kind.LADDER
    if is_new:
        initial = STARTS[kind]
    else:
        initial = initial_of(kind, *selectors.as_it_is(kind, code, at=now()))
    form = form_for(kind, request.POST or None, initial, settled=not is_new)
    if request.method == "POST" and (draft := _stored(member, kind, "" if is_new else code, form)) is not None:
        return _kept(request, draft)
    return _edit(request, member, kind, code, form, draft=None)


def _stored(member: Member, kind: str, code: str, form: DraftForm, draft: Draft | None = None) -> Draft | None:
    """Saves the form's words; None when they are refused, with the reasons beside the fields. Raises Conflict."""
    if not form.is_valid():
        return None
    data = form.cleaned_data
    subject = code or slugify(data.get("name_en") or data.get("name_vi") or "")[:40] or NEW
    if not code and selectors.newest_number(kind, subject):
        form.add_error("name_en", _("There is one of that name already."))
        return None
    try:
        return actions.write_draft(
            actor=member, kind=kind, subject=subject, content=form.content(), texts=form.texts(), at=now(),
            draft_id=draft.pk if draft else None, version=data["version"] or 0, note=data["note"],
            effective_from=data["effective_from"], until=data.get("until"),
        )  # fmt: skip
    except Invalid as error:
        form.refuse(error)
        return None


def _kept(request: HttpRequest, draft: Draft) -> HttpResponse:
    messages.success(request, _("Kept as a draft. Nothing has changed for members yet."))
    return redirect("programme_draft", draft.pk)


def draft_page(request: HttpRequest, draft_id: int) -> HttpResponse:
    """A draft: its form while it is written, else its words; what it changes, what it would do, and its steps."""
    member = member_or_refuse(request)
    draft = selectors.get_draft_for(member, draft_id)
    written = draft.state in (Draft.State.DRAFT, Draft.State.REFUSED) and permissions.can_write(member)
    if request.method == "POST":
        permissions.check_write(member)
    if not written and request.method != "POST":
        return _read(request, member, draft)
    # A tier that the draft takes away or did not know yet still stands in the form, as it is today.
    today = selectors.as_it_is(draft.kind, draft.subject, at=now()) if draft.kind == Kind.LADDER else ({}, {})
    initial = initial_of(draft.kind, *today) if draft.kind == Kind.LADDER else {}
    initial |= initial_of(draft.kind, draft.content, draft.texts) | {
        "note": draft.note, "effective_from": draft.effective_from, "until": draft.until, "version": draft.version,
    }  # fmt: skip
    settled = selectors.newest_number(draft.kind, draft.subject) > 0
    form = form_for(draft.kind, request.POST or None, initial, settled=settled)
    try:
        if request.method == "POST" and (kept := _stored(member, draft.kind, draft.subject, form, draft)) is not None:
            return _kept(request, kept)
    except Conflict as error:
        return _moved_on(request, member, draft, form, error)
    return _edit(request, member, draft.kind, draft.subject, form, draft=draft)


def _moved_on(request: HttpRequest, member: Member, draft: Draft, form: DraftForm, error: Conflict) -> HttpResponse:
    """409: what she typed stays in the form, beside what stands there now."""
    form.add_error(None, str(error))
    draft.refresh_from_db()
    typed = request.POST.copy()
    typed["version"] = str(draft.version)
    form.data = typed
    response = _edit(request, member, draft.kind, draft.subject, form, draft=draft)
    response.status_code = 409
    return response


def _edit(
    request: HttpRequest, member: Member, kind: str, code: str, form: DraftForm, *, draft: Draft | None
) -> HttpResponse:
    context = _around(member, kind, code, draft) | {"form": form, "medal_src": _medal_src(form, kind)}
    context["title"] = _title(kind, is_new=code == NEW)
    if isinstance(form, LadderForm):
        context["stands"] = rungs.in_the_way(form.codes, now())
    status = 422 if form.errors else 200
    return render(request, f"badges/programme/edit_{kind}.html", context, status=status)


def _title(kind: str, *, is_new: bool) -> str:
    if kind == Kind.LADDER:
        return _("Change the tiers")
    if kind == Kind.RULE:
        return _("A new rule") if is_new else _("Change a rule")
    if kind == Kind.CHALLENGE:
        return _("A new challenge") if is_new else _("Change a challenge")
    if kind == Kind.CAMPAIGN:
        return _("A new campaign") if is_new else _("Change a campaign")
    return _("A new badge") if is_new else _("Change a badge")


def _read(request: HttpRequest, member: Member, draft: Draft) -> HttpResponse:
    context = _around(member, draft.kind, draft.subject, draft)
    if draft.kind == Kind.BADGE:
        medal = {part: value for part, value in draft.content["medal"].items() if part != "grammar"}
        query = urlencode({"scope": draft.content.get("scope", ""), "metal": draft.content["metal"], **medal})
        context["medal_src"] = f"{reverse('programme_medal')}?{query}"
    return render(request, "badges/programme/draft.html", context)


def _medal_src(form: DraftForm, kind: str) -> str:
    if not isinstance(form, BadgeForm):
        return ""
    query = urlencode({field.name: field.value() or "" for field in form.medal})
    return f"{reverse('programme_medal')}?{query}"


def _around(member: Member, kind: str, code: str, draft: Draft | None) -> dict[str, Any]:
    """What every page of a draft shows beside its words."""
    context: dict[str, Any] = {
        "kind": kind, "place": place_of(kind), "code": code, "draft": draft, "is_new": code == NEW,
        "writes": permissions.can_write(member), "ladder": LADDER,
    }  # fmt: skip
    if draft is None:
        return context
    lines = wording.lines_of(kind, draft.content, draft.texts)
    return context | {
        "name": name_of(kind, code, draft.texts), "changes": wording.compared(_before(draft), lines),
        "preview": previews.preview_of(draft, at=now()), "steps": selectors.steps_of(draft),
        "decides": permissions.may_decide(member, draft), "own": permissions.wrote(member, draft),
        "backtest_form": BacktestForm(at=now(), initial={"version": draft.version}), **rehearsals.about(draft),
    }  # fmt: skip


def _before(draft: Draft) -> list[wording.Line]:
    """What was in force when the draft was written."""
    if draft.based_on == 0:
        return []
    if draft.number is None:
        return wording.lines_of(draft.kind, *selectors.as_it_is(draft.kind, draft.subject, at=now()))
    older = [v for v in selectors.versions_of(draft.kind, draft.subject, at=now()) if v.number == draft.based_on]
    if older and (before := older[0].draft) is not None:
        return wording.lines_of(draft.kind, before.content, before.texts)
    return wording.lines_of(draft.kind, older[0].body) if older else []


STEPS: dict[str, Any] = {
    "hand-in": actions.hand_in_draft, "take-back": actions.take_back_draft, "withdraw": actions.withdraw_draft,
    "approve": actions.approve_draft, "refuse": actions.refuse_draft,
}  # fmt: skip


@require_POST
def step(request: HttpRequest, draft_id: int) -> HttpResponse:
    """One step of a draft: handed in, taken back, laid aside, approved or sent back."""
    member, act = member_or_refuse(request), STEPS.get(request.POST.get("step", ""))
    selectors.get_draft_for(member, draft_id)
    version = request.POST.get("version", "")
    if act is None or not version.isdecimal():
        raise Invalid
    more = {"note": request.POST.get("note", "")} if request.POST["step"] in ("approve", "refuse") else {}
    try:
        act(actor=member, draft_id=draft_id, version=int(version[:9]), at=now(), **more)
    except (Conflict, Invalid) as error:
        return _told(request, draft_id, error)
    return redirect("programme_draft", draft_id)


def _told(request: HttpRequest, draft_id: int, error: DomainError) -> HttpResponse:
    """A step that could not be taken: the draft as it stands now, with the reason, and the refusal's own status."""
    member = member_or_refuse(request)
    context = _around(member, *_named(draft_id))
    context |= {"refused": str(error), "places": error.details.get("places", [])}
    return render(request, "badges/programme/draft.html", context, status=error.status)


def _named(draft_id: int) -> tuple[str, str, Draft]:
    draft = Draft.objects.select_related("author__standing").get(pk=draft_id)
    return draft.kind, draft.subject, draft
