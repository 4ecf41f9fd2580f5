"""The page about safety: fresh proofs, devices, another address and the way back, recovery codes."""

from __future__ import annotations

import re
import time
from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from portal.accounts import devices, second_factor, vault, way_back
from portal.accounts.models import Member
from portal.core import clock
from portal.realtime import rights, rules
from portal.realtime.models import StreamEntry
from tests.helpers.letters import newest_code, subjects
from tests.helpers.sessions import enter
from tests.portal.accounts.test_second_key import SECRET, come_in, digits

pytestmark = pytest.mark.django_db
SAFETY = "/vi/accounts/security/"
PROVE = "/vi/accounts/prove/"
DEVICES = "/vi/accounts/sessions/"
ADDRESS = "/vi/accounts/email/"
ANDROID = "Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 Chrome/131.0 Mobile Safari/537.36"
SENSITIVE = ["email/", "password/set/", "2fa/totp/activate/", "2fa/webauthn/add/", "password/remove/"]


@pytest.mark.parametrize("page", SENSITIVE)
def test_what_touches_safety_asks_once_more_after_five_minutes(alice: Member, page: str) -> None:
    stale = enter(Client(), alice, at=time.time() - 400)
    assert stale.get(f"/vi/accounts/{page}").url.startswith(f"{PROVE}?next=")
    assert stale.post(f"/vi/accounts/{page}", {"password1": "ve chai tim nho 27"}).url.startswith(PROVE)
    assert not Member.objects.get(pk=alice.pk).has_usable_password()
    assert enter(Client(), alice).get(f"/vi/accounts/{page}").status_code == 200


def test_six_digits_by_mail_prove_who_she_is(alice: Member) -> None:
    browser = enter(Client(), alice, at=time.time() - 400)
    url = f"{PROVE}?next={ADDRESS}"
    assert "alice@thu.example" in browser.get(url).content.decode()
    browser.post(url, {"action": "send"})
    code = newest_code()
    assert browser.post(url, {"code": "000000" if code != "000000" else "111111"}).status_code == 200
    assert browser.get(ADDRESS).status_code == 302
    assert browser.post(url, {"code": code}).url == ADDRESS
    assert browser.get(ADDRESS).status_code == 200
    # Digits prove once.
    assert browser.post(url, {"code": code}).status_code == 200


def test_five_wrong_digits_make_the_proof_worthless(alice: Member) -> None:
    browser = enter(Client(), alice, at=time.time() - 400)
    browser.post(PROVE, {"action": "send"})
    code = newest_code()
    for _try in range(5):
        browser.post(PROVE, {"code": "000000" if code != "000000" else "111111"})
    assert browser.post(PROVE, {"code": code}).status_code == 200
    assert browser.get(ADDRESS).status_code == 302


def test_who_holds_a_second_key_cannot_prove_herself_by_letter(alice: Member) -> None:
    TOTP.activate(alice, SECRET)
    browser = enter(Client(), alice, at=time.time() - 400)
    assert browser.get(ADDRESS).url.startswith("/vi/accounts/2fa/reauthenticate/")
    assert browser.get(PROVE).url.startswith("/vi/accounts/2fa/reauthenticate/")


def test_the_page_about_safety_gathers_everything_at_a_constant_cost(alice: Member) -> None:
    browser = enter(Client(), alice)
    page = browser.get(SAFETY).content.decode()
    for words in ("Địa chỉ thư", "Mật khẩu", "Khóa trên máy", "Ứng dụng xác thực", "Mã dự phòng", "Những máy"):
        assert words in page
    costs = []
    for amount in (1, 5):
        for _number in range(amount):
            come_in(Client(), alice)
        for number in range(amount):
            Authenticator.objects.create(user=alice, type="webauthn", data={"name": f"Máy {number}", "credential": {}})
        browser.get(SAFETY)  # what is asked for once a process is asked for here
        with CaptureQueriesContext(connection) as asked:
            assert browser.get(SAFETY).status_code == 200
        costs.append(len(asked))
        Authenticator.objects.filter(user=alice).delete()
    assert costs[0] == costs[1]


def test_devices_are_listed_in_plain_words_and_one_can_be_ended(alice: Member, bob: Member) -> None:
    here, there = Client(headers={"User-Agent": ANDROID}), Client()
    come_in(here, alice)
    come_in(there, alice)
    page = here.get(DEVICES).content.decode()
    assert "Chrome trên Android" in page
    assert page.count("máy này") == 1
    line = alice.usersession_set.get(session_key=there.session.session_key)
    stranger = enter(Client(), bob)
    assert stranger.post(f"{DEVICES}{line.pk}/end/").status_code == 404
    key = there.session.session_key
    assert rights.check(alice.pk, key, set(), clock.now()).code == 0
    before = StreamEntry.objects.filter(stream__key=f"member:{alice.pk}", kind="recheck").count()
    assert here.post(f"{DEVICES}{line.pk}/end/").status_code == 302
    assert StreamEntry.objects.filter(stream__key=f"member:{alice.pk}", kind="recheck").count() > before
    assert rights.check(alice.pk, key, set(), clock.now()).code == rules.SIGNED_OUT
    assert there.get("/vi/my/").status_code == 302
    assert here.get("/vi/my/").status_code == 200


def test_all_other_devices_can_be_ended_at_once(alice: Member) -> None:
    browsers = [Client() for _ in range(3)]
    for browser in browsers:
        come_in(browser, alice)
    assert browsers[0].post(f"{DEVICES}end-others/").status_code == 302
    assert [browser.get("/vi/my/").status_code for browser in browsers] == [200, 302, 302]


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        (ANDROID, "Chrome trên Android"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 17_5) Version/17.5 Mobile Safari/604.1", "Safari trên iPhone"),
        ("Mozilla/5.0 (Windows NT 10.0) coc_coc_browser/128 Chrome/122 Safari/537.36", "Cốc Cốc trên Windows"),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 14) Firefox/132.0", "Firefox trên Mac"),
        ("Mozilla/5.0 (iPhone) Zalo iOS/477", "Zalo trên iPhone"),
        ("<script>", "Một máy không nói mình là gì"),
        ("", "Một máy không nói mình là gì"),
    ],
)  # fmt: skip
def test_a_device_is_named_as_people_name_it(agent: str, words: str) -> None:
    assert devices.in_words(agent) == words


def test_a_letter_tells_of_a_device_not_seen_before_and_only_then(alice: Member) -> None:
    browser = Client(headers={"User-Agent": ANDROID})
    come_in(browser, alice)
    assert subjects()[1:] == ["Có người vào nhà từ một máy lạ · HOUSE"]
    assert "Chrome trên Android" in mail.outbox[-1].body
    browser.post("/vi/accounts/logout/")
    come_in(browser, alice)
    assert len(subjects()) == 1


def change_address(browser: Client, email: str) -> None:
    browser.post(ADDRESS, {"email": email, "action_add": "1"})
    browser.post("/vi/accounts/confirm-email/", {"code": newest_code()})


def test_another_address_takes_the_place_of_the_old_after_its_digits(alice: Member) -> None:
    browser = enter(Client(), alice)
    response = browser.post(ADDRESS, {"email": "Moi@Thu.example", "action_add": "1"})
    assert response.url == "/vi/accounts/confirm-email/"
    assert mail.outbox[-1].to == ["moi@thu.example"]
    assert Member.objects.get(pk=alice.pk).email == "alice@thu.example"
    assert "Từ nay dùng địa chỉ này" in browser.get(response.url).content.decode()
    browser.post(response.url, {"code": newest_code()})
    assert Member.objects.get(pk=alice.pk).email == "moi@thu.example"
    assert list(EmailAddress.objects.filter(user=alice).values_list("email", "verified", "primary")) == [
        ("moi@thu.example", True, True)
    ]
    assert mail.outbox[-1].to == ["alice@thu.example"]
    assert "m•••@thu.example" in mail.outbox[-1].body
    assert "moi@thu.example" not in mail.outbox[-1].body


def test_an_address_of_somebody_else_is_not_told_and_not_taken(alice: Member, bob: Member) -> None:
    browser = enter(Client(), alice)
    response = browser.post(ADDRESS, {"email": bob.email, "action_add": "1"})
    assert response.url == "/vi/accounts/confirm-email/"
    browser.post(response.url, {"code": newest_code()})
    assert Member.objects.get(pk=alice.pk).email == alice.email
    assert EmailAddress.objects.filter(email=bob.email).count() == 1


def test_the_letter_to_the_old_address_brings_it_back_once(alice: Member) -> None:
    thief = enter(Client(), alice)
    change_address(thief, "trom@thu.example")
    link = re.search(r"https?://[^/]+(/vi/accounts/email/back/\?token=\S+)", mail.outbox[-1].body)
    assert link, mail.outbox[-1].body
    thief.post("/vi/accounts/password/set/", {"password1": "ve chai tim nho 27"})
    TOTP.activate(alice, SECRET)
    owner = Client()
    page = owner.get(link[1]).content.decode()
    assert "alice@thu.example" in page
    assert Member.objects.get(pk=alice.pk).email == "trom@thu.example"
    token = re.search(r'name="token" value="([^"]+)"', page)[1]
    assert "Mọi máy đã được đăng xuất" in owner.post("/vi/accounts/email/back/", {"token": token}).content.decode()
    fresh = Member.objects.get(pk=alice.pk)
    assert (fresh.email, fresh.has_usable_password()) == ("alice@thu.example", False)
    assert not Authenticator.objects.filter(user=alice).exists()
    assert thief.get("/vi/my/").status_code == 302
    assert owner.post("/vi/accounts/email/back/", {"token": token}).status_code == 409


def test_a_made_up_or_old_way_back_leads_nowhere(alice: Member, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "đã cũ" in Client().post("/vi/accounts/email/back/", {"token": "x:y:z"}).content.decode()
    url = way_back.link(alice, old="a@b.vn", new=alice.email, at=clock.now())
    token = url.split("token=")[1].replace("%3A", ":")
    assert way_back.read(token) is not None
    monkeypatch.setattr(way_back, "GOOD_FOR", timedelta(seconds=-1))
    assert way_back.read(token) is None


@pytest.mark.django_db(transaction=True)
def test_recovery_codes_are_shown_once_and_each_opens_once(alice: Member) -> None:
    browser = enter(Client(), alice)
    browser.get("/vi/accounts/2fa/totp/activate/")
    secret = browser.session["mfa.totp.secret"]
    shown = format_hotp_value(hotp_value(secret, int(time.time()) // 30))
    response = browser.post("/vi/accounts/2fa/totp/activate/", {"code": shown})
    sheet = browser.get(response.url).content.decode()
    codes = re.findall(r"<li>(\d{8})</li>", sheet)
    assert len(codes) == 10
    assert f'href="data:text/plain;charset=utf-8,{"%0A".join(codes)}%0A"' in sheet
    again = browser.get(response.url).content.decode()
    assert not any(code in again for code in codes)
    for number, expected in ((0, True), (0, False), (1, True)):
        visitor = Client()
        come_in(visitor, alice)
        visitor.post("/vi/accounts/2fa/authenticate/", {"code": codes[number]})
        assert ("_auth_user_id" in visitor.session) is expected


def test_secrets_of_second_keys_are_locked_in_the_database(alice: Member) -> None:
    TOTP.activate(alice, SECRET)
    stored = Authenticator.objects.get(user=alice).data["secret"]
    assert SECRET not in stored
    assert stored.startswith(vault.PREFIX)
    assert vault.open_(stored) == SECRET
    assert vault.open_("stored before") == "stored before"
    assert TOTP(Authenticator.objects.get(user=alice)).validate_code(digits())


def test_staff_cannot_take_their_last_key_away(mod: Member) -> None:
    TOTP.activate(mod, SECRET)
    browser = enter(Client(), mod)
    browser.post("/vi/accounts/2fa/totp/deactivate/")
    key = Authenticator.objects.create(user=mod, type="webauthn", data={"name": "Máy", "credential": {}})
    Authenticator.objects.filter(user=mod, type="totp").delete()
    assert second_factor.is_last_of_staff(key)
    assert browser.post(f"/vi/accounts/2fa/webauthn/keys/{key.pk}/remove/").status_code == 403
    assert Authenticator.objects.filter(user=mod).exists()
