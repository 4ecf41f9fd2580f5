"""What the inbox knows about a member: for her export, and for erasing her."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from portal.accounts.models import Member
from portal.core.personal_data import DataType, register, rows
from portal.notifications.models import MailTrouble, Notification, Preference, SentMail


def _erase(member: Member) -> None:
    Notification.objects.filter(member=member).delete()
    Notification.objects.filter(actor=member).update(actor=None)


def _inbox(member: Member) -> list[dict[str, Any]]:
    return rows(
        Notification.objects.filter(member=member), "kind", "subject", "count", "created_at", "updated_at", "read_at"
    )


register(DataType("notifications", _("Notifications"), ("portal.Notification",), _inbox, _erase))
register(
    DataType(
        "notification_wishes",
        _("What you want to hear where"),
        ("portal.Preference",),
        lambda member: rows(Preference.objects.filter(member=member), "kind", "site", "mail"),
        lambda member: Preference.objects.filter(member=member).delete(),
    )
)
register(
    DataType(
        "letters",
        _("Letters we sent"),
        ("portal.SentMail",),
        lambda member: rows(SentMail.objects.filter(member=member), "kind", "at"),
        lambda member: SentMail.objects.filter(member=member).update(member=None),
    )
)
register(
    DataType(
        "letters_that_came_back",
        _("Letters to you that came back"),
        ("portal.MailTrouble",),
        lambda member: rows(MailTrouble.objects.filter(member=member), "score", "at"),
        lambda member: MailTrouble.objects.filter(member=member).delete(),
    )
)
