"""Who meets a segment's conditions at an instant: each condition is one part of one query."""

from collections.abc import Callable
from datetime import date, datetime, timedelta

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from badges.awards.models import Award, Fact
from badges.awards.streaks import ACTS
from badges.ledger.selectors import members_with_spendable, members_with_status
from badges.segments.definitions import Condition, Group
from badges.tiers.models import TierStatus
from portal.accounts.models import Consent, Member
from portal.accounts.selectors import present_members
from portal.core.clock import day_bounds, programme_day

Reckon = Callable[[Condition, datetime], Q]


def members_of(group: Group, at: datetime) -> QuerySet[Member]:
    """The members who meet it now, of those who are here. One query, whatever it asks.

    `at` says what “within so many days” and “this year” mean; tiers, badges and points are those of now.
    """
    return present_members().filter(_q(group, at))


def _q(group: Group, at: datetime) -> Q:
    found = Q()
    for part in group.parts:
        one = _q(part, at) if isinstance(part, Group) else _condition(part, at)
        found = (found & one) if group.mode == "all" else (found | one)
    return found


def _condition(one: Condition, at: datetime) -> Q:
    q = _RECKON[one.what](one, at)
    return ~q if one.negated else q


def _joined_since(one: Condition, at: datetime) -> Q:
    return Q(joined_at__gte=day_bounds(date.fromisoformat(one.value))[0])


def _joined_within(one: Condition, at: datetime) -> Q:
    return Q(joined_at__gt=at - timedelta(days=one.days))


def _language(one: Condition, at: datetime) -> Q:
    return Q(language=one.value)


def _birth_month(one: Condition, at: datetime) -> Q:
    return Q(profile__birth_month=one.number)


def _consent(one: Condition, at: datetime) -> Q:
    newer = Consent.objects.filter(member=OuterRef("member"), purpose=OuterRef("purpose")).filter(
        Q(at__gt=OuterRef("at")) | Q(at=OuterRef("at"), pk__gt=OuterRef("pk"))
    )
    given = Consent.objects.filter(purpose=one.value, given=True).filter(~Exists(newer))
    return Q(pk__in=given.values("member"))


def _tier(one: Condition, at: datetime) -> Q:
    return Q(pk__in=TierStatus.objects.filter(tier__code=one.value).values("member"))


def _badge(one: Condition, at: datetime) -> Q:
    return Q(pk__in=Award.objects.filter(badge__code=one.value, revoked_at=None).values("member"))


def _facts(one: Condition, at: datetime) -> QuerySet[Fact]:
    return Fact.objects.filter(
        withdrawn_at=None, occurred_at__gt=at - timedelta(days=one.days), occurred_at__lte=at
    ).order_by()


def _active_days(one: Condition, at: datetime) -> Q:
    rows = _facts(one, at).filter(metric__in=ACTS).values("member")
    return Q(pk__in=rows.annotate(days=Count("day", distinct=True)).filter(days__gte=one.number).values("member"))


def _did(one: Condition, at: datetime) -> Q:
    rows = _facts(one, at).filter(metric=one.value).values("member")
    return Q(pk__in=rows.annotate(times=Count("pk")).filter(times__gte=one.number).values("member"))


def _seen(one: Condition, at: datetime) -> Q:
    return Q(pk__in=_facts(one, at).filter(metric__in=ACTS).values("member"))


def _status(one: Condition, at: datetime) -> Q:
    return Q(pk__in=members_with_status(programme_day(at).year, one.number))


def _spend(one: Condition, at: datetime) -> Q:
    return Q(pk__in=members_with_spendable(one.number, at=at))


_RECKON: dict[str, Reckon] = {
    "joined_since": _joined_since, "joined_within": _joined_within, "language": _language, "birth_month": _birth_month,
    "consent": _consent, "tier": _tier, "badge": _badge, "active_days": _active_days, "did": _did, "seen": _seen,
    "status": _status, "spend": _spend,
}  # fmt: skip
