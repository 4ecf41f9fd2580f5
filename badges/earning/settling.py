"""The end of a wait, and the pause in it: confirmed, lapsed, taken back, or held while somebody looks.

The caller holds the member's wallet lock.
"""

from datetime import datetime

from django.db import transaction

from badges.earning.models import WAITING, PendingEarning
from badges.ledger import actions as ledger
from badges.tiers.actions import reassess
from portal.notifications import notify

State = PendingEarning.State
REFUSED, TAKEN = "refused_by_hand", "points_taken"


def settle(row: PendingEarning, state: str, at: datetime, by: int | None = None, note: str = "") -> None:
    """What waited has come to its end: how, when, and by whose hand if by one."""
    row.state, row.settled_at, row.decided_by_id, row.note = state, at, by, note
    row.version += 1
    row.save(update_fields=["state", "settled_at", "decided_by", "note", "version"])


def confirm(
    row: PendingEarning, *, at: datetime, event_id: int | None = None, by: int | None = None, note: str = ""
) -> None:
    """Waiting points become available; expiry counts from here. `by` and `note`: whoever did it by hand, and why.

    Idempotent: a row that does not wait stays as it is.
    """
    if row.state not in WAITING:
        return
    with transaction.atomic():
        ledger.activate(
            transaction_id=row.transaction_id, source="confirm", key=f"waiting:{row.pk}", at=at, event_id=event_id
        )
        settle(row, State.ACTIVATED, at, by, note)
        reassess(member_id=row.member_id, at=at)


def lapse(row: PendingEarning, *, at: datetime, by: int | None = None, note: str = "") -> None:
    """Waiting points that nobody answered, or that somebody found to be traded, go back; the member loses nothing she
    had. Idempotent."""
    if row.state not in WAITING:
        return
    with transaction.atomic():
        ledger.lapse(transaction_id=row.transaction_id, source="lapse", key=f"waiting:{row.pk}", at=at)
        settle(row, State.LAPSED, at, by, note)


def hold(row: PendingEarning, *, ring_id: int, at: datetime) -> bool:
    """What waits is looked at: until the decision about the ring neither the calendar nor the ring settles it.

    Idempotent: False for a row that is not open. Nothing is posted.
    """
    if row.state != State.OPEN:
        return False
    row.state, row.ring_id, row.held_at, row.version = State.HELD, ring_id, at, row.version + 1
    row.save(update_fields=["state", "ring", "held_at", "version"])
    return True


def refuse(row: PendingEarning, *, at: datetime, by: int, note: str) -> None:
    """Somebody of the house takes back what waits, with a word that the member reads on its line and in her inbox.

    Idempotent: a row that does not wait stays as it is.
    """
    if row.state not in WAITING:
        return
    with transaction.atomic():
        ledger.reverse(
            transaction_id=row.transaction_id, source="refuse", key=f"waiting:{row.pk}", at=at, reason=REFUSED,
            actor_id=by,
        )  # fmt: skip
        settle(row, State.REVERSED, at, by, note)
        args = {"lines": 1, "why": REFUSED, "note": note}
        notify(member_id=row.member_id, kind=TAKEN, subject=f"refused:{row.pk}", args=args, actor_id=None, at=at)
        reassess(member_id=row.member_id, at=at)
