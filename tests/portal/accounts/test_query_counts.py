"""A member's own lists cost as many queries with many lines as with one."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.sessions.backends.db import SessionStore
from django.test import Client

from portal.accounts import actions
from portal.accounts.invitations.actions import FOR_SEVERAL, invite
from portal.accounts.invitations.models import Arrival, Invitation
from portal.accounts.models import Consent, Member
from portal.core import clock
from tests.factories.portal import make_members
from tests.helpers.queries import assert_num_queries_constant

pytestmark = pytest.mark.django_db
SignedIn = Callable[..., Client]


def one_more_device(member: Member) -> None:
    from allauth.usersessions.models import UserSession

    store = SessionStore()
    store.create()
    UserSession.objects.create(user=member, session_key=store.session_key, ip="127.0.0.1", user_agent="Mozilla/5.0")


def one_more_passkey(member: Member) -> None:
    Authenticator.objects.create(user=member, type=Authenticator.Type.WEBAUTHN, data={"name": "Chìa", "credential": {}})


def one_more_link_with_two_guests(member: Member) -> None:
    invite(actor=member, limit=FOR_SEVERAL, at=clock.now() - timedelta(days=2))
    newest = Invitation.objects.latest("pk")
    for guest in make_members(2):
        Arrival.objects.create(member=guest, invitation=newest, joined_at=clock.now())


def one_more_consent(member: Member) -> None:
    actions.record_consent(member=member, purposes=[Consent.Purpose.NEWS], way="settings", at=clock.now())


LISTS = {
    "/vi/accounts/sessions/": one_more_device,
    "/vi/accounts/security/": one_more_passkey,
    "/vi/accounts/invitations/": one_more_link_with_two_guests,
    "/vi/my/settings/consents/": one_more_consent,
}


@pytest.mark.parametrize("path", LISTS)
def test_a_list_costs_the_same_for_one_line_and_for_many(path: str, alice: Member, signed_in: SignedIn) -> None:
    browser, add = signed_in(alice), LISTS[path]
    add(alice)

    def read() -> None:
        assert browser.get(path).status_code == 200

    assert_num_queries_constant(read, lambda: [add(alice) for _n in range(4)])
