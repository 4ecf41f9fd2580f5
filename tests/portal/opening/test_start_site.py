"""`manage.py start_site`: an empty house that is ready, however often it is run, and a letter that really leaves."""

from __future__ import annotations

import io
import smtplib
import socket
from typing import Any

import pytest
from django.core import mail
from django.core.management import CommandError, call_command
from django.test import Client
from wagtail.models import Page, Site

from brand.identity.selectors import house_name
from brand.pages.models import HomePage
from portal.accounts import second_factor
from portal.accounts.models import Member
from portal.opening import mail_check
from tests.helpers.sessions import enter

pytestmark = pytest.mark.django_db
OPTIONS = {"name": "Cà phê Sương", "admin_email": "Chi@suong.example", "admin_name": "Lê Chi"}


def start(**options: Any) -> str:
    out = io.StringIO()
    call_command("start_site", stdout=out, **{**OPTIONS, **options})
    return out.getvalue()


def test_an_empty_house_is_ready_for_a_brand(client: Client, settings: Any) -> None:
    settings.SITE_URL = "https://suong.example"
    said = start()
    assert "Made: the administrator chi@suong.example." in said
    site = Site.objects.get()
    assert (site.hostname, site.port, site.site_name) == ("suong.example", 443, "Cà phê Sương")
    assert house_name() == "Cà phê Sương"
    homes = {home.locale.language_code: home for home in HomePage.objects.live()}
    assert set(homes) == {"vi", "en"}
    assert homes["vi"].translation_key == homes["en"].translation_key
    for path in ("/vi/", "/en/", "/vi/stories/", "/en/help/", "/vi/community/"):
        response = client.get(path)
        assert response.status_code == 200, path
        assert "Cà phê Sương" in response.content.decode()
    assert not Page.objects.filter(title__startswith="Welcome to your new Wagtail").exists()
    [letter] = mail.outbox
    assert letter.to == ["chi@suong.example"]


def test_a_second_run_changes_nothing_that_stands() -> None:
    start()
    HomePage.objects.filter(locale__language_code="vi").update(title="Đổi rồi")
    pages, people = Page.objects.count(), Member.objects.count()
    said = start(name="Tên khác", no_letter=True)
    assert "is an administrator already" in said
    assert "Made" not in said
    assert (Page.objects.count(), Member.objects.count()) == (pages, people)
    assert HomePage.objects.get(locale__language_code="vi").title == "Đổi rồi"
    assert house_name() == "Cà phê Sương"


def test_the_second_language_can_come_later() -> None:
    start(languages="en", no_letter=True)
    assert HomePage.objects.get().locale.language_code == "en"
    start(languages="en,vi", no_letter=True)
    assert HomePage.objects.count() == 2


def test_the_first_administrator_gets_nowhere_before_her_second_factor(client: Client) -> None:
    start(no_letter=True)
    member = Member.objects.get(email="chi@suong.example")
    assert member.is_superuser
    assert not member.has_usable_password()
    client.force_login(member)
    assert second_factor.is_half_in(client.session, member)
    response = client.get("/admin/")
    assert (response.status_code, "2fa" in response.url or "totp" in response.url) == (302, True)
    assert enter(Client(), member).get("/admin/").status_code == 200


def test_a_member_who_is_there_already_becomes_administrator(alice: Member) -> None:
    said = start(admin_email=alice.email, no_letter=True)
    alice.refresh_from_db()
    assert alice.is_superuser
    assert f"Made: the administrator {alice.email}." in said


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"name": None}, "--name is needed"),
        ({"name": "  "}, "--name is needed"),
        ({"admin_email": "nobody"}, "no mail address"),
        ({"languages": "vi,fr"}, "--languages"),
        ({"languages": "vi,vi"}, "--languages"),
    ],
)
def test_what_is_missing_or_wrong_is_named_and_nothing_is_made(
    options: dict[str, Any], words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO())
    before = Page.objects.count()
    with pytest.raises(CommandError, match=words):
        start(**options)
    assert Page.objects.count() == before


def test_on_a_terminal_it_asks(monkeypatch: pytest.MonkeyPatch) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    typed = iter(["Cà phê Sương", "", "chi@suong.example", "Lê Chi"])
    monkeypatch.setattr("sys.stdin", Terminal())
    monkeypatch.setattr("builtins.input", lambda _question: next(typed))
    start(name=None, admin_email=None, admin_name=None)
    assert Member.objects.filter(email="chi@suong.example").exists()
    assert HomePage.objects.count() == 2


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (smtplib.SMTPAuthenticationError(535, b"no canary-9Q"), "TRIAN_SMTP_PASSWORD"),
        (smtplib.SMTPSenderRefused(550, b"no", "x"), "TRIAN_FROM_EMAIL"),
        (smtplib.SMTPNotSupportedError("STARTTLS"), "TRIAN_SMTP_TLS"),
        (socket.gaierror(-2, "unknown"), "TRIAN_SMTP_HOST"),
        (TimeoutError(), "firewall"),
        (ConnectionRefusedError(), "TRIAN_SMTP_PORT"),
        (RuntimeError("canary-9Q"), "RuntimeError"),
    ],
)
def test_what_keeps_a_letter_back_is_said_with_the_variable_to_look_at(
    error: Exception, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_args: Any, **_kw: Any) -> None:
        raise error

    monkeypatch.setattr(mail_check.EmailMessage, "send", broken)
    with pytest.raises(CommandError, match=words) as refused:
        start()
    assert "canary-9Q" not in str(refused.value)
    assert Member.objects.filter(email="chi@suong.example").exists()  # the house stands; the next run tries again
