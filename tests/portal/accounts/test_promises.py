"""Promises 40 to 43 where no other file proves them: one answer for all, limits that fail shut, sessions, secrets."""

from __future__ import annotations

import logging
from pathlib import Path
from unittest.mock import patch

import pytest
from allauth.core import ratelimit
from django.core import mail
from django.core.cache import cache
from django.test import Client, RequestFactory, override_settings
from redis.exceptions import ConnectionError as RedisAway

from portal.accounts import way_back
from portal.accounts.invitations import actions as invitations
from portal.accounts.models import Member
from portal.core import clock
from tests.helpers.databases import ROOT
from tests.helpers.letters import newest_code
from tests.helpers.sessions import enter
from tests.portal.accounts.test_second_key import come_in

pytestmark = pytest.mark.django_db
DOOR = "/vi/accounts/login/"
GOOD = "ve chai tim nho 27"
SHUT = (RedisAway("gone"), ConnectionRefusedError("gone"))


@override_settings(ACCOUNT_RATE_LIMITS={"login": "5/m/ip"})
def test_promise_41_the_limit_is_the_stated_number_whatever_a_visitor_says_of_his_address() -> None:
    cache.clear()
    answers = [
        Client(headers={"X-Forwarded-For": f"10.1.2.{number}", "X-Real-IP": f"10.3.2.{number}"})
        .post(DOOR, {"login": f"a{number}@thu.example"})
        .status_code
        for number in range(8)
    ]
    assert answers == [302] * 5 + [429] * 3


@pytest.mark.parametrize("error", SHUT, ids=["redis", "socket"])
@pytest.mark.parametrize(
    ("path", "form"),
    [
        (DOOR, {"login": "alice@thu.example"}),
        (DOOR, {"login": "alice@thu.example", "password": GOOD, "way": "password"}),
        ("/vi/accounts/password/reset/", {"email": "alice@thu.example"}),
        ("/vi/accounts/signup/", {"name": "Ai", "email": "ai@thu.example", "of_age": "on", "terms": "on"}),
    ],
    ids=["code", "password", "forgotten", "join"],
)
@override_settings(ACCOUNT_RATE_LIMITS={})
def test_promise_41_the_door_stays_shut_while_tries_cannot_be_counted(
    alice: Member, path: str, form: dict[str, str], error: Exception
) -> None:
    alice.set_password(GOOD)
    alice.save()
    browser = Client()
    with patch.object(ratelimit._impl.cache, "add", side_effect=error):
        response = browser.post(path, form)
    assert response.status_code == 503
    assert response["Retry-After"] == "30"
    assert "Cửa đang khép một lát" in response.content.decode()
    assert "_auth_user_id" not in browser.session
    assert mail.outbox == []


@override_settings(ACCOUNT_RATE_LIMITS={"login": "3/m/ip"})
def test_promise_41_counts_are_kept_where_all_processes_see_them(rf: RequestFactory) -> None:
    """allauth counts in the default cache, which is Redis as soon as there is more than one process."""
    from allauth.core.internal import ratelimit as inside

    assert inside.cache is cache
    base = (ROOT / "portal/settings/base.py").read_text(encoding="utf-8")
    assert "django.core.cache.backends.redis.RedisCache" in base


def test_promise_42_a_session_planted_before_is_worthless_after(client: Client, alice: Member) -> None:
    client.get(DOOR)
    session = client.session
    session["planted"] = True
    session.save()
    client.cookies["sessionid"] = planted = session.session_key
    come_in(client, alice)
    assert client.session.session_key != planted
    thief = Client()
    thief.cookies["sessionid"] = planted
    assert thief.get("/vi/my/").status_code == 302


def test_promise_42_signing_out_kills_the_session_on_the_server(alice: Member) -> None:
    browser = enter(Client(), alice)
    key = browser.session.session_key
    browser.post("/vi/accounts/logout/")
    thief = Client()
    thief.cookies["sessionid"] = key
    assert thief.get("/vi/my/").status_code == 302


def test_promise_42_leaving_takes_a_form_not_a_link(alice: Member) -> None:
    browser = enter(Client(), alice)
    browser.get("/vi/accounts/logout/")
    assert browser.get("/vi/my/").status_code == 200


def test_promise_42_cookies_in_service_bear_the_prefix_that_ties_them_to_this_host() -> None:
    text = (ROOT / "portal/settings/production.py").read_text(encoding="utf-8")
    for line in (
        'SESSION_COOKIE_NAME = "__Host-session"',
        'CSRF_COOKIE_NAME = "__Host-csrf"',
        'KNOWN_DEVICE_COOKIE = "__Host-known"',
        "SESSION_COOKIE_SECURE = True",
        "CSRF_COOKIE_SECURE = True",
    ):
        assert line in text
    # What scripts send back comes from the cookie under either name.
    assert "__Host-csrf" in (ROOT / "static/js/request.js").read_text(encoding="utf-8")


@override_settings(SESSION_COOKIE_NAME="__Host-session", SESSION_COOKIE_SECURE=True, KNOWN_DEVICE_COOKIE="__Host-known")
def test_promise_42_every_cookie_of_a_sign_in_is_out_of_reach_of_scripts_and_other_sites(alice: Member) -> None:
    browser = Client()
    come_in(browser, alice)
    for name in ("__Host-session", "__Host-known"):
        cookie = browser.cookies[name]
        assert cookie["secure"], name
        assert cookie["httponly"], name
        assert cookie["samesite"] == "Lax", name
        assert (cookie["path"], cookie["domain"]) == ("/", ""), name


def test_promise_43_no_code_password_or_token_reaches_a_log(
    alice: Member, caplog: pytest.LogCaptureFixture, tmp_path: Path
) -> None:
    caplog.set_level(logging.DEBUG)
    browser = Client()
    secrets = []
    browser.post(DOOR, {"login": alice.email})
    secrets.append(newest_code())
    browser.post("/vi/accounts/login/code/confirm/", {"code": secrets[-1]})
    browser.post("/vi/accounts/password/set/", {"password1": GOOD})
    secrets.append(GOOD)
    Client().post(DOOR, {"login": alice.email, "password": "canary falsch lang", "way": "password"})
    secrets.append("canary falsch")
    Client().post("/vi/accounts/password/reset/", {"email": alice.email})
    secrets.append(newest_code())
    _made, token = invitations.invite(actor=alice, limit=1, at=clock.now())
    Client().get("/vi/accounts/come-in/", {"k": token})
    secrets.append(token)
    back = way_back.link(alice, old="a@b.vn", new=alice.email, at=clock.now())
    Client().get("/vi/accounts/email/back/" + back[back.index("?") :])
    secrets.append(back.split("token=")[1][:40])
    said = [
        record.getMessage() + str(vars(record))
        for record in caplog.records
        if record.name != "django.db.backends" and not record.name.startswith("django_tasks")
    ]
    assert any("/vi/accounts/login/" in line for line in said)
    for secret in secrets:
        assert not [line for line in said if secret in line], secret
