"""Passkeys and devices in a real browser, against a real web process."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, Page

from portal.accounts.models import Member
from tests.factories.portal import make_member, make_staff
from tests.helpers.realtime import web_process
from tests.helpers.sessions import enter

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
DEVICE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture
def house(tmp_path: Path) -> Iterator[str]:
    """Address of a web process on the test's database. By name: browsers make no passkey for a bare number."""
    with web_process(tmp_path, "portal.asgi:application") as (port, _web):
        yield f"http://localhost:{port}"


def browser_of(chromium: Browser, house: str, member: Member, **said: bool) -> BrowserContext:
    """A browser in which she is signed in, with a line in her list of devices."""
    context = chromium.new_context(locale="vi-VN", viewport={"width": 1280, "height": 900})
    key = enter(Client(), member, **said).session.session_key
    UserSession.objects.create(user=member, session_key=key, ip="127.0.0.1", user_agent="Chrome/131 Linux")
    context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": key, "url": house}])
    return context


def with_passkeys(context: BrowserContext) -> tuple[Page, list[str]]:
    """A page on a device that holds passkeys, and what its console complains about."""
    page, complaints = context.new_page(), []
    page.on("console", lambda line: complaints.append(line.text) if line.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    devtools = context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    devtools.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})
    return page, complaints


def make_passkey(page: Page, house: str, name: str) -> None:
    page.goto(f"{house}/vi/accounts/2fa/webauthn/add/")
    page.fill("[name=name]", name)
    with page.expect_navigation():
        page.click("pass-key button[type=submit]")


def test_a_passkey_is_made_and_opens_the_door_by_itself(chromium: Browser, house: str) -> None:
    alice = make_member("Phạm Ngọc Alice", email="alice@thu.example")
    context = browser_of(chromium, house, alice)
    page, complaints = with_passkeys(context)
    make_passkey(page, house, "Điện thoại của tôi")
    assert page.locator(".code-sheet li").count() == 10
    page.goto(f"{house}/vi/accounts/security/")
    assert page.locator(".safety-keys b").inner_text() == "Điện thoại của tôi"

    context.clear_cookies()
    page.goto(f"{house}/vi/accounts/login/")
    with page.expect_navigation(url="**/vi/my/"):
        page.click("pass-key button[type=submit]")
    page.goto(f"{house}/vi/accounts/security/")
    assert page.locator(".safety-row").count() == 6
    assert complaints == []

    page.click(".safety-keys a[href*='/edit/']")
    page.wait_for_url("**/reauthenticate/**")
    with page.expect_navigation(url="**/edit/"):
        page.click("pass-key button[type=submit]")
    page.fill("[name=name]", "Máy cũ")
    page.click("main form button[type=submit]")
    page.wait_for_url("**/security/")
    assert page.locator(".safety-keys b").inner_text() == "Máy cũ"
    page.click(".safety-keys a[href*='/remove/']")
    page.click("main form button[type=submit]")
    page.wait_for_url("**/security/")
    assert not Authenticator.objects.filter(user=alice).exists()
    context.close()


def test_staff_open_the_workshop_with_a_passkey_alone(chromium: Browser, house: str) -> None:
    boss = make_staff("Lê Boss", email="boss@thu.example", is_superuser=True)
    context = browser_of(chromium, house, boss, second_factor=False)
    page, complaints = with_passkeys(context)
    page.goto(f"{house}/admin/")
    page.wait_for_url("**/totp/activate/**")
    make_passkey(page, house, "Máy bàn")
    page.goto(f"{house}/admin/")
    assert page.url.endswith("/admin/")
    context.clear_cookies()
    page.goto(f"{house}/vi/accounts/login/")
    with page.expect_navigation(url="**/vi/my/"):
        page.click("pass-key button[type=submit]")
    page.goto(f"{house}/admin/")
    assert page.url.endswith("/admin/")
    # Wagtail's own pages ask for its newest version, which our policy refuses.
    assert [line for line in complaints if "wagtail" not in line] == []
    context.close()


def test_a_device_that_refuses_says_so_and_leaves_the_digits(chromium: Browser, house: str) -> None:
    context = chromium.new_context(locale="vi-VN")
    page, _complaints = with_passkeys(context)
    page.goto(f"{house}/vi/accounts/login/")
    page.click("pass-key button[type=submit]")
    page.wait_for_selector("pass-key [data-problem]:not([hidden])")
    assert page.locator("button[value=code]").is_visible()
    context.close()


def test_a_device_ended_in_one_browser_is_signed_out_in_the_other_within_two_seconds(
    chromium: Browser, house: str
) -> None:
    alice = make_member("Phạm Ngọc Alice", email="alice@thu.example")
    here, there = (browser_of(chromium, house, alice) for _ in range(2))
    lost, closed = there.new_page(), []
    lost.on("websocket", lambda socket: socket.on("close", lambda _socket: closed.append(time.monotonic())))
    with lost.expect_websocket():
        lost.goto(f"{house}/vi/my/")
    lost.wait_for_timeout(1000)
    assert closed == []
    page = here.new_page()
    page.goto(f"{house}/vi/accounts/sessions/")
    page.locator(".safety-row button").first.click()
    page.wait_for_url("**/sessions/")
    ended = time.monotonic()
    while not closed and time.monotonic() - ended < 4:
        lost.wait_for_timeout(50)
    assert closed
    assert closed[0] - ended < 2
    lost.goto(f"{house}/vi/my/")
    assert "/accounts/login/" in lost.url
    page.goto(f"{house}/vi/my/")
    assert "/my/" in page.url
    here.close()
    there.close()
