"""What the programme's desk keeps about a member: corrections of her points, and who looked into her book."""

from django.utils.translation import gettext_lazy as _

from badges.programme.models import Adjustment, Glance
from portal.core.personal_data import DataType, excuse, register, rows

register(
    DataType(
        "corrections",
        _("Corrections of your points"),
        ("badges.Adjustment",),
        lambda member: rows(
            Adjustment.objects.filter(member=member),
            "point_type__code", "amount", "reason", "note", "state", "created_at", "decided_at",
        ),
        keeps=_("Points are proved by their reasons: the lines stay, without your name"),
    )
)  # fmt: skip
register(
    DataType(
        "glances",
        _("Who of the house looked into your points"),
        ("badges.Glance",),
        lambda member: rows(Glance.objects.filter(member=member), "by__name", "at", "purpose"),
        lambda member: Glance.objects.filter(member=member).delete(),
    )
)
excuse("badges.Draft", "names who wrote a change of the programme: an act of staff, kept for tracing")
excuse("badges.Backtest", "names who rehearsed such a change: an act of staff; members stand in it by number alone")
excuse("badges.DraftStep", "names who took a step of such a change: an act of staff, kept for tracing")
