"""Trust levels 0 to 4: what has to be done for each, as one table, and who is due for another level.

A shorter form of Discourse's levels (lib/promotion.rb, TrustLevel3Requirements), for what this house counts. Level 3
looks at the last 100 days only and is lost below nine tenths of what it asks, after 14 days of grace. Level 4 is given
by hand. A running silence or suspension, or too many reports that moderators agreed with, holds
everybody at level 2 at most.
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Q, Sum
from django.db.models.functions import TruncDate
from django.utils.translation import gettext_lazy as _

from community.forum.models import Post, Reaction, ReadMark
from community.moderation.models import Case, Sanction
from portal.accounts.models import Member

HIGHEST, BY_HAND = 4, 4
SPAN, GRACE, KEPT = timedelta(days=100), timedelta(days=14), 0.9
AGREED_MOST = 5


@dataclass(frozen=True)
class Need:
    """One thing that a level asks for: which count, how much, and how it is told."""

    count: str
    least: int
    label: Any


LADDER: dict[int, tuple[Need, ...]] = {
    1: (
        Need("days_here", 1, _("days here")),
        Need("topics_read", 5, _("topics opened")),
        Need("posts_read", 30, _("posts read")),
    ),
    2: (
        Need("days_here", 15, _("days here")),
        Need("topics_read", 20, _("topics opened")),
        Need("posts_read", 100, _("posts read")),
        Need("thanks_given", 1, _("thanks given")),
        Need("thanks_received", 1, _("thanks received")),
        Need("topics_answered", 3, _("topics answered in")),
    ),
    3: (
        Need("days_active", 25, _("days with words or thanks, of the last 100")),
        Need("lately_answered", 10, _("topics answered in, of the last 100 days")),
        Need("lately_given", 30, _("thanks given in the last 100 days")),
        Need("lately_received", 20, _("thanks received in the last 100 days")),
        Need("lately_givers", 5, _("people who thanked in the last 100 days")),
    ),
}

Counts = dict[str, int]


def counts(at: datetime, member_id: int | None = None) -> dict[int, Counts]:
    """What each member (or one) did, as the ladder counts it. Ten queries, whatever the number of members."""
    one = Q() if member_id is None else Q(pk=member_id)
    found: dict[int, Counts] = defaultdict(lambda: defaultdict(int))
    for pk, joined in Member.objects.filter(one, joined_at__isnull=False).values_list("pk", "joined_at"):
        found[pk]["days_here"] = max(0, (at - joined).days) if joined else 0
    since = Q(created_at__gt=at - SPAN)
    shown = Post.objects.filter(hidden_at=None)
    given, got = Reaction.objects.all(), Reaction.objects.filter(post__hidden_at=None)
    replies = shown.filter(number__gt=1)
    _gather(found, "topics_read", ReadMark.objects, "member", Count("pk"), member_id)
    _gather(found, "posts_read", ReadMark.objects, "member", Sum("last_number"), member_id)
    _gather(found, "thanks_given", given, "member", Count("pk"), member_id)
    _gather(found, "thanks_received", got, "post__author", Count("pk"), member_id)
    _gather(found, "topics_answered", replies, "author", Count("topic", distinct=True), member_id)
    _gather(found, "lately_answered", replies.filter(since), "author", Count("topic", distinct=True), member_id)
    _gather(found, "lately_given", given.filter(since), "member", Count("pk"), member_id)
    _gather(found, "lately_received", got.filter(since), "post__author", Count("pk"), member_id)
    _gather(found, "lately_givers", got.filter(since), "post__author", Count("member", distinct=True), member_id)
    active = Count(TruncDate("created_at"), distinct=True)
    _gather(found, "days_active", shown.filter(since), "author", active, member_id)
    return found


def _gather(found: dict[int, Counts], name: str, rows: Any, whose: str, what: Any, member_id: int | None) -> None:
    kept = rows.filter(**{whose: member_id}) if member_id is not None else rows
    for pk, number in kept.order_by().values_list(whose).annotate(number=what):
        found[pk][name] = number or 0


def _meets(counted: Counts, level: int, share: float = 1.0) -> bool:
    return all(counted[need.count] >= need.least * share for need in LADDER[level])


def level_for(counted: Counts, *, now: int, since: datetime | None, held_back: bool, at: datetime) -> int:
    """The level that somebody who stands at `now` since then has earned."""
    earned = 0
    for level in LADDER:
        if level == 3 and held_back:
            break
        if not _meets(counted, level):
            break
        earned = level
    if now >= 3 > earned and not held_back:
        fresh = since is not None and at - since < GRACE
        if fresh or _meets(counted, 3, KEPT):
            return 3
    # Levels 1 and 2 are never lost: what was read stays read.
    return max(earned, min(now, 2))


def held_back(at: datetime) -> set[int]:
    """Members whom a running sanction, or too many reports agreed with lately, keeps from level 3. Two queries."""
    running = Sanction.objects.filter(lifted_at=None, until__gt=at).values_list("member", flat=True)
    agreed = Case.objects.filter(outcome=Case.Outcome.AGREED, settled_at__gt=at - SPAN)
    many = agreed.order_by().values_list("author").annotate(number=Count("pk")).filter(number__gt=AGREED_MOST)
    return set(running) | {author for author, _number in many}


def due(at: datetime) -> list[tuple[int, int]]:
    """Whose level has to change, and to which; those set by hand are left alone."""
    counted, back = counts(at), held_back(at)
    rows = Member.objects.filter(trust_locked=False, joined_at__isnull=False, is_active=True)
    changes = []
    for pk, level, since in rows.order_by("pk").values_list("pk", "trust_level", "trust_since"):
        earned = level_for(counted[pk], now=level, since=since, held_back=pk in back, at=at)
        if earned != level:
            changes.append((pk, earned))
    return changes


@dataclass(frozen=True)
class Step:
    """One need of the next level, with how far she is."""

    label: Any
    done: int
    least: int

    @property
    def met(self) -> bool:
        """Whether nothing is missing here."""
        return self.done >= self.least


def next_steps(member: Member, at: datetime) -> list[Step]:
    """What the next level asks of her and how far she is; [] where no level is left to earn."""
    level = member.trust_level + 1
    if level not in LADDER:
        return []
    counted = counts(at, member.pk)[member.pk]
    return [Step(need.label, min(counted[need.count], need.least), need.least) for need in LADDER[level]]
