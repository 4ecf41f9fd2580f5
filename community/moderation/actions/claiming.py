"""Saying that one looks after a case, so that two moderators do not do the same work."""

from datetime import datetime

from django.db import transaction

from community.moderation import permissions
from community.moderation.actions import _parts
from community.moderation.locks import lock_case
from community.moderation.models import Case
from portal.accounts.models import Member


def claim(*, actor: Member, case: str, version: int, at: datetime) -> Case:
    """Takes a case, from a colleague too: whoever had it finds a newer version and is told.

    Raises NotFound, Forbidden (see `check_decide`), Conflict `stale`. Idempotent for who has it already.
    """
    permissions.check_moderator(actor)
    with transaction.atomic():
        found = lock_case(case, version=version)
        permissions.check_decide(actor, found)
        if found.claimed_by_id == actor.pk:
            return found
        return _parts.move(found, at=at, claimed_by=actor, claimed_at=at)


def give_back(*, actor: Member, case: str, version: int, at: datetime) -> Case:
    """Lets a case go again. Raises NotFound, Conflict `stale`. Idempotent."""
    permissions.check_moderator(actor)
    with transaction.atomic():
        found = lock_case(case, version=version)
        if found.claimed_by_id is None:
            return found
        return _parts.move(found, at=at, claimed_by=None, claimed_at=None)
