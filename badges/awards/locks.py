"""The one home of the shelf's lock, and of its order: shelves by ascending id of their members.

Whatever feeds, withdraws or moves facts of a member holds her shelf first, so that two acts that qualify at the same
moment are counted one after the other. Whatever touches a post holds the shelf of its author, too: a post that is
hidden while a reaction to it arrives is then seen by one of the two. SQLite has no row locks: there the transaction
that began IMMEDIATE is the lock.
"""

from collections.abc import Iterable

from django.db.models import QuerySet

from badges.awards.models import Shelf
from portal.accounts.models import Member
from portal.core.prepared import prepared


class Owner:
    """A member whose shelf is locked: her id, her zone as her profile says, and whether she is still here."""

    def __init__(self, member: Member) -> None:
        self.id = member.pk
        self.zone = member.zone
        self.stays = member.is_active


def lock_shelves(member_ids: Iterable[int]) -> dict[int, Owner]:
    """Locks shelves until the transaction ends and says whose they are: an account that was merged leads to the other.

    Ids that no member has are left out. Makes shelves that are not there yet.
    """
    asked = set(member_ids)
    members = _members(asked)
    while True:
        _lock(sorted({m.pk for m in members.values()}))
        # Read again now that nobody else writes: a merge may have come between.
        fresh = _members(asked)
        if {m.pk for m in fresh.values()} <= {m.pk for m in members.values()}:
            return {asked_id: Owner(member) for asked_id, member in fresh.items()}
        members = fresh


def _members(ids: set[int]) -> dict[int, Member]:
    """Whose account each id leads to."""
    found = {m.pk: m for m in _whose(sorted(ids))}
    led = dict(found)
    while beyond := {m.merged_into_id for m in led.values() if m.merged_into_id}:
        kept = {m.pk: m for m in _whose(sorted(beyond))}
        led = {i: kept[m.merged_into_id] if m.merged_into_id else m for i, m in led.items()}
    return led


@prepared
def _whose(members: list[int]) -> QuerySet[Member]:
    return Member.objects.only("id", "zone", "is_active", "merged_into_id").filter(pk__in=members)


@prepared
def _shelves(members: list[int]) -> QuerySet[Shelf, int]:
    rows = Shelf.objects.select_for_update(no_key=True).filter(pk__in=members)
    return rows.order_by("pk").values_list("pk", flat=True)


def _lock(ids: list[int]) -> None:
    if len(_shelves(ids)) < len(ids):
        Shelf.objects.bulk_create([Shelf(member_id=i) for i in ids], ignore_conflicts=True)
        _shelves(ids)
