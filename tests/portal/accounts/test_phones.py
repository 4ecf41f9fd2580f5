"""A member's own number: how it is read and shown, coming in by it, adding, changing and losing it."""

from __future__ import annotations

import re
import time
from datetime import timedelta

import pytest
from django.core import mail
from django.test import Client, override_settings
from django.urls import reverse

from portal.accounts.models import Member
from portal.accounts.phones import actions, proofs
from portal.accounts.phones.numbers import mask, parse, show
from portal.accounts.sms.models import TextMessage
from portal.core import clock
from portal.privacy import actions as privacy
from portal.privacy import selectors as privacy_selectors
from tests.helpers.letters import subjects
from tests.helpers.sessions import enter
from tests.helpers.texts import let_time_pass, newest_digits, texts

PHONE = "+84912345678"
DOOR, CONFIRM = "/vi/accounts/login/", "/vi/accounts/login/code/confirm/"
MINE, CODE = "/vi/accounts/phone/", "/vi/accounts/phone/code/"
AT = clock.now()


@pytest.mark.parametrize(
    "typed",
    ["0912345678", "0912 345 678", "+84 912 345 678", "84912345678", "84 912.345.678", "912345678", "(0)912-345-678"],
)
def test_however_a_number_is_typed_it_is_one_number(typed: str) -> None:
    assert parse(typed) == PHONE


@pytest.mark.parametrize(
    "typed",
    ["", "abc", "0912", "02438234567", "+14155552671", "0912345678 ext 5", "9" * 31, "\x00", "+84912345678" * 2],
)
def test_what_no_text_can_reach_is_no_number(typed: str) -> None:
    assert parse(typed) is None


def test_a_number_is_shown_as_people_write_it_and_masked_for_others() -> None:
    assert show(PHONE) == "0912 345 678"
    assert show("+61412345678") == "+61 412 345 678"
    assert mask(PHONE) == "•••• ••• 678"
    assert show(None) == mask(None) == ""


@pytest.fixture
def phoned(alice: Member) -> Member:
    """alice with a proven number."""
    member = actions.keep_phone(actor=alice, phone=PHONE, at=clock.now() - timedelta(days=9))
    mail.outbox.clear()
    return member


def plain(response) -> str:
    """The page without what differs at every request."""
    return re.sub(r'value="[A-Za-z0-9]{64}"', "", response.content.decode())


@pytest.mark.django_db
@pytest.mark.parametrize("typed", ["0912 345 678", "+84912345678", " 84912345678 "])
def test_a_member_comes_in_by_a_code_sent_to_her_number(client: Client, phoned: Member, typed: str) -> None:
    response = client.post(DOOR, {"login": typed})
    assert (response.status_code, response.url) == (302, CONFIRM)
    assert "0912 345 678" in client.get(CONFIRM).content.decode()
    assert [to for to, _text in texts] == [PHONE]
    response = client.post(CONFIRM, {"code": newest_digits()})
    assert (response.status_code, response.url) == (302, reverse("my:home"))
    assert client.session["_auth_user_id"] == str(phoned.pk)
    # No code by mail; a letter tells of the device not seen before.
    assert [letter.subject.split(" · ")[0] for letter in mail.outbox] == ["Có người vào nhà từ một máy lạ"]


@pytest.mark.django_db
def test_an_unknown_number_looks_the_same_at_every_step(phoned: Member) -> None:
    known, unknown = Client(), Client(REMOTE_ADDR="127.0.0.2")
    answers = [known.post(DOOR, {"login": "0912345678"}), unknown.post(DOOR, {"login": "0987654321"})]
    assert [(answer.status_code, answer.url) for answer in answers] == [(302, CONFIRM)] * 2
    pages = [plain(browser.get(CONFIRM)) for browser in (known, unknown)]
    assert pages[0].replace("0912 345 678", "0987 654 321") == pages[1]
    wrong = [plain(browser.post(CONFIRM, {"code": "000000"})) for browser in (known, unknown)]
    assert wrong[0].replace("0912 345 678", "0987 654 321") == wrong[1]
    let_time_pass()
    again = [browser.post(CONFIRM, {"action": "resend"}) for browser in (known, unknown)]
    assert [(answer.status_code, answer.url) for answer in again] == [(302, CONFIRM)] * 2
    pages = [plain(browser.get(CONFIRM)) for browser in (known, unknown)]
    assert pages[0].replace("0912 345 678", "0987 654 321") == pages[1]
    assert TextMessage.objects.filter(to="+84987654321").count() == TextMessage.objects.filter(to=PHONE).count() == 2


@pytest.mark.django_db
def test_a_known_and_an_unknown_number_cost_the_page_the_same_work(
    phoned: Member, django_assert_num_queries, settings
) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": []}}
    Client().post(DOOR, {"login": "0900000001"})  # the day's row and caches are there
    counts = []
    for typed in ("0912345678", "0987654321"):
        with CaptureQueriesContext(connection) as seen:
            Client().post(DOOR, {"login": typed})
        counts.append(len(seen))
    assert counts[0] == counts[1]


@pytest.mark.django_db
def test_a_number_nobody_has_is_told_so_once_a_day() -> None:
    for _time in range(3):
        Client().post(DOOR, {"login": "0987654321"})
        let_time_pass()
    assert len(texts) == 1
    assert "chua" in texts[0][1]
    assert sorted(TextMessage.objects.values_list("state", flat=True)) == ["sent", "skipped", "skipped"]


@pytest.mark.django_db
def test_a_code_by_text_is_good_for_five_tries(client: Client, phoned: Member) -> None:
    client.post(DOOR, {"login": "0912345678"})
    right = newest_digits()
    for _try in range(5):
        client.post(CONFIRM, {"code": "000000" if right != "000000" else "111111"})
    client.post(CONFIRM, {"code": right})
    assert "_auth_user_id" not in client.session


@pytest.mark.django_db
def test_the_second_factor_is_asked_for_after_a_text_too(client: Client, phoned: Member) -> None:
    from allauth.mfa.totp.internal.auth import TOTP

    TOTP.activate(phoned, "JBSWY3DPEHPK3PXP")
    client.post(DOOR, {"login": "0912345678"})
    response = client.post(CONFIRM, {"code": newest_digits()})
    assert response.url == reverse("mfa_authenticate")
    assert "_auth_user_id" not in client.session


@pytest.mark.django_db
@pytest.mark.parametrize("typed", ["0912", "x", "alice@", "\x00", "0912345678; drop", "+1 415 555 2671", "7" * 300])
def test_what_is_neither_address_nor_number_gets_an_answer_and_no_text(client: Client, typed: str) -> None:
    assert client.post(DOOR, {"login": typed}).status_code == 200
    assert texts == []
    assert mail.outbox == []


@pytest.mark.django_db
@override_settings(SMS_ENABLED=False, ACCOUNT_LOGIN_METHODS={"email"})
def test_without_a_way_to_send_texts_there_is_no_telephone_in_the_house(client: Client, phoned: Member) -> None:
    assert "Email" in client.get(DOOR).content.decode()
    assert client.post(DOOR, {"login": "0912345678"}).status_code == 200
    assert texts == []
    enter(client, phoned)
    assert client.get(MINE).status_code == 404


@pytest.mark.django_db
def test_a_number_is_added_by_a_code_and_her_address_is_told(signed_in, alice: Member) -> None:
    browser = signed_in(alice)
    assert browser.post(MINE, {"phone": "0912 345 678"}).url == CODE
    assert "0912 345 678" in browser.get(CODE).content.decode()
    alice.refresh_from_db()
    assert alice.phone is None
    assert browser.post(CODE, {"code": newest_digits()}).url == MINE
    alice.refresh_from_db()
    assert (alice.phone, alice.phone_verified_at is not None) == (PHONE, True)
    assert "0912 345 678" in browser.get(MINE).content.decode()
    assert subjects() == ["Số điện thoại của bạn ở HOUSE"]
    assert "•••• ••• 678" in mail.outbox[0].body
    assert "0912" not in mail.outbox[0].body


@pytest.mark.django_db
def test_a_number_is_changed_by_a_code_to_the_new_one_and_then_removed(signed_in, phoned: Member) -> None:
    browser = signed_in(phoned)
    browser.post(MINE, {"phone": "0987654321"})
    assert texts[-1][0] == "+84987654321"
    browser.post(CODE, {"code": newest_digits()})
    phoned.refresh_from_db()
    assert phoned.phone == "+84987654321"
    assert "321" in mail.outbox[-1].body
    browser.post(f"{MINE}remove/")
    phoned.refresh_from_db()
    assert (phoned.phone, phoned.phone_verified_at) == (None, None)
    assert not TextMessage.objects.filter(to="+84987654321").exists()
    assert len(mail.outbox) == 2


@pytest.mark.django_db
def test_wrong_digits_change_nothing_and_the_fifth_ends_the_code(signed_in, alice: Member) -> None:
    browser = signed_in(alice)
    browser.post(MINE, {"phone": "0912345678"})
    right = newest_digits()
    wrong = "000000" if right != "000000" else "111111"
    answers = [browser.post(CODE, {"code": wrong}) for _try in range(5)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 200, 302]
    assert browser.post(CODE, {"code": right}).url == MINE
    alice.refresh_from_db()
    assert alice.phone is None


@pytest.mark.django_db
def test_new_digits_end_the_older_ones(signed_in, alice: Member) -> None:
    browser = signed_in(alice)
    browser.post(MINE, {"phone": "0912345678"})
    older = newest_digits()
    let_time_pass()
    browser.post(CODE, {"action": "again"})
    newer = newest_digits()
    assert browser.post(CODE, {"code": older}).status_code == (302 if older == newer else 200)
    browser.post(CODE, {"code": newer})
    alice.refresh_from_db()
    assert alice.phone == PHONE


@pytest.mark.django_db
def test_a_code_is_never_readable_in_the_session(signed_in, alice: Member) -> None:
    browser = signed_in(alice)
    browser.post(MINE, {"phone": "0912345678"})
    assert newest_digits() not in str(dict(browser.session.items()))


@pytest.mark.django_db
def test_a_code_is_good_for_ten_minutes(signed_in, alice: Member, rf) -> None:
    request = rf.get("/")
    request.session = {}
    code = proofs.begin(request, "phone", PHONE, at=AT)
    late = AT + timedelta(minutes=10, seconds=1)
    assert proofs.check(request, "phone", code, at=late) is proofs.Answer.OVER
    assert proofs.check(request, "phone", code, at=AT + timedelta(minutes=10)) is proofs.Answer.RIGHT
    assert proofs.check(request, "phone", code, at=AT) is proofs.Answer.OVER


@pytest.mark.django_db
def test_a_number_that_changed_hands_goes_to_who_proves_it_and_the_other_is_told(phoned: Member, bob: Member) -> None:
    actions.keep_phone(actor=bob, phone=PHONE, at=AT)
    phoned.refresh_from_db()
    bob.refresh_from_db()
    assert (phoned.phone, bob.phone) == (None, PHONE)
    assert sorted(letter.to[0] for letter in mail.outbox) == [phoned.email, bob.email]
    assert "Địa chỉ thư của bạn" in next(letter.body for letter in mail.outbox if letter.to == [phoned.email])


@pytest.mark.django_db
def test_keeping_the_same_number_again_changes_and_tells_nothing(phoned: Member) -> None:
    actions.keep_phone(actor=phoned, phone=PHONE, at=AT)
    assert mail.outbox == []


@pytest.mark.django_db
def test_nobody_else_sees_the_number(signed_in, alice: Member, bob: Member) -> None:
    actions.keep_phone(actor=alice, phone="+84977000111", at=AT)
    browser = signed_in(bob)
    for address in ("/vi/my/", "/vi/community/", MINE):
        page = browser.get(address).content.decode()
        assert "0977 000 111" not in page
        assert "+84977000111" not in page


@pytest.mark.django_db
def test_the_number_is_in_her_export_and_gone_after_erasure(phoned: Member, mod: Member, client: Client) -> None:
    client.post(DOOR, {"login": "0912345678"})
    assert privacy_selectors.everything_about(phoned)["phone"][0]["phone"] == PHONE
    privacy.erase(actor=mod, member_id=phoned.pk, at=clock.now())
    phoned.refresh_from_db()
    assert phoned.phone is None
    assert not TextMessage.objects.exists()


@pytest.mark.django_db
def test_a_number_asks_for_a_fresh_proof_before_it_is_seen_changed_or_removed(phoned: Member) -> None:
    # She has neither password nor second key: allauth's own check would let an old session through.
    stale = enter(Client(), phoned, at=time.time() - 3600)
    prove = reverse("account_prove")
    assert stale.get(MINE).url.startswith(prove)
    assert stale.post(MINE, {"phone": "0987654321"}).url.startswith(prove)
    assert stale.post(f"{MINE}remove/").url.startswith(prove)
    phoned.refresh_from_db()
    assert phoned.phone == PHONE
    assert texts == []
    # And coming back from the proof leads to the page with the button, never to a dead end.
    assert enter(Client(), phoned).get(f"{MINE}remove/").url == MINE


@pytest.mark.django_db
def test_wrong_digits_that_came_by_text_are_not_looked_for_among_letters(client: Client, phoned: Member) -> None:
    client.post(DOOR, {"login": "0912345678"})
    page = client.post(CONFIRM, {"code": "000000" if newest_digits() != "000000" else "111111"}).content.decode()
    assert "Bạn xem tin nhắn hoặc thư mới nhất" in page


def test_a_visitor_is_led_to_the_door(client: Client, db: None) -> None:
    for address in (MINE, CODE, f"{MINE}join/"):
        assert client.get(address).url.startswith(DOOR)
    assert client.post(f"{MINE}remove/").url.startswith(DOOR)
