"""The inbox and the page of wishes, as a member meets them."""

from __future__ import annotations

import pytest
from django.test import Client

from portal.accounts.models import Member
from portal.core import clock
from portal.notifications import notify
from portal.notifications.models import Notification, Preference
from tests.factories.portal import make_members
from tests.helpers.queries import assert_num_queries_constant

pytestmark = pytest.mark.django_db
INBOX = "/vi/notifications/"


def tell(member: Member, subject: str, actor: Member | None = None) -> Notification:
    row = notify(
        member_id=member.pk, kind="reply", subject=subject, actor_id=actor.pk if actor else None, at=clock.now()
    )
    assert row is not None
    return row


def test_a_visitor_is_led_to_the_door(client: Client) -> None:
    assert client.get(INBOX).url == f"/vi/accounts/login/?next={INBOX}"


def test_the_inbox_shows_own_items_only_and_looking_reads_nothing(alice: Member, charlie: Member, kind) -> None:
    kind("reply")
    tell(alice, "topic:1")
    tell(charlie, "topic:2")
    browser = Client()
    browser.force_login(alice)
    page = browser.get(INBOX).content.decode()
    assert "topic:1 × 1" in page
    assert "topic:2" not in page
    assert Notification.objects.filter(read_at=None).count() == 2


def test_the_inbox_costs_the_same_for_one_and_many(alice: Member, kind) -> None:
    kind("reply")
    tellers = iter(make_members(8))
    tell(alice, "topic:100", next(tellers))
    browser = Client()
    browser.force_login(alice)

    def grow() -> None:
        for number, teller in enumerate(tellers):
            tell(alice, f"topic:{number}", teller)

    assert_num_queries_constant(lambda: browser.get(INBOX), grow)


def test_opening_an_item_reads_it_and_leads_there(alice: Member, kind) -> None:
    kind("reply")
    row = tell(alice, "topic:1")
    browser = Client()
    browser.force_login(alice)
    address = f"{INBOX}{row.pk}/open/"
    assert browser.get(address).status_code == 405
    response = browser.post(address)
    assert (response.status_code, response.url) == (302, "/vi/somewhere/topic/1/")
    by_script = browser.post(address, headers={"HX-Request": "true"})
    assert (by_script.status_code, by_script["HX-Redirect"]) == (204, "/vi/somewhere/topic/1/")
    assert Notification.objects.get().read_at is not None


def test_a_foreign_item_answers_like_a_missing_one(alice: Member, charlie: Member, kind) -> None:
    kind("reply")
    row = tell(alice, "topic:1")
    browser = Client()
    browser.force_login(charlie)
    assert browser.post(f"{INBOX}{row.pk}/open/").status_code == 404
    assert browser.post(f"{INBOX}999999999/open/").status_code == 404
    assert Notification.objects.get().read_at is None


def test_marking_all_read(alice: Member, kind) -> None:
    kind("reply")
    tell(alice, "topic:1")
    tell(alice, "topic:2")
    browser = Client()
    browser.force_login(alice)
    assert "Đánh dấu đã đọc hết" in browser.get(INBOX).content.decode()
    browser.post(f"{INBOX}read/")
    assert Notification.objects.filter(read_at=None).count() == 0
    assert "Đánh dấu đã đọc hết" not in browser.get(INBOX).content.decode()


def test_an_empty_inbox_says_so_kindly(client: Client, alice: Member) -> None:
    client.force_login(alice)
    assert "Đang yên ắng" in client.get(INBOX).content.decode()


def test_wishes_are_kept_per_kind_and_channel(client: Client, alice: Member, kind) -> None:
    kind("reply")
    kind("quiet", mail=False)
    client.force_login(alice)
    page = client.get(f"{INBOX}wishes/").content.decode()
    assert all(box in page for box in ('name="reply-site"', 'name="reply-mail"', 'name="quiet-site"'))
    assert "quiet-mail" not in page
    client.post(f"{INBOX}wishes/", {"reply-mail": "on", "quiet-site": "on", "quiet-mail": "on"})
    assert sorted(Preference.objects.filter(kind__in=["quiet", "reply"]).values_list("kind", "site", "mail")) == [
        ("quiet", True, False),
        ("reply", False, True),
    ]


def test_only_those_who_work_here_are_asked_about_news_of_the_workshop(
    alice: Member, mod: Member, kind, signed_in
) -> None:
    kind("in_the_workshop", staff=True)
    asked = [
        'name="in_the_workshop-site"' in signed_in(member).get(f"{INBOX}wishes/").content.decode()
        for member in (alice, mod)
    ]
    assert asked == [False, True]
