"""Keeps the words of members' names for finding them, in the transaction that writes the name chip."""

from django.db import transaction

from portal.accounts.models import MemberWords, Standing
from portal.core.finding import COLUMNS, Index, columns

INDEX = Index("portal_memberwords", "member_id")
BATCH = 500


def keep(standing: Standing) -> None:
    """Makes the row say how she is called now, or removes it when she has no name any more. Idempotent."""
    if not standing.name:
        MemberWords.objects.filter(pk=standing.pk).delete()
        return
    _write([MemberWords(member_id=standing.pk, **columns(standing.name, standing.handle))])


def _write(rows: list[MemberWords]) -> None:
    MemberWords.objects.bulk_create(rows, update_conflicts=True, unique_fields=["member"], update_fields=COLUMNS)


def rebuild() -> int:
    """Writes every row anew and removes what should not be there; returns how many there are."""
    with transaction.atomic():
        MemberWords.objects.exclude(member__in=Standing.objects.exclude(name="").values("pk")).delete()
        kept, last = 0, 0
        while chips := list(Standing.objects.filter(pk__gt=last).exclude(name="").order_by("pk")[:BATCH]):
            last = chips[-1].pk
            kept += len(chips)
            _write([MemberWords(member_id=chip.pk, **columns(chip.name, chip.handle)) for chip in chips])
    return kept
