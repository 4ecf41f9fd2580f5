"""The programme's day: one order, each job once a day, missed days made up for, and a rehearsal that writes nothing."""

from __future__ import annotations

import json
from datetime import date, datetime, timedelta
from io import StringIO
from typing import Any

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import transaction

from badges.ledger import actions as ledger
from badges.ledger.models import Transaction
from badges.ledger.verify import verify
from badges.management.commands import programme_day as command
from badges.programme import days
from badges.programme.days import JOBS, NAMES, rehearse, run_days, run_job
from badges.programme.models import DayRun
from badges.tiers.models import TierMove
from portal.accounts.models import Member
from portal.events import relay
from portal.jobs.table import jobs
from tests.badges.tiers.test_life import noon, shown
from tests.badges.tiers.test_tiers import give
from tests.factories.portal import make_members
from tests.helpers.races import run_parallel

FALL = date(2028, 1, 31)


def tables() -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table."""
    return {
        model._meta.label: sorted(map(str, model._base_manager.values_list()))
        for model in apps.get_models(include_auto_created=True)
    }  # type: ignore[misc]


def spend(member: Member, at: datetime, amount: int = 30) -> None:
    """Points that lapse a year later."""
    with transaction.atomic():
        ledger.earn(member_id=member.pk, amounts={"spend": amount}, source="test", key=f"spend:{member.pk}", at=at)


@pytest.fixture
def gold(alice: Member) -> Member:
    """Gold to 30 January 2028, with points whose last day is 31 January 2028."""
    relay.drain()
    give(alice, 1000)
    spend(alice, noon(date(2027, 1, 5)))
    return alice


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Sets the command's clock."""
    return lambda at: monkeypatch.setattr(command, "now", lambda: at)


def test_the_scheduler_runs_the_day_and_none_of_its_jobs_beside_it() -> None:
    known = {job.name: job.cron for job in jobs()}
    assert known["programme_day"] == "5 * * * *"
    assert not {"end_tiers", "warn_of_ends", "close_boards"} & set(known)
    assert NAMES == ("rings", "activate", "challenges", "tiers", "expire", "warn", "boards")


@pytest.mark.django_db
def test_each_job_runs_once_a_day_in_the_order(gold: Member) -> None:
    assert run_days(noon(FALL)) == len(JOBS)
    assert list(DayRun.objects.order_by("pk").values_list("job", "day")) == [(name, FALL) for name in NAMES]
    assert shown(gold)[0] == "silver"
    assert run_days(noon(FALL) + timedelta(hours=3)) == 0
    assert TierMove.objects.filter(member=gold, cause="ended").count() == 1


@pytest.mark.django_db
def test_missed_days_are_made_up_for_each_once_and_nothing_is_doubled(gold: Member) -> None:
    run_days(noon(FALL - timedelta(days=2)))
    late = noon(FALL + timedelta(days=3))
    assert run_days(late) == 5 * len(JOBS)
    assert run_days(late) == 0
    told = {(row.job, row.day): row.count for row in DayRun.objects.all()}
    assert (told["tiers", FALL], told["tiers", FALL + timedelta(days=1)]) == (1, 0)
    # The lot's last day is the day of the fall: it lapses for the day after, whenever that is made up for.
    assert (told["expire", FALL], told["expire", FALL + timedelta(days=1)]) == (0, 1)
    lapsed = Transaction.objects.filter(kind="expire").count()
    assert lapsed == sum(n for (job, _day), n in told.items() if job == "expire")
    assert verify(["I1", "I2", "I3", "I4", "I6", "I7"]) == []


@pytest.mark.django_db
def test_a_rehearsal_tells_exactly_what_the_run_does_and_writes_nothing(gold: Member) -> None:
    day, at = FALL + timedelta(days=1), noon(FALL + timedelta(days=1))
    before = tables()
    told = rehearse(day, at)
    assert tables() == before
    done = [run_job(job, day, at) for job in JOBS]
    assert [(o.job, o.count) for o in told] == [(o.job, o.count) for o in done if o]
    by_job = {o.job: o for o in told}
    assert by_job["tiers"].rows == [f"member {gold.pk}: gold -> silver (ended)"]
    assert by_job["expire"].count > 0
    assert all(row.startswith(f"member {gold.pk}: lot:") for row in by_job["expire"].rows)


@pytest.mark.django_db
def test_a_day_to_come_can_be_rehearsed_from_today(gold: Member) -> None:
    before = tables()
    found = {o.job: o.count for o in rehearse(FALL, noon(date(2027, 6, 1)))}
    assert (found["tiers"], found["boards"] > 0) == (1, True)
    assert {o.job: o.count for o in rehearse(FALL - timedelta(days=1), noon(date(2027, 6, 1)))}["tiers"] == 0
    assert tables() == before


@pytest.mark.django_db
def test_what_failed_is_run_again_before_anything_after_it(gold: Member, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(day: date, at: datetime) -> int:
        raise RuntimeError("no")

    whole = days.JOBS
    monkeypatch.setattr(days, "JOBS", (*whole[:2], days.DayJob("tiers", broken, whole[2].written, ""), *whole[3:]))
    for _twice in range(2):
        with pytest.raises(RuntimeError):
            run_days(noon(FALL))
    assert list(DayRun.objects.order_by("pk").values_list("job", flat=True)) == ["rings", "activate"]
    monkeypatch.setattr(days, "JOBS", whole)
    assert run_days(noon(FALL)) == len(JOBS) - 2


@pytest.mark.django_db
def test_who_died_at_a_job_is_followed_after_half_an_hour(gold: Member) -> None:
    at = noon(FALL)
    DayRun.objects.create(job="rings", day=FALL, started_at=at)
    assert run_days(at + timedelta(minutes=29)) == 0
    assert run_days(at + timedelta(minutes=31)) == len(JOBS)


@pytest.mark.django_db
def test_the_command_runs_one_day_once_and_tells_it_to_machines(gold: Member, clock: Any) -> None:
    clock(noon(FALL + timedelta(days=4)))

    def said(*args: str) -> Any:
        out = StringIO()
        call_command("programme_day", *args, "--json", stdout=out)
        return json.loads(out.getvalue())

    rehearsed = said("tiers", "--date", FALL.isoformat(), "--dry-run")
    assert (rehearsed["dry_run"], [o["count"] for o in rehearsed["jobs"]]) == (True, [1])
    assert not DayRun.objects.exists()
    assert [(o["count"], o["ran"]) for o in said("tiers", "--date", FALL.isoformat())["jobs"]] == [(1, True)]
    assert [(o["count"], o["ran"]) for o in said("tiers", "--date", FALL.isoformat())["jobs"]] == [(1, False)]


@pytest.mark.django_db
@pytest.mark.parametrize(
    "args", [("--date", "31/01/2028"), ("--date", "2028-02-30"), ("--date", "2028-02-09"), ("sleep",)]
)
def test_the_command_refuses_what_is_no_day_no_job_and_not_here_yet(args: tuple[str, ...], clock: Any) -> None:
    clock(noon(date(2028, 2, 8)))
    with pytest.raises(CommandError):
        call_command("programme_day", *args, stdout=StringIO())
    assert not DayRun.objects.exists()


@pytest.mark.both_databases
@pytest.mark.django_db(transaction=True)
def test_four_schedulers_at_once_do_each_thing_once(transactional_db: None) -> None:
    members = make_members(4)
    for member in members:
        give(member, 1000)
        spend(member, noon(date(2027, 1, 5)))
    at = noon(FALL + timedelta(days=1))
    race = run_parallel(lambda n: run_days(at), 4)
    assert race.errors == {}
    assert sum(n for n in race.values if isinstance(n, int)) == len(JOBS)
    assert TierMove.objects.filter(cause="ended").count() == 4
    assert DayRun.objects.exclude(finished_at=None).count() == len(JOBS)
    assert verify(["I1", "I2", "I3", "I4", "I6", "I7"]) == []
