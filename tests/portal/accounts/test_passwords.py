"""Passwords, optional beside the digits: set, used, changed, forgotten, taken away."""

from __future__ import annotations

from unittest.mock import patch

import pytest
from django.contrib.auth import hashers
from django.core import mail
from django.core.exceptions import ValidationError
from django.test import Client, override_settings

from portal.accounts.models import Member
from portal.accounts.passwords import HouseholdPasswordValidator, is_guessable
from portal.core import clock
from portal.realtime import rights, rules
from tests.helpers.letters import newest_code, subjects
from tests.helpers.sessions import enter

pytestmark = pytest.mark.django_db
GOOD = "ve chai tim nho 27"
BETTER = "bac thang lam go moi"
DOOR = "/vi/accounts/login/"
SAFETY = "/vi/accounts/security/"


@pytest.fixture
def with_password(alice: Member) -> Member:
    """Alice, who set a password."""
    alice.set_password(GOOD)
    alice.save()
    return alice


def by_password(browser: Client, email: str, password: str, way: str = "password"):
    return browser.post(DOOR, {"login": email, "password": password, "way": way})


@pytest.mark.parametrize(
    "password",
    [
        "1234567890", "qwertyuiop", "asdfghjkl123", "matkhau123456", "Matkhau@2026", "anhyeuem1990", "P@ssw0rd2026!",
        "aaaaaaaaaaaa", "abcabcabcabc", "khongbiet123", "mậtkhẩu12345", "phamngocalice", "Alice01012000",
        "20112001201120", "1q2w3e4r5t6y", "trianTriAn99", "nguyenlinh1995", "SaiGon123456",
    ],
)  # fmt: skip
def test_what_a_guesser_tries_first_is_refused(alice: Member, password: str) -> None:
    assert is_guessable(password, alice)
    with pytest.raises(ValidationError) as refused:
        HouseholdPasswordValidator().validate(password, alice)
    assert password not in str(refused.value)


@pytest.mark.parametrize(
    "password",
    [
        GOOD,
        BETTER,
        "correct horse battery staple",
        "mưa rơi trên mái tôn cũ",
        "x7Kq-v9Tz-m2Lp",
        "cà phê sữa đá ở hẻm 8",
    ],
)
def test_words_of_ones_own_are_taken(alice: Member, password: str) -> None:
    assert not is_guessable(password, alice)


def test_a_long_password_costs_no_time(alice: Member) -> None:
    assert isinstance(is_guessable("ab" * 100_000, alice), bool)


def test_setting_one_ends_other_sessions_and_tells_by_letter(alice: Member) -> None:
    here, there = enter(Client(), alice), enter(Client(), alice)
    before = here.session.session_key
    response = here.post("/vi/accounts/password/set/", {"password1": GOOD})
    assert (response.status_code, response.url) == (302, SAFETY)
    assert Member.objects.get(pk=alice.pk).check_password(GOOD)
    assert here.get(SAFETY).status_code == 200
    assert here.session.session_key != before
    assert there.get("/vi/my/").url.startswith(DOOR)
    assert subjects() == ["Tài khoản của bạn nay có mật khẩu · HOUSE"]


@pytest.mark.parametrize("password", ["ngan", "1234567890", "alice@thu.example", "phamngocalice"])
def test_weak_ones_are_refused_and_the_page_says_so(alice: Member, password: str) -> None:
    response = enter(Client(), alice).post("/vi/accounts/password/set/", {"password1": password})
    assert response.status_code == 200
    assert b"field-error" in response.content
    assert not Member.objects.get(pk=alice.pk).has_usable_password()


def test_changing_asks_for_the_old_one_and_closes_sockets_of_other_devices(with_password: Member) -> None:
    here, there = enter(Client(), with_password), enter(Client(), with_password)
    kept, lost = here.session.session_key, there.session.session_key
    url = "/vi/accounts/password/change/"
    assert here.post(url, {"oldpassword": "falsch", "password1": BETTER}).status_code == 200
    assert here.post(url, {"oldpassword": GOOD, "password1": BETTER}).status_code == 302
    at = clock.now()
    for key in (kept, lost):
        assert rights.check(with_password.pk, key, set(), at).code == rules.SIGNED_OUT
    assert here.session.session_key not in (kept, lost)
    assert rights.check(with_password.pk, here.session.session_key, set(), at).code == 0
    assert there.get("/vi/my/").status_code == 302
    assert subjects() == ["Mật khẩu của bạn đã đổi · HOUSE"]


def test_coming_in_with_the_password_through_the_same_door(with_password: Member) -> None:
    browser = Client()
    browser.get(DOOR)
    before = browser.session.session_key
    response = by_password(browser, with_password.email, GOOD)
    assert (response.status_code, response.url) == (302, "/vi/my/")
    assert browser.session.session_key != before
    # The Enter key presses neither button: a typed password counts.
    assert by_password(Client(), with_password.email, GOOD, way="").url == "/vi/my/"


def test_asking_for_digits_takes_no_notice_of_a_filled_in_password(with_password: Member) -> None:
    response = by_password(Client(), with_password.email, "irgendwas falsches", way="code")
    assert response.url == "/vi/accounts/login/code/confirm/"
    assert by_password(Client(), with_password.email, "").status_code == 200


def test_a_wrong_password_says_the_same_whoever_it_is_for(with_password: Member, bob: Member) -> None:
    """Known with a password, known without one, unknown: one answer."""
    pages = []
    for email in (with_password.email, bob.email, "ai@thu.example"):
        response = by_password(Client(), email, "falsch und lang")
        assert response.status_code == 200
        pages.append(response.content.decode().replace(email, "X"))
    assert len({page.split("csrfmiddlewaretoken")[0] for page in pages}) == 1
    assert "không khớp nhau" in pages[0]


def test_a_wrong_password_costs_one_hash_whoever_it_is_for(with_password: Member, bob: Member) -> None:
    """Time tells nothing: the same work is done for known and unknown addresses."""
    counts = []
    hasher = hashers.get_hasher()
    for email in (with_password.email, bob.email, "ai@thu.example"):
        with patch.object(type(hasher), "encode", autospec=True, side_effect=type(hasher).encode) as encode:
            by_password(Client(), email, "falsch und lang")
        counts.append(encode.call_count)
    assert counts == [1, 1, 1]


@override_settings(ACCOUNT_RATE_LIMITS={"login_failed": "10/m/ip,5/300s/key"})
def test_the_sixth_wrong_password_is_not_even_looked_at(with_password: Member) -> None:
    from django.core.cache import cache

    cache.clear()
    for number in range(5):
        by_password(Client(headers={"X-Forwarded-For": f"10.0.0.{number}"}), with_password.email, "falsch und lang")
    response = by_password(Client(), with_password.email, GOOD)
    assert response.status_code == 200
    assert "/vi/my/" not in response.get("Location", "")
    assert "quá nhiều" in response.content.decode() or "hơi nhiều" in response.content.decode()


def test_a_forgotten_password_is_replaced_by_code(with_password: Member) -> None:
    there = enter(Client(), with_password)
    browser = Client()
    assert browser.post("/vi/accounts/password/reset/", {"email": with_password.email}).status_code == 302
    assert subjects() == ["###### để chọn mật khẩu khác ở HOUSE"]
    assert browser.get("/vi/accounts/password/reset/complete/").status_code == 302
    response = browser.post("/vi/accounts/password/reset/confirm/", {"code": newest_code()})
    assert response.url == "/vi/accounts/password/reset/complete/"
    response = browser.post(response.url, {"password1": BETTER})
    assert response.status_code == 302
    assert "_auth_user_id" in browser.session
    assert there.get("/vi/my/").status_code == 302
    assert Member.objects.get(pk=with_password.pk).check_password(BETTER)


def test_forgetting_looks_the_same_for_an_unknown_address(with_password: Member) -> None:
    answers, pages = [], []
    for email in (with_password.email, "ai@thu.example"):
        browser = Client()
        answer = browser.post("/vi/accounts/password/reset/", {"email": email})
        answers.append((answer.status_code, answer.url))
        pages.append(browser.get(answer.url).content.decode().replace(email, "X").split("csrfmiddlewaretoken")[0])
    assert answers[0] == answers[1]
    assert pages[0] == pages[1]
    assert len(mail.outbox) == 2


def test_five_wrong_digits_end_the_replacing(with_password: Member) -> None:
    browser = Client()
    browser.post("/vi/accounts/password/reset/", {"email": with_password.email})
    right = newest_code()
    for _try in range(5):
        browser.post("/vi/accounts/password/reset/confirm/", {"code": "000000" if right != "000000" else "111111"})
    assert browser.post("/vi/accounts/password/reset/confirm/", {"code": right}).url == DOOR
    assert browser.get("/vi/accounts/password/reset/complete/").url == "/vi/accounts/password/reset/"


def test_a_password_can_be_taken_away(with_password: Member) -> None:
    browser, there = enter(Client(), with_password), enter(Client(), with_password)
    assert browser.get("/vi/accounts/password/remove/").status_code == 200
    assert browser.post("/vi/accounts/password/remove/").url == SAFETY
    assert not Member.objects.get(pk=with_password.pk).has_usable_password()
    assert browser.get(SAFETY).status_code == 200
    assert there.get("/vi/my/").status_code == 302
    assert subjects() == ["Mật khẩu của bạn đã được bỏ · HOUSE"]


@override_settings(PASSWORD_HASHERS=["django.contrib.auth.hashers.Argon2PasswordHasher"])
def test_passwords_are_kept_by_argon2(alice: Member) -> None:
    alice.set_password(GOOD)
    assert alice.password.startswith("argon2$argon2id$")
    assert alice.check_password(GOOD)
