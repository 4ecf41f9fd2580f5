"""The calendar of the programme: its jobs are in the scheduler's table, and a tier ends on its day."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from badges.tiers.tasks import end_tiers
from portal.accounts.models import Member, Standing
from portal.jobs.table import jobs
from tests.badges.tiers.test_tiers import give


def test_the_scheduler_knows_the_programme_s_jobs() -> None:
    known = {job.name: job.cron for job in jobs()}
    wanted = {
        "settle_waiting": "* * * * *",
        "sweep_barred": "*/5 * * * *",
        "release_holds": "* * * * *",
        "expire_points": "7 * * * *",
        "programme_day": "5 * * * *",
    }
    assert {name: known.get(name) for name in wanted} == wanted


@pytest.mark.django_db
def test_a_tier_ends_the_day_after_its_last_and_not_before(alice: Member) -> None:
    give(alice, 1000, at=datetime(2026, 3, 10, 3, 0, tzinfo=UTC))
    assert end_tiers(datetime(2028, 1, 30, 10, 0, tzinfo=UTC)) == 0
    assert Standing.objects.get(member=alice).tier_code == "gold"
    assert end_tiers(datetime(2028, 1, 31, 10, 0, tzinfo=UTC)) == 1
    assert Standing.objects.get(member=alice).tier_code == "silver"  # one step, not all the way
    assert end_tiers(datetime(2028, 2, 1, 10, 0, tzinfo=UTC)) == 0
