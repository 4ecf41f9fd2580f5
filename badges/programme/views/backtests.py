"""Backtests in the workshop: asked for beside the approve button, watched while they run, read, taken along."""

import csv
from collections.abc import Iterator
from io import StringIO
from typing import Any

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from badges.backtest.models import Backtest
from badges.backtest.selectors import backtests_of
from badges.backtest.tasks import run_backtest
from badges.programme import actions, permissions, rehearsals, selectors
from badges.programme.forms import BacktestForm
from badges.programme.models import Draft
from badges.programme.views.desk import name_of
from portal.accounts.models import Member
from portal.accounts.viewers import member_or_refuse
from portal.core.clock import now
from portal.core.errors import Conflict, Invalid, NotFound

# What a spreadsheet would reckon with is written as words.
FORMULA = ("=", "+", "-", "@", "\t", "\r")


def listing(request: HttpRequest, draft_id: int) -> HttpResponse:
    """Every backtest of a draft, and the form that asks for another one."""
    member = member_or_refuse(request)
    draft = selectors.get_draft_for(member, draft_id)
    form = BacktestForm(request.POST or None, at=now(), initial={"version": draft.version})
    status = 200
    if request.method == "POST":
        permissions.check_write(member)
        try:
            if (asked := _asked(member, draft, form)) is not None:
                return redirect("programme_backtest", draft.pk, asked.pk)
            status = 422
        except Conflict as error:
            form.add_error(None, str(error))
            status = 409
    return render(request, "badges/programme/backtests.html", _around(member, draft) | {"form": form}, status=status)


def _asked(member: Member, draft: Draft, form: BacktestForm) -> Backtest | None:
    """The backtest that was asked for, in the worker's hands; None when the form is refused. Raises Conflict."""
    if not form.is_valid():
        return None
    data = form.cleaned_data
    try:
        row, fresh = actions.ask_for_backtest(
            actor=member, draft_id=draft.pk, version=data["version"] or 0, first=data["first"], last=data["last"],
            together=data["together"], at=now(),
        )  # fmt: skip
    except Invalid as error:
        form.refuse(error)
        return None
    if fresh:
        run_backtest.enqueue(row.pk)
    return row


def _around(member: Member, draft: Draft) -> dict[str, Any]:
    return {
        "draft": draft, "name": name_of(draft.kind, draft.subject, draft.texts),
        "writes": permissions.can_write(member), "backtests": list(backtests_of(draft.pk)),
        "open": draft.state in ("draft", "waiting", "refused"),
    }  # fmt: skip


def _found(request: HttpRequest, draft_id: int, backtest_id: int) -> tuple[Member, Draft, Backtest]:
    """The backtest for who may see the desk; raises Forbidden, NotFound."""
    member = member_or_refuse(request)
    draft = selectors.get_draft_for(member, draft_id)
    row = Backtest.objects.select_related("asked_by").defer("differences").filter(pk=backtest_id, draft=draft).first()
    if row is None:
        raise NotFound
    return member, draft, row


@require_safe
def page(request: HttpRequest, draft_id: int, backtest_id: int) -> HttpResponse:
    """How far it is, or what it found."""
    member, draft, row = _found(request, draft_id, backtest_id)
    context = _around(member, draft) | {"backtest": row, "percent": percent_of(row)}
    if row.state == Backtest.State.DONE:
        context |= rehearsals.page_of(row)
    return render(request, "badges/programme/backtest.html", context)


def percent_of(row: Backtest) -> int:
    """How much of the log it has heard."""
    return row.done * 100 // row.total if row.total else 0


@require_safe
def progress(request: HttpRequest, draft_id: int, backtest_id: int) -> HttpResponse:
    """The part of the page that changes while it runs."""
    member, draft, row = _found(request, draft_id, backtest_id)
    context = {"draft": draft, "backtest": row, "percent": percent_of(row), "writes": permissions.can_write(member)}
    return render(request, "badges/programme/_backtest_progress.html", context)


@require_POST
def stop(request: HttpRequest, draft_id: int, backtest_id: int) -> HttpResponse:
    """Stops it, if it still waits or runs."""
    member, draft, row = _found(request, draft_id, backtest_id)
    actions.stop_backtest(actor=member, draft_id=draft.pk, backtest_id=row.pk, at=now())
    return redirect("programme_backtest", draft.pk, row.pk)


@require_safe
def members(request: HttpRequest, draft_id: int, backtest_id: int) -> StreamingHttpResponse:
    """Each member whose points differ, as a CSV file that spreadsheets read with its accents."""
    _member, _draft, row = _found(request, draft_id, backtest_id)
    if row.state != Backtest.State.DONE:
        raise NotFound
    response = StreamingHttpResponse(_csv(row), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="backtest-{row.pk}.csv"'
    return response


def _csv(row: Backtest) -> Iterator[str]:
    yield "\ufeff"
    for line in rehearsals.lines_of(row):
        out = StringIO()
        csv.writer(out).writerow([_plain(cell) for cell in line])
        yield out.getvalue()


def _plain(cell: Any) -> Any:
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(FORMULA) else cell
