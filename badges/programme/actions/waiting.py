"""What waits, decided by hand: confirmed or taken back, with a word that the member reads."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from badges.earning import settling
from badges.earning.models import PendingEarning
from badges.ledger.locks import lock_wallet
from badges.programme import held, permissions
from portal.accounts.models import Member
from portal.core.errors import Forbidden, Invalid
from portal.core.text import clean_line

NOTE_LONGEST = 200


@transaction.atomic
def decide_waiting(*, actor: Member, key: str, yes: bool, note: str, at: datetime) -> int:
    """Confirms what waits, or takes it back; `key` names the lines as they were read. Returns how many.

    Raises Forbidden for who does not correct points and for one's own; NotFound; Conflict when one of the lines was
    settled or answered meanwhile, and then nothing is written; Invalid (`note`). Side effects: who, when and why on
    each line; postings; tier; a notification for what was taken back. A second decision is a Conflict.
    """
    permissions.check_write(actor)
    versions = held.read_key(key)
    owners = held.owners_of(versions)
    if actor.pk in owners:
        raise Forbidden(_("Nobody decides about her own points."), code="own_points")
    why = clean_line(note)
    if not why or len(why) > NOTE_LONGEST:
        words = _("Say in a line of up to %(limit)d letters why. The member reads it.")
        raise Invalid(words % {"limit": NOTE_LONGEST}, field="note")
    for owner in owners:
        lock_wallet(owner)
    rows = list(PendingEarning.objects.select_for_update(of=("self",)).filter(pk__in=versions).order_by("pk"))
    held.check_fresh(rows, versions)
    for row in rows:
        if yes:
            settling.confirm(row, at=at, by=actor.pk, note=why)
        else:
            settling.refuse(row, at=at, by=actor.pk, note=why)
    return len(rows)
