"""Accounts that a shop opened: opening, claiming, joining to one's own, and dying in the middle."""

from __future__ import annotations

from datetime import timedelta
from io import StringIO

import pytest
from django.core import mail
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from badges.api import balance
from badges.ledger import actions as ledger
from badges.ledger.models import Transaction
from badges.ledger.verify import verify
from badges.tiers.models import TierStatus
from portal.accounts import selectors
from portal.accounts.actions import forget_unfinished_signups
from portal.accounts.claims import actions, holdings
from portal.accounts.models import Consent, Member
from portal.accounts.phones.actions import OpenedByShop, keep_phone
from portal.core import clock
from portal.core.errors import Forbidden, Invalid, NotFound
from portal.events import relay
from portal.events.models import Delivery, DomainEvent
from portal.notifications.models import Notification
from tests.factories.portal import make_member
from tests.helpers.letters import newest_code
from tests.helpers.races import run_parallel
from tests.helpers.texts import newest_digits

pytestmark = pytest.mark.django_db
PHONE, TYPED = "+84912345678", "0912 345 678"
DOOR, CONFIRM = "/vi/accounts/login/", "/vi/accounts/login/code/confirm/"
CLAIM, CLAIM_CODE = "/vi/accounts/claim/", "/vi/accounts/claim/code/"
MINE, CODE, JOIN = "/vi/accounts/phone/", "/vi/accounts/phone/code/", "/vi/accounts/phone/join/"
FORM = {"name": "Trần Lan Anh", "email": "lan@thu.example", "of_age": "on", "terms": "on"}
AT = clock.now()


@pytest.fixture
def shop(staff: Member) -> Member:
    """An account that the counter opened, with 120 Hạt and 40 tier points on it."""
    member = actions.open_by_phone(actor=staff, phone=TYPED, name="Chị Lan", at=AT)
    ledger.earn(member_id=member.pk, amounts={"spend": 120, "status": 40}, source="till", key="receipt-1", at=AT)
    relay.drain()
    mail.outbox.clear()
    return member


def come_to_the_claim(browser: Client) -> None:
    """Signs in with the number as far as the claim."""
    browser.post(DOOR, {"login": TYPED})
    response = browser.post(CONFIRM, {"code": newest_digits()})
    assert response.url == CLAIM


# ── opening ─────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_till_opens_an_account_by_number_once_and_keeps_what_was_told(staff: Member) -> None:
    first = actions.open_by_phone(actor=staff, phone="0912345678", name="Chị Lan", at=AT)
    again = actions.open_by_phone(actor=staff, phone="+84 912 345 678", name="Lan", at=AT)
    assert first.pk == again.pk
    assert first.is_unclaimed
    assert (first.phone, first.phone_verified_at, first.email, first.joined_at) == (PHONE, None, None, None)
    assert list(Consent.objects.filter(member=first).values_list("purpose", "given", "way")) == [
        ("terms", True, "store")
    ]
    told = DomainEvent.objects.filter(name="account_opened").values_list("actor_id", "payload")
    assert list(told) == [(staff.pk, {"member": first.pk, "way": "store"})]


def test_a_members_number_is_no_new_account(staff: Member, alice: Member) -> None:
    keep_phone(actor=alice, phone=PHONE, at=AT)
    assert actions.open_by_phone(actor=staff, phone=TYPED, name="x", at=AT).pk == alice.pk


def test_only_who_works_here_opens_accounts_and_only_for_real_numbers(alice: Member, staff: Member) -> None:
    with pytest.raises(Forbidden):
        actions.open_by_phone(actor=alice, phone=TYPED, name="x", at=AT)
    with pytest.raises(Invalid):
        actions.open_by_phone(actor=staff, phone="0912", name="x", at=AT)


def test_an_unclaimed_account_is_seen_by_nobody_and_keeps_no_name(staff: Member, alice: Member) -> None:
    opened = actions.open_by_phone(actor=staff, phone=TYPED, name=alice.name, at=AT)
    assert opened.name == alice.name
    assert not selectors.present_members().filter(pk=opened.pk).exists()
    actions.open_by_phone(actor=staff, phone="0912345679", name="Một Tên Mới", at=AT)
    assert selectors.is_name_free("Một Tên Mới")


def test_an_unclaimed_account_is_not_swept_away_with_unfinished_sign_ups(shop: Member) -> None:
    Member.objects.filter(pk=shop.pk).update(date_joined=AT - timedelta(days=90))
    assert forget_unfinished_signups(before=AT) == 0
    assert Member.objects.filter(pk=shop.pk).exists()


def test_the_command_opens_an_account(staff: Member) -> None:
    said = StringIO()
    call_command("open_phone_account", TYPED, "--name", "Lan", "--by", staff.email, stdout=said)
    assert "678" in said.getvalue()
    assert "0912" not in said.getvalue()
    with pytest.raises(CommandError):
        call_command("open_phone_account", "12", "--by", staff.email)


# ── claiming ────────────────────────────────────────────────────────────────────────────────────────────────────


def test_somebody_without_an_account_claims_it_with_its_points(client: Client, shop: Member) -> None:
    come_to_the_claim(client)
    page = client.get(CLAIM).content.decode()
    assert "120 Hạt" in page
    assert 'value="Chị Lan"' in page
    assert page.count('type="checkbox"') == 2
    assert " checked" not in page
    assert "_auth_user_id" not in client.session
    assert client.post(CLAIM, FORM).url == CLAIM_CODE
    assert mail.outbox[-1].to == ["lan@thu.example"]
    response = client.post(CLAIM_CODE, {"code": newest_code()})
    assert (response.status_code, response.url) == (302, reverse("my:home"))
    assert client.session["_auth_user_id"] == str(shop.pk)
    shop.refresh_from_db()
    assert (shop.name, shop.email, shop.phone) == ("Trần Lan Anh", "lan@thu.example", PHONE)
    assert None not in (shop.joined_at, shop.phone_verified_at)
    assert shop.standing.name == "Trần Lan Anh"
    assert sorted(Consent.objects.filter(member=shop).values_list("purpose", "way")) == [
        ("age", "claim_form"), ("terms", "claim_form"), ("terms", "store"),
    ]  # fmt: skip
    relay.drain()
    assert balance(shop.pk)["spend"] == 120 + 20  # and joining is paid, once
    assert client.get(reverse("my:home")).status_code == 200
    assert verify() == []


def test_nobody_reaches_the_claim_without_the_code(client: Client, shop: Member) -> None:
    assert client.get(CLAIM).url == DOOR
    client.post(DOOR, {"login": TYPED})
    assert client.get(CLAIM).url == DOOR
    assert client.post(CLAIM, FORM).url == DOOR
    assert client.get(CLAIM_CODE).url == CLAIM
    assert client.get("/vi/my/").status_code == 302


@pytest.mark.parametrize("missing", ["name", "email", "of_age", "terms"])
def test_each_answer_of_the_claim_is_needed(client: Client, shop: Member, missing: str) -> None:
    come_to_the_claim(client)
    response = client.post(CLAIM, {key: value for key, value in FORM.items() if key != missing})
    assert response.status_code == 200
    assert mail.outbox == []


def test_a_name_that_is_taken_is_refused_and_what_was_typed_stays(client: Client, shop: Member, alice: Member) -> None:
    come_to_the_claim(client)
    page = client.post(CLAIM, {**FORM, "name": alice.name}).content.decode()
    assert "Trong nhà đã có người mang tên này" in page
    assert 'value="lan@thu.example"' in page


def test_a_name_taken_in_that_very_moment_is_told_and_nothing_is_half_done(client: Client, shop: Member) -> None:
    come_to_the_claim(client)
    client.post(CLAIM, FORM)
    make_member("Trần Lan Anh")
    assert client.post(CLAIM_CODE, {"code": newest_code()}).url == CLAIM
    shop.refresh_from_db()
    assert shop.is_unclaimed
    assert "Trong nhà đã có người mang tên này" in client.get(CLAIM).content.decode()


def test_wrong_digits_claim_nothing(client: Client, shop: Member) -> None:
    come_to_the_claim(client)
    client.post(CLAIM, FORM)
    right = newest_code()
    for _try in range(5):
        client.post(CLAIM_CODE, {"code": "000000" if right != "000000" else "111111"})
    assert client.post(CLAIM_CODE, {"code": right}).url == CLAIM
    shop.refresh_from_db()
    assert shop.is_unclaimed


def test_an_unfinished_sign_up_with_the_address_gives_way(client: Client, shop: Member) -> None:
    make_member("Trần Lan Anh", email="lan@thu.example", joined=False)
    come_to_the_claim(client)
    client.post(CLAIM, FORM)
    client.post(CLAIM_CODE, {"code": newest_code()})
    assert Member.objects.get(email="lan@thu.example").pk == shop.pk


def test_the_claim_does_not_say_whether_an_address_has_an_account(client: Client, shop: Member, alice: Member) -> None:
    come_to_the_claim(client)
    known = client.post(CLAIM, {**FORM, "email": alice.email})
    known_page = client.get(CLAIM_CODE).content.decode().replace(alice.email, "lan@thu.example")
    letter = mail.outbox[-1].subject
    new = client.post(CLAIM, FORM)
    assert (known.status_code, known.url) == (new.status_code, new.url)
    assert len(known_page) == len(client.get(CLAIM_CODE).content.decode())
    assert letter[6:] == mail.outbox[-1].subject[6:]


def test_a_claimed_account_is_claimed_once(shop: Member) -> None:
    claimed = {"member_id": shop.pk, "name": "Lan", "email": "lan@thu.example", "at": AT, "language": "vi"}
    actions.claim(**claimed)
    with pytest.raises(actions.NotUnclaimed):
        actions.claim(**{**claimed, "email": "khac@thu.example", "name": "Khác"})


# ── joining to one's own ────────────────────────────────────────────────────────────────────────────────────────


def test_a_member_who_adds_the_number_gets_a_second_look_and_then_all_of_it(
    signed_in, shop: Member, alice: Member
) -> None:
    relay.drain()
    before = balance(alice.pk)["spend"]
    browser = signed_in(alice)
    browser.post(MINE, {"phone": TYPED})
    assert browser.post(CODE, {"code": newest_digits()}).url == JOIN
    page = browser.get(JOIN).content.decode()
    assert "120 Hạt" in page
    assert "40 điểm hạng" in page
    shop.refresh_from_db()
    assert shop.is_unclaimed  # looking joins nothing
    assert browser.post(JOIN).url == reverse("my:home")
    relay.drain()
    alice.refresh_from_db()
    shop.refresh_from_db()
    assert (alice.phone, alice.phone_verified_at is not None) == (PHONE, True)
    assert (shop.is_active, shop.merged_into_id, shop.phone) == (False, alice.pk, None)
    assert "Lan" not in (shop.name + shop.standing.name)
    assert balance(alice.pk)["spend"] == before + 120
    assert Consent.objects.filter(member=alice, way="store").count() == 1
    assert "Chuyển sang từ tài khoản quán mở" in browser.get(reverse("my:statement")).content.decode()
    assert verify() == []


def test_somebody_who_claims_with_the_address_of_her_own_account_is_led_to_the_second_look(
    client: Client, shop: Member, alice: Member
) -> None:
    come_to_the_claim(client)
    client.post(CLAIM, {**FORM, "email": alice.email})
    response = client.post(CLAIM_CODE, {"code": newest_code()})
    assert response.url == JOIN
    assert client.session["_auth_user_id"] == str(alice.pk)
    assert "120 Hạt" in client.get(JOIN).content.decode()
    client.post(JOIN)
    alice.refresh_from_db()
    assert alice.phone == PHONE


def test_her_second_factor_is_not_skipped_on_that_way(client: Client, shop: Member, alice: Member) -> None:
    from allauth.mfa.totp.internal.auth import TOTP

    TOTP.activate(alice, "JBSWY3DPEHPK3PXP")
    come_to_the_claim(client)
    client.post(CLAIM, {**FORM, "email": alice.email})
    assert client.post(CLAIM_CODE, {"code": newest_code()}).url == reverse("mfa_authenticate")
    assert "_auth_user_id" not in client.session


def test_somebody_who_comes_in_by_her_address_first_finds_the_second_look(
    client: Client, shop: Member, alice: Member
) -> None:
    come_to_the_claim(client)
    assert client.post(f"{CLAIM}elsewhere/").url == f"{DOOR}?next={JOIN}"
    client.post(f"{DOOR}?next={JOIN}", {"login": alice.email, "next": JOIN})
    response = client.post(f"{CONFIRM}?next={JOIN}", {"code": newest_code()})
    assert response.url == JOIN
    assert client.get(JOIN).status_code == 200


def test_nobody_joins_a_number_that_this_browser_did_not_prove(signed_in, shop: Member, bob: Member) -> None:
    browser = signed_in(bob)
    assert browser.get(JOIN).url == MINE
    assert browser.post(JOIN).url == MINE
    shop.refresh_from_db()
    assert shop.is_unclaimed


def test_keeping_a_shops_number_needs_the_second_look(shop: Member, alice: Member) -> None:
    with pytest.raises(OpenedByShop):
        keep_phone(actor=alice, phone=PHONE, at=AT)


def test_merging_again_changes_nothing_and_only_unclaimed_accounts_are_merged(
    shop: Member, alice: Member, bob: Member
) -> None:
    actions.merge_accounts(actor=alice, closed_id=shop.pk, at=AT)
    actions.merge_accounts(actor=alice, closed_id=shop.pk, at=AT)
    assert DomainEvent.objects.filter(name="accounts_merged").count() == 1
    with pytest.raises(actions.NotUnclaimed):
        actions.merge_accounts(actor=bob, closed_id=shop.pk, at=AT)
    with pytest.raises(actions.NotUnclaimed):
        actions.merge_accounts(actor=bob, closed_id=alice.pk, at=AT)
    with pytest.raises(NotFound):
        actions.merge_accounts(actor=bob, closed_id=bob.pk, at=AT)


def test_tier_and_inbox_follow_and_joining_is_paid_once(staff: Member, alice: Member) -> None:
    relay.drain()
    shop = actions.open_by_phone(actor=staff, phone=TYPED, name="Lan", at=AT)
    ledger.earn(member_id=shop.pk, amounts={"status": 145}, source="till", key="r", at=AT)
    Notification.objects.create(member=shop, kind="tier", subject="tier:silver", created_at=AT, updated_at=AT)
    actions.merge_accounts(actor=alice, closed_id=shop.pk, at=AT)
    relay.drain()
    alice.refresh_from_db()
    assert TierStatus.objects.get(member=alice).tier.code == "silver"  # 10 for joining, and the shop's 145
    assert alice.standing.tier_code == "silver"
    assert Notification.objects.filter(member=shop).count() == 0
    assert Notification.objects.filter(member=alice, kind="tier", rescinded_at=None).count() == 1
    assert Transaction.objects.filter(source="rule:join").count() == 2  # alice and the till's clerk, nobody else
    assert verify() == []


def test_the_merge_is_delivered_once_however_often_it_is_replayed(shop: Member, alice: Member) -> None:
    actions.merge_accounts(actor=alice, closed_id=shop.pk, at=AT)
    relay.drain()
    had = balance(alice.pk)
    Delivery.objects.filter(event__name="accounts_merged").update(done_at=None, due_at=AT)
    relay.drain()
    assert balance(alice.pk) == had
    assert not Delivery.objects.exclude(error="").exists()
    assert verify() == []


def test_a_house_that_falls_over_in_the_middle_loses_nothing(shop: Member, alice: Member, monkeypatch) -> None:
    from badges.earning import actions as earning

    actions.merge_accounts(actor=alice, closed_id=shop.pk, at=AT)
    with monkeypatch.context() as broken:
        # Points and lots are moved, then the process dies before the rest.
        broken.setattr(earning, "leave", lambda **_: 1 / 0)
        relay.drain()
    assert balance(shop.pk)["spend"] == 120
    assert verify() == []
    Delivery.objects.filter(done_at=None).update(due_at=AT)
    relay.drain()
    assert (balance(shop.pk)["spend"], balance(alice.pk)["spend"]) == (0, 120 + 20)
    assert verify() == []


def test_a_receipt_that_comes_after_the_merge_pays_the_kept_account(shop: Member, alice: Member) -> None:
    actions.merge_accounts(actor=alice, closed_id=shop.pk, at=AT)
    relay.drain()
    had = balance(alice.pk)["spend"]
    ledger.earn(member_id=shop.pk, amounts={"spend": 7}, source="till", key="late", at=AT)
    assert balance(alice.pk)["spend"] == had + 7


def test_what_stands_on_an_account_is_told_in_words(shop: Member, alice: Member) -> None:
    assert holdings.held_by(shop.pk) == ["120 Hạt", "40 điểm hạng"]
    assert holdings.held_by(make_member(joined=False).pk) == []


@pytest.mark.both_databases
@pytest.mark.django_db(transaction=True)
@pytest.mark.timeout(300)
def test_claiming_and_joining_at_once_gives_the_account_to_one_of_them(transactional_db) -> None:
    from tests.factories.portal import make_staff

    clerk, own = make_staff("Quầy", email="quay@thu.example"), make_member("Hân", email="han@thu.example")
    shop = actions.open_by_phone(actor=clerk, phone=TYPED, name="Lan", at=AT)
    ledger.earn(member_id=shop.pk, amounts={"spend": 50}, source="till", key="r", at=AT)

    def run(number: int):
        if number % 2:
            return actions.merge_accounts(actor=own, closed_id=shop.pk, at=AT)
        return actions.claim(
            member_id=shop.pk, name=f"Lan {number}", email=f"lan{number}@thu.example", at=AT, language="vi"
        )

    race = run_parallel(run, 6)
    assert set(race.error_types()) <= {"NotUnclaimed"}
    relay.drain()
    shop.refresh_from_db()
    assert (shop.merged_into_id is None) == (shop.joined_at is not None)
    total = balance(shop.pk)["spend"] + balance(own.pk)["spend"]
    assert total == 50 + 20 + (20 if shop.joined_at else 0)
    assert verify() == []


@pytest.mark.both_databases
@pytest.mark.django_db(transaction=True)
@pytest.mark.timeout(300)
def test_two_tills_at_once_open_one_account(transactional_db) -> None:
    from tests.factories.portal import make_staff

    clerk = make_staff("Quầy", email="quay@thu.example")
    race = run_parallel(lambda number: actions.open_by_phone(actor=clerk, phone=TYPED, name="Lan", at=AT).pk, 6)
    assert race.errors == {}
    assert len(set(race.values)) == 1
