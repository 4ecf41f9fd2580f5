"""Writes: staying apart from somebody, and who may write to whom."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from portal import realtime
from portal.accounts.actions import lock_member
from portal.accounts.blocks.models import Block
from portal.accounts.models import Member, Profile
from portal.accounts.roles import works_here
from portal.core.errors import Forbidden, Invalid, NotFound
from portal.core.limits import Limit, hit

MOST = 1_000
PER_HOUR = Limit("blocks", times=60, seconds=60 * 60)


@transaction.atomic
def block(*, actor: Member, member_id: int, at: datetime) -> Block:
    """Keeps her apart from somebody: no direct words either way, no news, and neither sees the other come or write.

    Raises NotFound, Forbidden for herself and for people of the house (whoever keeps the talk kind must reach
    everybody), Invalid past a thousand, TooMany. Open pages of both learn of it within two seconds. Idempotent.
    """
    other = Member.objects.filter(pk=member_id, is_active=True).first()
    if other is None:
        raise NotFound
    if other.pk == actor.pk:
        raise Forbidden(_("That is you."), code="self")
    if works_here(other):
        raise Forbidden(_("People of the house cannot be blocked. Tell a moderator what happened."), code="staff")
    known = Block.objects.filter(member=actor, blocked=other).first()
    if known is not None:
        return known
    hit(PER_HOUR, actor.pk)
    lock_member(actor.pk)
    if Block.objects.filter(member=actor).count() >= MOST:
        raise Invalid(_("The list is full. Let somebody off it first."), code="full")
    row, _created = Block.objects.get_or_create(member=actor, blocked=other, defaults={"at": at})
    _tell(actor.pk, other.pk)
    _fold_anew(actor.pk)
    return row


@transaction.atomic
def unblock(*, actor: Member, member_id: int) -> None:
    """Ends it. Nothing that was missed meanwhile is told late. Idempotent."""
    if Block.objects.filter(member=actor, blocked=member_id).delete()[0]:
        _tell(actor.pk, member_id)
        _fold_anew(actor.pk)


def _tell(*members: int) -> None:
    # In the order of their ids, as everybody does who speaks on several streams at once.
    for member_id in sorted(members):
        realtime.recheck(member_id)


def _fold_anew(member_id: int) -> None:
    """Her open pages fold and unfold; nobody else's do, and the other never learns of it."""
    realtime.record(realtime.stream_name("member", member_id), "folds", {})


@transaction.atomic
def set_company(*, actor: Member, direct_from: str, shows_presence: bool) -> Profile:
    """Who may begin to write to her alone, and whether others see that she sits in a room.

    Raises Invalid for a choice that is none. In force at once, on open pages within two seconds. Idempotent.
    """
    if direct_from not in dict(Profile._meta.get_field("direct_from").choices or ()):
        raise Invalid(_("Choose who may write to you."), field="direct_from")
    lock_member(actor.pk)
    profile, _created = Profile.objects.get_or_create(member=actor)
    profile.direct_from, profile.shows_presence = direct_from, shows_presence
    profile.save(update_fields=["direct_from", "shows_presence"])
    realtime.recheck(actor.pk)
    return profile
