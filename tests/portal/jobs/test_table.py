"""Calendar jobs: each once per due minute, once after downtime, never twice by two schedulers."""

from datetime import UTC, datetime, timedelta

import pytest
from cronsim import CronSimError

from portal.jobs import table
from portal.jobs.models import CronRun
from tests.helpers.races import run_parallel

MONDAY = datetime(2026, 6, 1, 1, 0, 20, tzinfo=UTC)  # 08:00:20 in Vietnam


@pytest.fixture
def job(monkeypatch):
    """`job("x", "0 8 * * *", work)` is the only job of the house meanwhile."""
    monkeypatch.setattr(table, "_jobs", {})
    return table.register


@pytest.mark.django_db
def test_a_job_runs_once_in_its_minute_of_the_programme_zone(job):
    runs = []
    job("breakfast", "0 8 * * *", runs.append)
    start = MONDAY - timedelta(hours=5)
    for seconds in (-40, -20, 0, 20, 40, 70):
        at = MONDAY + timedelta(seconds=seconds)
        table.run_due(at, start)
    assert runs == [MONDAY.replace(second=0)]
    row = CronRun.objects.get()
    assert (row.due, row.error) == (MONDAY.replace(second=0), "")
    assert row.finished_at is not None


@pytest.mark.django_db
def test_after_downtime_a_job_runs_once_however_often_it_was_due(job):
    runs = []
    job("minutely", "* * * * *", runs.append)
    table.run_due(MONDAY, MONDAY)
    later = MONDAY + timedelta(hours=30)
    table.run_due(later, later)
    table.run_due(later + timedelta(seconds=10), later)
    assert runs == [MONDAY, later]


@pytest.mark.django_db
def test_a_fresh_installation_waits_for_the_next_due_minute(job):
    runs = []
    job("new year", "0 0 1 1 *", runs.append)
    assert table.run_due(MONDAY, MONDAY) == 0
    new_year = datetime(2026, 12, 31, 17, 0, 5, tzinfo=UTC)
    assert table.run_due(new_year, MONDAY) == 1
    assert runs == [new_year]


@pytest.mark.django_db
def test_a_job_that_fails_keeps_its_error_and_stops_no_other(job):
    runs = []
    job("broken", "* * * * *", lambda at: 1 / 0)
    job("well", "* * * * *", runs.append)
    assert table.run_due(MONDAY, MONDAY) == 2
    assert runs == [MONDAY]
    assert CronRun.objects.get(job="broken").error == "ZeroDivisionError: division by zero"


@pytest.mark.django_db
def test_a_run_that_died_with_its_process_is_taken_up_once_more(job):
    runs = []
    job("daily", "0 8 * * *", runs.append)
    CronRun.objects.create(job="daily", due=MONDAY.replace(second=0))
    CronRun.objects.update(started_at=MONDAY)
    assert table.run_due(MONDAY + timedelta(minutes=5), MONDAY) == 0
    assert table.run_due(MONDAY + timedelta(minutes=31), MONDAY) == 1
    assert len(runs) == 1


@pytest.mark.django_db
def test_a_task_is_enqueued_instead_of_called(job):
    class Task:
        enqueued = 0

        def enqueue(self):
            self.enqueued += 1

    task = Task()
    job("task", "* * * * *", task)
    table.run_due(MONDAY, MONDAY)
    assert task.enqueued == 1


@pytest.mark.both_databases
@pytest.mark.django_db(transaction=True)
def test_many_schedulers_at_the_same_minute_run_a_job_once(job):
    runs = []
    job("one", "* * * * *", runs.append)
    job("two", "* * * * *", runs.append)
    race = run_parallel(lambda n: table.run_due(MONDAY, MONDAY), 8)
    assert race.errors == {}
    assert sum(race.values) == 2
    assert len(runs) == 2


def test_a_name_is_taken_once_and_a_wrong_expression_is_refused(job):
    job("one", "* * * * *", print)
    with pytest.raises(TypeError):
        job("one", "* * * * *", print)
    with pytest.raises(CronSimError):
        job("two", "61 * * * *", print)
