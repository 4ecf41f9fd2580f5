"""The rules of the word filter, and words to try them with."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from community.moderation import actions, keeper, selectors
from community.moderation.forms import RuleForm, TryForm
from community.moderation.models import FilterRule
from community.moderation.views._parts import desk, moderator, refuse
from portal.accounts.models import Member
from portal.core.clock import now
from portal.core.errors import Conflict, DomainError


@require_http_methods(["GET", "POST"])
@never_cache
def rules(request: HttpRequest) -> HttpResponse:
    """All rules, and a box to try words in: what is typed there is neither kept nor sent."""
    moderator(request)
    form = TryForm(request.POST if request.method == "POST" else None)
    context: dict[str, Any] = {"page": selectors.rules(request.GET.get("page")), "form": form, **desk("rules")}
    if form.is_valid():
        text = form.cleaned_data["text"][:5_000]
        verdict = keeper.judge_words({"text": text})
        found = {rule.pk: rule for rule in FilterRule.objects.filter(pk__in=verdict.rules)}
        context |= {"verdict": verdict, "tried": text, "found": [found[pk] for pk in verdict.rules if pk in found]}
    return render(request, "community/moderation/rules.html", context)


@require_http_methods(["GET", "POST"])
@never_cache
def rule(request: HttpRequest, number: int | None = None) -> HttpResponse:
    """The form of a rule, new or known."""
    member = moderator(request)
    found = get_object_or_404(FilterRule, pk=number) if number is not None else None
    form = RuleForm(request.POST if request.method == "POST" else None, initial=_initial(found))
    if request.method == "POST" and form.is_valid():
        return _saved(request, member, found, form)
    return _rule_page(request, found, form)


def _initial(found: FilterRule | None) -> dict[str, Any]:
    if found is None:
        return {"active": True, "kind": FilterRule.Kind.WORD, "action": FilterRule.Action.HOLD}
    return {name: getattr(found, name) for name in ("kind", "pattern", "action", "note", "active")}


def _rule_page(request: HttpRequest, found: FilterRule | None, form: RuleForm, status: int = 200) -> HttpResponse:
    context = {"rule": found, "form": form, **desk("rules")}
    return render(request, "community/moderation/rule.html", context, status=status)


def _saved(request: HttpRequest, member: Member, found: FilterRule | None, form: RuleForm) -> HttpResponse:
    given = request.POST.get("version", "")
    version = int(given) if given.isascii() and given.isdigit() and len(given) < 10 else 0
    try:
        actions.save_rule(
            actor=member, rule=found.pk if found else None, version=version, at=now(), **form.cleaned_data
        )
    except DomainError as error:
        status = refuse(form, error)
        if isinstance(error, Conflict) and found is not None:
            found.refresh_from_db()
        return _rule_page(request, found, form, status)
    return redirect("moderation:rules")


@require_POST
def drop_rule(request: HttpRequest, number: int) -> HttpResponse:
    """Takes a rule away."""
    actions.drop_rule(actor=moderator(request), rule=number, at=now())
    return redirect("moderation:rules")
