"""Joining and coming in through Google, Facebook and Zalo: a fake of each answers instead of the network."""

from __future__ import annotations

import base64
import hashlib
import hmac
import html
import re
from typing import Any

import pytest
from allauth.mfa.totp.internal.auth import TOTP
from allauth.socialaccount.models import SocialAccount, SocialToken
from django.core import mail
from django.core.exceptions import ImproperlyConfigured
from django.test import Client
from django.urls import reverse

from portal.accounts.models import Consent, Member
from portal.settings import services as service_settings
from tests.helpers.letters import newest_code
from tests.helpers.services import DOOR, JOIN, KEY, MINE, SERVICES, Fake, connect, leave, set_up, travel
from tests.helpers.sessions import enter

pytestmark = pytest.mark.django_db
CONFIRM = "/vi/accounts/confirm-email/"
TYPED = {"name": "Lê Mới Sang", "email": "sang@thu.example", "of_age": "on", "terms": "on"}


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch, settings) -> Fake:
    return set_up(monkeypatch, settings)


# ── joining ─────────────────────────────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize("service", SERVICES)
def test_a_newcomer_agrees_to_the_terms_and_proves_her_address_by_our_letter(fake: Fake, service: str) -> None:
    browser = Client()
    response = travel(browser, service)
    assert (response.status_code, response.url) == (302, JOIN)
    page = browser.get(JOIN).content.decode()
    assert 'value="Lê Sang"' in page
    assert ('value="sang@dich-vu.example"' in page) is (service != "zalo")
    assert " checked" not in page
    assert not Member.objects.exists()

    refused = browser.post(JOIN, {key: typed for key, typed in TYPED.items() if key != "terms"})
    assert "Nhà cần lời đồng ý" in refused.content.decode()
    assert not Member.objects.exists()

    assert browser.post(JOIN, TYPED).url == CONFIRM
    member = Member.objects.get()
    assert (member.email, member.joined_at) == (TYPED["email"], None)
    assert "_auth_user_id" not in browser.session
    assert sorted(Consent.objects.values_list("purpose", flat=True)) == ["age", "terms"]

    assert browser.post(CONFIRM, {"code": newest_code()}).url == reverse("my:home")
    member.refresh_from_db()
    assert member.joined_at is not None
    assert browser.session["_auth_user_id"] == str(member.pk)
    assert not member.has_usable_password()
    account = SocialAccount.objects.get()
    assert (account.user, account.provider, account.uid) == (member, service, "uid-1")


@pytest.mark.parametrize("service", SERVICES)
def test_of_what_a_service_tells_only_the_name_is_kept(fake: Fake, service: str) -> None:
    browser = Client()
    travel(browser, service)
    browser.post(JOIN, TYPED)
    assert SocialAccount.objects.get().extra_data == {"name": "Lê Sang"}
    travel(Client(), service)
    assert SocialAccount.objects.get().extra_data == {"name": "Lê Sang"}
    assert not SocialToken.objects.exists()


@pytest.mark.parametrize("service", ["google", "facebook"])
def test_no_account_is_joined_by_its_address(fake: Fake, alice: Member, service: str) -> None:
    fake.email = alice.email
    browser = Client()
    # The service swears that it is hers; she is asked to join all the same, and the answer tells nothing.
    assert travel(browser, service).url == JOIN
    assert browser.post(JOIN, {**TYPED, "email": alice.email}).url == CONFIRM
    assert "_auth_user_id" not in browser.session
    assert not SocialAccount.objects.exists()
    assert Member.objects.count() == 1
    assert [letter.to for letter in mail.outbox] == [[alice.email]]
    assert not re.search(r"\b\d{6}\b", mail.outbox[0].body)


def test_who_began_with_a_strangers_address_has_no_key_to_the_account_its_owner_opens(fake: Fake) -> None:
    thief, owner = Client(), Client(REMOTE_ADDR="127.0.0.2")
    travel(thief, "google")
    thief.post(JOIN, TYPED)
    assert SocialAccount.objects.count() == 1
    # The owner of the address comes by the one door, and proves it.
    owner.post(DOOR, {"login": TYPED["email"]})
    owner.post("/vi/accounts/login/code/confirm/", {"code": newest_code()})
    assert Member.objects.get().joined_at is not None
    assert not SocialAccount.objects.exists()
    assert travel(Client(), "google").url == JOIN


def test_a_taken_name_is_told_and_the_way_goes_on(fake: Fake, alice: Member) -> None:
    browser = Client()
    travel(browser, "zalo")
    assert "Trong nhà đã có người mang tên này" in browser.post(JOIN, {**TYPED, "name": alice.name}).content.decode()
    assert browser.post(JOIN, TYPED).url == CONFIRM


def test_without_a_pending_sign_in_the_form_leads_to_the_door(fake: Fake) -> None:
    assert Client().get(JOIN).url == DOOR


# ── coming in ───────────────────────────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize("service", SERVICES)
def test_a_member_comes_in_through_a_service_of_hers(fake: Fake, alice: Member, service: str) -> None:
    connect(alice, service)
    browser = Client()
    response = travel(browser, service, next="/vi/community/")
    assert (response.status_code, response.url) == (302, "/vi/community/")
    assert browser.session["_auth_user_id"] == str(alice.pk)


@pytest.mark.parametrize("service", SERVICES)
def test_the_second_factor_of_staff_is_asked_for_after_a_service_too(fake: Fake, mod: Member, service: str) -> None:
    connect(mod, service)
    TOTP.activate(mod, "JBSWY3DPEHPK3PXP")
    browser = Client()
    assert travel(browser, service).url == reverse("mfa_authenticate")
    assert "_auth_user_id" not in browser.session


def test_staff_without_a_second_factor_get_nowhere_through_a_service(fake: Fake, mod: Member) -> None:
    from allauth.mfa.models import Authenticator

    Authenticator.objects.filter(user=mod).delete()
    connect(mod, "google")
    browser = Client()
    travel(browser, "google")
    assert browser.get(reverse("my:home")).status_code == 302
    assert browser.get(MINE).url.startswith(reverse("mfa_activate_totp")) or "reauth" in browser.get(MINE).url
    assert browser.post(f"{MINE}zalo/", {"process": "connect"}).status_code != 200


def test_a_closed_account_stays_closed(fake: Fake, alice: Member) -> None:
    connect(alice, "google")
    Member.objects.filter(pk=alice.pk).update(is_active=False)
    browser = Client()
    travel(browser, "google")
    assert "_auth_user_id" not in browser.session


def test_she_is_never_led_out_of_the_house_afterwards(fake: Fake, alice: Member) -> None:
    connect(alice, "google")
    assert travel(Client(), "google", next="https://evil.example/").url == reverse("my:home")


# ── the way there and back ──────────────────────────────────────────────────────────────────────────────────────
def test_each_service_is_asked_for_no_more_than_a_name_and_an_address(fake: Fake) -> None:
    asked = {service: leave(Client(), service) for service in SERVICES}
    assert set(asked["google"]["scope"].split()) == {"profile", "email"}
    assert set(asked["facebook"]["scope"].split(",")) == {"public_profile", "email"}
    assert asked["zalo"]["app_id"] == "zalo-id"
    for service, carried in asked.items():
        assert carried["redirect_uri"] == f"http://testserver/accounts/{service}/login/callback/"
        assert len(carried["state"]) >= 16


def test_the_buttons_address_adds_nothing_to_what_is_asked(fake: Fake) -> None:
    response = Client().post(f"{MINE}google/?scope=drive&auth_params=prompt%3Dnone")
    [onward] = re.findall(r'<meta http-equiv="refresh"[^>]+>', response.content.decode())
    assert "accounts.google.com" in onward
    assert "drive" not in onward
    assert "prompt" not in onward


def test_zalo_is_asked_as_its_fourth_version_wants(fake: Fake) -> None:
    browser = Client()
    carried = leave(browser, "zalo")
    browser.get("/accounts/zalo/login/callback/", {"code": "c", "state": carried["state"]})
    (_post, token_url, token), (_get, me_url, me) = fake.asked
    assert token_url == "https://oauth.zaloapp.com/v4/access_token"
    assert token["headers"] == {"secret_key": KEY}
    verifier = token["data"].pop("code_verifier")
    assert token["data"] == {"app_id": "zalo-id", "code": "c", "grant_type": "authorization_code"}
    assert len(verifier) == 43
    digest = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).decode().rstrip("=")
    assert carried["code_challenge"] == digest
    assert (me_url, me["params"]) == ("https://graph.zalo.me/v2.0/me", {"fields": "id,name"})
    shown = hmac.new(KEY.encode(), b"t", hashlib.sha256).hexdigest()
    assert me["headers"] == {"access_token": "t", "appsecret_proof": shown}


@pytest.mark.parametrize(
    ("service", "host", "says"),
    [
        ("google", "oauth2.googleapis.com", (400, {"error": "invalid_grant"})),
        ("google", "oauth2.googleapis.com", (200, {"access_token": "t", "id_token": "nonsense"})),
        ("facebook", "graph.facebook.com", (500, {"error": {"message": "secret words"}})),
        ("facebook", "graph.facebook.com", (200, {"access_token": "t"})),
        ("zalo", "oauth.zaloapp.com", (200, {"error": -14003, "error_description": "secret words"})),
        ("zalo", "graph.zalo.me", (200, {"error": 452, "message": "secret words"})),
        ("zalo", "graph.zalo.me", (200, ["odd"])),
        ("zalo", "graph.zalo.me", (200, {"error": 0, "id": "9" * 999, "name": "x"})),
    ],
)
def test_a_service_that_refuses_or_stammers_lets_nobody_in(fake: Fake, service: str, host: str, says: Any) -> None:
    fake.says[host] = says
    browser = Client()
    response = travel(browser, service)
    assert response.status_code == 401
    assert "Chưa vào được" in response.content.decode()
    assert "secret words" not in response.content.decode()
    assert not SocialAccount.objects.exists()
    assert browser.get(JOIN).url == DOOR


def test_a_way_back_that_nobody_began_here_lets_nobody_in(fake: Fake, alice: Member) -> None:
    connect(alice, "google")
    stolen = leave(Client(), "google")["state"]
    browser = Client()
    for state in (stolen, "", "x" * 16):
        assert browser.get("/accounts/google/login/callback/", {"code": "c", "state": state}).status_code == 401
    # A state of one service opens no other, and each is good once.
    mine = leave(browser, "zalo")["state"]
    assert browser.get("/accounts/google/login/callback/", {"code": "c", "state": mine}).status_code == 401
    assert travel(browser, "google").status_code == 302
    assert fake.asked


def test_turning_back_at_the_service_changes_nothing(fake: Fake) -> None:
    browser = Client()
    state = leave(browser, "google")["state"]
    response = browser.get("/accounts/google/login/callback/", {"error": "access_denied", "state": state})
    assert response.url == reverse("socialaccount_login_cancelled")
    assert browser.get(response.url).status_code == 200
    assert fake.asked == []


def test_the_way_on_is_in_the_language_she_left_in(fake: Fake) -> None:
    browser = Client(headers={"accept-language": "vi"})
    response = browser.post("/en/accounts/services/google/")
    state = re.search(r"state=([^&\"]+)", html.unescape(response.content.decode()))[1]
    answer = browser.get("/accounts/google/login/callback/", {"code": "c", "state": state})
    assert answer.url == "/en/accounts/services/join/"


def test_leaving_takes_a_form_and_a_purpose_we_know(fake: Fake, alice: Member) -> None:
    browser = Client()
    assert browser.get(f"{MINE}google/").url == DOOR
    assert browser.post(f"{MINE}google/", {"process": "redirect"}).status_code == 400
    assert browser.post(f"{MINE}myspace/").status_code == 404
    assert Client(enforce_csrf_checks=True).post(f"{MINE}google/").status_code == 403
    assert enter(browser, alice).post(f"{MINE}google/").url == reverse("my:home")


# ── where nothing is configured ─────────────────────────────────────────────────────────────────────────────────
def test_without_id_and_secret_there_is_no_service_in_the_house(client: Client, alice: Member) -> None:
    for path in (DOOR, "/vi/accounts/signup/"):
        assert "/accounts/services/" not in client.get(path).content.decode()
    for service in SERVICES:
        assert client.post(f"{MINE}{service}/").status_code == 404
        assert client.get(f"/accounts/{service}/login/callback/").status_code == 404
    assert client.get(JOIN).status_code == client.get(f"{MINE}cancelled/").status_code == 404
    enter(client, alice)
    assert client.get(MINE).status_code == 404
    assert MINE not in client.get("/vi/accounts/security/").content.decode()


def test_only_services_with_both_id_and_secret_are_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRIAN_ZALO_ID", "7")
    with pytest.raises(ImproperlyConfigured, match="TRIAN_ZALO_SECRET"):
        service_settings.configured()
    monkeypatch.setenv("TRIAN_ZALO_SECRET", "s")
    assert list(service_settings.configured()) == ["zalo"]


def test_the_door_offers_what_is_configured(fake: Fake, client: Client) -> None:
    for path in (DOOR, "/vi/accounts/signup/"):
        page = client.get(path).content.decode()
        assert [service in page for service in ("Google", "Facebook", "Zalo")] == [True] * 3
