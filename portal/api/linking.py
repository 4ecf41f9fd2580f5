"""Which numbers members have in other systems."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from portal.accounts.models import Member
from portal.api import matching
from portal.api.models import ApiKey, OtherNumber
from portal.core.errors import Conflict, DomainError


class NumberTaken(Conflict):
    """The number is another member's, or was just given to her."""

    code, message = "number_taken", _("This number belongs to another member.")


class TooManyNumbers(DomainError):
    """One member with more numbers than anybody has."""

    code, status, message = "too_many_numbers", 422, _("She has too many numbers already.")


MOST = 50


def numbers_of(member: Member) -> list[OtherNumber]:
    """A member's numbers, in the order of their systems. One query."""
    return list(OtherNumber.objects.filter(member=member).order_by("system", "number"))


def link(*, told_with: ApiKey, member: Member, system: str, number: str, at: datetime) -> OtherNumber:
    """Says that a member is `number` in a system; what was told about that number before is hers from now on.

    Raises NumberTaken when it is another member's; TooManyNumbers beyond `MOST`. Idempotent: her own number stays as it
    is. Side effects: those of `matching.match_members`.
    """
    with transaction.atomic():
        given = {"member": member, "told_with": told_with, "linked_at": at}
        row, created = OtherNumber.objects.get_or_create(system=system, number=number, defaults=given)
        if row.member_id != member.pk:
            raise NumberTaken
        if created:
            if OtherNumber.objects.filter(member=member).count() > MOST:
                raise TooManyNumbers
            matching.match_members([member], at=at)
    return row


def unlink(*, member: Member, system: str, number: str) -> None:
    """Takes a number from a member; what came by it stays hers. Idempotent: what is not there is gone."""
    OtherNumber.objects.filter(member=member, system=system, number=number).delete()
