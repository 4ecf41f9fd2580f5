"""Writes of the boards: who wishes to be seen, where things were said, and months that are counted for good."""

from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from badges.leaderboards import selectors
from badges.leaderboards.models import BoardWish, PeriodClosed, Place, Told
from badges.leaderboards.permissions import may_stand
from portal.accounts.models import Member
from portal.core.errors import Forbidden


def wish(*, actor: Member, wanted: bool, at: datetime) -> None:
    """Puts her on the boards, or takes her off all of them, old ones included. Raises Forbidden for who works here.

    In force with the next look. Idempotent.
    """
    if wanted and not may_stand(actor):
        raise Forbidden(_("The boards are the members’; whoever works here stands beside them."))
    if wanted:
        BoardWish.objects.get_or_create(member=actor, defaults={"since": at})
    else:
        BoardWish.objects.filter(member=actor).delete()
    for scope in ["", *(house.code for house in selectors.houses())]:
        selectors.forget(selectors.month_of(at), scope)


def note_house(*, subject: str, scope: str) -> None:
    """Remembers in whose house something was said. Idempotent: the first word stays."""
    if scope:
        Told.objects.get_or_create(subject=subject, defaults={"scope": scope})


@transaction.atomic
def close_month(*, month: date, scope: str, at: datetime) -> bool:
    """Counts a month for good: places as the ledger has them now. False when it was closed before or is not over.

    Idempotent; two closers at once are let through one by one, and the second changes nothing.
    """
    if month >= selectors.month_of(at):
        return False
    period, made = PeriodClosed.objects.get_or_create(scope=scope, month=month, defaults={"closed_at": at})
    if not made:
        return False
    places = selectors.ranked(selectors.scores(month, scope, at=at))
    Place.objects.bulk_create(
        Place(period=period, member_id=p.member_id, rank=p.rank, score=p.score, reached_at=p.reached_at) for p in places
    )
    return True
