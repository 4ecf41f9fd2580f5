"""What the badges know about a member: for her export, and for the day she leaves for good."""

from django.utils.translation import gettext_lazy as _

from badges.awards.models import Award, AwardMove, Fact, Shelf, ZoneAsk
from portal.accounts.models import Member
from portal.core.personal_data import DataType, excuse, register, rows


def _erase_awards(member: Member) -> None:
    Award.objects.filter(member=member).delete()
    Shelf.objects.filter(member=member).delete()


register(
    DataType(
        "badges",
        _("Your badges"),
        ("badges.Award", "badges.AwardMove", "badges.Shelf"),
        lambda member: [
            *rows(Award.objects.filter(member=member), "badge__code", "target", "at", "revoked_at", "place"),
            *rows(AwardMove.objects.filter(award__member=member), "award__badge__code", "kind", "reason", "at"),
            *rows(Shelf.objects.filter(member=member), "arranged"),
        ],
        _erase_awards,
    )
)
register(
    DataType(
        "badge_facts",
        _("What counts towards your badges"),
        ("badges.Fact",),
        lambda member: rows(
            Fact.objects.filter(member=member), "metric", "target", "day", "hour", "occurred_at", "withdrawn_at"
        ),
        lambda member: Fact.objects.filter(member=member).delete(),
        keeps=_("That you once answered or thanked somebody still counts for them, without your name"),
    )
)
register(
    DataType(
        "zone_asks",
        _("Time zones that you chose"),
        ("badges.ZoneAsk",),
        lambda member: rows(ZoneAsk.objects.filter(member=member), "old", "new", "at"),
        lambda member: ZoneAsk.objects.filter(member=member).delete(),
    )
)
excuse("badges.BadgeInForce", "names who approved the criteria of a badge: an act of staff, kept for tracing")
