"""What the chat knows about a member: for her export, and for erasing her."""

from django.utils.translation import gettext_lazy as _

from community.chat.models import ChatDay, Message, Seat
from portal.accounts.models import Member
from portal.core.personal_data import DataType, register, rows


def _forget_visits(member: Member) -> None:
    Seat.objects.filter(member=member).delete()
    ChatDay.objects.filter(member=member).delete()


register(
    DataType(
        "messages",
        _("What you said in rooms"),
        ("community.Message",),
        lambda member: rows(
            Message.objects.filter(author=member),
            *("public_id", "room__code", "source", "created_at", "edited_at", "removed_at", "removed_reason"),
        ),
        keeps=_("What was said stays in its conversation, without your name"),
    )
)
register(
    DataType(
        "visits",
        _("Rooms you visited"),
        ("community.Seat", "community.ChatDay"),
        lambda member: [
            *rows(Seat.objects.filter(member=member), "room__code", "last_read", "joined_at"),
            *rows(ChatDay.objects.filter(member=member), "day"),
        ],
        _forget_visits,
    )
)
