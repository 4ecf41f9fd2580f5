"""Conversations of two to twenty people."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from community.chat.actions._parts import lock_room
from community.chat.actions.rooms import new_code
from community.chat.models import Room, Seat
from community.chat.permissions import check_enter
from community.chat.selectors import (
    brand_scope,
    may_begin_with,
    members_by_id,
    people_digest,
)
from portal.accounts.blocks import selectors as blocks
from portal.accounts.models import Member
from portal.accounts.permissions import check_can_write
from portal.accounts.roles import is_house
from portal.core.errors import Forbidden, Invalid, NotFound
from portal.core.limits import Limit, hit
from portal.realtime import recheck, record, stream_name

MOST_PEOPLE = 20
BEGUN = Limit("chat_begun", times=20, seconds=60 * 60)


def start_conversation(*, actor: Member, people: Iterable[int], at: datetime, live: bool = True) -> Room:
    """The conversation of exactly these people and herself; the same people find the one they have.

    Raises Invalid (nobody, or more than twenty with her), NotFound (somebody who is not here), Forbidden (somebody
    does not want it: one answer for whoever blocked her and for whoever wants no letters, so that a block is not told),
    TooMany (twenty new ones an hour; the house is exempt). Side effects: the seats, and an entry in each member's own
    stream. Idempotent.
    """
    others = sorted({int(member) for member in people} - {actor.pk})
    if not others:
        raise Invalid(_("Choose whom you want to talk with."), code="nobody", field="people")
    if len(others) + 1 > MOST_PEOPLE:
        raise Invalid(
            _("A conversation holds %(most)d people, you among them.") % {"most": MOST_PEOPLE},
            code="too_many_people",
            field="people",
        )
    check_can_write(actor, at=at)
    found = members_by_id(others)
    if len(found) != len(others):
        raise NotFound()
    digest = people_digest([actor.pk, *others])
    with transaction.atomic():
        known = Room.objects.filter(people=digest).first()
        if known is not None:
            return _again(actor, known, at)
        _check_wanted(actor, found)
        if live and not is_house(actor):
            hit(BEGUN, actor.pk)
        return _open(actor, others, digest, at)


def _check_wanted(actor: Member, others: list[Member]) -> None:
    refused = blocks.apart(actor.pk)
    unwilling = [one for one in others if one.pk in refused or not may_begin_with(actor, one)]
    if unwilling:
        raise Forbidden(
            _("%(name)s takes no letters from you at present.") % {"name": unwilling[0].standing.known_as},
            code="unwanted",
        )


def _open(actor: Member, others: list[int], digest: str, at: datetime) -> Room:
    room, made = Room.objects.get_or_create(
        people=digest,
        defaults={"kind": Room.Kind.DIRECT, "code": new_code(), "scope": brand_scope(), "icon": "users"},
    )
    if not made:  # the other side began in the same second
        return _again(actor, room, at)
    Seat.objects.bulk_create(Seat(room=room, member_id=one, joined_at=at) for one in sorted([actor.pk, *others]))
    for one in sorted([actor.pk, *others]):
        record(stream_name("member", one), "rail_changed", {"room": room.pk})
    return room


def _again(actor: Member, room: Room, at: datetime) -> Room:
    """The conversation that these people have; who had left it sits down again."""
    if Seat.objects.filter(room=room, member=actor, left_at__isnull=False).update(left_at=None):
        record(stream_name("member", actor.pk), "rail_changed", {"room": room.pk})
    return room


@transaction.atomic
def leave_conversation(*, actor: Member, room_id: int, at: datetime) -> None:
    """Leaves a conversation of several: she no longer reads nor hears it. What she said stays.

    Raises NotFound, Invalid for a conversation of two (there one blocks, or mutes). Side effects: her open pages lose
    its stream within two seconds. Idempotent.
    """
    room = lock_room(room_id)
    check_enter(actor, room)
    if not room.is_direct or Seat.objects.filter(room=room).count() < 3:
        raise Invalid(_("A conversation of two cannot be left; it can be muted."), code="not_leavable")
    Seat.objects.filter(room=room, member=actor).update(left_at=at)
    record(stream_name("member", actor.pk), "rail_changed", {"room": room.pk})
    recheck(actor.pk)
