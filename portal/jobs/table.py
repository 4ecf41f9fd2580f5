"""The table of calendar jobs and the rule by which they run: each once per due minute, whoever asks."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from cronsim import CronSim
from django.db import IntegrityError, connection, transaction

from portal.core.clock import now, programme_zone
from portal.jobs.models import CronRun

logger = logging.getLogger(__name__)

Work = Callable[[datetime], Any]
# A run that has not ended by then died with its process; it is given to the next scheduler once more.
GIVEN_UP = timedelta(minutes=30)


@dataclass(frozen=True)
class Job:
    """A name, a cron expression in the programme's zone, and what to do: a callable taking `at`, or a task."""

    name: str
    cron: str
    work: Any

    def latest_due(self, at: datetime) -> datetime:
        """The newest minute at or before `at` in which the job is due."""
        local = at.astimezone(programme_zone()).replace(second=0, microsecond=0)
        due: datetime = next(CronSim(self.cron, local + timedelta(minutes=1), reverse=True))
        return due.astimezone(UTC)


_jobs: dict[str, Job] = {}


def register(name: str, cron: str, work: Any) -> None:
    """Adds a job: `work(at)` is called in the scheduler, or `work.enqueue()` for a django-tasks task.

    A job must bear being run twice: after a crash it is. Raises TypeError when the name is taken, CronSimError when
    the expression is wrong.
    """
    if name in _jobs:
        raise TypeError(f"there is a job {name} already")
    CronSim(cron, now())
    _jobs[name] = Job(name, cron, work)


def jobs() -> list[Job]:
    """All jobs in the order of their registration."""
    return list(_jobs.values())


def run_due(at: datetime, since: datetime) -> int:
    """Runs every job whose latest due minute has not been run; returns how many ran here.

    After downtime each job runs once, however often it was due. A job that has never run waits for its next minute
    after `since` (the scheduler's start), so that a fresh installation does not begin with every yearly job at once.
    Two schedulers at the same minute: the unique key (job, due) lets one of them through.
    """
    return sum(_run_if_due(job, at, since) for job in jobs())


def _run_if_due(job: Job, at: datetime, since: datetime) -> bool:
    due = job.latest_due(at)
    runs = CronRun.objects.filter(job=job.name)
    row = runs.filter(due=due).first()
    if row is None:
        if due < since - timedelta(minutes=1) and not runs.exists():
            return False
        try:
            with transaction.atomic():
                row = CronRun.objects.create(job=job.name, due=due)
        except IntegrityError:
            return False
    elif row.finished_at is None and row.started_at < at - GIVEN_UP:
        mine = CronRun.objects.filter(pk=row.pk, finished_at=None, started_at=row.started_at).update(started_at=at)
        if not mine:
            return False
    else:
        return False
    _run(job, row, at)
    return True


def _run(job: Job, row: CronRun, at: datetime) -> None:
    error = ""
    try:
        if hasattr(job.work, "enqueue"):
            job.work.enqueue()
        else:
            job.work(at)
    except Exception as failure:
        logger.exception("job failed", extra={"job": job.name})
        error = f"{type(failure).__name__}: {failure}"[:2000].replace("\x00", "")
        if not connection.in_atomic_block:
            connection.close_if_unusable_or_obsolete()
    CronRun.objects.filter(pk=row.pk).update(finished_at=now(), error=error)
