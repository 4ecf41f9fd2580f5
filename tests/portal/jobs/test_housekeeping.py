"""What was left lying is put back, what is old is thrown away, what is young is kept."""

from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.db import transaction
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from portal.core.clock import now
from portal.jobs import housekeeping, table
from portal.jobs.models import CronRun
from portal.realtime import record, tasks
from portal.realtime.models import StreamEntry

pytestmark = pytest.mark.django_db


def task_row(status: str, **times) -> DBTaskResult:
    return DBTaskResult.objects.create(
        status=status, args_kwargs={"args": [], "kwargs": {}}, task_path="x.y", backend_name="default",
        run_after=now(), exception_class_path="", traceback="", **times,
    )  # fmt: skip


def test_a_task_whose_worker_died_is_ready_again_after_ten_minutes():
    old = task_row(TaskResultStatus.RUNNING, started_at=now() - timedelta(minutes=11))
    young = task_row(TaskResultStatus.RUNNING, started_at=now() - timedelta(minutes=9))
    assert housekeeping.revive_tasks(now()) == 1
    old.refresh_from_db()
    young.refresh_from_db()
    assert (old.status, old.started_at) == (TaskResultStatus.READY, None)
    assert young.status == TaskResultStatus.RUNNING


def test_finished_tasks_are_kept_a_week_and_failed_ones_a_month():
    for status, days in (("SUCCESSFUL", 6), ("SUCCESSFUL", 8), ("FAILED", 8), ("FAILED", 31), ("READY", 99)):
        task_row(status, finished_at=now() - timedelta(days=days))
    housekeeping.prune_tasks(now())
    left = sorted((row.status, (now() - row.finished_at).days) for row in DBTaskResult.objects.all())
    assert left == [("FAILED", 8), ("READY", 99), ("SUCCESSFUL", 6)]


def test_old_runs_go_but_the_newest_of_each_job_stays():
    for job, days in (("yearly", 400), ("yearly", 100), ("daily", 90), ("daily", 1)):
        CronRun.objects.create(job=job, due=now() - timedelta(days=days))
    housekeeping.prune_runs(now())
    left = {(run.job, (now() - run.due).days) for run in CronRun.objects.all()}
    assert left == {("yearly", 100), ("daily", 1)}


def test_sessions_that_ran_out_are_deleted(client, alice):
    client.force_login(alice)
    Session.objects.create(session_key="x" * 32, session_data="", expire_date=now() - timedelta(days=1))
    housekeeping.clear_sessions(now())
    assert Session.objects.count() == 1


def test_stream_entries_are_kept_thirty_days(monkeypatch):
    monkeypatch.setattr(tasks, "AT_ONCE", 2)
    with transaction.atomic():
        for n in range(7):
            record("stage:1", "said", {"id": n})
    StreamEntry.objects.filter(number__lte=5).update(at=now() - timedelta(days=31))
    assert tasks.prune_entries(now()) == 5
    assert list(StreamEntry.objects.filter(stream__key="stage:1").values_list("number", flat=True)) == [6, 7]


def test_the_house_has_its_own_jobs_in_the_table():
    names = {job.name for job in table.jobs()}
    assert {"revive_tasks", "prune_tasks", "prune_runs", "clear_sessions", "prune_stream_entries"} <= names
