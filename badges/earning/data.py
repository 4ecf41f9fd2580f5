"""What the earning rules noted about a member: for her export. Nothing of it is erased: it says why points came."""

from django.utils.translation import gettext_lazy as _

from badges.earning.models import Evaluation, PendingEarning, Seat
from portal.core.personal_data import DataType, excuse, register, rows

register(
    DataType(
        "reasons",
        _("Why points came or did not"),
        ("badges.Evaluation", "badges.PendingEarning", "badges.Seat"),
        lambda member: [
            *rows(Evaluation.objects.filter(member=member), "event_id", "outcomes", "at"),
            *rows(
                PendingEarning.objects.filter(member=member),
                "subject",
                "waits_for",
                "needed",
                "until",
                "state",
                "settled_at",
                "note",
                "held_at",
            ),
            *rows(
                Seat.objects.filter(member=member), "ring__opened_at", "ring__state", "ring__decided_at", "ring__note"
            ),
        ],
        keeps=_("Points are proved by their reasons: the lines stay, without your name"),
    )
)
excuse("badges.BarredGiver", "a decision about points that were traded; what it said to her stands in her sanctions")
excuse("badges.Ring", "names who decided about members who thank each other much: an act of staff, kept for tracing")
excuse("badges.RuleInForce", "names who approved a rule of the programme: an act of staff, kept for tracing")
