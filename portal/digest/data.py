"""What the weekly letter keeps about a member: for her export, and for erasing her."""

from django.utils.translation import gettext_lazy as _

from portal.core.personal_data import DataType, register, rows
from portal.digest.models import Digest

register(
    DataType(
        "weekly_letters",
        _("Weekly letters"),
        ("portal.Digest",),
        lambda member: rows(Digest.objects.filter(member=member), "week", "sent_at", "items"),
        lambda member: Digest.objects.filter(member=member).delete(),
    )
)
