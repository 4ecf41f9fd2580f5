"""What privacy itself knows about a member: the copies of her data that she asked for."""

from django.utils.translation import gettext_lazy as _

from portal.core.personal_data import DataType, register, rows
from portal.privacy.actions import drop_exports
from portal.privacy.models import Export

register(
    DataType(
        "exports",
        _("Copies of your data"),
        ("portal.Export",),
        lambda member: rows(Export.objects.filter(member=member), "asked_at", "ready_at", "expires_at", "size"),
        lambda member: drop_exports(list(Export.objects.filter(member=member))),
    )
)
