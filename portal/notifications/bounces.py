"""Letters that came back: counted, and a member whose letters keep coming back gets none until the count has rested."""

import logging
from datetime import datetime, timedelta
from smtplib import SMTPRecipientsRefused

from django.core.mail import EmailMessage
from django.db import transaction

from portal.accounts.models import Member
from portal.notifications.models import MailTrouble

logger = logging.getLogger(__name__)

HARD, SOFT = 2, 1
REST = timedelta(days=30)


@transaction.atomic
def note_return(*, member_id: int, hard: bool, at: datetime) -> MailTrouble:
    """Counts a letter that came back: two for an address that does not exist, one for a box that is full.

    A mail provider's report calls it, as does sending itself. A count that has rested begins anew.
    """
    row, _made = MailTrouble.objects.select_for_update().get_or_create(member_id=member_id, defaults={"at": at})
    row.score = (row.score if at - row.at < REST else 0) + (HARD if hard else SOFT)
    row.at = at
    row.save(update_fields=["score", "at"])
    return row


def stopped(member_ids: list[int], at: datetime) -> set[int]:
    """Those of these members who get no letters for now. One query."""
    rows = MailTrouble.objects.filter(member__in=member_ids, score__gte=MailTrouble.FULL, at__gt=at - REST)
    return set(rows.values_list("member_id", flat=True))


def send(letter: EmailMessage, *, member: Member, at: datetime) -> bool:
    """Sends a letter; False, counted against the address, when the mail server refuses its receiver.

    Any other failure is raised: the letter is tried again.
    """
    try:
        letter.send()
    except SMTPRecipientsRefused as refusal:
        codes = [code for code, _words in refusal.recipients.values()]
        note_return(member_id=member.pk, hard=any(code >= 500 for code in codes), at=at)
        logger.info("letter refused", extra={"member": member.pk, "codes": codes})
        return False
    return True
