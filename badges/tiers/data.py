"""What the tiers know about a member: for her export."""

from django.utils.translation import gettext_lazy as _

from badges.tiers.models import TierMove, TierOverride, TierStatus, TierWarning
from portal.core.personal_data import DataType, excuse, register, rows

register(
    DataType(
        "tiers",
        _("Your tiers"),
        ("badges.TierStatus", "badges.TierMove", "badges.TierWarning", "badges.TierOverride"),
        lambda member: [
            *rows(TierStatus.objects.filter(member=member), "tier", "since", "valid_until"),
            *rows(TierMove.objects.filter(member=member), "old", "new", "at", "status_points", "cause"),
            *rows(TierWarning.objects.filter(member=member), "tier", "until", "days", "at"),
            *rows(TierOverride.objects.filter(member=member), "tier", "until", "reason", "state", "since", "ended_at"),
        ],
        keeps=_("Points are proved by their sums: the lines stay, without your name"),
    )
)
excuse("badges.LadderInForce", "names who approved the ladder of tiers: an act of staff, kept for tracing")
