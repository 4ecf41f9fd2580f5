"""What the ledger knows about a member: for her export. No line is erased; what she could still spend lapses."""

from django.utils.translation import gettext_lazy as _

from badges.ledger.actions import expire_all
from badges.ledger.models import Account, Counter, Lot
from badges.ledger.selectors import postings_of
from portal.core import clock
from portal.core.personal_data import DataType, register, rows

SUMS = _("Points are proved by their sums: the lines stay, without your name")

register(
    DataType(
        "postings",
        _("Your book of points"),
        ("badges.Transaction",),
        lambda member: rows(
            postings_of(member.pk).order_by("id"),
            *("public_id", "kind", "source", "subject", "cause", "value_date", "recorded_at", "reason"),
        ),
        keeps=SUMS,
    )
)
register(
    DataType(
        "balances",
        _("Your points"),
        ("badges.Account", "badges.Lot", "badges.Counter"),
        lambda member: [
            *rows(Account.objects.filter(member=member), "point_type", "role", "campaign", "balance"),
            *rows(Lot.objects.filter(member=member), "point_type", "amount", "remaining", "active_from", "expires_on"),
            *rows(Counter.objects.filter(member=member), "scope", "window_start", "used"),
        ],
        lambda member: expire_all(member_id=member.pk, at=clock.now()),
        keeps=SUMS,
    )
)
