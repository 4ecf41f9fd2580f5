"""Running a backtest: taken up, told on while it runs, ended once. It writes its own row and nothing else."""

import logging
import time
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db.models import F

from badges.backtest import selectors
from badges.backtest.models import Backtest
from badges.backtest.replay import Log, replay
from badges.backtest.report import ENGINE, report_of, tiers_of
from badges.backtest.rulebook import Drafted
from badges.campaigns.definitions import Terms
from badges.campaigns.definitions import parse as parse_campaign
from badges.earning.definitions import parse
from badges.earning.models import EarningRule
from badges.ledger.models import PointType
from badges.ledger.selectors import status_points_of_all
from badges.tiers.models import Tier
from badges.tiers.reckoning import Rung, years_for
from badges.tiers.selectors import drafted_rungs, ladders_at
from portal.core import clock

logger = logging.getLogger(__name__)
State = Backtest.State
BEAT = 1.0
LOST = "The worker that ran it was lost, twice."


class Stopped(Exception):
    """Somebody stopped it, or it was given to another worker: what was reckoned so far is thrown away."""


def run(backtest_id: int) -> bool:
    """Takes up a backtest that waits, replays the log and keeps the result; returns whether it was done here.

    Side effects: its own row, about every second. Idempotent: one that does not wait any more is left alone. What goes
    wrong is logged and kept on the row as `failed`.
    """
    waiting = Backtest.objects.filter(pk=backtest_id, state=State.QUEUED)
    at = clock.now()
    if not waiting.update(state=State.RUNNING, started_at=at, beat_at=at, done=0, attempts=F("attempts") + 1):
        return False
    row = Backtest.objects.get(pk=backtest_id)
    # Whoever was thought lost and is not may no longer write here: the number of the attempt is the key.
    mine = Backtest.objects.filter(pk=row.pk, state=State.RUNNING, attempts=row.attempts)
    try:
        done = _reckon(row, _Beat(row))
    except Stopped:
        return False
    except Exception as error:
        logger.exception("backtest failed", extra={"backtest": row.pk})
        told = f"{type(error).__name__}: {error}"[:300].replace("\x00", "")
        mine.update(state=State.FAILED, ended_at=clock.now(), error=told)
        return False
    return bool(mine.update(state=State.DONE, ended_at=clock.now(), engine=ENGINE, **done))


class _Beat:
    """Tells the row how far it is, once a second, and learns there whether to go on."""

    def __init__(self, row: Backtest) -> None:
        self.row, self.last = row, time.monotonic()

    def __call__(self, done: int) -> None:
        if time.monotonic() - self.last >= BEAT:
            self.tell(done=done)

    def tell(self, **fields: Any) -> None:
        """Writes now. Raises Stopped when the row is no longer this runner's."""
        self.last = time.monotonic()
        mine = Backtest.objects.filter(pk=self.row.pk, state=State.RUNNING, attempts=self.row.attempts)
        if not mine.update(beat_at=clock.now(), **fields):
            raise Stopped


def _reckon(row: Backtest, beat: _Beat) -> dict[str, Any]:
    """The result as fields of the row."""
    since, until = clock.day_bounds(row.first)[0], min(clock.day_bounds(row.last)[1], row.asked_at)
    log = Log.up_to(until)
    beat.tell(total=log.total)
    campaigns = campaigns_of(row)
    found = replay(log, drafts=drafts_of(row), since=since, progress=beat, campaigns=campaigns)
    beat.tell(done=log.total)
    values = dict(PointType.objects.order_by("id").values_list("code", "unit_value"))
    rules = [one["subject"] for one in row.tried if one["kind"] == "rule"] + lifted_by(campaigns.values())
    result, differences = report_of(found, first=row.first, last=row.last, values=values, drafted=rules)
    now, drafted = ladders_of(row, until)
    points = status_points_of_all(years_for(row.last, max(now[-1].rank, drafted[-1].rank)), until=row.last)
    result["tiers"] = tiers_of(found, points, now=now, drafted=drafted, day=row.last)
    result["ladder"] = any(one["kind"] == "ladder" for one in row.tried)
    return {"result": result, "differences": differences, "done": log.total}


def drafts_of(row: Backtest) -> dict[str, Drafted]:
    """The rules that it tries, by their codes."""
    return {
        one["subject"]: Drafted(one["content"]["event"], parse(one["content"]["definition"]))
        for one in row.tried
        if one["kind"] == "rule"
    }


def campaigns_of(row: Backtest) -> dict[str, Terms]:
    """The campaigns that it tries, by their codes."""
    return {
        one["subject"]: parse_campaign(one["content"]["definition"]) for one in row.tried if one["kind"] == "campaign"
    }


def lifted_by(campaigns: Iterable[Terms]) -> list[str]:
    """The rules that these campaigns mean. One query."""
    rules = EarningRule.objects.values_list("code", "event_name")
    several = list(campaigns)
    return [code for code, event in rules if any(terms.lifts(code, event) for terms in several)]


def ladders_of(row: Backtest, at: datetime) -> tuple[tuple[Rung, ...], tuple[Rung, ...]]:
    """The ladder in force at an instant, and the one that it tries: the same where no ladder was drafted."""
    now = ladders_at(at)[-1].rungs
    content: Mapping[str, Any] | None = next((one["content"] for one in row.tried if one["kind"] == "ladder"), None)
    return now, drafted_rungs(content, list(Tier.objects.all())) if content is not None else now


def stop(backtest_id: int, *, at: datetime) -> bool:
    """Stops one that waits or runs; returns whether there was something to stop. Its runner notices within a second."""
    under_way = Backtest.objects.filter(pk=backtest_id, state__in=selectors.UNDER_WAY)
    return bool(under_way.update(state=State.CANCELLED, ended_at=at))


def look_after(at: datetime) -> list[int]:
    """Gives those whose worker was lost another chance, once, and lets them fail the second time. Returns which are to
    be handed to the worker again. Idempotent: each is handed out once in `UNHEARD`."""
    again = []
    for row in selectors.left_alone(at):
        same = Backtest.objects.filter(pk=row.pk, state=State.RUNNING, beat_at=row.beat_at)
        if row.attempts >= selectors.ATTEMPTS:
            same.update(state=State.FAILED, ended_at=at, error=LOST)
        elif same.update(state=State.QUEUED, beat_at=at):
            again.append(row.pk)
    for row in selectors.unheard(at):
        if Backtest.objects.filter(pk=row.pk, state=State.QUEUED, beat_at=row.beat_at).update(beat_at=at):
            again.append(row.pk)
    return again
