"""The one door: joining and coming in by code, as somebody with a browser meets it."""

from __future__ import annotations

import re

import pytest
from django.core import mail
from django.test import Client, override_settings
from django.urls import reverse
from django.utils import translation

from portal.accounts import terms
from portal.accounts.models import Consent, Member
from portal.events.models import DomainEvent
from tests.factories.portal import make_member
from tests.helpers.letters import newest_code, subjects

pytestmark = pytest.mark.django_db
JOIN = "/vi/accounts/signup/"
DOOR = "/vi/accounts/login/"
CONFIRM = "/vi/accounts/confirm-email/"
FORM = {"name": "Trần Mới Đến", "email": "moi@thu.example", "of_age": "on", "terms": "on"}


def plain(response) -> str:
    """The page without what differs at every request."""
    return re.sub(r'value="[A-Za-z0-9]{64}"', "", response.content.decode())


def test_joining_by_code_makes_a_member_once(client: Client) -> None:
    response = client.post(JOIN, FORM)
    assert (response.status_code, response.url) == (302, CONFIRM)
    member = Member.objects.get(email=FORM["email"])
    assert member.joined_at is None
    assert not hasattr(member, "standing")

    response = client.post(CONFIRM, {"code": newest_code()})
    assert (response.status_code, response.url) == (302, reverse("my:home"))
    member.refresh_from_db()
    assert member.joined_at is not None
    assert member.standing.name == "Trần Mới Đến"
    assert client.session["_auth_user_id"] == str(member.pk)
    assert list(DomainEvent.objects.values_list("name", "actor_id", "payload")) == [
        ("member_joined", member.pk, {"member": member.pk})
    ]


def test_what_was_agreed_to_is_kept_with_its_version(client: Client) -> None:
    client.post(JOIN, FORM)
    version = terms.in_force().version
    assert sorted(Consent.objects.values_list("purpose", "given", "text_version", "way")) == [
        ("age", True, version, "join_form"),
        ("terms", True, version, "join_form"),
    ]


def test_no_box_is_ticked_beforehand(client: Client) -> None:
    page = client.get(JOIN).content.decode()
    assert page.count('type="checkbox"') == 2
    assert " checked" not in page


@pytest.mark.parametrize(
    ("box", "words"), [("of_age", "Nhà này dành cho người từ 16 tuổi"), ("terms", "Nhà cần lời đồng ý")]
)
def test_without_age_or_terms_nobody_joins_and_what_was_typed_stays(client: Client, box: str, words: str) -> None:
    response = client.post(JOIN, {key: value for key, value in FORM.items() if key != box})
    page = response.content.decode()
    assert response.status_code == 200
    assert words in page
    assert 'value="Trần Mới Đến"' in page
    assert 'value="moi@thu.example"' in page
    assert not Member.objects.exists()
    assert mail.outbox == []


@pytest.mark.parametrize("name", ["phạm ngọc ALICE", "Pham Ngoc Alice", "  Phạm  Ngọc\u200b Alice "])
def test_a_name_that_looks_taken_is_refused_kindly(client: Client, alice: Member, name: str) -> None:
    response = client.post(JOIN, {**FORM, "name": name})
    assert "Trong nhà đã có người mang tên này" in response.content.decode()
    assert Member.objects.count() == 1


def test_an_unfinished_sign_up_does_not_stand_in_its_own_way(client: Client) -> None:
    client.post(JOIN, FORM)
    response = Client().post(JOIN, FORM)
    assert (response.status_code, response.url) == (302, CONFIRM)
    assert Member.objects.count() == 1


@pytest.mark.parametrize(
    "name",
    [
        "",
        "   ",
        "\x00\x00",
        "\u202eevil\u202c",
        "A" * 5000,
        "😀😀",
        "Ca\u0302\u0300",
        "\ud800".encode("utf-8", "surrogatepass"),
        "<b>x</b>",
    ],
    ids=["empty", "spaces", "nul", "bidi", "long", "emoji", "nfd", "surrogate", "markup"],
)
def test_hostile_names_never_break_the_page(client: Client, name: str | bytes) -> None:
    response = client.post(JOIN, {**FORM, "name": name})
    assert response.status_code in (200, 302)
    stored = Member.objects.first()
    if stored is not None:
        assert not re.search(r"[\x00-\x1f\u200b\u202a-\u202e\ud800-\udfff]", stored.name)


@pytest.mark.parametrize(
    "email", ["", "x", "a@b", "moi@thu.example\r\nBcc: x@y.vn", "\x00@thu.example", "a" * 300 + "@thu.vn"]
)
def test_hostile_addresses_get_an_answer_and_no_letter(client: Client, email: str) -> None:
    for address, form in ((JOIN, {**FORM, "email": email}), (DOOR, {"login": email})):
        assert client.post(address, form).status_code == 200
    assert mail.outbox == []


def test_joining_with_a_known_address_looks_the_same_and_only_the_letter_differs(client: Client, alice: Member) -> None:
    new, known = Client(), Client()
    answers = [
        new.post(JOIN, {**FORM, "email": "moi1@thu.example"}),
        known.post(JOIN, {**FORM, "name": "Trần Mới Khác", "email": alice.email}),
    ]
    assert [(answer.status_code, answer.url) for answer in answers] == [(302, CONFIRM)] * 2
    pages = [plain(new.get(CONFIRM)), plain(known.get(CONFIRM)).replace(alice.email, "moi1@thu.example")]
    assert pages[0] == pages[1]
    assert subjects() == ["###### giữ chỗ cho bạn ở HOUSE", "Bạn đã có chỗ ngồi ở HOUSE rồi"]
    wrong = [plain(browser.post(CONFIRM, {"code": "000000"})) for browser in (new, known)]
    assert wrong[0] == wrong[1].replace(alice.email, "moi1@thu.example")
    assert Member.objects.filter(email=alice.email).count() == 1


def test_coming_in_with_an_unknown_address_looks_the_same_and_only_the_letter_differs(alice: Member) -> None:
    known, unknown = Client(), Client()
    answers = [known.post(DOOR, {"login": alice.email}), unknown.post(DOOR, {"login": "ai@thu.example"})]
    assert [(answer.status_code, answer.url) for answer in answers] == [(302, "/vi/accounts/login/code/confirm/")] * 2
    pages = [plain(browser.get(answers[0].url)) for browser in (known, unknown)]
    assert pages[0].replace(alice.email, "ai@thu.example") == pages[1]
    assert subjects() == ["###### là mã vào nhà HOUSE", "Ở HOUSE chưa có chỗ ngồi nào mang địa chỉ này"]


def test_coming_in_by_code_opens_a_new_session_and_a_line_in_the_list_of_devices(client: Client, alice: Member) -> None:
    client.get(DOOR)
    client.post(DOOR, {"login": alice.email.upper()})
    before = client.session.session_key
    response = client.post("/vi/accounts/login/code/confirm/", {"code": newest_code()})
    assert (response.status_code, response.url) == (302, reverse("my:home"))
    assert client.session.session_key != before
    assert alice.usersession_set.count() == 1


def test_a_code_is_good_for_five_tries_and_one_use(client: Client, alice: Member) -> None:
    client.post(DOOR, {"login": alice.email})
    right = newest_code()
    wrong = "000000" if right != "000000" else "111111"
    for _try in range(5):
        client.post("/vi/accounts/login/code/confirm/", {"code": wrong})
    client.post("/vi/accounts/login/code/confirm/", {"code": right})
    assert "_auth_user_id" not in client.session


def test_letters_speak_the_members_language(client: Client) -> None:
    make_member("Charlie", email="c@thu.example", language="en")
    client.post(DOOR, {"login": "c@thu.example"})
    assert subjects() == ["###### opens the door of HOUSE"]
    html = mail.outbox[0].alternatives[0][0]
    assert 'lang="en"' in html
    assert "<style" not in html or "font-size" not in html.split("<style", 1)[1].split("</style>")[0]
    assert 'class="email-code" style=' in html


def test_a_foreign_next_is_not_followed(client: Client, alice: Member) -> None:
    client.post(f"{DOOR}?next=https://evil.example/", {"login": alice.email})
    response = client.post("/vi/accounts/login/code/confirm/?next=https://evil.example/", {"code": newest_code()})
    assert response.url == reverse("my:home")


@override_settings(ACCOUNT_RATE_LIMITS={"request_login_code": "20/m/ip,3/m/key"})
def test_asking_for_codes_is_limited_per_address_whoever_says_where_he_comes_from(
    client: Client, alice: Member
) -> None:
    for number in range(8):
        Client(headers={"X-Forwarded-For": f"10.0.0.{number}"}).post(DOOR, {"login": alice.email})
    assert len(mail.outbox) == 3


@override_settings(ACCOUNT_RATE_LIMITS={"signup": "3/m/ip"})
def test_joining_is_limited_per_place(client: Client) -> None:
    answers = [
        client.post(JOIN, {**FORM, "name": f"Bạn {number} mới", "email": f"b{number}@thu.example"}).status_code
        for number in range(5)
    ]
    assert answers[-2:] == [429, 429]
    assert Member.objects.count() <= 3


def test_the_admins_own_door_leads_to_the_one_door(client: Client) -> None:
    response = client.get("/admin/login/?next=/admin/")
    assert (response.status_code, response.url) == (302, f"{DOOR}?next=/admin/")
    assert client.get("/admin/").url.startswith(DOOR)
    assert client.get("/admin/password_reset/").status_code in (302, 404)


def test_every_sentence_of_the_entrance_is_translated(client: Client) -> None:
    for address in (JOIN, DOOR):
        page = client.get(address).content.decode()
        for english in ("Ask for a seat", "Send me the digits", "Come in", "Read what you agree to"):
            assert english not in page
        with translation.override("en"):
            assert "chỗ ngồi" not in re.sub(
                r"<title>.*?</title>", "", client.get(address.replace("/vi/", "/en/")).content.decode()
            )
