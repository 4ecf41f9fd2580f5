"""Reads of who stays apart from whom. Rooms above ask here before they tell, show or let write."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet

from portal.accounts.blocks.models import Block
from portal.accounts.models import Member, Profile
from portal.core.prepared import prepared
from portal.realtime.rights import keep_apart, let_sit_unseen


def _in_force() -> QuerySet[Block]:
    """Without those that hold no longer: somebody who came to work here can be reached by everybody."""
    return Block.objects.filter(blocked__is_staff=False, blocked__is_superuser=False, blocked__role="")


def has_blocked(member_id: int, other_id: int) -> bool:
    """Whether `member_id` blocked the other: what the other does is not told to her."""
    return bool(_blocked(member_id, other_id))


@prepared
def _blocked(member: int, other: int) -> QuerySet[Block, int]:
    return _in_force().filter(member=member, blocked=other).values_list("pk", flat=True)


def who_blocked(other_id: int, among: Iterable[int]) -> set[int]:
    """Those among the given members who blocked the other; one query."""
    return set(_in_force().filter(member__in=list(among), blocked=other_id).values_list("member", flat=True))


def folded_rows(member_id: int) -> QuerySet[Block, Any]:
    """The same as rows of ids, for conditions of a query."""
    return _in_force().filter(member=member_id).values("blocked")


@prepared
def _folded(member: int) -> QuerySet[Block, int]:
    return _in_force().filter(member=member).values_list("blocked", flat=True)


def folded_for(member_id: int) -> frozenset[int]:
    """Whose words lie folded for her wherever many talk: those she blocked. It is hers alone: to them hers stand open.

    The one place that says so: pages ask it by `{% fold %}`, live pages by the list that their page carries, counts by
    `folded_rows`. One query.
    """
    return frozenset(_folded(member_id))


def apart(member_id: int) -> frozenset[int]:
    """Everybody she blocked and everybody who blocked her; one query."""
    rows = _in_force().filter(Q(member=member_id) | Q(blocked=member_id)).values_list("member", "blocked")
    return frozenset(one for pair in rows for one in pair) - {member_id}


def are_apart(one: int, other: int) -> bool:
    """Whether either of the two blocked the other."""
    return other in apart(one)


def blocked_by(member: Member) -> list[tuple[Member, datetime]]:
    """Her list, newest first, each with the name chip. One query."""
    rows = Block.objects.filter(member=member).select_related("blocked__standing").order_by("-at", "-pk")
    return [(row.blocked, row.at) for row in rows]


def sits_unseen(member_id: int) -> bool:
    """Whether she does not want others to see where she sits."""
    return Profile.objects.filter(member=member_id, shows_presence=False).exists()


keep_apart(apart)
let_sit_unseen(sits_unseen)
