"""How fast a member may act, by trust level: the one table of limits, for pages and sockets alike.

Each row gives the most acts in so many seconds for the levels 0 to 4. People who work here answer many at once and are
exempt, by `is_exempt` and nowhere else.
"""

from dataclasses import dataclass

from portal.accounts.models import Member
from portal.accounts.roles import is_house
from portal.core.limits import Limit, hit

MINUTE, DAY = 60, 86_400
LEVELS = 5


@dataclass(frozen=True)
class Pace:
    """One row: the name under which it is counted, the window, and the most per level."""

    name: str
    seconds: int
    most: tuple[int, int, int, int, int]


TABLE: dict[str, tuple[Pace, ...]] = {
    "topic": (Pace("forum.topic", MINUTE, (3, 3, 3, 5, 5)), Pace("forum.topic.day", DAY, (5, 20, 20, 40, 40))),
    "reply": (
        Pace("forum.reply", MINUTE, (12, 12, 15, 20, 20)),
        Pace("forum.reply.day", DAY, (60, 300, 300, 500, 500)),
    ),
    "reaction": (
        Pace("forum.reaction", MINUTE, (60, 60, 60, 60, 60)),
        Pace("forum.reaction.day", DAY, (100, 500, 750, 1_000, 1_500)),
    ),
    "edit": (Pace("forum.edit", MINUTE, (20, 20, 20, 20, 20)),),
    "message": (
        Pace("chat_room", 30, (20, 40, 40, 40, 40)),
        Pace("chat_member", MINUTE, (60, 80, 80, 80, 80)),
    ),
    "report": (Pace("moderation.report", DAY, (5, 10, 20, 20, 20)),),
    "appeal": (Pace("moderation.appeal", DAY, (3, 3, 3, 3, 3)),),
}


def is_exempt(member: Member) -> bool:
    """Whether the table does not hold for her: she works here, by role or as staff."""
    return is_house(member)


def most(act: str, level: int) -> list[tuple[int, int]]:
    """The limits of an act at a level, as (times, seconds)."""
    return [(pace.most[min(level, LEVELS - 1)], pace.seconds) for pace in TABLE[act]]


def spend(act: str, member: Member, *, places: tuple[str, ...] = ()) -> None:
    """Counts one act against each of its limits; raises TooMany with the seconds to wait.

    `places` narrows the first limits to a place each, such as ("room:4",): the rest is counted everywhere.
    """
    if is_exempt(member):
        return
    level = min(member.trust_level, LEVELS - 1)
    for number, pace in enumerate(TABLE[act]):
        who = f"{member.pk}:{places[number]}" if number < len(places) else str(member.pk)
        hit(Limit(pace.name, pace.most[level], pace.seconds), who)
