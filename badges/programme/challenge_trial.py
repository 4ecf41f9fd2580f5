"""What a drafted challenge would have brought, had its days been the last ones. Writes nothing."""

from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from django.db.models import F

from badges.awards.counting import Row, counted
from badges.awards.models import Fact
from badges.challenges.reckoning import Dated, finished, inside, reaches
from badges.programme import contents
from badges.programme.models import Draft
from portal.accounts.models import Member, Standing
from portal.core.clock import day_bounds, programme_day

DAYS, SAMPLE = 90, 8


@dataclass(frozen=True)
class ChallengeTrial:
    """Over the last `days`: who would have finished, who begun, of how many members, and what it would have cost.

    `together`: what all would have come to (None: no goal of all), `goal`: of how many.
    """

    days: int
    finished: int
    begun: int
    members: int
    spend: int
    status: int
    sample: list[Standing]
    together: int | None = None
    goal: int = 0


def trial_of(draft: Draft, at: datetime) -> ChallengeTrial:
    """As many of the last 90 days as the challenge lasts, by the same reckoning that gives the prize. Three queries."""
    definition = contents.challenge_of(draft.content)
    days, today = min(definition.days, DAYS), programme_day(at)
    definition = replace(definition, first=today - timedelta(days=days - 1), last=today)
    facts = Fact.objects.filter(
        metric__in=definition.metrics, withdrawn_at=None, occurred_at__gte=day_bounds(definition.first)[0],
        occurred_at__lte=at, member__is_active=True, member__joined_at__isnull=False, member__left_at=None,
    ).exclude(other_id=F("member_id"))  # fmt: skip
    own: dict[int, list[Dated]] = defaultdict(list)
    columns = ("member_id", "occurred_at", "id", "metric", "target", "other_id", "day", "hour")
    for member_id, when, *values in facts.order_by("occurred_at", "id").values_list(*columns):
        own[member_id].append(Dated(when, Row(*values)))
    rows = {member_id: inside(definition, theirs) for member_id, theirs in own.items()}
    more: dict[str, Any] = {}
    if definition.together:
        added = {member_id: len(counted(definition.steps[0], theirs)) for member_id, theirs in rows.items()}
        goal, together = definition.steps[0].at_least, sum(added.values())
        won = [m for m, times in added.items() if together >= goal and times >= definition.share]
        begun, more = sum(1 for times in added.values() if times), {"together": together, "goal": goal}
    else:
        won = [member_id for member_id, theirs in rows.items() if finished(definition, theirs)]
        begun = sum(1 for theirs in rows.values() if any(one.have for one in reaches(definition, theirs)))
    prize = definition.prize
    return ChallengeTrial(
        days, len(won), begun, Member.objects.filter(is_active=True, joined_at__isnull=False, left_at=None).count(),
        prize.get("spend", 0) * len(won), prize.get("status", 0) * len(won),
        list(Standing.objects.in_bulk(sorted(won)[:SAMPLE]).values()), **more,
    )  # fmt: skip
