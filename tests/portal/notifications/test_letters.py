"""Letters about items: ten minutes later, unless read; few; never to who may not see; ended by one click."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

import pytest
from django.core import mail
from django.test import Client

from portal.accounts import actions as accounts
from portal.accounts.models import Member
from portal.core import clock
from portal.events.models import Delivery
from portal.notifications import mark_read, notify, rescind
from portal.notifications.models import Notification, Preference, SentMail
from portal.notifications.tasks import _line, queue_due_letters, send_notice, send_welcome, unsubscribe_token
from tests.factories.portal import make_member
from tests.helpers.letters import subjects

pytestmark = pytest.mark.django_db
LATER = timedelta(minutes=10)


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> datetime:
    """The moment of the telling; the clock of the worker stands eleven minutes later."""
    start = clock.now()
    monkeypatch.setattr(clock, "now", lambda: start + LATER + timedelta(minutes=1))
    return start


def tell(member: Member, at: datetime, **changes) -> Notification | None:
    return notify(**{"member_id": member.pk, "kind": "reply", "subject": "topic:1", "at": at, **changes})


def recipients() -> list[tuple[str, str]]:
    return [(letter.to[0], subject) for letter, subject in zip(mail.outbox, subjects(), strict=True)]


def test_nothing_leaves_before_ten_minutes_and_one_letter_after(alice: Member, kind, at: datetime) -> None:
    kind("reply")
    for _reply in range(200):
        tell(alice, at)
    queue_due_letters(at + LATER - timedelta(seconds=1))
    assert mail.outbox == []
    for _twice in range(2):
        queue_due_letters(at + LATER)
    assert recipients() == [(alice.email, "topic:1 × 200")]
    assert list(SentMail.objects.values_list("member_id", "kind")) == [(alice.pk, "notice")]


def test_a_letter_about_one_thing_says_it_in_its_heading_and_can_be_read_in_the_dark(
    alice: Member, kind, at: datetime
) -> None:
    kind("reply")
    tell(alice, at)
    queue_due_letters(at + LATER)
    (letter,) = mail.outbox
    html = str(letter.alternatives[0][0])
    assert re.search(r"<h1[^>]*>topic:1[^<]*</h1>", html)
    assert html.count("topic:1") == html.split("<h1")[0].count("topic:1") + 1  # not once more below its heading
    assert "@media (prefers-color-scheme: dark)" in html
    assert 'content="light dark"' in html


def test_what_was_read_or_taken_back_is_not_mailed(alice: Member, bob: Member, kind, at: datetime) -> None:
    kind("reply")
    tell(alice, at)
    tell(bob, at, subject="topic:2")
    mark_read(member_id=alice.pk, at=at)
    rescind(subject="topic:2", at=at)
    queue_due_letters(at + LATER)
    assert mail.outbox == []


def test_a_right_lost_before_the_letter_stops_it(alice: Member, kind, at: datetime) -> None:
    allowed = [True]
    kind("reply", visible=lambda member, subject, args: allowed[0])
    tell(alice, at)
    allowed[0] = False
    queue_due_letters(at + LATER)
    assert mail.outbox == []


def test_read_between_queue_and_worker_stops_the_letter(alice: Member, kind, at: datetime) -> None:
    kind("reply")
    row = tell(alice, at)
    mark_read(member_id=alice.pk, at=at)
    assert send_notice.call(member_id=alice.pk, ids=[row.pk], key="notice:1") is False
    assert mail.outbox == []


def test_several_kinds_about_one_subject_share_a_letter(alice: Member, kind, at: datetime) -> None:
    kind("reply")
    kind("thanks")
    tell(alice, at)
    tell(alice, at, kind="thanks")
    queue_due_letters(at + LATER)
    assert recipients() == [(alice.email, "Có chuyện cho bạn ở HOUSE")]
    assert mail.outbox[0].body.count("topic:1 × 1") == 2


def test_at_most_one_letter_per_subject_in_ten_minutes(alice: Member, kind, at: datetime, monkeypatch) -> None:
    kind("reply")
    tell(alice, at)
    monkeypatch.setattr(clock, "now", lambda: at + LATER)
    queue_due_letters(at + LATER)
    mark_read(member_id=alice.pk, at=at + LATER)
    tell(alice, at + timedelta(seconds=30))
    queue_due_letters(at + LATER + timedelta(minutes=1))
    assert len(mail.outbox) == 1
    monkeypatch.setattr(clock, "now", lambda: at + 2 * LATER + timedelta(minutes=1))
    queue_due_letters(at + 2 * LATER + timedelta(minutes=1))
    assert len(mail.outbox) == 2


def test_a_repeated_task_sends_nothing_twice(alice: Member, kind, at: datetime) -> None:
    kind("reply")
    row = tell(alice, at)
    assert send_notice.call(member_id=alice.pk, ids=[row.pk], key="notice:9") is True
    assert send_notice.call(member_id=alice.pk, ids=[row.pk], key="notice:9") is False
    assert len(mail.outbox) == 1


def test_a_mail_server_that_fails_leaves_no_note(alice: Member, kind, at: datetime, monkeypatch) -> None:
    kind("reply")
    row = tell(alice, at)
    monkeypatch.setattr("django.core.mail.EmailMultiAlternatives.send", lambda self: (_ for _ in ()).throw(OSError()))
    with pytest.raises(OSError):
        send_notice.call(member_id=alice.pk, ids=[row.pk], key="notice:9")
    assert not SentMail.objects.exists()


def test_a_letter_speaks_her_language_and_names_its_way_out(charlie: Member, kind, at: datetime) -> None:
    kind("reply")
    tell(charlie, at)
    queue_due_letters(at + LATER)
    letter = mail.outbox[0]
    assert "No more letters of this kind" in letter.body
    assert letter.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert re.fullmatch(
        r"<http://127\.0\.0\.1:8000/en/notifications/unsubscribe/.+>", letter.extra_headers["List-Unsubscribe"]
    )
    assert 'href="http://127.0.0.1:8000/vi/somewhere/topic/1/"' in letter.alternatives[0][0]


@pytest.mark.parametrize(("sentence", "times"), [("3 new answers in “A talk”", 1), ("Hân wrote to you alone", 3)])
def test_how_many_an_item_stands_for_is_said_once(sentence: str, times: int) -> None:
    assert _line({"title": sentence, "count": 3, "url": "/vi/"})["count"] == times


def test_one_click_ends_letters_of_that_kind_without_sign_in_and_looking_ends_nothing(alice: Member, kind) -> None:
    kind("reply")
    kind("thanks")
    address = f"/vi/notifications/unsubscribe/{unsubscribe_token(alice.pk, ['reply'])}/"
    browser = Client(enforce_csrf_checks=True)
    assert browser.get(address).status_code == 200
    assert not Preference.objects.exists()
    assert browser.post(address, {"List-Unsubscribe": "One-Click"}).status_code == 200
    assert list(Preference.objects.values_list("member_id", "kind", "site", "mail")) == [
        (alice.pk, "reply", True, False)
    ]
    assert browser.post("/vi/notifications/unsubscribe/forged/").status_code == 404


def test_the_welcome_letter_leaves_once_and_not_for_history(at: datetime) -> None:
    fresh = make_member("Trần Mới Đến", at=at)
    assert list(Delivery.objects.filter(subscriber="welcome").values_list("event__actor_id", flat=True)) == [fresh.pk]
    old = make_member("Người Cũ")
    assert [send_welcome.call(member_id=pk) for pk in (fresh.pk, fresh.pk, old.pk)] == [True, False, False]
    assert recipients() == [(fresh.email, "Đến ơi, chỗ của bạn ở HOUSE đã sẵn")]


def test_a_closed_account_gets_no_letter(alice: Member, mod: Member, kind, at: datetime) -> None:
    kind("reply")
    tell(alice, at)
    accounts.close_account(actor=mod, member_id=alice.pk, at=at)
    queue_due_letters(at + LATER)
    assert mail.outbox == []


def test_after_a_long_standstill_old_news_stays_in_the_inbox(alice: Member, kind, at: datetime) -> None:
    kind("reply")
    tell(alice, at - timedelta(days=3))
    tell(alice, at, subject="topic:2")
    queue_due_letters(at + LATER)
    assert recipients() == [(alice.email, "topic:2 × 1")]
    assert Notification.objects.filter(read_at=None).count() == 2
