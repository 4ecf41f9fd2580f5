"""What was told about people who were not here: matched when they come, erased when they do not."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet

from portal.accounts.models import Member
from portal.accounts.selectors import present_members
from portal.api import event_types as kinds
from portal.api import people
from portal.api.models import IncomingEvent, OtherNumber
from portal.api.settling import State, Waits, go_on

_CHUNK = 2_000
# What is left of an event that is erased.
BLANK: dict[str, Any] = {"person": "", "thing": "", "amount": 0, "data": {}}


def _parked(waits_for: str, at: datetime) -> QuerySet[IncomingEvent]:
    """What still waits for this, of the days within which it may be matched."""
    since = at - timedelta(days=settings.EVENTS_PARKED_DAYS)
    return IncomingEvent.objects.filter(state=State.PARKED, waits_for=waits_for, received_at__gt=since)


def match_members(members: Iterable[Member], *, at: datetime) -> int:
    """Gives members what was told about them before they were known here; returns how many events went on.

    What was told more than `EVENTS_PARKED_DAYS` ago stays. Idempotent: an event goes on once, under its row's lock, in
    the order in which it came. Side effects: those of `settling.advance`.
    """
    here = {member.pk: member for member in members}
    whose, matched = people.names_of(here.values()), 0
    with transaction.atomic():
        rows = _parked(Waits.MEMBER, at).filter(person__in=whose).select_for_update().order_by("pk")
        for row in rows:
            row.member = here[whose[row.person]]
            go_on(row)
            matched += 1
    return matched


def match_fresh(at: datetime) -> int:
    """Matches what was just being written when its member joined, proved her telephone or got a number, or when its
    sale was told; returns how many events went on. Looks at the last hour. Idempotent."""
    lately = at - timedelta(hours=1)
    linked = OtherNumber.objects.filter(linked_at__gte=lately).values("member")
    fresh = present_members().filter(Q(joined_at__gte=lately) | Q(phone_verified_at__gte=lately) | Q(pk__in=linked))
    return match_members(fresh, at=at) + _match_sales(at)


def _match_sales(at: datetime) -> int:
    matched = 0
    for pk in list(_parked(Waits.SALE, at).order_by("pk").values_list("pk", flat=True)):
        with transaction.atomic():
            row = _parked(Waits.SALE, at).select_for_update().filter(pk=pk).first()
            if row is None or not IncomingEvent.objects.filter(
                type=kinds.PURCHASE, source=row.source, thing=row.thing, event__isnull=False
            ).exists():  # fmt: skip
                continue
            go_on(row)
            matched += 1
    return matched


def match_everybody(at: datetime) -> int:
    """Looks at every member once, for addresses and numbers that changed since; returns how many events went on."""
    matched, last = 0, 0
    while _parked(Waits.MEMBER, at).exists():
        chunk = list(present_members().filter(pk__gt=last).order_by("pk")[:_CHUNK])
        if not chunk:
            break
        matched, last = matched + match_members(chunk, at=at), chunk[-1].pk
    return matched


def erase_parked(at: datetime) -> int:
    """Erases what nobody came for: what was told, about whom and about which order; returns how many.

    The key and the answer stay, so that the same event is never taken again. Idempotent.
    """
    until = at - timedelta(days=settings.EVENTS_PARKED_DAYS)
    old = IncomingEvent.objects.filter(state=State.PARKED, received_at__lte=until)
    return old.update(state=State.LAPSED, waits_for=Waits.NOTHING, **BLANK)
