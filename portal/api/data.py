"""What the API knows about members: who of the house made keys, and what other systems told about whom."""

from django.utils.translation import gettext_lazy as _

from portal.api.models import IncomingEvent
from portal.core.personal_data import DataType, excuse, register, rows

excuse("portal.ApiKey", "names who made and who revoked a key of an outside system: acts of staff, kept for tracing")
register(
    DataType(
        "told_by_systems",
        _("What other systems of the house told about you"),
        ("portal.IncomingEvent",),
        lambda member: rows(
            IncomingEvent.objects.filter(member=member),
            *("source", "type", "thing", "amount", "data", "occurred_at", "received_at"),
        ),
        # The key stays, so that the same event is never taken twice; what it told goes.
        lambda member: IncomingEvent.objects.filter(member=member).update(data={}),
    )
)
