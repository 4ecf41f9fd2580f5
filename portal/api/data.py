"""What the API knows about members: who of the house made keys, and what other systems told about whom."""

from django.utils.translation import gettext_lazy as _

from portal.accounts.models import Member
from portal.api.matching import BLANK
from portal.api.models import IncomingEvent, OtherNumber
from portal.api.settling import State, Waits
from portal.core.personal_data import DataType, excuse, register, rows


def erase_told(member: Member) -> None:
    """The key stays, so that the same event is never taken twice; what it told goes, and what waits is over."""
    told = IncomingEvent.objects.filter(member=member)
    told.update(data={})
    told.filter(event=None).exclude(state=State.REFUSED).update(state=State.LAPSED, waits_for=Waits.NOTHING, **BLANK)


excuse("portal.ApiKey", "names who made and who revoked a key of an outside system: acts of staff, kept for tracing")
register(
    DataType(
        "told_by_systems",
        _("What other systems of the house told about you"),
        ("portal.IncomingEvent",),
        lambda member: rows(
            IncomingEvent.objects.filter(member=member),
            *("source", "type", "thing", "amount", "data", "state", "reason", "occurred_at", "received_at"),
        ),
        erase_told,
    )
)
register(
    DataType(
        "other_numbers",
        _("What other systems of the house call you"),
        ("portal.OtherNumber",),
        lambda member: rows(OtherNumber.objects.filter(member=member), "system", "number", "linked_at"),
        lambda member: OtherNumber.objects.filter(member=member).delete(),
    )
)
