"""Writes of tiers: who rises, who falls, and who hears of it."""

from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from badges.tiers.models import Tier, TierMove, TierStatus
from badges.tiers.selectors import held_by
from portal.accounts.actions import update_standing
from portal.core.prepared import prepared
from portal.events import bus
from portal.events.types.badges import TierChanged
from portal.notifications import notify
from portal.realtime import record


def reassess(*, member_id: int, at: datetime, transaction_id: int | None = None) -> TierStatus:
    """Brings the member's tier in line with her status points and the calendar.

    The caller holds her wallet lock. Side effects on a change: TierMove row, Standing (the name chip) and with it
    StandingChanged, TierChanged event, a notification on a rise, an entry on her stream. Idempotent: without a change
    nothing is written.
    """
    rung, valid_until, points = held_by(member_id, at)
    earned = rung.tier
    status = _status.one(member_id)
    if status is not None and (status.tier_id, status.valid_until) == (earned.pk, valid_until):
        return status
    with transaction.atomic():
        if status is None:
            status, _made = TierStatus.objects.get_or_create(
                member_id=member_id, defaults={"tier": Tier.objects.get(rank=0), "since": at}
            )
        if status.tier_id == earned.pk:
            if status.valid_until != valid_until:
                TierStatus.objects.filter(pk=status.pk).update(valid_until=valid_until)
            return status
        old = status.tier
        status.tier, status.since, status.valid_until = earned, at, valid_until
        status.save()
        TierMove.objects.create(
            member_id=member_id,
            old=old,
            new=earned,
            at=at,
            status_points=points,
            transaction_id=transaction_id,
        )
        _tell(member_id, old, earned, at)
    return status


@prepared
def _status(member: int) -> QuerySet[TierStatus]:
    return TierStatus.objects.select_related("tier").filter(member=member)


def leave(*, member_id: int) -> None:
    """An account that was merged into another has no tier any more; its moves stay on record. Idempotent."""
    TierStatus.objects.filter(member_id=member_id).delete()


def _tell(member_id: int, old: Tier, new: Tier, at: datetime) -> None:
    rose = new.rank > old.rank
    names = {text.locale: text.name for text in new.texts.all()}
    update_standing(member_id=member_id, at=at, tier_code=new.code, tier_rank=new.rank, tier_names=names)
    bus.publish(TierChanged(member=member_id, old=old.code, new=new.code, rose=rose), at=at)
    record(f"member:{member_id}", "tier", {"tier": new.code, "rose": rose})
    if rose:
        notify(
            member_id=member_id, kind="tier", subject=f"tier:{new.code}", args={"tier": new.code}, actor_id=None, at=at
        )
