"""Days in a row, and the days of rest that keep them: pure reckoning over the days on which a member was here.

Every seventh day of a streak puts one day of rest aside, two at most. A day that is missed takes one that is there
already; it lengthens nothing. Without one the streak is over, and the next begins at one. A day that was missed can be
mended within two days, once in a month of her calendar, by one act more than today needs: that is a fact of its own.
Nothing else is stored: the same days and mends give the same streak.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta

EARNED_EVERY, MOST_FREEZES = 7, 2
# A day can be mended for so many days after it, where it saves so many days or more, by so many acts on one day.
MEND_WITHIN, MEND_SAVES, MEND_ACTS = 2, 3, 2
MENDED = "streak_mended"
# What counts as being here: acts of one's own, each once.
ACTS = frozenset({"story_read", "topic_started", "reply_posted", "reaction_given", "chat_day"})


@dataclass(frozen=True)
class Streak:
    """How it stands on a day. `days`: in a row until now; `held`: days of rest put aside; `here`: whether today counts
    already; `frozen`: every day that a day of rest covered, also in streaks that are over."""

    days: int = 0
    held: int = 0
    best: int = 0
    here: bool = False
    frozen: frozenset[date] = field(default_factory=frozenset)
    # The newest day that a day of rest covered within the streak that goes on.
    rested: date | None = None
    # The last seven days, the oldest first: here, rest, mended, open (today, not over) or away.
    week: tuple[tuple[date, str], ...] = ()
    # A missed day that could be mended now, how long the row would be then, and how many acts today lacks for it.
    missed: date | None = None
    saved: int = 0
    lacks: int = 0

    @property
    def to_next(self) -> int:
        """So many more days put the next day of rest aside; 0 while no more fit."""
        return 0 if self.held >= MOST_FREEZES else EARNED_EVERY - self.days % EARNED_EVERY


class _Run:
    """The streak on its way through the calendar."""

    def __init__(self, uncounted: Iterable[date]) -> None:
        self.uncounted = {day.toordinal() for day in uncounted}
        self.days = self.held = self.best = 0
        self.frozen: set[int] = set()
        self.rested: int | None = None
        self.last: int | None = None

    def come_to(self, day: int) -> None:
        """What the days between the last one and this one cost: a day of rest each, or the streak."""
        if self.last is None or not self.days:
            return
        missed = [one for one in range(self.last + 1, day) if one not in self.uncounted]
        if len(missed) > self.held:
            self.days, self.held, self.rested = 0, 0, None
        elif missed:
            self.held -= len(missed)
            self.frozen |= set(missed)
            self.rested = missed[-1]

    def be_here(self, day: int) -> None:
        """A day on which she was here."""
        self.days, self.last = self.days + 1, day
        self.best = max(self.best, self.days)
        if self.days % EARNED_EVERY == 0:
            self.held = min(self.held + 1, MOST_FREEZES)


def reckon(active: Iterable[date], today: date, unlived: Iterable[date] = (), mended: Iterable[date] = ()) -> Streak:
    """The streak as it stands on `today`, which is not missed before it is over. `unlived`: days that never were;
    `mended`: missed days that were made good. Neither is missed, and neither lengthens the streak."""
    mended = set(mended)
    run, now = _Run([*unlived, *mended]), today.toordinal()
    days = sorted({day.toordinal() for day in active if day <= today})
    for day in days:
        run.come_to(day)
        run.be_here(day)
    run.come_to(now)
    week = tuple(
        (date.fromordinal(day), _how(day, set(days), run.frozen, mended, now)) for day in range(now - 6, now + 1)
    )
    rested = date.fromordinal(run.rested) if run.rested is not None else None
    frozen = frozenset(date.fromordinal(day) for day in run.frozen)
    return Streak(run.days, run.held, run.best, bool(days) and days[-1] == now, frozen, rested, week)


def mendable(
    active: Iterable[date], today: date, unlived: Iterable[date] = (), mended: Iterable[date] = ()
) -> tuple[date, int] | None:
    """The missed day that can be mended on `today`, and how many days in a row that gives; None when there is none.

    One day alone may be missing, and mending it must save `MEND_SAVES` days or more. Once in a month of her calendar
    is not asked here: that hangs on when she mended, not on which day.
    """
    active, unlived, mended = set(active), set(unlived), set(mended)
    now = reckon(active, today, unlived, mended)
    for back in range(1, MEND_WITHIN + 1):
        day = today - timedelta(days=back)
        if day not in active | unlived | mended | now.frozen:
            saved = reckon(active, today, unlived, {*mended, day}).days
            if saved - now.days >= MEND_SAVES:
                return day, saved
    return None


def _how(day: int, here: set[int], frozen: set[int], mended: set[date], today: int) -> str:
    if day in here:
        return "here"
    if day in frozen:
        return "rest"
    if date.fromordinal(day) in mended:
        return "mended"
    return "open" if day == today else "away"
