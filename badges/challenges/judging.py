"""What a challenge is judged by: the definition in force at an instant, whose it is, and the facts that count."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from django.db.models import Count, F, Q, QuerySet, TextField
from django.db.models.functions import Cast

from badges.awards.counting import Row
from badges.awards.models import Fact
from badges.challenges.definitions import Definition, parse
from badges.challenges.models import Challenge, ChallengeInForce, Part
from badges.challenges.reckoning import Dated, window
from badges.segments.selectors import segments_of
from badges.tiers.models import TierStatus
from portal.core.reading import read_once

# The tier of who has no row yet.
FIRST_TIER = "member"


@dataclass(frozen=True)
class InForce:
    """A challenge with the revision that judges an instant."""

    challenge: Challenge
    version: ChallengeInForce
    definition: Definition


@lru_cache(maxsize=256)
def _read(stored: str) -> Definition:
    return parse(json.loads(stored))


@read_once
def _open() -> list[Any]:
    """Every revision of the challenges that are not closed, the older ones first. One query."""
    rows = ChallengeInForce.objects.filter(challenge__closed_at=None).select_related("challenge").defer("body")
    return list(rows.annotate(stored=Cast("body", TextField())).order_by("since", "number"))


def open_ones(at: datetime) -> list[InForce]:
    """Every challenge that is not closed, as it is judged at an instant, whether its days have come or not."""
    newest = {version.challenge_id: version for version in _open() if version.since <= at}
    return [InForce(v.challenge, v, _read(v.stored)) for _pk, v in sorted(newest.items())]


def definition_of(version: ChallengeInForce) -> Definition:
    """What a revision says; the same words are taken apart once."""
    return _read(json.dumps(version.body, sort_keys=True))


def facts_of(member_id: int, several: Iterable[Definition]) -> list[Dated]:
    """What a member has of all that these challenges count, in their days. One query.

    What was withdrawn does not count, nor what she did with herself (as two accounts that became one may have).
    """
    asked = list(several)
    rows = _counting(asked).filter(member_id=member_id).order_by("occurred_at", "id")
    found: Any = rows.values_list("occurred_at", "id", "metric", "target", "other_id", "day", "hour")
    return [Dated(at, Row(*values)) for at, *values in found]


def _counting(asked: list[Definition]) -> QuerySet[Fact]:
    spans = [window(one) for one in asked]
    return Fact.objects.filter(
        metric__in=sorted({metric for one in asked for metric in one.metrics}), withdrawn_at=None,
        occurred_at__gte=min(begin for begin, _end in spans), occurred_at__lt=max(end for _begin, end in spans),
    ).exclude(other_id=F("member_id"))  # fmt: skip


def who_did(definition: Definition) -> list[int]:
    """Everybody who has any fact that it counts and is here, by id. One query."""
    rows = _counting([definition]).filter(member__is_active=True).order_by("member_id")
    return list(rows.values_list("member_id", flat=True).distinct())


def _to_goal(one: InForce) -> Q:
    """The facts that are added to a goal of all."""
    step, (begin, end) = one.definition.steps[0], window(one.definition)
    found = Q(metric__in=step.metrics, occurred_at__gte=begin, occurred_at__lt=end)
    if step.hours is not None:
        found &= Q(hour__gte=step.hours[0], hour__lt=step.hours[1])
    if step.targets:
        found &= Q(target__in=step.targets)
    if one.definition.asked:
        found &= Q(member__in=Part.objects.filter(challenge=one.challenge).values("member"))
    return found


def added_by_each(one: InForce) -> dict[int, int]:
    """What each member who takes part added to a goal of all. One query."""
    rows = _counting([one.definition]).filter(_to_goal(one), member__is_active=True)
    return dict(rows.order_by().values_list("member_id").annotate(times=Count("pk")))


def added_together(several: list[InForce]) -> dict[int, int]:
    """What all together have come to in each of these goals of all, by the challenge. One query, none without any."""
    goals = [one for one in several if one.definition.together]
    if not goals:
        return {}
    rows = _counting([one.definition for one in goals]).filter(member__is_active=True)
    sums = rows.aggregate(**{f"goal{one.challenge.pk}": Count("pk", filter=_to_goal(one)) for one in goals})
    return {one.challenge.pk: sums[f"goal{one.challenge.pk}"] for one in goals}


@dataclass(frozen=True)
class Circles:
    """The segments and the tier that a member is in at an instant."""

    segments: frozenset[str] = frozenset()
    tier: str = ""

    def hold(self, definition: Definition) -> bool:
        """Whether a challenge is for her: for all, or for one of her segments or her tier."""
        if not definition.segments and not definition.tiers:
            return True
        return bool(self.segments & set(definition.segments)) or self.tier in definition.tiers


def circles_of(member_id: int, at: datetime) -> Circles:
    """Where a member is: segments by their history, the tier as it is now. Two queries."""
    tier = TierStatus.objects.filter(member_id=member_id).values_list("tier__code", flat=True).first()
    return Circles(frozenset(segments_of(member_id, at)), tier or FIRST_TIER)


def is_for(definition: Definition, member_id: int, at: datetime) -> bool:
    """Whether a challenge is for a member at an instant. Asks nothing of one for all."""
    alone = definition.segments or definition.tiers
    return not alone or circles_of(member_id, at).hold(definition)
