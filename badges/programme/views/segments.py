"""Circles of members in the workshop: a list, a form that counts before it keeps, and who came and went."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.text import slugify
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from badges.awards.models import BadgeText
from badges.programme import permissions
from badges.programme.segment_form import SegmentForm, segment_initial, word_choices
from badges.segments import actions, selectors, wording
from badges.segments.definitions import parse
from badges.segments.models import Segment
from badges.tiers.selectors import names_of
from portal.accounts.viewers import member_or_refuse
from portal.core.clock import now
from portal.core.errors import Conflict, Invalid, NotFound

NEW = "new"


@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    """All segments, what each asks for, and how many are in it."""
    member = member_or_refuse(request)
    permissions.check_see_desk(member)
    called = _called()
    rows = [(row, _words(row, called)) for row in selectors.segments()]
    return render(request, "badges/programme/segments.html", {"rows": rows, "writes": permissions.can_write(member)})


@require_safe
def page(request: HttpRequest, code: str) -> HttpResponse:
    """One segment: how many meet it now, ten of them, and who entered and left."""
    member = member_or_refuse(request)
    permissions.check_see_desk(member)
    row, at = _one(code), now()
    count, sample = selectors.count_and_sample(selectors.group_of(row), at)
    entered, left = selectors.lately(row)
    context = {
        "segment": row, "words": _words(row, _called()), "mode": wording.mode_words(row.definition["mode"]),
        "count": count, "sample": sample, "entered": entered, "left": left, "writes": permissions.can_write(member),
    }  # fmt: skip
    return render(request, "badges/programme/segment.html", context)


def write(request: HttpRequest, code: str) -> HttpResponse:
    """A new segment (“new”) or a change; `step` “count” says who would be in it and keeps nothing."""
    member = member_or_refuse(request)
    permissions.check_write(member)
    row = None if code == NEW else _one(code)
    initial = {"mode": "all"} if row is None else segment_initial(row.name, row.definition, row.version)
    form = SegmentForm(request.POST or None, initial=initial, words_of=word_choices(*_choices()))
    context: dict[str, Any] = {"form": form, "segment": row}
    status = 200
    if request.method == "POST":
        try:
            found = _tried(form)
            if request.POST.get("step") == "count" and found is not None:
                context |= dict(zip(("count", "sample"), found, strict=True))
            elif found is not None:
                return _kept(request, form, row)
        except Conflict:
            form.add_error(None, _("Somebody changed it meanwhile, or the name is taken. Nothing was kept."))
            status = 409
        status = 422 if form.errors and status == 200 else status
    return render(request, "badges/programme/edit_segment.html", context, status=status)


def _tried(form: SegmentForm) -> Any:
    """Count and sample of what the form says; None when it is refused, with the reason beside its row."""
    if not form.is_valid():
        return None
    tiers, badges = selectors.words_known()
    try:
        return selectors.count_and_sample(parse(form.definition(), tiers=tiers, badges=badges), now())
    except Invalid as error:
        form.refuse(error)
        return None


def _kept(request: HttpRequest, form: SegmentForm, row: Segment | None) -> HttpResponse:
    data, member = form.cleaned_data, member_or_refuse(request)
    code = row.code if row is not None else slugify(data["name"].replace("đ", "d").replace("Đ", "D"))[:40]
    try:
        kept = actions.write_segment(
            actor=member, code=code if code not in ("", NEW) else "segment", name=data["name"],
            definition=form.definition(), at=now(), version=None if row is None else data["version"] or 0,
        )  # fmt: skip
    except Invalid as error:
        form.refuse(error)
        context = {"form": form, "segment": row}
        return render(request, "badges/programme/edit_segment.html", context, status=422)
    messages.success(request, _("The segment is kept. Its history follows within ten minutes."))
    return redirect("programme_segment", kept.code)


def _one(code: str) -> Segment:
    row = Segment.objects.filter(code=code).first()
    if row is None:
        raise NotFound
    return row


def _words(row: Segment, called: dict[str, str]) -> list[str]:
    return wording.words_of(selectors.group_of(row), called)


def _choices() -> tuple[dict[str, str], dict[str, str]]:
    """Tiers and badges by code, as they are called. Four queries."""
    tiers, badges = selectors.words_known()
    locale = get_language() or "vi"
    names, called = names_of(locale), {}
    for text in BadgeText.objects.filter(locale__in={locale, "vi"}).select_related("badge"):
        if text.locale == locale or text.badge.code not in called:
            called[text.badge.code] = text.name
    return {code: names.get(code, code) for code in tiers}, {code: called.get(code, code) for code in badges}


def _called() -> dict[str, str]:
    """How every word of a condition is called, by `kind:code`, as the form's lists have them."""
    groups = [choices for _group, choices in word_choices(*_choices())[1:]]
    return {code: str(name) for choices in groups for code, name in choices}
