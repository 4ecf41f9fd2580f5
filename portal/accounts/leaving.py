"""Leaving the house, and coming back while there is time."""

from datetime import datetime, timedelta

from django.db import transaction

from portal.accounts.actions import end_sessions, lock_member
from portal.accounts.models import Member
from portal.events.bus import publish
from portal.events.types.accounts import MemberLeft, MemberReturned

GRACE = timedelta(days=14)


def erased_from(member: Member) -> datetime | None:
    """When her personal data goes, or None for a member who stays."""
    return member.left_at + GRACE if member.left_at else None


@transaction.atomic
def leave(*, actor: Member, at: datetime) -> Member:
    """She leaves: every session ends, her page closes, no letter reaches her; after fourteen days she is erased.

    The edge asks her for proof that it is she before it calls this. Signing in before then undoes it. Idempotent: a
    second leaving does not move the day. Publishes MemberLeft; open sockets of hers close.
    """
    member = lock_member(actor.pk)
    if member.left_at is not None:
        return member
    member.left_at = actor.left_at = at
    member.save(update_fields=["left_at"])
    end_sessions(actor=member, member=member)
    publish(MemberLeft(actor=member.pk, member=member.pk), at=at)
    return member


@transaction.atomic
def come_back(*, member: Member, at: datetime) -> bool:
    """Undoes the leaving of somebody who signed in; True when there was one. Publishes MemberReturned. Idempotent."""
    locked = lock_member(member.pk)
    if locked.left_at is None or not locked.is_active:
        return False
    locked.left_at = member.left_at = None
    locked.save(update_fields=["left_at"])
    publish(MemberReturned(actor=locked.pk, member=locked.pk), at=at)
    return True


def due(at: datetime) -> list[int]:
    """Members whose days of grace are over, longest gone first."""
    gone = Member.objects.filter(left_at__lte=at - GRACE, is_active=True)
    return list(gone.order_by("left_at").values_list("pk", flat=True))
