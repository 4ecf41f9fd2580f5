"""How much a report weighs. The formula is Discourse's (app/models/reviewable_score.rb), at its default sensitivity.

    weight = 1 + trust + accuracy          (at least 0)
    trust    = trust level 0 to 4; 5 for people who work here
    accuracy = 0 for up to 5 decided reports, else ± distance from 70 % × 5 × log4(decided)

The distance is 0 at 70 % of agreed reports, +1 where all were agreed with, −1 where none was. Reports laid aside do not
count. Words are hidden when the open reports weigh `HIDE_AT` together: nine newcomers, three trusted regulars, or one
of long proven judgement; never one staff report alone, for staff can hide with a reason of their own.
"""

import math

from community.moderation.models import Report
from portal.accounts.models import Member
from portal.accounts.pace import is_exempt

HIDE_AT = 8.33
STAFF_TRUST = 5
UNPROVEN, AXIS = 5, 0.7


def accuracy_bonus(agreed: int, disagreed: int) -> float:
    """What a reporter's past decisions add to (or take from) her weight; 0 for the unproven."""
    total = agreed + disagreed
    if total <= UNPROVEN:
        return 0.0
    share = agreed / total
    distance = (share - AXIS) / (1 - AXIS) if share >= AXIS else (share - AXIS) / AXIS
    return round(distance * math.log(total, 4) * 5, 2)


def record_of(member: Member) -> tuple[int, int]:
    """How many of her reports moderators agreed and disagreed with. One query."""
    outcomes = list(Report.objects.filter(reporter=member, outcome__in=("agreed", "disagreed")).values_list("outcome"))
    agreed = sum(1 for (outcome,) in outcomes if outcome == "agreed")
    return agreed, len(outcomes) - agreed


def weight_of(member: Member) -> float:
    """What a report of hers weighs now."""
    trust = STAFF_TRUST if is_exempt(member) else member.trust_level
    return max(0.0, round(1 + trust + accuracy_bonus(*record_of(member)), 2))
