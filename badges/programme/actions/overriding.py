"""Tiers set by hand: for a time, for a reason that the member reads, written by one and approved by another."""

from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from badges.ledger.locks import lock_wallet
from badges.programme import permissions
from badges.tiers.actions import reassess
from badges.tiers.models import Tier, TierOverride
from badges.tiers.reckoning import last_day
from badges.tiers.selectors import held_by, ladders_at
from portal.accounts.models import Member
from portal.core.clock import programme_day
from portal.core.errors import Conflict, Forbidden, Invalid, KeyReused, NotFound
from portal.core.ids import public_id
from portal.core.text import clean_line

State = TierOverride.State
REASON_LONGEST = 200


def override_tier(
    *, actor: Member, member_id: int, tier: str, until: date, reason: str, key: str, at: datetime
) -> TierOverride:
    """Asks for a tier by hand, to the end of a day; always waits for a second person.

    Raises Forbidden for who does not write the programme and for one's own tier; Invalid (`field`) for a tier that is
    not there or would lift nobody, a day that is over or beyond what points of this year would carry, a reason that
    is none; KeyReused when the key came with another body. Side effect: a TierOverride. Idempotent by `key`.
    """
    permissions.check_write(actor)
    if actor.pk == member_id:
        raise Forbidden(_("Nobody sets her own tier."), code="own_tier")
    asked = (member_id, tier, until, clean_line(reason), actor.pk)
    if (known := _known(key, asked)) is not None:
        return known
    if not Member.objects.filter(pk=member_id, is_active=True, joined_at__isnull=False, left_at=None).exists():
        raise NotFound
    chosen = _checked(member_id, tier, until, at)
    if not clean_line(reason) or len(clean_line(reason)) > REASON_LONGEST:
        words = _("Say in a line of up to %(limit)d letters why. The member reads it.")
        raise Invalid(words % {"limit": REASON_LONGEST}, field="reason")
    try:
        with transaction.atomic():
            return TierOverride.objects.create(
                public_id=public_id(), key=key, member_id=member_id, tier=chosen, until=until,
                reason=clean_line(reason), author=actor, created_at=at,
            )  # fmt: skip
    except IntegrityError:
        # The same form a moment earlier, from another tab: what it wrote is the result.
        if (known := _known(key, asked)) is None:
            raise
        return known


def _known(key: str, asked: tuple[Any, ...]) -> TierOverride | None:
    """What a key has written already; raises KeyReused when it came with another body."""
    known = TierOverride.objects.filter(key=key).select_related("tier").first()
    if known is None:
        return None
    if asked != (known.member_id, known.tier.code, known.until, known.reason, known.author_id):
        raise KeyReused
    return known


def _checked(member_id: int, tier: str, until: date, at: datetime) -> Tier:
    """The tier, where giving it to the end of that day gives her something. Raises Invalid with the field."""
    day, rungs = programme_day(at), ladders_at(at)[-1].rungs
    rung = next((one for one in rungs if one.code == tier and one.rank > 0), None)
    if rung is None:
        raise Invalid(_("Choose this from the list."), field="tier")
    if not day <= until <= last_day(day.year):
        words = _("A day from today on, and no later than %(day)s: so long would points of this year carry it.")
        raise Invalid(words % {"day": date_format(last_day(day.year), "DATE_FORMAT")}, field="until")
    held, held_until, _points = held_by(member_id, at)
    if held.rank > rung.rank:
        raise Invalid(_("She stands higher than that. A tier set by hand lowers nobody."), field="tier")
    if held.rank == rung.rank and held_until is not None and held_until >= until:
        words = _("She keeps this tier until %(day)s anyhow.")
        raise Invalid(words % {"day": date_format(held_until, "DATE_FORMAT")}, field="until")
    return rung.tier


@transaction.atomic
def decide_override(*, actor: Member, override_id: str, yes: bool, at: datetime, answer: str = "") -> TierOverride:
    """A second person puts it in force, from now on, or refuses it.

    Raises NotFound; Conflict when it is decided; Forbidden for who does not decide, wrote it, or whom it is about;
    Invalid when it would give her nothing any more. Side effects of a yes: those of `reassess`.
    """
    override = _locked(override_id)
    if override.state != State.WAITING:
        raise Conflict
    # The wallet may have moved to another account of the same person meanwhile.
    override.member_id = lock_wallet(override.member_id)
    if not permissions.may_decide_override(actor, override):
        raise Forbidden(_("Somebody else decides this one."), code="own_words")
    override.answer, override.decided_by, override.decided_at = clean_line(answer)[:REASON_LONGEST], actor, at
    override.state = State.APPROVED if yes else State.REFUSED
    if yes:
        _checked(override.member_id, override.tier.code, override.until, at)
        override.since = at
    override.save()
    if yes:
        reassess(member_id=override.member_id, at=at, override=override)
    return override


@transaction.atomic
def end_override(*, actor: Member, override_id: str, at: datetime) -> TierOverride:
    """Ends one before its day: she falls to what her points give. Raises NotFound, Conflict when it is not in force,
    Forbidden for who neither writes nor decides and for one's own."""
    permissions.check_see_desk(actor)
    override = _locked(override_id)
    owner = lock_wallet(override.member_id)
    if actor.pk == owner:
        raise Forbidden(_("Nobody sets her own tier."), code="own_tier")
    if override.state != State.APPROVED or override.ended_at is not None or override.until < programme_day(at):
        raise Conflict
    override.ended_at, override.ended_by = at, actor
    override.save()
    reassess(member_id=owner, at=at)
    return override


def _locked(override_id: str) -> TierOverride:
    rows = TierOverride.objects.select_for_update(of=("self",)).select_related("tier")
    override = rows.filter(public_id=override_id).first()
    if override is None:
        raise NotFound
    return override
