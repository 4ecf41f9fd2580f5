"""Codes under many tries at the same moment: never more than the stated number of them is compared."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from unittest.mock import patch

import pytest
from django.conf import settings
from django.test import Client

from portal.accounts import key_forms
from portal.accounts.codes import tries
from portal.accounts.codes.models import CodeTries
from portal.accounts.models import Member
from portal.accounts.phones import proofs
from tests.factories.portal import make_member
from tests.helpers.letters import newest_code
from tests.helpers.races import run_parallel
from tests.helpers.sessions import enter
from tests.helpers.texts import newest_digits

pytestmark = [pytest.mark.both_databases, pytest.mark.django_db(transaction=True)]
AT = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)
AT_ONCE, MOST = 12, 5
DOOR = "/vi/accounts/login/"


@pytest.fixture
def alice() -> Member:
    return make_member("Phạm Ngọc Alice", email="alice@thu.example")


def by_letter_at_the_door(alice: Member) -> tuple[Client, str, str]:
    browser = Client()
    browser.post(DOOR, {"login": alice.email})
    return browser, "/vi/accounts/login/code/confirm/", newest_code()


def by_letter_when_joining(alice: Member) -> tuple[Client, str, str]:
    browser, form = Client(), {"name": "Trần Mới Đến", "email": "moi@thu.example", "of_age": "on", "terms": "on"}
    browser.post("/vi/accounts/signup/", form)
    return browser, "/vi/accounts/confirm-email/", newest_code()


def by_letter_for_a_forgotten_password(alice: Member) -> tuple[Client, str, str]:
    browser = Client()
    browser.post("/vi/accounts/password/reset/", {"email": alice.email})
    return browser, "/vi/accounts/password/reset/confirm/", newest_code()


def by_letter_to_prove_it_is_she(alice: Member) -> tuple[Client, str, str]:
    browser = enter(Client(), alice)
    browser.post("/vi/accounts/prove/", {"action": "send"})
    return browser, "/vi/accounts/prove/", newest_code()


def by_text_for_a_number(alice: Member) -> tuple[Client, str, str]:
    browser = enter(Client(), alice)
    browser.post("/vi/accounts/phone/", {"phone": "0912345678"})
    return browser, "/vi/accounts/phone/code/", newest_digits()


WAYS = [
    by_letter_at_the_door,
    by_letter_when_joining,
    by_letter_for_a_forgotten_password,
    by_letter_to_prove_it_is_she,
    by_text_for_a_number,
]


@pytest.mark.parametrize("begin", WAYS, ids=lambda begin: begin.__name__)
def test_of_many_wrong_codes_at_once_five_are_compared_and_then_not_even_the_right_one(
    alice: Member, begin: Callable[[Member], tuple[Client, str, str]]
) -> None:
    browser, path, right = begin(alice)
    key, compared = browser.session.session_key, []
    wrong = "000000" if right != "000000" else "111111"

    def never(*args: object, **kwargs: object) -> bool:
        compared.append(args)
        return False

    def post(digits: str) -> int:
        other = Client()
        other.cookies[settings.SESSION_COOKIE_NAME] = key
        return other.post(path, {"code": digits}).status_code

    with (
        patch("allauth.account.forms.compare_user_code", never),
        patch.object(key_forms, "compare_user_code", never),
        patch.object(proofs, "constant_time_compare", never),
    ):
        race = run_parallel(lambda _number: post(wrong), AT_ONCE)
    assert race.errors == {}
    assert set(race.values) <= {200, 302}
    assert len(compared) == MOST
    post(right)
    assert CodeTries.objects.get().used == MOST


def test_of_many_right_codes_at_once_one_is_used(alice: Member, rf) -> None:
    request = rf.get("/")
    request.session = {}
    code = proofs.begin(request, "phone", "+84912345678", at=AT)
    kept = dict(request.session)

    def type_it(_number: int) -> str:
        mine = rf.get("/")
        mine.session = dict(kept)
        return proofs.check(mine, "phone", code, at=AT)

    race = run_parallel(type_it, 4)
    assert race.errors == {}
    assert sorted(race.values) == ["over", "over", "over", "right"]


def test_tries_are_exact_and_forgotten_once_they_are_worthless() -> None:
    key, until = tries.key_of("a code"), AT + timedelta(minutes=10)
    race = run_parallel(lambda _number: tries.take(key, most=MOST, good_until=until), AT_ONCE)
    assert race.errors == {}
    assert len([left for left in race.values if left is not None]) == MOST
    assert tries.forget_old(until) == 0
    assert tries.forget_old(until + timedelta(seconds=1)) == 1
    assert not CodeTries.objects.exists()
