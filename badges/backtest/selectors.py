"""Reads of backtests: those of a draft, and whether one still speaks of the draft as it stands."""

from datetime import datetime, timedelta
from typing import Any

from django.db.models import QuerySet

from badges.backtest.models import Backtest

State = Backtest.State
UNDER_WAY = (State.QUEUED, State.RUNNING)
# Whoever runs one says so about every second. After so long without a word it died with its process.
SILENT = timedelta(seconds=90)
# One that nobody took up so long after it was handed out is handed out once more.
UNHEARD = timedelta(minutes=2)
ATTEMPTS = 2


def backtests() -> QuerySet[Backtest]:
    """All of them with whoever asked, without their large parts."""
    return Backtest.objects.select_related("asked_by").defer("differences", "result", "tried")


def backtests_of(draft_id: int) -> QuerySet[Backtest]:
    """Those that were asked for on the page of one draft, the newest first."""
    return backtests().filter(draft_id=draft_id).order_by("-id")


def under_way(draft_id: int) -> Backtest | None:
    """The one that waits or runs now; there is one at most."""
    return backtests_of(draft_id).filter(state__in=UNDER_WAY).first()


def newest_done(draft_id: int) -> Backtest | None:
    """The newest one with a result, its result with it. One query."""
    rows = Backtest.objects.filter(draft_id=draft_id, state=State.DONE).select_related("asked_by").order_by("-id")
    return rows.defer("differences").first()


def is_current(backtest: Backtest, contents: dict[int, dict[str, Any]]) -> bool:
    """Whether all that it tried still says the same. `contents`: what each draft says now, by its id.

    Handing a draft in, or sending it back, changes its version and not one word of it: words are what is compared.
    """
    return all(contents.get(one["draft"]) == one["content"] for one in backtest.tried)


def left_alone(at: datetime) -> QuerySet[Backtest]:
    """Those whose runner fell silent."""
    return backtests().filter(state=State.RUNNING, beat_at__lt=at - SILENT)


def unheard(at: datetime) -> QuerySet[Backtest]:
    """Those that nobody took up."""
    return backtests().filter(state=State.QUEUED, beat_at__lt=at - UNHEARD)
