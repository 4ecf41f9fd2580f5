"""What challenges keep about a member: for her export, and for the day she leaves for good."""

from django.utils.translation import gettext_lazy as _

from badges.challenges.models import Finish, Part
from portal.core.personal_data import DataType, excuse, register, rows

register(
    DataType(
        "challenges",
        _("Challenges that you took part in"),
        ("badges.Part", "badges.Finish"),
        lambda member: [
            *rows(Part.objects.filter(member=member), "challenge__code", "at"),
            *rows(Finish.objects.filter(member=member), "challenge__code", "at", "taken_at"),
        ],
        lambda member: Part.objects.filter(member=member).delete(),
        keeps=_("Points are proved by their reasons: the lines stay, without your name"),
    )
)
excuse("badges.ChallengeInForce", "names who approved a challenge: an act of staff, kept for tracing")
