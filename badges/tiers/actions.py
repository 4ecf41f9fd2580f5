"""Writes of tiers: who rises, who falls, who is warned before that, and who hears of it."""

from datetime import date, datetime

from django.db import transaction
from django.db.models import Q, QuerySet

from badges.tiers.models import Tier, TierMove, TierOverride, TierStatus, TierWarning
from badges.tiers.reckoning import Rung
from badges.tiers.selectors import held_by, override_of
from portal.accounts.actions import update_standing
from portal.core.clock import day_bounds, programme_day
from portal.core.prepared import prepared
from portal.events import bus
from portal.events.types.badges import TierChanged
from portal.notifications import notify, rescind
from portal.realtime import record

Cause = TierMove.Cause
# Days before a tier falls on which its member is told.
WARN_DAYS = (60, 30, 7)


def reassess(
    *,
    member_id: int,
    at: datetime,
    transaction_id: int | None = None,
    cause: str = "",
    override: TierOverride | None = None,
) -> TierStatus:
    """Brings the member's tier in line with her status points and the calendar.

    The caller holds her wallet lock. `cause`: what moves it, where that is neither points nor the calendar; `override`:
    what the house has just set by hand. Side effects on a change: TierMove row, Standing (the name chip) and with it
    StandingChanged, TierChanged event, a notification, an entry on her stream; warnings that are not true any more are
    taken back. Idempotent: without a change nothing is written.
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
        _end_warnings(member_id, valid_until, at)
        by_hand = override if override and (override.tier_id, override.until) == (earned.pk, valid_until) else None
        if status.tier_id == earned.pk and by_hand is None:
            if status.valid_until != valid_until:
                TierStatus.objects.filter(pk=status.pk).update(valid_until=valid_until)
                status.valid_until = valid_until
            return status
        old, why = status.tier, Cause.SET if by_hand else _cause(status, rung, at, cause)
        status.tier, status.since, status.valid_until = earned, at, valid_until
        status.save()
        TierMove.objects.create(
            member_id=member_id,
            old=old,
            new=earned,
            at=at,
            status_points=points,
            cause=why,
            transaction_id=transaction_id,
            override=by_hand,
        )
        if by_hand is None:
            _tell(member_id, old, earned, why, at)
        else:
            _tell_by_hand(by_hand, old, at)
    return status


@prepared
def _status(member: int) -> QuerySet[TierStatus]:
    return TierStatus.objects.select_related("tier").filter(member=member)


def _cause(status: TierStatus, new: Rung, at: datetime, told: str) -> str:
    """What moved a tier: what the caller says, points, the house, or the calendar. A new ladder lowers nobody."""
    rose = new.rank >= status.tier.rank
    if told and (rose or told != Cause.LADDER):
        return told
    if rose:
        return Cause.POINTS
    day = programme_day(at)
    given = TierOverride.objects.filter(
        member_id=status.member_id, tier=status.tier_id, until=status.valid_until, state=TierOverride.State.APPROVED
    )
    if given.filter(Q(ended_at__lte=at) | Q(until__lt=day)).exists():
        return Cause.SET_ENDED
    return Cause.ENDED if status.valid_until is not None and status.valid_until < day else Cause.TAKEN_BACK


def leave(*, member_id: int, to: int) -> None:
    """An account that was merged into another has no tier any more; its moves stay on record, and what the house has
    set by hand goes with the person. Idempotent."""
    TierOverride.objects.filter(member_id=member_id).update(member_id=to)
    TierStatus.objects.filter(member_id=member_id).delete()


def warn(*, member_id: int, at: datetime) -> bool:
    """Tells a member that her tier falls in 60, 30 or 7 days, once for each; False when there is nothing to tell.

    The caller holds her wallet lock and has just reassessed her. After a pause only the most urgent is told. Side
    effects: a TierWarning and a notification, which takes the place of the earlier ones.
    """
    status, day = _status.one(member_id), programme_day(at)
    if status is None or status.valid_until is None or (days := warning_due(status.valid_until, day)) is None:
        return False
    told = TierWarning.objects.filter(member_id=member_id, until=status.valid_until, over_at=None)
    if told.filter(days__lte=days).exists():
        return False
    then = day_bounds(status.valid_until)[1]
    after, _until, _points = held_by(member_id, then)
    if after.rank >= status.tier.rank or _just_set(status, days, at):
        return False
    with transaction.atomic():
        TierWarning.objects.create(member_id=member_id, tier=status.tier, until=status.valid_until, days=days, at=at)
        _forget_warnings(member_id, at)
        args = {"tier": status.tier.code, "until": status.valid_until.isoformat(), "to": after.code}
        notify(
            member_id=member_id, kind="tier_warning", subject=_warning(member_id, days), args=args, actor_id=None, at=at
        )
    return True


def _just_set(status: TierStatus, days: int, at: datetime) -> bool:
    """Whether the house has set this tier for no longer than the warning would look ahead: she knows its last day."""
    given = override_of(status.member_id, at)
    if given is None or (given.tier_id, given.until) != (status.tier_id, status.valid_until) or given.since is None:
        return False
    return (given.until - programme_day(given.since)).days < days


def warning_due(until: date, day: date) -> int | None:
    """Which of the warnings is the one to give on a day, for a tier whose last day is `until`; None while it is early
    and when the day is over."""
    left = (until - day).days + 1
    return min((n for n in WARN_DAYS if left <= n), default=None) if left >= 1 else None


def _warning(member_id: int, days: int) -> str:
    return f"tier-end:{member_id}:{days}"


def _forget_warnings(member_id: int, at: datetime) -> None:
    for days in WARN_DAYS:
        rescind(subject=_warning(member_id, days), kind="tier_warning", at=at)


def _end_warnings(member_id: int, until: date | None, at: datetime) -> None:
    """Takes back warnings of another last day than the one that holds now."""
    wrong = TierWarning.objects.filter(member_id=member_id, over_at=None)
    if until is not None:
        wrong = wrong.exclude(until=until)
    if wrong.update(over_at=at):
        _forget_warnings(member_id, at)


def _tell_by_hand(override: TierOverride, old: Tier, at: datetime) -> None:
    new = override.tier
    if new.pk != old.pk:
        _show(override.member_id, old, new, at)
    args = {"tier": new.code, "until": override.until.isoformat(), "reason": override.reason}
    notify(
        member_id=override.member_id, kind="tier", subject=f"tier-set:{override.pk}", args=args, actor_id=None, at=at
    )


def _tell(member_id: int, old: Tier, new: Tier, cause: str, at: datetime) -> None:
    rose = _show(member_id, old, new, at)
    down = f"tier-down:{member_id}"
    if rose:
        rescind(subject=down, kind="tier_down", at=at)
        notify(
            member_id=member_id, kind="tier", subject=f"tier:{new.code}", args={"tier": new.code}, actor_id=None, at=at
        )
    else:
        args = {"tier": new.code, "old": old.code, "cause": cause}
        notify(member_id=member_id, kind="tier_down", subject=down, args=args, actor_id=None, at=at)


def _show(member_id: int, old: Tier, new: Tier, at: datetime) -> bool:
    """Chip, event and open pages; returns whether she rose."""
    rose = new.rank > old.rank
    names = {text.locale: text.name for text in new.texts.all()}
    update_standing(member_id=member_id, at=at, tier_code=new.code, tier_rank=new.rank, tier_names=names)
    bus.publish(TierChanged(member=member_id, old=old.code, new=new.code, rose=rose), at=at)
    record(f"member:{member_id}", "tier", {"tier": new.code, "rose": rose})
    return rose
