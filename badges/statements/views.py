"""A member takes her statement along in three forms; anybody has a signed one checked."""

from typing import Any

from allauth.account.adapter import get_adapter
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from badges.openbadges import credentials
from badges.programme.actions import note_statement
from badges.statements import as_csv, as_pdf, as_proof
from badges.statements.forms import TakeForm, VerifyForm
from badges.statements.selectors import Paper, Span, statement_of, year_of, years_of
from portal.accounts.models import Member
from portal.accounts.viewers import member_or_refuse
from portal.core.clock import now
from portal.core.errors import Invalid
from portal.core.limits import Limit, hit
from portal.core.proofs import State

TAKEN = Limit("statement", times=20, seconds=3600)
CHECKED = Limit("verify", times=30, seconds=60)
FORMS = {
    "csv": (as_csv.table, "text/csv; charset=utf-8"),
    "pdf": (as_pdf.paper, "application/pdf"),
    "json": (as_proof.signed, "application/json"),
}


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def take(request: HttpRequest) -> HttpResponse:
    """Which days and which form, and then the file: of her own book alone, for there is no other to ask for."""
    member, at = member_or_refuse(request), now()
    years, asked = years_of(member, at=at), request.GET.get("year", "")
    span = year_of(int(asked) if asked in map(str, years) else at.year, at=at)
    form = TakeForm(request.POST or None, at=at, initial={"first": span.first, "last": span.last})
    if request.method == "POST" and form.is_valid():
        hit(TAKEN, member.pk)
        try:
            return _file(member, form.cleaned_data["span"], request.POST.get("form", ""))
        except Invalid as error:
            form.refuse(error)
    context = {"form": form, "years": years, "year": span.first.year}
    return render(request, "badges/statements/take.html", context, status=422 if form.errors else 200)


def _file(member: Member, span: Span, form: str) -> HttpResponse:
    """The statement in this form; raises Invalid. That she took it is written down before it leaves."""
    if form not in FORMS:
        raise Invalid(_("Choose a form: a table, a paper or a signed file."))
    made, kind = FORMS[form]
    paper: Paper = statement_of(member, span, viewer=member, at=now())
    body = made(paper)
    note_statement(actor=member, form=form, first=span.first, last=span.last, at=paper.made_at)
    response = HttpResponse(body, content_type=kind)
    name = f"statement-{span.first.isoformat()}-{span.last.isoformat()}.{form}"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["X-Content-Type-Options"] = "nosniff"
    return response


# Nobody is signed in by it and nothing is written: there is no act that another site could forge. And what is too much
# is met here, where it can be said kindly, not in the middleware.
@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def verify(request: HttpRequest) -> HttpResponse:
    """Takes a signed file and says whether it is whole. Nobody signs in, nothing is kept, nobody is looked up."""
    form = _brought(request)
    context: dict[str, Any] = {"form": form, "jwks": reverse("jwks"), "finding": None}
    if request.method == "POST":
        hit(CHECKED, get_adapter().get_client_ip(request))
        if form.is_valid():
            context |= _examined(form.cleaned_data["brought"])
    refused = form.errors or context.get("state") == State.FOREIGN
    return render(request, "badges/statements/verify.html", context, status=422 if refused else 200)


def _examined(brought: str) -> dict[str, Any]:
    if credentials.is_compact(brought):
        badge = credentials.examine(brought, locale=get_language() or "vi")
        return {"badge": badge, "state": badge.state}
    found = as_proof.examine(brought)
    return {"finding": found, "state": found.state, "parts": [_part(name) for name in found.parts[:20]]}


def _brought(request: HttpRequest) -> VerifyForm:
    if request.method != "POST":
        return VerifyForm()
    try:
        return VerifyForm(request.POST, request.FILES)
    except RequestDataTooBig:
        form = VerifyForm({})
        form.errors.clear()
        form.add_error("text", _("That text is too long to be pasted. Please choose the file instead."))
        return form


def _part(name: str) -> str:
    """What a part of the file is called by people; what we know nothing of keeps the file's own name, cut."""
    return {
        "house": _("the house it comes from"), "programme": _("the programme’s name"), "member": _("whose it is"),
        "from": _("its first day"), "to": _("its last day"), "made_at": _("when it was made"),
        "opening": _("what there was at the beginning"), "closing": _("what there was at the end"),
        "lots": _("what can be spent, and until when"), "points": _("what the points are called"),
        "ledger": _("the seal of the ledger"), "zone": _("the time zone"), "verify_at": _("where it is checked"),
    }.get(name, f"“{name[:40]}”")  # fmt: skip
