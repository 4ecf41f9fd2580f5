"""Promise 42: whoever works here is nowhere without a second factor, by whichever door she came."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP
from django.contrib.auth.models import Group
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.test import Client

from portal.accounts import second_factor
from portal.accounts.models import Member
from portal.accounts.roles import STAFF_GROUPS
from portal.core import clock
from portal.realtime import rights, rules
from tests.factories.portal import make_member
from tests.helpers.sessions import enter
from tests.portal.accounts.test_second_key import SECRET, come_in

pytestmark = pytest.mark.django_db
SET_UP = "/vi/accounts/2fa/totp/activate/"
SHOW = "/vi/accounts/2fa/reauthenticate/"
PLACES = [
    "/vi/",
    "/vi/my/",
    "/vi/community/",
    "/vi/chat/",
    "/vi/notifications/",
    "/vi/accounts/sessions/",
    "/vi/accounts/2fa/",
    "/vi/accounts/2fa/totp/deactivate/",
    "/admin/",
    "/documents/1/x/",
    "/theme-that-is-not/",
]


@pytest.fixture(params=STAFF_GROUPS)
def worker(request: pytest.FixtureRequest, db: None) -> Member:
    """Somebody in each of the staff groups."""
    member = make_member("Bùi Quốc Khánh", email="khanh@thu.example")
    member.groups.add(Group.objects.get_or_create(name=request.param)[0])
    return Member.objects.get(pk=member.pk)


def test_staff_without_a_second_factor_get_no_page(worker: Member) -> None:
    browser = enter(Client(), worker, second_factor=False)
    for place in PLACES:
        response = browser.get(place)
        assert response.status_code in (302, 404), place
        if response.status_code == 302 and response.url != "/vi/theme-that-is-not/":
            assert response.url.startswith(f"{SET_UP}?next="), place


def test_staff_who_hold_a_factor_and_did_not_show_it_can_only_show_it(mod: Member) -> None:
    TOTP.activate(mod, SECRET)
    browser = enter(Client(), mod, second_factor=False)
    for place in [*PLACES[:-2], SET_UP, "/vi/accounts/2fa/recovery-codes/", "/vi/accounts/reauthenticate/"]:
        response = browser.get(place)
        assert (response.status_code, response.url[: len(SHOW)]) == (302, SHOW), place
    assert browser.get(SHOW).status_code == 200


def test_forms_and_data_are_refused_in_kind(mod: Member) -> None:
    browser = enter(Client(), mod, second_factor=False)
    assert browser.post("/vi/notifications/read-all/").status_code in (403, 404)
    refused = browser.get("/vi/my/", headers={"Accept": "application/json"})
    assert (refused.status_code, json.loads(refused.content)["error"]["code"]) == (403, "second_factor")
    assert browser.get("/vi/my/", headers={"HX-Request": "true"}).status_code == 403


def test_sockets_refuse_a_session_that_showed_none(mod: Member, alice: Member) -> None:
    at = clock.now()
    half, whole = enter(Client(), mod, second_factor=False), enter(Client(), mod)
    assert rights.check(mod.pk, half.session.session_key, set(), at).code == rules.SIGNED_OUT
    assert rights.check(mod.pk, whole.session.session_key, set(), at).code == 0
    assert rights.check(alice.pk, enter(Client(), alice).session.session_key, set(), at).code == 0


def test_becoming_staff_closes_pages_that_were_open_before(alice: Member) -> None:
    browser = enter(Client(), alice)
    assert browser.get("/vi/my/").status_code == 200
    alice.groups.add(Group.objects.get_or_create(name="Moderators")[0])
    assert browser.get("/vi/my/").url.startswith(SET_UP)


def test_a_letter_alone_leads_staff_to_setting_one_up_and_nowhere_else(client: Client, mod: Member) -> None:
    come_in(client, mod)
    assert client.get("/vi/my/").url.startswith(SET_UP)
    page = client.get(SET_UP).content.decode()
    assert "data-ws" not in page
    assert "points-counter" not in page


def test_the_address_of_the_admins_own_door_does_not_get_around_it(mod: Member) -> None:
    browser = enter(Client(), mod, second_factor=False)
    assert "/2fa/" in browser.get("/admin/login/?next=/admin/").url
    assert browser.post("/admin/login/", {"username": mod.email, "password": "x"}).status_code == 403


def test_members_are_never_asked(alice: Member) -> None:
    browser = enter(Client(), alice)
    assert browser.get("/vi/my/").status_code == 200


def test_staff_keep_their_last_second_factor(mod: Member, alice: Member) -> None:
    for member in (mod, alice):
        TOTP.activate(member, SECRET)
    app, hers = (Authenticator.objects.get(user=member, type="totp") for member in (mod, alice))
    assert second_factor.is_last_of_staff(app)
    assert not second_factor.is_last_of_staff(hers)
    Authenticator.objects.create(user=mod, type=Authenticator.Type.WEBAUTHN, data={"name": "x"})
    assert not second_factor.is_last_of_staff(app)


def test_a_session_ends_when_it_is_idle_and_in_any_case(alice: Member, mod: Member) -> None:
    at = clock.now()
    for member, longest in ((alice, timedelta(days=30)), (mod, timedelta(hours=12))):
        browser = enter(Client(), member)
        row = Session.objects.get(pk=browser.session.session_key)
        assert abs(row.expire_date - (at + longest)) < timedelta(minutes=1)
    # 170 days after she came in, ten are left, however busy she is.
    browser = enter(Client(), alice)
    session = browser.session
    session["entered_at"], session["seen_at"] = (at - timedelta(days=170)).timestamp(), 0
    session.save()
    assert browser.get("/vi/my/").status_code == 200
    row = Session.objects.get(pk=browser.session.session_key)
    assert abs(row.expire_date - (at + timedelta(days=10))) < timedelta(minutes=1)
    Session.objects.filter(pk=row.pk).update(expire_date=at - timedelta(seconds=1))
    assert browser.get("/vi/my/").url.startswith("/vi/accounts/login/")
    assert rights.check(alice.pk, row.pk, set(), at).code == rules.SIGNED_OUT


def test_reading_writes_that_she_is_here_every_two_minutes_and_the_session_once_an_hour(
    client: Client, alice: Member
) -> None:
    come_in(client, alice)
    client.get("/vi/my/")
    seen, looked = alice.usersession_set.get().last_seen_at, client.session["seen_at"]
    client.get("/vi/my/")
    assert alice.usersession_set.get().last_seen_at == seen
    cache.clear()  # two minutes later
    client.get("/vi/my/")
    assert alice.usersession_set.get().last_seen_at > seen
    assert client.session["seen_at"] == looked
    seen = alice.usersession_set.get().last_seen_at
    session = client.session
    session["seen_at"] -= 3601
    session.save()
    client.get("/vi/my/")
    assert alice.usersession_set.get().last_seen_at > seen
