"""What a world of a rehearsal is made of: lines and what was taken of them, and what people did to them. Plain data."""

from dataclasses import dataclass, field
from datetime import date, datetime

PAID, OPEN, HELD, CONFIRMED, LAPSED, REVERSED = "paid", "open", "held", "confirmed", "lapsed", "reversed"
WAITING = (OPEN, HELD)
HIDDEN, BARRED, OTHER = "post_hidden", "giver_barred", ""
STATUS = "status"


@dataclass(slots=True, eq=False)
class Line:
    """What one rule gave one member for one event. `left` is what of it is still hers; `year` the calendar year that it
    counts for, None while it waits; `undone`: something of it was taken back; `again`: it was given a second time."""

    rule: str
    event: int
    name: str
    day: date
    member: int
    giver: int | None
    subject: str
    cause: str
    amounts: dict[str, int]
    left: dict[str, int]
    inside: bool
    state: str = PAID
    year: int | None = None
    wait: str = ""
    needed: int = 0
    last: int = 0
    until: datetime | None = None
    responders: list[int] = field(default_factory=list)
    undone: bool = False
    again: bool = False


@dataclass(slots=True, eq=False)
class Taken:
    """A reversal: what it took of which line and why, and whether that was given again."""

    line: Line
    amounts: dict[str, int]
    reason: str
    event: int
    restored: bool = False


@dataclass(frozen=True)
class ByHand:
    """What became of points that waited, by a hand or by the calendar's look at rings: it is done in every replay,
    where they wait. `became`: confirmed, lapsed or reversed; held until something else is said."""

    at: datetime
    event: int
    rule: str
    member: int
    became: str


@dataclass(frozen=True)
class Looked:
    """Members who were looked at together, from one instant to another (None: still)."""

    members: frozenset[int]
    since: datetime
    until: datetime | None
