"""Prizes of challenges are what their revisions say, each named by who finished: a part of I13."""

from collections import defaultdict

from badges.challenges.judging import definition_of
from badges.challenges.models import Finish
from badges.ledger.models import Entry, Role, Transaction
from badges.ledger.verify import Finding


def prizes_match() -> list[Finding]:
    """Every finish has the posting of its revision's prize under its key, is taken back exactly when its row says so,
    and no posting of a challenge stands without one. Three queries."""
    paid = Transaction.objects.filter(source__startswith="challenge:", kind="earn")
    sources = dict(paid.values_list("pk", "source"))
    issued: dict[int, dict[str, int]] = defaultdict(dict)
    legs = Entry.objects.filter(transaction__in=paid, account__role=Role.ISSUED)
    for pk, code, amount in legs.values_list("transaction_id", "point_type__code", "amount"):
        issued[pk][code] = -amount
    findings, named = [], set()
    for row in Finish.objects.select_related("challenge", "revision", "again").order_by("id"):
        prize = definition_of(row.revision).prize
        if row.revision.challenge_id != row.challenge_id:
            findings.append(_wrong(row, "names a revision of another challenge"))
        if (row.paid_id is None) == bool(prize):
            findings.append(_wrong(row, f"revision {row.revision.number} gives {prize}, posting {row.paid_id}"))
        if row.paid_id is not None:
            named.add(row.paid_id)
            if sources.get(row.paid_id) != f"challenge:{row.challenge.code}" or issued[row.paid_id] != prize:
                findings.append(_wrong(row, f"posting {row.paid_id} is not the prize {prize}"))
        back = row.again.reverses_id if row.again is not None else None
        if row.taken_at is None and row.taken_id not in (None, back):
            findings.append(_wrong(row, f"stands, and posting {row.taken_id} took its prize"))
    for pk in sorted(sources.keys() - named):
        message = f"posting {pk} was paid by {sources[pk]} and nobody who finished names it"
        findings.append(Finding("I13", "badges_transaction", pk, message))
    return findings


def _wrong(row: Finish, message: str) -> Finding:
    return Finding("I13", "badges_finish", row.pk, f"finish {row.pk}: {message}")
