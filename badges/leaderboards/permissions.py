"""Who may stand on a board. Whoever works here does not: the board is the members'."""

from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet

from badges.leaderboards.models import BoardWish
from portal.accounts.models import Member
from portal.accounts.roles import STAFF_GROUPS, works_here


def on_boards(at: datetime) -> QuerySet[Member]:
    """Members who wish to be seen, are here, and do not work here. One query."""
    wish = BoardWish.objects.filter(member=OuterRef("pk"))
    group = Member.groups.through.objects.filter(member=OuterRef("pk"), group__name__in=STAFF_GROUPS)
    here = Q(is_active=True, joined_at__isnull=False, left_at=None, role="", is_staff=False, is_superuser=False)
    awake = Q(suspended_until=None) | Q(suspended_until__lte=at)
    return Member.objects.filter(Exists(wish), ~Exists(group), here, awake)


def may_stand(member: Member) -> bool:
    """Whether a board is for her at all."""
    return member.joined_at is not None and not member.role and not works_here(member)
