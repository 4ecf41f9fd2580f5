"""In which circles a member was: for her export. It stays without her name, for it says why points came or did not."""

from django.utils.translation import gettext_lazy as _

from badges.segments.models import Stay
from portal.core.personal_data import DataType, excuse, register, rows

register(
    DataType(
        "segments",
        _("Circles of members that you were in"),
        ("badges.Stay",),
        lambda member: rows(Stay.objects.filter(member=member), "segment__name", "entered_at", "left_at"),
        keeps=_("Points are proved by their reasons: the lines stay, without your name"),
    )
)
excuse("badges.Segment", "names who wrote a segment down: an act of staff, kept for tracing")
