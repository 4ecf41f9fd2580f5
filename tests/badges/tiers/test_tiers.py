"""Who rises when, until when, and what the open pages hear."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from django.db import transaction

from badges.ledger import actions as ledger
from badges.tiers.actions import reassess
from badges.tiers.models import TierMove, TierStatus
from portal.accounts.models import Member, Standing
from portal.events import relay
from portal.events.models import DomainEvent
from portal.realtime.models import StreamEntry

MARCH = datetime(2026, 3, 10, 3, 0, tzinfo=UTC)


def give(member: Member, status: int, at: datetime = MARCH, key: str = "one") -> int:
    """Status points from nowhere in particular, then the tier is looked at again; returns the posting."""
    with transaction.atomic():
        posting = ledger.earn(
            member_id=member.pk, amounts={"status": status}, source="test", key=f"{member.pk}:{key}", at=at
        )
        reassess(member_id=member.pk, at=at)
    return posting.transaction.pk


@pytest.mark.django_db
def test_the_threshold_itself_is_enough_and_one_less_is_not(alice: Member, bob: Member) -> None:
    relay.drain()  # both joined: 10 status points
    give(alice, 140)
    give(bob, 139)
    assert [Standing.objects.get(member=m).tier_code for m in (alice, bob)] == ["silver", "member"]


@pytest.mark.django_db
def test_a_tier_holds_to_the_end_of_the_next_year_and_thirty_days(alice: Member) -> None:
    give(alice, 1000)
    status = TierStatus.objects.get(member=alice)
    assert (status.tier.code, status.valid_until) == ("gold", date(2028, 1, 30))


@pytest.mark.django_db
def test_a_rise_is_told_once_to_chip_stream_bell_and_log(alice: Member) -> None:
    relay.drain()
    before = StreamEntry.objects.filter(stream__key="site:1", kind="chip").count()  # the badge for joining stands there
    give(alice, 140)
    give(alice, 1, key="two")
    assert [(m.old.code, m.new.code) for m in TierMove.objects.filter(member=alice)] == [("member", "silver")]
    assert list(DomainEvent.objects.filter(name="tier_changed").values_list("payload__new", flat=True)) == ["silver"]
    on_site = StreamEntry.objects.filter(stream__key="site:1", kind="chip").order_by("pk")[before:]
    assert [e.ref for e in on_site] == [{"member": alice.pk}]
    assert StreamEntry.objects.filter(stream__key=f"member:{alice.pk}", kind="tier").count() == 1
    assert alice.notifications.filter(kind="tier", subject="tier:silver").count() == 1


@pytest.mark.django_db
def test_spending_never_changes_the_tier_but_points_taken_back_do(alice: Member) -> None:
    relay.drain()
    posting = give(alice, 140)
    ledger.redeem(member_id=alice.pk, amount=20, source="test", key="cup", at=MARCH)
    reassess(member_id=alice.pk, at=MARCH)
    assert Standing.objects.get(member=alice).tier_code == "silver"
    with transaction.atomic():
        ledger.reverse(transaction_id=posting, source="test", key="back", at=MARCH, reason="mistake")
        reassess(member_id=alice.pk, at=MARCH)
    assert Standing.objects.get(member=alice).tier_code == "member"
