"""The weekly letter: true, once, in her language and on her Monday, and ended by one click."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from io import StringIO
from smtplib import SMTPServerDisconnected
from typing import Any

import pytest
from allauth.usersessions.models import UserSession
from django.core import mail
from django.core.management import call_command
from django.test import Client

from community.forum import actions as forum
from portal.accounts.actions import record_consent
from portal.accounts.models import Member
from portal.core import clock
from portal.digest import tasks
from portal.digest.models import Digest
from portal.digest.tasks import queue_weekly_letters, send_weekly_letter
from portal.notifications.bounces import note_return
from portal.notifications.models import Preference, SentMail
from tests.audit.words import foreign
from tests.brand.conftest import Shelf
from tests.community.forum.conftest import first, make_space, reply, start
from tests.factories.portal import make_member
from tests.helpers.queries import assert_num_queries_constant

pytestmark = pytest.mark.django_db
# A Monday, 9:07 in Hà Nội.
MONDAY = datetime(2026, 11, 23, 2, 7, tzinfo=UTC)
FRIDAY = MONDAY - timedelta(days=3)
NEWS = "/vi/my/settings/consents/news/"


@pytest.fixture(autouse=True)
def monday(monkeypatch: pytest.MonkeyPatch) -> None:
    """The worker's clock stands on Monday morning."""
    monkeypatch.setattr(clock, "now", lambda: MONDAY)


@pytest.fixture
def hers(alice: Member) -> Member:
    """Alice, who asked for the weekly letter."""
    return ask(alice)


def ask(member: Member) -> Member:
    Preference.objects.create(member=member, kind="digest", mail=True)
    return member


def lively(author: Member, title: str = "Ấm đất có cần luộc không nhỉ", space: str = "phin", **more: Any) -> Any:
    return start(author, space, title=title, at=FRIDAY, **more)


def letters() -> list[tuple[str, str]]:
    return [(letter.to[0], letter.subject.split(": ", 1)[-1]) for letter in mail.outbox]


# ── Behaviour 16 ────────────────────────────────────────────────────────────────────────────────────────────────
def test_behaviour_16_one_letter_a_week_even_if_the_job_runs_five_times(hers: Member, bob: Member) -> None:
    make_space("phin")
    lively(bob)
    for minute in range(5):
        queue_weekly_letters(MONDAY + timedelta(minutes=minute))
    assert letters() == [(hers.email, "Ấm đất có cần luộc không nhỉ")]
    assert list(Digest.objects.values_list("member", "week", "items")) == [(hers.pk, date(2026, 11, 23), 1)]
    assert list(SentMail.objects.values_list("key", flat=True)) == [f"digest:{hers.pk}:2026-11-23"]


def test_behaviour_16_a_job_that_died_midway_goes_on_and_sends_nobody_two(
    hers: Member, bob: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_space("phin")
    lively(ask(make_member("Đặng Thu Carol", email="carol@thu.example")))
    lively(bob, "Mưa phùn rồi trời lại nắng")
    whole, calls = tasks._queue, []

    def dies(member_id: int, week: date, at: datetime) -> bool:
        calls.append(member_id)
        if len(calls) == 2:
            raise KeyboardInterrupt
        return whole(member_id, week, at)

    with monkeypatch.context() as broken:
        broken.setattr(tasks, "_queue", dies)
        with pytest.raises(KeyboardInterrupt):
            queue_weekly_letters(MONDAY)
    assert len(mail.outbox) == 1
    queue_weekly_letters(MONDAY + timedelta(hours=1))
    assert sorted(receiver for receiver, _subject in letters()) == [hers.email, "carol@thu.example"]


def test_behaviour_16_a_worker_that_dies_after_sending_never_sends_again(
    hers: Member, bob: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_space("phin")
    lively(bob)
    row = Digest.objects.create(member=hers, week=MONDAY.date(), queued_at=MONDAY)
    with monkeypatch.context() as killed:
        killed.setattr(tasks.SentMail.objects, "get_or_create", lambda **_: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            send_weekly_letter.call(digest_id=row.pk)
    assert len(mail.outbox) == 1
    assert send_weekly_letter.call(digest_id=row.pk) is False
    queue_weekly_letters(MONDAY + timedelta(hours=2))
    assert len(mail.outbox) == 1


def test_a_mail_server_that_is_away_is_asked_again_later(
    hers: Member, bob: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_space("phin")
    lively(bob)
    row = Digest.objects.create(member=hers, week=MONDAY.date(), queued_at=MONDAY)

    def away(self: Any) -> int:
        raise SMTPServerDisconnected

    with monkeypatch.context() as server:
        server.setattr("django.core.mail.EmailMultiAlternatives.send", away)
        with pytest.raises(SMTPServerDisconnected):
            send_weekly_letter.call(digest_id=row.pk)
    queue_weekly_letters(MONDAY + timedelta(minutes=30))
    assert mail.outbox == []
    queue_weekly_letters(MONDAY + timedelta(hours=2))
    assert len(mail.outbox) == 1


def test_behaviour_16_a_week_with_nothing_to_tell_brings_no_letter(hers: Member, bob: Member) -> None:
    make_space("phin")
    start(bob, title="Chuyện này đã cũ lắm rồi", at=MONDAY - timedelta(days=20))
    queue_weekly_letters(MONDAY)
    assert mail.outbox == []
    assert Digest.objects.get().items == 0
    queue_weekly_letters(MONDAY + timedelta(hours=3))
    assert Digest.objects.count() == 1


def test_behaviour_16_only_what_she_may_read_did_not_mute_and_has_not_read(
    hers: Member, bob: Member, mod: Member
) -> None:
    for code, gate in (("phin", {}), ("kin", {"read_from_rank": 1}), ("nha", {"staff_only": True})):
        make_space(code, **gate)
    lively(mod, "Bàn riêng của hạng Bạc thôi", "kin")
    lively(mod, "Bàn riêng của người nhà thôi", "nha")
    hidden = lively(bob, "Bàn này đã bị cất đi rồi")
    forum.hide_post(actor=mod, post=first(hidden).public_id, reason="Quảng cáo", at=FRIDAY)
    muted = lively(bob, "Bàn này cô ấy không nghe")
    forum.watch(actor=hers, topic=muted.public_id, level="muted", at=FRIDAY)
    known = lively(bob, "Bàn này cô ấy đọc cả rồi")
    reply(bob, known, "Thêm một lời.", at=FRIDAY)
    forum.mark_read(actor=hers, topic=known.public_id, number=2, at=FRIDAY)
    queue_weekly_letters(MONDAY)
    assert mail.outbox == []
    lively(bob, "Bàn này thì mở cho tất cả")
    Digest.objects.all().delete()
    queue_weekly_letters(MONDAY)
    letter = mail.outbox[0]
    assert "Bàn này thì mở cho tất cả" in letter.body
    for gone in ("Bạc thôi", "người nhà thôi", "cất đi rồi", "không nghe", "đọc cả rồi"):
        assert gone not in letter.body + letter.alternatives[0][0] + letter.subject


def test_behaviour_16_what_is_closed_after_queueing_is_not_told(hers: Member, bob: Member, mod: Member) -> None:
    make_space("phin")
    topic = lively(bob)
    row = Digest.objects.create(member=hers, week=MONDAY.date(), queued_at=MONDAY)
    forum.hide_post(actor=mod, post=first(topic).public_id, reason="Quảng cáo", at=FRIDAY)
    assert send_weekly_letter.call(digest_id=row.pk) is False
    assert mail.outbox == []


@pytest.mark.parametrize("why", ["suspended", "closed", "leaving", "unsubscribed", "bouncing", "never asked", "absent"])
def test_behaviour_16_who_must_get_no_letter_gets_none(bob: Member, why: str) -> None:
    make_space("phin")
    lively(bob)
    member = make_member("Đặng Thu Carol")
    if why != "never asked":
        ask(member)
    changed: dict[str, Any] = {
        "suspended": {"suspended_until": MONDAY + timedelta(days=1)}, "closed": {"is_active": False},
        "leaving": {"left_at": FRIDAY},
    }.get(why, {})  # fmt: skip
    Member.objects.filter(pk=member.pk).update(**changed) if changed else None
    if why == "unsubscribed":
        Preference.objects.update(mail=False)
    if why == "bouncing":
        for _time in range(2):
            note_return(member_id=member.pk, hard=True, at=FRIDAY)
    if why == "absent":
        UserSession.objects.create(user=member, session_key="s", ip="127.0.0.1")
        UserSession.objects.update(last_seen_at=MONDAY - timedelta(days=200))
    queue_weekly_letters(MONDAY)
    assert mail.outbox == []


def test_behaviour_16_one_click_ends_it_without_sign_in_and_ends_nothing_else(hers: Member, bob: Member) -> None:
    make_space("phin")
    lively(bob)
    queue_weekly_letters(MONDAY)
    letter = mail.outbox[0]
    assert letter.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    address = letter.extra_headers["List-Unsubscribe"].strip("<>").removeprefix("http://127.0.0.1:8000")
    browser = Client(enforce_csrf_checks=True)
    assert "Chuyện trong tuần" in browser.get(address).content.decode()
    assert Preference.objects.get().mail
    assert browser.post(address, {"List-Unsubscribe": "One-Click"}).status_code == 200
    assert list(Preference.objects.values_list("kind", "mail")) == [("digest", False)]
    Digest.objects.all().delete()
    queue_weekly_letters(MONDAY)
    assert len(mail.outbox) == 1


# ── When, to whom, in which words ───────────────────────────────────────────────────────────────────────────────
def test_it_comes_on_her_own_monday_at_nine(bob: Member) -> None:
    make_space("phin")
    lively(bob)
    ask(make_member("Ở Hà Nội", email="hn@thu.example"))
    ask(make_member("Ở Melbourne", email="me@thu.example", zone="Australia/Melbourne"))
    ask(make_member("Ở Paris", email="pa@thu.example", zone="Europe/Paris"))
    came = []
    for hour in range(-12, 24):
        queue_weekly_letters(MONDAY + timedelta(hours=hour))
        came += [(hour, letter.to[0]) for letter in mail.outbox]
        mail.outbox.clear()
    assert came == [(-4, "me@thu.example"), (0, "hn@thu.example"), (6, "pa@thu.example")]


def test_who_agreed_to_news_gets_it_until_she_says_otherwise(alice: Member, bob: Member, signed_in: Any) -> None:
    make_space("phin")
    lively(bob)
    record_consent(member=alice, purposes=["news"], way="settings", at=FRIDAY)
    queue_weekly_letters(MONDAY)
    assert [receiver for receiver, _subject in letters()] == [alice.email]
    browser = signed_in(alice)
    browser.post("/vi/notifications/wishes/", {"digest-mail": "on"})
    browser.post(NEWS, {"given": "0"})
    Digest.objects.all().delete()
    queue_weekly_letters(MONDAY)
    assert len(mail.outbox) == 1


def test_the_page_of_wishes_switches_it(alice: Member, signed_in: Any) -> None:
    browser = signed_in(alice)
    page = browser.get("/vi/notifications/wishes/").content.decode()
    assert 'name="digest-mail"' in page
    assert 'name="digest-site"' not in page
    browser.post("/vi/notifications/wishes/", {"digest-mail": "on"})
    assert Preference.objects.get(kind="digest").mail


@pytest.mark.parametrize("language", ["vi", "en"])
def test_the_letter_speaks_her_language_whole(language: str, bob: Member, shelf: Shelf) -> None:
    make_space("phin")
    member = ask(make_member("Đặng Thu Carol", language=language))
    title = {"vi": "Ấm đất có cần luộc không nhỉ", "en": "Should a clay pot be boiled first"}[language]
    reply(make_member("Vũ Bob"), lively(bob, title), "Không.", at=FRIDAY)
    story = shelf.tell("suong", language, title={"vi": "Chuyện sương muối", "en": "A story of frost"}[language],
                       teaser={"vi": "Mời bạn đọc.", "en": "Please read it."}[language])  # fmt: skip
    type(story).objects.filter(pk=story.pk).update(first_published_at=FRIDAY)
    queue_weekly_letters(MONDAY)
    (letter,) = [letter for letter in mail.outbox if letter.to == [member.email]]
    html = letter.alternatives[0][0]
    assert title in html
    assert story.title in html
    known = {"Mây", "Hạt", "Carol", title, story.title, bob.name, "Tri Ân", "Phin", "The phin corner"}
    assert list(foreign(html, language, known)) == []
    assert f'lang="{language}"' in html


def test_a_title_cannot_forge_a_header(hers: Member, bob: Member) -> None:
    make_space("phin")
    lively(bob, "Hỏi chuyện\r\nBcc: ai@do.example đây nè")
    queue_weekly_letters(MONDAY)
    letter = mail.outbox[0]
    assert "\n" not in letter.subject
    assert letter.recipients() == [hers.email]


def test_the_job_costs_the_same_queries_for_one_and_many_who_want_none(bob: Member) -> None:
    make_space("phin")
    assert_num_queries_constant(lambda: queue_weekly_letters(MONDAY), lambda: [make_member() for _number in range(5)])


def test_an_operator_may_look_at_one_letter_on_any_day_and_it_is_that_weeks_letter(hers: Member, bob: Member) -> None:
    make_space("phin")
    lively(bob)
    told = StringIO()
    for _twice in range(2):
        call_command("weekly_letter", hers.email, stdout=told)
    queue_weekly_letters(MONDAY)
    assert told.getvalue().splitlines()[0] == "sent"
    assert len(mail.outbox) == 1
