"""Backtests in the worker, and those that lost theirs."""

from datetime import datetime

from django_tasks import task

from badges.backtest import actions
from portal.jobs.table import register


@task()
def run_backtest(backtest_id: int) -> bool:
    """Replays the log for one backtest, unless it was stopped or taken up meanwhile."""
    return actions.run(backtest_id)


def look_after_backtests(at: datetime) -> int:
    """Calendar job: hands those whose worker was lost to the next one; returns how many. Idempotent."""
    again = actions.look_after(at)
    for pk in again:
        run_backtest.enqueue(pk)
    return len(again)


register("look_after_backtests", "* * * * *", look_after_backtests)
