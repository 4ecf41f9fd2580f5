"""The house's own calendar jobs: what was left lying is put back, what is old is thrown away."""

from datetime import datetime, timedelta
from importlib import import_module

from django.conf import settings
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from portal.jobs.models import CronRun
from portal.jobs.table import register

# Longer than the slowest task (an image import); a task killed with its worker waits so long for its second chance.
STALE_TASK = timedelta(minutes=10)
KEEP_TASKS = timedelta(days=7)
KEEP_FAILED_TASKS = timedelta(days=30)
KEEP_RUNS = timedelta(days=60)


def revive_tasks(at: datetime) -> int:
    """Puts tasks whose worker died back in the queue: django-tasks-db leaves them RUNNING for ever."""
    stale = DBTaskResult.objects.running().filter(started_at__lt=at - STALE_TASK)
    return stale.update(status=TaskResultStatus.READY, started_at=None)


def prune_tasks(at: datetime) -> None:
    """Forgets finished tasks after a week, failed ones after a month."""
    DBTaskResult.objects.successful().filter(finished_at__lt=at - KEEP_TASKS).delete()
    DBTaskResult.objects.failed().filter(finished_at__lt=at - KEEP_FAILED_TASKS).delete()


def prune_runs(at: datetime) -> None:
    """Forgets old runs of calendar jobs, but never a job's newest: it says that the job is not new."""
    for job in CronRun.objects.values_list("job", flat=True).distinct():
        newest = CronRun.objects.filter(job=job).order_by("-due").values_list("pk", flat=True)[:1]
        CronRun.objects.filter(job=job, due__lt=at - KEEP_RUNS).exclude(pk__in=list(newest)).delete()


def clear_sessions(at: datetime) -> None:
    """Deletes sessions that have run out."""
    import_module(settings.SESSION_ENGINE).SessionStore.clear_expired()


register("revive_tasks", "* * * * *", revive_tasks)
register("prune_tasks", "10 3 * * *", prune_tasks)
register("prune_runs", "15 3 * * *", prune_runs)
register("clear_sessions", "20 3 * * *", clear_sessions)
