"""Which services open my account: connecting, taking away, and what becomes of them."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest
from allauth.socialaccount.models import SocialAccount
from django.core import mail
from django.test import Client
from django.urls import reverse

from portal.accounts import actions as accounts
from portal.accounts.models import Member
from portal.accounts.social import actions
from portal.core import clock
from portal.privacy import actions as privacy
from portal.privacy import selectors as privacy_selectors
from tests.helpers.letters import subjects
from tests.helpers.queries import assert_num_queries_constant
from tests.helpers.services import DOOR, MINE, SERVICES, Fake, connect, set_up, travel
from tests.helpers.sessions import enter

pytestmark = pytest.mark.django_db


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch, settings) -> Fake:
    return set_up(monkeypatch, settings)


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_is_connected_after_a_fresh_proof_and_she_is_told(fake: Fake, alice: Member, service: str) -> None:
    browser = enter(Client(), alice)
    assert travel(browser, service, process="connect").url == MINE
    assert SocialAccount.objects.get().user == alice
    assert "Lê Sang" in browser.get(MINE).content.decode()
    assert service.title() in browser.get("/vi/accounts/security/").content.decode()
    assert len(subjects()) == 1
    assert mail.outbox[0].to == [alice.email]
    alice.refresh_from_db()
    assert alice.email != fake.email


def test_without_a_fresh_proof_nothing_is_connected_shown_or_taken_away(fake: Fake, alice: Member) -> None:
    account, stale = connect(alice, "google"), enter(Client(), alice, at=time.time() - 3600)
    prove = reverse("account_prove")
    assert stale.post(f"{MINE}zalo/", {"process": "connect"}).url.startswith(prove)
    assert stale.get(MINE).url.startswith(prove)
    assert stale.post(f"{MINE}{account.pk}/disconnect/").url.startswith(prove)
    assert SocialAccount.objects.count() == 1
    assert enter(Client(), alice).get(f"{MINE}{account.pk}/disconnect/").url == MINE


def test_a_visitor_connects_nothing(fake: Fake) -> None:
    assert Client().post(f"{MINE}zalo/", {"process": "connect"}).status_code in (302, 401, 403)
    assert Client().get(MINE).url.startswith(DOOR)


def test_a_service_account_of_somebody_else_stays_theirs(fake: Fake, alice: Member, bob: Member) -> None:
    connect(bob, "google")
    browser = enter(Client(), alice)
    travel(browser, "google", process="connect")
    assert SocialAccount.objects.get().user == bob
    assert "đã mở một chỗ ngồi khác" in browser.get(MINE).content.decode()
    assert mail.outbox == []


def test_a_service_is_taken_away_and_she_is_told(fake: Fake, alice: Member, bob: Member) -> None:
    account, others = connect(alice, "google"), connect(bob, "zalo")
    browser = enter(Client(), alice)
    browser.post(f"{MINE}{others.pk}/disconnect/")
    assert SocialAccount.objects.count() == 2
    assert browser.post(f"{MINE}{account.pk}/disconnect/").url == MINE
    assert list(SocialAccount.objects.all()) == [others]
    assert [letter.to for letter in mail.outbox] == [[alice.email]]
    browser.post(f"{MINE}{account.pk}/disconnect/")
    assert len(mail.outbox) == 1


def test_the_last_way_in_is_never_taken_away(fake: Fake, alice: Member) -> None:
    alice.emailaddress_set.all().delete()
    first, second = connect(alice, "google"), connect(alice, "zalo")
    actions.disconnect(actor=alice, account_id=first.pk, agent="", at=clock.now())
    browser = enter(Client(), alice)
    browser.post(f"{MINE}{second.pk}/disconnect/")
    assert SocialAccount.objects.get() == second
    assert "cách duy nhất" in browser.get(MINE).content.decode()


def test_the_way_back_to_the_old_address_ends_services_added_since(alice: Member) -> None:
    old, kept = alice.email, connect(alice, "google")
    changed_at = clock.now()
    connect(alice, "zalo")
    alice.email = "thief@thu.example"
    alice.save(update_fields=["email"])
    accounts.restore_address(
        member_id=alice.pk, old=old, new="thief@thu.example", changed_at=changed_at, at=clock.now()
    )
    assert list(SocialAccount.objects.all()) == [kept]


def test_services_are_in_her_export_and_gone_after_erasure(alice: Member, mod: Member) -> None:
    connect(alice, "zalo")
    [row] = privacy_selectors.everything_about(alice)["services"]
    assert (row["provider"], row["uid"]) == ("zalo", "uid-1")
    privacy.erase(actor=mod, member_id=alice.pk, at=clock.now())
    assert not SocialAccount.objects.exists()


@pytest.mark.parametrize("path", [MINE, "/vi/accounts/security/"])
def test_the_list_costs_the_same_for_one_service_and_for_many(
    fake: Fake, alice: Member, signed_in: Callable[..., Client], path: str
) -> None:
    browser = signed_in(alice)
    connect(alice, "google", "0")

    def read() -> None:
        assert browser.get(path).status_code == 200

    assert_num_queries_constant(read, lambda: [connect(alice, "zalo", str(n)) for n in range(4)])
