"""Heaps, turning an item, and how few letters there are."""

from __future__ import annotations

from datetime import datetime, timedelta
from smtplib import SMTPRecipientsRefused
from typing import Any

import pytest
from allauth.usersessions.models import UserSession
from django.core import mail

from community.forum import actions as forum
from portal.accounts.blocks.actions import block
from portal.accounts.models import Member
from portal.core import clock
from portal.events import relay
from portal.notifications import notify, selectors
from portal.notifications.bounces import REST, note_return, stopped
from portal.notifications.models import MailTrouble, Notification, SentMail
from portal.notifications.tasks import DAILY_MOST, queue_due_letters, send_notice
from tests.community.forum.conftest import first, make_space, reply, start
from tests.factories.portal import make_member

pytestmark = pytest.mark.django_db
INBOX = "/vi/notifications/"
LATER = timedelta(minutes=11)


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> datetime:
    """The moment of the telling; the clock of the worker stands eleven minutes later."""
    start_at = clock.now().replace(microsecond=0)
    monkeypatch.setattr(clock, "now", lambda: start_at + LATER)
    return start_at


def tell(member: Member, at: datetime, **changes: Any) -> Notification:
    row = notify(**{"member_id": member.pk, "kind": "reply", "subject": "topic:1", "at": at, **changes})
    assert row is not None
    return row


def seen(member: Member, when: datetime) -> None:
    UserSession.objects.create(user=member, session_key=f"s{member.pk}-{when.timestamp()}", ip="127.0.0.1")
    UserSession.objects.filter(user=member).update(last_seen_at=when)


def letters_to(member: Member) -> list[Any]:
    return [letter for letter in mail.outbox if letter.to == [member.email]]


# ── Heaps ───────────────────────────────────────────────────────────────────────────────────────────────────────
def test_the_inbox_shows_one_heap_or_only_what_waits(alice: Member, kind: Any, signed_in: Any, at: datetime) -> None:
    kind("reply", group="replies")
    kind("thanks", group="thanks")
    tell(alice, at)
    tell(alice, at, kind="thanks", subject="topic:2")
    read = tell(alice, at, subject="topic:3")
    browser = signed_in(alice)
    browser.post(f"{INBOX}{read.pk}/turn/", {"read": "1"})

    def shown(query: str) -> list[bool]:
        page = browser.get(INBOX + query).content.decode()
        return [f"topic:{number} × 1" in page for number in (1, 2, 3)]

    assert shown("") == [True, True, True]
    assert shown("?show=unread") == [True, True, False]
    assert shown("?group=replies") == [True, False, True]
    assert shown("?group=replies&show=unread") == [True, False, False]
    assert shown("?group=khong-co") == [True, True, True]


def test_a_heap_is_read_alone(alice: Member, kind: Any, signed_in: Any, at: datetime) -> None:
    kind("reply", group="replies")
    kind("thanks", group="thanks")
    tell(alice, at)
    tell(alice, at, kind="thanks")
    answer = signed_in(alice).post(f"{INBOX}read/", {"group": "thanks"})
    assert answer.url == f"{INBOX}?group=thanks"
    assert selectors.unread_kinds(alice.pk) == {"reply": 1}


def test_an_item_is_turned_and_turned_back(
    alice: Member, charlie: Member, kind: Any, signed_in: Any, at: datetime
) -> None:
    kind("reply")
    row = tell(alice, at)
    browser, address = signed_in(alice), f"{INBOX}{row.pk}/turn/"
    assert browser.get(address).status_code == 405
    piece = browser.post(address, {"read": "1"}, headers={"HX-Request": "true"}).content.decode()
    assert ("is-unread" in piece, selectors.unread_count(alice.pk)) == (False, 0)
    assert browser.post(address, {"read": "0"}).status_code == 302
    assert selectors.unread_count(alice.pk) == 1
    assert signed_in(charlie).post(address, {"read": "1"}).status_code == 404
    assert Notification.objects.get().mail_due_at is None


def test_an_item_whose_newer_one_waits_stays_read(alice: Member, kind: Any, signed_in: Any, at: datetime) -> None:
    kind("reply")
    old = tell(alice, at)
    browser = signed_in(alice)
    browser.post(f"{INBOX}{old.pk}/turn/", {"read": "1"})
    tell(alice, at)
    browser.post(f"{INBOX}{old.pk}/turn/", {"read": "0"})
    assert selectors.unread_count(alice.pk) == 1
    old.refresh_from_db()
    assert old.read_at is not None


# ── Few letters ─────────────────────────────────────────────────────────────────────────────────────────────────
def test_who_was_here_a_moment_ago_gets_no_letter_until_she_is_gone(
    alice: Member, kind: Any, at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    kind("reply")
    tell(alice, at)
    seen(alice, at + timedelta(minutes=5))
    assert queue_due_letters(at + timedelta(minutes=10)) == 0
    assert mail.outbox == []
    gone = at + timedelta(minutes=15)
    monkeypatch.setattr(clock, "now", lambda: gone)
    assert queue_due_letters(gone - timedelta(minutes=1)) == 0
    assert queue_due_letters(gone) == 1
    assert len(mail.outbox) == 1


def test_who_comes_between_queue_and_worker_gets_no_letter(alice: Member, kind: Any, at: datetime) -> None:
    kind("reply")
    row = tell(alice, at)
    seen(alice, at + LATER)
    assert send_notice.call(member_id=alice.pk, ids=[row.pk], key="notice:1") is False
    assert mail.outbox == []
    row.refresh_from_db()
    assert row.mail_due_at == at + LATER + timedelta(minutes=10)


def test_looking_at_a_page_notes_that_she_is_here(alice: Member, signed_in: Any, client: Any) -> None:
    browser = signed_in(alice)
    session = browser.session
    session["seen_at"] = clock.now().timestamp()
    session.save()
    UserSession.objects.create(user=alice, session_key=session.session_key, ip="127.0.0.1")
    long_ago = clock.now() - timedelta(minutes=30)
    UserSession.objects.update(last_seen_at=long_ago)
    for _look in range(3):
        browser.get(INBOX)
    assert UserSession.objects.get().last_seen_at > long_ago + timedelta(minutes=29)


def test_no_more_than_so_many_letters_a_day_and_the_inbox_keeps_the_rest(
    alice: Member, bob: Member, kind: Any, at: datetime
) -> None:
    kind("reply")
    for number in range(DAILY_MOST + 5):
        tell(alice, at, subject=f"topic:{number}")
    tell(bob, at)
    assert queue_due_letters(at + timedelta(minutes=10)) == DAILY_MOST + 1
    assert [letter.to[0] for letter in mail.outbox].count(alice.email) == DAILY_MOST
    tell(alice, at, subject="topic:later")
    assert queue_due_letters(at + timedelta(hours=2)) == 0
    assert selectors.unread_count(alice.pk) == DAILY_MOST + 6


def test_letters_that_come_back_end_letters_until_the_count_has_rested(
    alice: Member, kind: Any, at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    kind("reply")

    def refuse(self: Any) -> int:
        raise SMTPRecipientsRefused({alice.email: (550, b"no such box")})

    with monkeypatch.context() as server:
        server.setattr("django.core.mail.EmailMultiAlternatives.send", refuse)
        for number in range(2):
            tell(alice, at, subject=f"topic:{number}")
        queue_due_letters(at + timedelta(minutes=10))
    assert (MailTrouble.objects.get().score, SentMail.objects.count()) == (MailTrouble.FULL, 0)
    assert stopped([alice.pk], at) == {alice.pk}
    tell(alice, at, subject="topic:9")
    assert queue_due_letters(at + timedelta(minutes=10)) == 0
    rested = at + LATER + REST
    assert stopped([alice.pk], rested) == set()
    assert note_return(member_id=alice.pk, hard=False, at=rested).score == 1


# ── Behaviour 15 ────────────────────────────────────────────────────────────────────────────────────────────────
def test_behaviour_15_two_hundred_replies_while_away_are_one_item_and_one_letter_and_reading_clears_both(
    alice: Member, bob: Member, at: datetime
) -> None:
    make_space("phin")
    topic = start(alice, at=at)
    for number in range(3):
        reply(bob, topic, f"Lời thứ {number} đây.", at=at + timedelta(seconds=number))
    relay.drain()
    (row,) = selectors.inbox(alice.pk)
    for number in range(3, 200):  # what the forum's ear does for each further reply
        again = {"kind": row.kind, "subject": row.subject, "args": row.args, "actor_id": bob.pk}
        notify(member_id=alice.pk, at=at + timedelta(seconds=number), **again)
    (row,) = selectors.inbox(alice.pk)
    assert (row.count, row.read_at, selectors.unread_count(alice.pk)) == (200, None, 1)
    for minute in range(10, 20):
        queue_due_letters(at + timedelta(minutes=minute))
    (letter,) = letters_to(alice)
    assert "200" in letter.body
    reply(bob, topic, "Thêm một lời nữa.", at=at + timedelta(minutes=11))
    relay.drain()
    forum.mark_read(actor=alice, topic=topic.public_id, number=5, at=at + timedelta(minutes=12))
    assert selectors.unread_count(alice.pk) == 0
    for minute in range(20, 40):
        queue_due_letters(at + timedelta(minutes=minute))
    assert len(letters_to(alice)) == 1


def test_behaviour_15_nothing_comes_of_whom_she_blocked(alice: Member, bob: Member, kind: Any, at: datetime) -> None:
    kind("reply")
    block(actor=alice, member_id=bob.pk, at=at)
    assert notify(member_id=alice.pk, kind="reply", subject="topic:1", actor_id=bob.pk, at=at) is None
    assert notify(member_id=bob.pk, kind="reply", subject="topic:1", actor_id=alice.pk, at=at) is not None


def test_behaviour_07_what_is_hidden_leaves_the_inbox_and_the_letters_and_comes_back_unread(
    alice: Member, bob: Member, mod: Member, at: datetime
) -> None:
    make_space("phin")
    topic = start(alice, at=at)
    carol = make_member("Đặng Thu Carol")
    forum.watch(actor=carol, topic=topic.public_id, level="watching", at=at)
    reply(bob, topic, at=at)
    relay.drain()
    assert [selectors.unread_kinds(member.pk).get("reply", 0) for member in (alice, carol)] == [1, 1]
    forum.hide_post(actor=mod, post=first(topic).public_id, reason="Xem lại", at=at)
    relay.drain()
    assert [selectors.unread_kinds(member.pk).get("reply", 0) for member in (alice, carol)] == [0, 0]
    queue_due_letters(at + timedelta(minutes=10))
    assert letters_to(carol) == []
    forum.restore_post(actor=mod, post=first(topic).public_id, reason="Xem xong", at=at)
    relay.drain()
    assert [selectors.unread_kinds(member.pk).get("reply", 0) for member in (alice, carol)] == [1, 1]
