"""Whose medals wear the colours of which house: for the chips that follow a new palette."""

from collections.abc import Iterable

from django.db.models import Q

from badges.awards.models import Award
from portal.scopes.models import Scope
from portal.scopes.selectors import with_descendants


def shown_of(scope_ids: Iterable[int | None]) -> list[int]:
    """Members who hold a badge of some houses (None: of no house in particular), by id."""
    asked = set(scope_ids)
    of = Q(badge__scope__in=asked - {None}) | (Q(badge__scope=None) if None in asked else Q(pk__in=[]))
    rows = Award.objects.filter(of, revoked_at=None)
    return list(rows.order_by("member_id").values_list("member_id", flat=True).distinct())


def houses_under(code: str) -> set[int | None]:
    """The scopes that wear the colours of one: itself, all below it, and for the brand also no scope at all."""
    scope = Scope.objects.filter(code=code).first()
    if scope is None:
        return set()
    below: set[int | None] = set(with_descendants(scope))
    return below | {None} if scope.kind == Scope.Kind.BRAND else below
