"""Who meets a segment, read slowly: member by member, row by row, without a query that could be wrong."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from badges.awards.models import Award, Fact
from badges.awards.streaks import ACTS
from badges.ledger.models import Entry, Lot
from badges.segments.definitions import Condition, Group
from badges.tiers.models import TierStatus
from portal.accounts.models import Consent, Member, Profile
from portal.core.clock import programme_day, programme_zone


def slow(group: Group, at: datetime) -> set[int]:
    """Who meets it, found by looking at each member."""
    here = [m for m in Member.objects.all() if m.is_active and m.joined_at is not None and m.left_at is None]
    return {member.pk for member in here if _meets(group, member, at)}


def _meets(part: Condition | Group, member: Member, at: datetime) -> bool:
    if isinstance(part, Group):
        found = [_meets(one, member, at) for one in part.parts]
        return all(found) if part.mode == "all" else any(found)
    return _holds(part, member, at) != part.negated


def _holds(one: Condition, member: Member, at: datetime) -> bool:
    since = at - timedelta(days=one.days)
    facts = [f for f in Fact.objects.all() if f.member_id == member.pk and f.withdrawn_at is None]
    facts = [f for f in facts if since < f.occurred_at <= at]
    acts = [f for f in facts if f.metric in ACTS]
    assert member.joined_at is not None
    match one.what:
        case "joined_since":
            return member.joined_at.astimezone(programme_zone()).date() >= date.fromisoformat(one.value)
        case "joined_within":
            return member.joined_at > since
        case "language":
            return member.language == one.value
        case "birth_month":
            return any(p.birth_month == one.number for p in Profile.objects.all() if p.member_id == member.pk)
        case "consent":
            said = [c for c in Consent.objects.all() if (c.member_id, c.purpose) == (member.pk, one.value)]
            return bool(said) and max(said, key=lambda c: (c.at, c.pk)).given
        case "tier":
            return any(s.member_id == member.pk and s.tier.code == one.value for s in TierStatus.objects.all())
        case "badge":
            held = [a for a in Award.objects.all() if a.member_id == member.pk and a.revoked_at is None]
            return any(a.badge.code == one.value for a in held)
        case "active_days":
            return len({f.day for f in acts}) >= one.number
        case "did":
            return len([f for f in facts if f.metric == one.value]) >= one.number
        case "seen":
            return bool(acts)
        case "status":
            rows = Entry.objects.select_related("account__point_type", "transaction")
            mine = [e for e in rows if e.account.member_id == member.pk and e.account.point_type.code == "status"]
            mine = [e for e in mine if e.account.role in ("available", "held", "debt")]
            return sum(e.amount for e in mine if e.transaction.value_date.year == programme_day(at).year) >= one.number
        case _:
            lots = [x for x in Lot.objects.select_related("point_type") if x.member_id == member.pk]
            lots = [x for x in lots if x.point_type.code == "spend" and x.active_from is not None]
            good = [x.remaining for x in lots if x.expires_on is None or x.expires_on >= programme_day(at)]
            return sum(good) >= one.number
