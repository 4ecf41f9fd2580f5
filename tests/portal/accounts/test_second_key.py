"""Whoever works here shows a second key before the workshop opens."""

from __future__ import annotations

import time

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value
from django.core import mail
from django.core.cache import cache
from django.test import Client

from portal.accounts.models import Member
from tests.helpers.letters import newest_code

pytestmark = pytest.mark.django_db
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


def digits(step: int = 0) -> str:
    return format_hotp_value(hotp_value(SECRET, int(time.time()) // 30 + step))


def come_in(browser: Client, member: Member):
    mail.outbox.clear()
    browser.post("/vi/accounts/login/", {"login": member.email})
    return browser.post("/vi/accounts/login/code/confirm/", {"code": newest_code()})


@pytest.fixture
def boss(db: None) -> Member:
    """May open everything."""
    from tests.factories.portal import make_staff

    cache.clear()
    return make_staff("Lê Boss", email="boss@thu.example", is_superuser=True)


def test_without_a_second_key_the_workshop_sends_staff_to_set_one_up(client: Client, boss: Member) -> None:
    come_in(client, boss)
    response = client.get("/admin/pages/")
    assert response.status_code == 302
    assert response.url.startswith("/vi/accounts/2fa/totp/activate/?next=")


@pytest.mark.django_db(transaction=True)  # allauth tells of the new key after the commit, within the request
def test_setting_up_the_app_opens_the_workshop_in_the_same_visit(client: Client, boss: Member) -> None:
    come_in(client, boss)
    client.get("/vi/accounts/2fa/totp/activate/")
    secret = client.session["mfa.totp.secret"]
    shown = format_hotp_value(hotp_value(secret, int(time.time()) // 30))
    response = client.post("/vi/accounts/2fa/totp/activate/", {"code": shown})
    assert response.status_code == 302
    assert sorted(Authenticator.objects.values_list("type", flat=True)) == ["recovery_codes", "totp"]
    assert client.get("/admin/").status_code == 200


def test_with_a_second_key_the_code_of_the_letter_alone_opens_nothing(client: Client, boss: Member) -> None:
    TOTP.activate(boss, SECRET)
    response = come_in(client, boss)
    assert response.url == "/vi/accounts/2fa/authenticate/"
    assert "_auth_user_id" not in client.session
    assert client.get("/admin/").status_code == 302
    # A second tab does not get around it.
    assert client.get("/vi/my/").status_code == 302
    assert client.post("/vi/accounts/2fa/authenticate/", {"code": "000000"}).status_code == 200
    assert client.post("/vi/accounts/2fa/authenticate/", {"code": digits()}).status_code == 302
    assert client.get("/admin/").status_code == 200


def test_the_same_digits_open_only_once(boss: Member) -> None:
    TOTP.activate(boss, SECRET)
    shown = digits()
    first, second = Client(), Client()
    for browser in (first, second):
        come_in(browser, boss)
        browser.post("/vi/accounts/2fa/authenticate/", {"code": shown})
    assert "_auth_user_id" in first.session
    assert "_auth_user_id" not in second.session


def test_a_session_without_the_key_is_asked_for_it_at_the_workshop(client: Client, boss: Member) -> None:
    TOTP.activate(boss, SECRET)
    client.force_login(boss)
    response = client.get("/admin/")
    assert response.url == "/vi/accounts/2fa/reauthenticate/?next=%2Fadmin%2F"
    response = client.post(response.url, {"code": digits(), "next": "/admin/"})
    assert response.status_code == 302
    assert client.get("/admin/").status_code == 200


def test_a_member_is_not_told_about_second_keys_at_the_workshop(client: Client, alice: Member) -> None:
    client.force_login(alice)
    response = client.get("/admin/")
    assert response.status_code in (302, 403)
    assert "2fa" not in response.get("Location", "")


def test_the_pages_of_keys_and_devices_speak_vietnamese(client: Client, alice: Member) -> None:
    come_in(client, alice)
    for address, words in (
        ("/vi/accounts/security/", "Khóa trên máy"),
        ("/vi/accounts/2fa/totp/activate/", "Cài ứng dụng xác thực"),
        ("/vi/accounts/sessions/", "Những máy đang vào nhà"),
        ("/vi/accounts/logout/", "Bạn về sớm thế?"),
    ):
        response = client.get(address)
        assert response.status_code == 200
        assert words in response.content.decode()
