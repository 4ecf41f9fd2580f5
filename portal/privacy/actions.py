"""Erasing a member: each room removes what it keeps, in one transaction."""

from datetime import datetime

from django.db import transaction

from portal.accounts.actions import close_account, lock_member
from portal.accounts.models import Member
from portal.core import personal_data


@transaction.atomic
def erase(*, actor: Member | None, member_id: int, at: datetime) -> list[str]:
    """Closes the account and erases everything that no law or ledger keeps; returns the names of what was erased.

    All or nothing. Idempotent: erasing again finds nothing left. What stays (postings, events, proofs of consent)
    points at a row without a person.
    """
    member = lock_member(member_id)
    close_account(actor=actor, member_id=member_id, at=at)
    erased = []
    # The profile goes last: other rooms may need to know whom they are erasing.
    for data_type in sorted(personal_data.data_types(), key=lambda one: one.name == "profile"):
        if data_type.erase is not None:
            member.refresh_from_db()
            data_type.erase(member)
            erased.append(data_type.name)
    return erased
