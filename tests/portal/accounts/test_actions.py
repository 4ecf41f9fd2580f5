"""Joining, the name chip, consent and sanctions."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client

from portal.accounts import actions, permissions, selectors
from portal.accounts.models import Member, Standing
from portal.accounts.streams import render_site
from portal.core import clock
from portal.core.errors import Forbidden, NotFound, SignInRequired
from portal.events.models import DomainEvent
from portal.realtime.models import StreamEntry
from tests.factories.portal import make_member
from tests.helpers.races import run_parallel

pytestmark = pytest.mark.django_db


def told(name: str) -> list[dict]:
    return list(DomainEvent.objects.filter(name=name).values_list("payload", flat=True))


def test_joining_twice_is_joining_once() -> None:
    member = make_member(joined=False)
    first = actions.join(member=member, at=clock.now())
    again = actions.join(member=member, at=clock.now() + timedelta(days=1))
    assert first.joined_at == again.joined_at
    assert told("member_joined") == [{"member": member.pk}]
    assert Standing.objects.filter(member=member).count() == 1


@pytest.mark.both_databases
@pytest.mark.django_db(transaction=True)
def test_confirming_at_once_from_many_windows_joins_once() -> None:
    member = make_member(joined=False)
    race = run_parallel(lambda number: actions.join(member=Member.objects.get(pk=member.pk), at=clock.now()), 8)
    assert race.errors == {}
    assert told("member_joined") == [{"member": member.pk}]


def test_a_changed_chip_is_told_and_an_unchanged_one_is_not(alice: Member) -> None:
    at = clock.now()
    actions.update_standing(member_id=alice.pk, at=at, tier_code="silver", tier_rank=1)
    actions.update_standing(member_id=alice.pk, at=at, tier_code="silver", tier_rank=1)
    standing = Standing.objects.get(member=alice)
    assert (standing.tier_code, standing.version) == ("silver", 2)
    assert told("standing_changed") == [{"member": alice.pk, "tier": "silver"}]
    entries = StreamEntry.objects.filter(stream__key="site:1")
    assert list(entries.values_list("kind", "ref")) == [("chip", {"member": alice.pk})]


def test_an_open_page_gets_the_chip_of_now_in_one_query(alice: Member, bob: Member, django_assert_num_queries) -> None:
    actions.update_standing(member_id=alice.pk, at=clock.now(), tier_code="gold", tier_rank=2)
    with django_assert_num_queries(1):
        answers = render_site(
            1, [("chip", {"member": alice.pk}), ("chip", {"member": bob.pk}), ("chip", {"member": 999999})]
        )
    assert [answer["member"] for answer in answers] == [alice.pk, bob.pk, 999999]
    assert "gold" in answers[0]["html"]
    assert answers[2]["html"] == ""


def test_a_visitor_must_sign_in_and_a_silenced_member_is_told_until_when(alice: Member, mod: Member) -> None:
    at = clock.now()
    with pytest.raises(SignInRequired):
        permissions.check_can_write(None, at=at)
    permissions.check_can_write(alice, at=at)
    muted = actions.mute(actor=mod, member_id=alice.pk, until=at + timedelta(hours=1), at=at)
    with pytest.raises(Forbidden) as refused:
        permissions.check_can_write(muted, at=at)
    assert refused.value.code == "muted"
    assert permissions.can_write(muted, at=at + timedelta(hours=2))
    assert permissions.is_present(muted, at=at)


def test_suspending_takes_part_away_and_makes_open_sockets_prove_their_rights(alice: Member, mod: Member) -> None:
    at = clock.now()
    before = alice.rights_version
    suspended = actions.suspend(actor=mod, member_id=alice.pk, until=at + timedelta(days=1), at=at)
    assert not permissions.is_present(suspended, at=at)
    assert suspended.rights_version == before + 1
    assert StreamEntry.objects.filter(stream__key=f"member:{alice.pk}", kind="recheck").count() == 1
    assert [(row["kind"], row["member"]) for row in told("member_sanctioned")] == [("suspension", alice.pk)]


def test_signing_out_makes_open_sockets_prove_their_rights(client: Client, alice: Member) -> None:
    client.force_login(alice)
    client.post("/vi/accounts/logout/")
    assert "_auth_user_id" not in client.session
    assert StreamEntry.objects.filter(stream__key=f"member:{alice.pk}", kind="recheck").exists()


def test_an_unconfirmed_member_is_nobody_to_others() -> None:
    member = make_member(joined=False)
    with pytest.raises(NotFound):
        selectors.member_by_public_id(member.public_id)
    assert not permissions.can_write(member, at=clock.now())


def test_the_newest_answer_counts_and_silence_is_no(alice: Member) -> None:
    at = clock.now()
    assert not selectors.consent_given(alice, "news")
    actions.record_consent(member=alice, purposes=["news"], way="settings", at=at)
    assert selectors.consent_given(alice, "news")
    actions.record_consent(member=alice, purposes=["news"], way="settings", at=at + timedelta(seconds=1), given=False)
    assert not selectors.consent_given(alice, "news")


def test_unfinished_sign_ups_are_forgotten_and_members_are_not(alice: Member) -> None:
    old = make_member(joined=False)
    fresh = make_member(joined=False)
    Member.objects.filter(pk=old.pk).update(date_joined=clock.now() - timedelta(days=3))
    assert actions.forget_unfinished_signups(before=clock.now() - timedelta(days=2)) == 1
    assert set(Member.objects.values_list("pk", flat=True)) == {alice.pk, fresh.pk}
