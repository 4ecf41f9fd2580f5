"""Invitations: a member's link, who comes by it, and its limits."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from portal.accounts import actions as accounts
from portal.accounts.invitations import actions, selectors
from portal.accounts.invitations.models import Arrival, Invitation
from portal.accounts.models import Member
from portal.core import clock
from portal.core.errors import Forbidden, NotFound, TooMany
from portal.events.models import DomainEvent
from tests.factories.portal import make_member
from tests.helpers.letters import newest_code
from tests.helpers.races import run_parallel
from tests.helpers.sessions import enter
from tests.portal.accounts.test_entrance import CONFIRM, FORM, JOIN

pytestmark = pytest.mark.django_db
PAGE = "/vi/accounts/invitations/"
COME = "/vi/accounts/come-in/"


def join_by(token: str, number: int = 0) -> Member:
    browser = Client()
    browser.get(COME, {"k": token})
    browser.post(JOIN, {**FORM, "name": f"Bạn mời {number}", "email": f"moi{number}@thu.example"})
    browser.post(CONFIRM, {"code": newest_code()})
    return Member.objects.get(email=f"moi{number}@thu.example")


def told() -> list[dict]:
    return list(DomainEvent.objects.filter(name="member_invited").values_list("payload", flat=True))


def test_a_link_is_made_shown_once_and_stored_as_a_digest(alice: Member) -> None:
    browser = enter(Client(), alice)
    assert browser.post(PAGE, {"for": "one"}).url == PAGE
    page = browser.get(PAGE).content.decode()
    token = re.search(r"come-in/\?k=([\w-]+)", page)[1]
    assert len(token) == 32
    assert token not in browser.get(PAGE).content.decode()
    assert token not in str(Invitation.objects.values())
    assert selectors.by_token(token, at=clock.now()).inviter == alice


def test_who_comes_by_a_link_sees_who_invited_and_is_counted(alice: Member) -> None:
    invitation, token = actions.invite(actor=alice, limit=1, at=clock.now())
    browser = Client()
    assert browser.get(COME, {"k": token}).url == JOIN
    assert "Phạm Ngọc Alice" in browser.get(JOIN).content.decode()
    member = join_by(token)
    assert Arrival.objects.get(member=member).joined_at is not None
    assert told() == [{"member": member.pk, "invited_by": alice.pk, "invitation": invitation.pk}]
    assert "Bạn mời 0" in enter(Client(), alice).get(PAGE).content.decode()


def test_without_a_confirmed_address_nobody_counts(alice: Member) -> None:
    _invitation, token = actions.invite(actor=alice, limit=1, at=clock.now())
    browser = Client()
    browser.get(COME, {"k": token})
    browser.post(JOIN, FORM)
    assert told() == []
    assert Invitation.objects.get().used == 0


def test_a_full_ended_or_old_link_keeps_no_chair_and_the_door_stays_open(alice: Member) -> None:
    at = clock.now()
    _full, full_token = actions.invite(actor=alice, limit=1, at=at)
    join_by(full_token, 1)
    ended, ended_token = actions.invite(actor=alice, limit=10, at=at)
    actions.end(actor=alice, invitation_id=ended.pk, at=at)
    _old, old_token = actions.invite(actor=alice, limit=10, at=at - timedelta(days=31))
    for number, token in enumerate((full_token, ended_token, old_token, "made-up", ""), 2):
        assert selectors.by_token(token, at=at) is None
        assert join_by(token, number).joined_at is not None
    assert len(told()) == 1


@pytest.mark.both_databases
@pytest.mark.django_db(transaction=True)
def test_the_last_place_of_a_link_is_given_once() -> None:
    at = clock.now()
    inviter = make_member()
    invitation, _token = actions.invite(actor=inviter, limit=1, at=at)
    guests = [make_member(joined=False) for _ in range(6)]
    for guest in guests:
        actions.note_arrival(member=guest, invitation_id=invitation.pk, at=at)
        accounts.join(member=guest, at=at)
    race = run_parallel(lambda number: actions.count_arrival(member=guests[number], at=at), len(guests))
    assert race.errors == {}
    assert Invitation.objects.get().used == 1
    assert len(told()) == 1
    actions.count_arrival(member=guests[0], at=at)
    assert len(told()) == 1


def test_five_links_a_day_and_none_for_the_silenced(alice: Member, mod: Member) -> None:
    at = clock.now()
    for _number in range(5):
        actions.invite(actor=alice, limit=10, at=at)
    with pytest.raises(TooMany):
        actions.invite(actor=alice, limit=10, at=at + timedelta(hours=23))
    actions.invite(actor=alice, limit=10, at=at + timedelta(hours=25))
    assert enter(Client(), alice).post(PAGE, {"for": "several"}).status_code == 429
    accounts.mute(actor=mod, member_id=alice.pk, until=at + timedelta(days=9), at=at)
    with pytest.raises(Forbidden):
        actions.invite(actor=alice, limit=10, at=at + timedelta(days=3))


def test_only_her_own_links_can_be_ended(alice: Member, bob: Member) -> None:
    invitation, _token = actions.invite(actor=alice, limit=10, at=clock.now())
    with pytest.raises(NotFound):
        actions.end(actor=bob, invitation_id=invitation.pk, at=clock.now())
    assert enter(Client(), bob).post(f"{PAGE}{invitation.pk}/end/").status_code == 404
    assert enter(Client(), alice).post(f"{PAGE}{invitation.pk}/end/").status_code == 302
    assert Invitation.objects.get().ended_at is not None


def test_the_page_of_invitations_has_a_constant_cost(alice: Member) -> None:
    browser = enter(Client(), alice)
    costs = []
    for amount in (1, 4):
        for _number in range(amount):
            invitation, _token = actions.invite(actor=alice, limit=10, at=clock.now() - timedelta(days=amount))
            for _guest in range(amount):
                guest = make_member(joined=False)
                actions.note_arrival(member=guest, invitation_id=invitation.pk, at=clock.now())
                accounts.join(member=guest, at=clock.now())
                actions.count_arrival(member=guest, at=clock.now())
        browser.get(PAGE)
        with CaptureQueriesContext(connection) as asked:
            assert browser.get(PAGE).status_code == 200
        costs.append(len(asked))
    assert costs[0] == costs[1]
