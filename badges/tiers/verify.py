"""I11: the tier shown is what the ledger and the calendar say."""

from collections.abc import Iterator

from badges.ledger.selectors import status_points_of_all
from badges.ledger.verify import Finding, register
from badges.tiers.models import TierStatus
from badges.tiers.reckoning import earned
from badges.tiers.selectors import held_by, ladders_at, lifted, overrides_at, years_at
from portal.core.clock import now, programme_day


def tiers_match() -> list[Finding]:
    """I11: each member's tier and its last day are the pure function of her status points, what the house has set by
    hand, and today's ladder.

    Members whose tier may rest on an earlier ladder's promise are asked one by one; all others in one pass. A tier that
    ended less than a day ago may still be shown: the nightly job takes it away.
    """
    return list(_mismatches())


def _mismatches() -> Iterator[Finding]:
    at = now()
    day, ladders = programme_day(at), ladders_at(at)
    years = years_at(day, ladders)
    points = status_points_of_all(years)
    none, given, rungs = dict.fromkeys(years, 0), overrides_at(at), ladders[-1].rungs
    rows = TierStatus.objects.order_by("member_id").values_list("member_id", "valid_until", "tier__code")
    for member, until, code in rows:
        found = lifted(earned(points.get(member, none), rungs, day), given.get(member), rungs)
        rung, last = found.rung, found.until
        if (rung.code, last) != (code, until) and len(ladders) > 1:
            rung, last, _points_now = held_by(member, at)
        if (rung.code, last) != (code, until) and (until is None or until >= day):
            message = f"member {member} is shown {code} until {until}, points and house give {rung.code} until {last}"
            yield Finding("I11", "badges_tierstatus", member, message, rung.code, code)


register("I11", tiers_match)
