"""The programme's day: its calendar jobs in their one order, each once a day, missed days made up for.

The order matters: rings are held before what waited becomes hers, that and the prizes of challenges come before tiers
are looked at, tiers before points lapse, and months are closed when all of that stands. The scheduler and
`manage.py programme_day` run the same.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.db import IntegrityError, models, transaction

from badges.challenges.models import Finish
from badges.challenges.tasks import close_challenges
from badges.earning.models import PendingEarning, Ring
from badges.earning.tasks import settle_waiting
from badges.leaderboards.models import PeriodClosed
from badges.leaderboards.tasks import close_boards
from badges.ledger.models import Transaction
from badges.ledger.tasks import expire_points
from badges.programme.actions.rings import look_for_rings
from badges.programme.models import DayRun
from badges.tiers.models import TierMove, TierWarning
from badges.tiers.tasks import end_tiers, warn_of_ends
from portal.core.clock import day_bounds, now, programme_day

Kind = Transaction.Kind
# Who runs a job for a day has so long before another takes it for dead.
GIVEN_UP = timedelta(minutes=30)
FIRST_ROWS = 5


@dataclass(frozen=True)
class DayJob:
    """One job of the day. `work(day, at)` does what is due by that day, writes with the true time, and returns how much
    it did; `written`: where its rows are found."""

    name: str
    work: Callable[[date, datetime], int]
    written: "models.QuerySet[Any]"
    words: str


@dataclass(frozen=True)
class Outcome:
    """What a job did for a day, or would do. `ran` is False where it was done before; `rows` are the first it wrote."""

    job: str
    day: date
    count: int
    ran: bool = True
    rows: list[str] = field(default_factory=list)


def _rings(day: date, at: datetime) -> int:
    """Holds what pairs and rings have from each other, by the thanks up to the end of the day."""
    return look_for_rings(min(at, day_bounds(day)[1]), at=at)


def _activate(day: date, at: datetime) -> int:
    """Settles what has waited long enough by the end of the day, batch by batch."""
    settled, until = 0, min(at, day_bounds(day)[1] - timedelta(seconds=1))
    while batch := settle_waiting(until):
        settled += batch
    return settled


JOBS = (
    DayJob("rings", _rings, Ring.objects.all(), "lines held"),
    DayJob("activate", _activate, PendingEarning.objects.exclude(state="open"), "waits settled"),
    # A prize that a challenge gives at its end counts for the tier of that very day.
    DayJob(
        "challenges",
        lambda day, at: close_challenges(at, day=day),
        Finish.objects.select_related("challenge"),
        "challenges closed",
    ),
    DayJob(
        "tiers", lambda day, at: end_tiers(at, day=day), TierMove.objects.select_related("old", "new"), "tiers ended"
    ),
    DayJob(
        "expire",
        lambda day, at: expire_points(at, day=day),
        Transaction.objects.filter(kind=Kind.EXPIRE),
        "lots lapsed",
    ),
    # What is told is true now, whichever day was missed.
    DayJob("warn", lambda _day, at: warn_of_ends(at), TierWarning.objects.select_related("tier"), "members warned"),
    DayJob("boards", lambda day, at: close_boards(at, day=day), PeriodClosed.objects.all(), "boards closed"),
)
NAMES = tuple(job.name for job in JOBS)


def run_days(at: datetime) -> int:
    """Runs what is due today, after the days that were missed, the oldest first; returns how many jobs ran.

    Each job runs once for each day, whoever asks; one that failed or died is run again by the next call, and nothing
    after it before that. A new house begins with today. Raises what a job raises.
    """
    today = programme_day(at)
    newest = DayRun.objects.order_by("-day").values_list("day", flat=True).first()
    day = newest if newest is not None and newest < today else today
    ran = 0
    while day <= today:
        for job in JOBS:
            outcome = run_job(job, day, at)
            if outcome is None:
                return ran
            ran += outcome.ran
        day += timedelta(days=1)
    return ran


def run_job(job: DayJob, day: date, at: datetime) -> Outcome | None:
    """Runs one job for a day that is here or over, once. None while another process is at it. Raises what it raises;
    then the next call runs it again."""
    row = _claim(job, day, at)
    if row is None:
        return None
    if row.finished_at is not None:
        return Outcome(job.name, day, row.count, ran=False)
    try:
        count = int(job.work(day, at))
    except Exception:
        DayRun.objects.filter(pk=row.pk).delete()
        raise
    DayRun.objects.filter(pk=row.pk).update(count=count, finished_at=now())
    return Outcome(job.name, day, count)


def _claim(job: DayJob, day: date, at: datetime) -> DayRun | None:
    """The row of this job and day: fresh, taken over from who died, or finished; None while somebody works on it."""
    try:
        with transaction.atomic():
            return DayRun.objects.create(job=job.name, day=day, started_at=at)
    except IntegrityError:
        row = DayRun.objects.filter(job=job.name, day=day).first()
    if row is None or row.finished_at is not None:
        return row
    dead = DayRun.objects.filter(pk=row.pk, finished_at=None, started_at=row.started_at, started_at__lt=at - GIVEN_UP)
    return row if dead.update(started_at=at) else None


class _Undone(Exception):
    """Ends a rehearsal: everything is rolled back."""


def rehearse(day: date, at: datetime, names: tuple[str, ...] = NAMES) -> list[Outcome]:
    """What the jobs would do for a day, one after the other, and nothing is written: all of it is rolled back.

    Also for a day to come: as if nothing happened until then. On SQLite others wait with their writes meanwhile.
    """
    found: list[Outcome] = []
    try:
        with transaction.atomic():
            for job in JOBS:
                if job.name in names:
                    found.append(_tried(job, day, at))
            raise _Undone
    except _Undone:
        return found


def _tried(job: DayJob, day: date, at: datetime) -> Outcome:
    before = set(job.written.values_list("pk", flat=True)) if job.name == "activate" else None
    newest = job.written.order_by("-pk").values_list("pk", flat=True).first() or 0
    count = int(job.work(day, max(at, day_bounds(day)[0])))
    rows = job.written.exclude(pk__in=before) if before is not None else job.written.filter(pk__gt=newest)
    return Outcome(job.name, day, count, rows=[_line(row) for row in rows.order_by("pk")[:FIRST_ROWS]])


def _line(row: Any) -> str:
    """A row for operators: plain, and members by number alone."""
    if isinstance(row, TierMove):
        return f"member {row.member_id}: {row.old.code} -> {row.new.code} ({row.cause})"
    if isinstance(row, TierWarning):
        return f"member {row.member_id}: {row.tier.code} ends after {row.until}, told {row.days} days before"
    if isinstance(row, Transaction):
        return f"member {row.member_id}: {row.key} lapses"
    if isinstance(row, Finish):
        return f"member {row.member_id}: finished {row.challenge.code}"
    if isinstance(row, Ring):
        return f"ring of {row.seats.count()} members opened: {row.mark}"
    if isinstance(row, PendingEarning):
        return f"member {row.member_id}: waiting posting {row.transaction_id} is {row.state}"
    return f"board {row.scope or 'house'} of {row.month:%Y-%m} closed"
