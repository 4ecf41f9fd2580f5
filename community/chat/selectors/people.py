"""People: who is named, who may be written to, who sits in a conversation or before the page."""

import hashlib
from collections.abc import Iterable

from django.db.models import Q
from django.utils.text import slugify

from community.chat.models import Message, Room, Seat
from community.chat.permissions import can_enter
from community.markup import named_handles
from portal.accounts.blocks import selectors as blocks
from portal.accounts.models import Member, Profile, Standing
from portal.accounts.roles import is_house
from portal.core.lookalikes import skeleton
from portal.core.text import fold
from portal.scopes.models import Scope

MENTIONS = 10
# What stands in addresses where a room's code stands.
WORDS = frozenset({"rail", "new", "threads", "conversations", "pictures"})
SUGGESTED = 8
LOOKED_AT = 100


def people_named(source: str) -> dict[str, int]:
    """Handle to member for those named in a text, at most ten; at most one query."""
    handles = named_handles(source)[:MENTIONS]
    if not handles:
        return {}
    rows = Member.objects.filter(handle__in=handles, is_active=True, left_at=None, joined_at__isnull=False)
    found = dict(rows.values_list("handle", "pk"))
    return {handle: found[handle] for handle in handles if handle in found}


def members_named(source: str) -> list[int]:
    """The same as ids, in the order they are named."""
    return list(people_named(source).values())


def members_by_id(ids: Iterable[int]) -> list[Member]:
    """Members who are here, with name chip and profile; who left or was closed is missing."""
    rows = Member.objects.filter(pk__in=list(ids), is_active=True, left_at=None, joined_at__isnull=False)
    return list(rows.select_related("standing", "profile").order_by("pk"))


def may_begin_with(actor: Member, member: Member) -> bool:
    """Whether `member` lets `actor` begin to write to her alone, as her privacy says; blocks are asked elsewhere.

    "People I talked with": she wrote to him in a conversation, or answered where he had written. The house may always
    write: it has to reach everybody.
    """
    if is_house(actor):
        return True
    try:
        wish = member.profile.direct_from
    except Profile.DoesNotExist:
        return True
    return wish == "everybody" or (wish == "talked" and _talked_with(member, actor))


def _talked_with(member: Member, actor: Member) -> bool:
    hers = Message.objects.filter(author=member)
    together = hers.filter(room__kind=Room.Kind.DIRECT, room__seats__member=actor)
    answered = hers.filter(Q(parent__author=actor) | Q(parent__replies__author=actor), parent__isnull=False)
    return together.exists() or answered.exists()


def members_to_ask(actor: Member, typed: str) -> list[Member]:
    """Members whose name or handle begins like that, and who would let her begin; a handful, for the picker."""
    words = fold(typed).strip().removeprefix("@")
    if len(words) < 2:
        return []
    near = skeleton(typed.strip().removeprefix("@"))
    alike = Q(name_fold__contains=near) | Q(handle__startswith=words)
    rows = Member.objects.filter(alike, is_active=True, left_at=None, joined_at__isnull=False).exclude(pk=actor.pk)
    apart = blocks.apart(actor.pk)
    near_ones = rows.exclude(pk__in=apart).select_related("standing", "profile").order_by("name_fold")[:LOOKED_AT]
    begins = [one for one in near_ones if (one.handle or "").startswith(words) or _begins(one.name, words)]
    return [one for one in begins[: SUGGESTED * 2] if may_begin_with(actor, one)][:SUGGESTED]


def people_to_name(viewer: Member, room: Room, begun: str) -> list[Standing]:
    """Members whose name or handle begins so and who may enter the room; those who sit there first. Three queries.

    Without a letter yet, those who sit there. Nobody is offered who stays apart from her, or from outside the room.
    """
    words = fold(begun).strip().removeprefix("@")[:30]
    members = Member.objects.filter(is_active=True, left_at=None, joined_at__isnull=False)
    members = members.exclude(pk__in=[viewer.pk, *blocks.apart(viewer.pk)])
    seats = Seat.objects.filter(room=room, left_at=None)
    if room.is_direct or not words:
        members = members.filter(pk__in=seats.values("member"))
    if words:
        name = "name_words__title_fold__"
        members = members.filter(
            Q(handle__startswith=words) | Q(**{f"{name}startswith": words}) | Q(**{f"{name}contains": f" {words}"})
        )
    rows = list(members.select_related("standing").order_by("name_fold")[:LOOKED_AT])
    seated = set(seats.filter(member__in=rows).values_list("member", flat=True))
    found = rows if room.is_direct else [one for one in rows if can_enter(one, room)]
    found.sort(key=lambda one: (one.pk not in seated, not (one.handle or "").startswith(words)))
    return [one.standing for one in found[:SUGGESTED]]


def _begins(name: str, words: str) -> bool:
    """Whether a part of the name begins like that: people are called by the last one."""
    parts = fold(name).split()
    return any(" ".join(parts[place:]).startswith(words) for place in range(len(parts)))


def people_digest(ids: Iterable[int]) -> str:
    """What tells a conversation's people from any others."""
    return hashlib.sha256(",".join(str(pk) for pk in sorted(set(ids))).encode()).hexdigest()


def people_of(room_ids: list[int], viewer: Member | None) -> dict[int, list[Standing]]:
    """The others in each conversation, in the order of their seats; at most one query."""
    if not room_ids:
        return {}
    rows = Seat.objects.filter(room__in=room_ids).exclude(member=viewer).select_related("member__standing")
    found: dict[int, list[Standing]] = {}
    for seat in rows.order_by("pk"):
        found.setdefault(seat.room_id, []).append(seat.member.standing)
    return found


def standings(member_ids: list[int], limit: int = 60) -> list[Standing]:
    """Name chips of the members present, by tier and name. Unknown and inactive ones are left out."""
    rows = Standing.objects.filter(Q(member__is_active=True), member__in=member_ids[: limit * 4])
    return list(rows.order_by("-tier_rank", "name")[:limit])


def free_code(name: str) -> str:
    """An address for a room of that name that no other has."""
    wanted = slugify(fold(name))[:50] or "phong"
    taken = WORDS | set(Room.objects.filter(code__startswith=wanted).values_list("code", flat=True))
    numbers = (f"{wanted}-{number}" for number in range(2, len(taken) + 3))
    return wanted if wanted not in taken else next(code for code in numbers if code not in taken)


def brand_scope() -> Scope:
    """The brand itself: what belongs to no part of it belongs to the whole."""
    return Scope.objects.filter(parent=None).order_by("pk")[0]
