"""What moderation knows about a member: for her export, and for erasing her."""

from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from community.logbook.models import ModerationEntry
from community.moderation.models import Appeal, Case, FilterRule, Held, Report, Sanction
from portal.accounts.models import Member
from portal.core.personal_data import DataType, excuse, register, rows


def _erase_cases(member: Member) -> None:
    """Her words leave the cases; that there was a case, and how it ended, stays."""
    Case.objects.filter(author=member).update(words="")
    Held.objects.filter(author=member).update(title="", source="", html="", before="", given={}, body_hash="")
    Appeal.objects.filter(member=member).update(words="")
    Report.objects.filter(reporter=member).update(words="")


def _cases(member: Member) -> list[dict[str, Any]]:
    return [
        *rows(Case.objects.filter(author=member), "kind", "subject", "words", "opened_at", "outcome", "reason"),
        *rows(
            Held.objects.filter(author=member),
            "verb",
            "title",
            "source",
            "before",
            "given",
            "state",
            "submitted_at",
            "reason",
        ),
        *rows(Appeal.objects.filter(member=member), "words", "answer", "at"),
        *rows(Report.objects.filter(reporter=member), "case__subject", "reason", "words", "at", "outcome"),
    ]


register(
    DataType(
        "moderation_cases",
        _("Reports you made, words of yours that waited or were reported, and your appeals"),
        ("community.Case", "community.Held", "community.Appeal", "community.Report"),
        _cases,
        _erase_cases,
    )
)
register(
    DataType(
        "moderation_sanctions",
        _("Reminders, silences and suspensions"),
        ("community.Sanction",),
        lambda member: rows(
            Sanction.objects.filter(member=member), "kind", "template", "reason", "given_at", "until", "lifted_at"
        ),
        keeps=_("Decisions must stay provable; without the words and the name they say nothing about a person"),
    )
)
register(
    DataType(
        "forum_moderation",
        _("Moderation: what you decided, and what was decided about your words"),
        ("community.ModerationEntry",),
        lambda member: rows(
            ModerationEntry.objects.filter(Q(actor=member) | Q(member=member)),
            *("act", "topic__public_id", "post__public_id", "about", "reason", "before", "after", "at"),
        ),
        keeps=_("Decisions must stay provable; without the words and the name they say nothing about a person"),
    )
)
excuse(FilterRule._meta.label, "rules of the house; whoever changed one stands in the moderation log")
