"""A shop opened an account by telephone; its person makes it hers in a real browser, as a newcomer and as a member."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django_tasks_db.models import DBTaskResult
from playwright.sync_api import Browser, Page

from badges.api import balance
from badges.ledger import actions as ledger
from portal.accounts.claims import actions
from portal.accounts.models import Member
from portal.core import clock
from portal.events import relay
from tests.factories.portal import make_member, make_staff
from tests.helpers.realtime import web_process

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
TYPED = "0912 345 678"
HELD = 120


@pytest.fixture
def house(tmp_path: Path, settings) -> Iterator[str]:
    """A web process whose texts become files, and this process as its worker."""
    settings.SMS_BACKEND, settings.VAR_DIR = "outbox", tmp_path
    with web_process(tmp_path, "portal.asgi:application", TRIAN_SMS_BACKEND="outbox") as (port, _web):
        yield f"http://127.0.0.1:{port}"


@pytest.fixture
def shop() -> Member:
    """The account that the counter opened, with Hạt on it."""
    staff = make_staff("Bùi Quốc Staff", email="staff@thu.example", role="brand")
    member = actions.open_by_phone(actor=staff, phone=TYPED, name="Chị Lan", at=clock.now())
    ledger.earn(
        member_id=member.pk, amounts={"spend": HELD, "status": 40}, source="till", key="receipt-1", at=clock.now()
    )
    relay.drain()
    return member


def waited_for(find: Callable[[], str | None], seconds: float = 20) -> str:
    """What `find` finds within some seconds."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if found := find():
            return found
        time.sleep(0.1)
    raise AssertionError("nothing came")


def digits_by_text() -> str:
    """The six digits of the text that waits in the queue, read as a telephone would show them."""
    from portal.accounts.sms.models import TextMessage

    def find() -> str | None:
        row = TextMessage.objects.order_by("-pk").first()
        found = re.search(r"\b\d{6}\b", row.body) if row is not None else None
        return found[0] if found else None

    return waited_for(find)


def digits_by_letter() -> str:
    """The six digits of the newest letter in the queue."""

    def find() -> str | None:
        row = DBTaskResult.objects.filter(task_path__endswith="send_letter").order_by("-enqueued_at").first()
        found = re.search(r'"code": "(\d{6})"', json.dumps(row.args_kwargs)) if row is not None else None
        return found[1] if found else None

    return waited_for(find)


def come_by_number(page: Page, house: str) -> None:
    page.goto(f"{house}/vi/accounts/login/")
    page.fill("[name=login]", TYPED)
    page.click("button[value=code]")
    page.wait_for_url("**/login/code/confirm/**")
    page.fill("[name=code]", digits_by_text())
    page.locator("form:has([name=code]) button[type=submit]").first.click()


def shown_balance(page: Page, house: str) -> int:
    page.goto(f"{house}/vi/my/")
    return int(re.sub(r"\D", "", page.locator("[data-balance=spend]").first.inner_text()))


def fill_the_claim(page: Page, email: str, name: str) -> None:
    page.wait_for_url("**/accounts/claim/")
    assert str(HELD) in page.locator("main").inner_text()
    page.fill("[name=name]", name)
    page.fill("[name=email]", email)
    page.check("[name=of_age]")
    page.check("[name=terms]")
    page.locator("form:has([name=email]) button[type=submit]").click()
    page.wait_for_url("**/claim/code/")
    page.fill("[name=code]", digits_by_letter())
    page.locator("form:has([name=code]) button[type=submit]").first.click()


def test_a_newcomer_makes_the_shops_account_her_own(chromium: Browser, house: str, shop: Member) -> None:
    context = chromium.new_context(locale="vi-VN", viewport={"width": 390, "height": 844})
    page = context.new_page()
    come_by_number(page, house)
    fill_the_claim(page, "lan@thu.example", "Trần Lan Anh")
    page.wait_for_url("**/vi/my/")
    shop.refresh_from_db()
    assert (shop.email, shop.name, shop.joined_at is not None) == ("lan@thu.example", "Trần Lan Anh", True)
    relay.drain()
    assert shown_balance(page, house) == balance(shop.pk)["spend"] >= HELD
    context.close()


def test_a_member_joins_the_shops_account_to_hers_and_the_balance_adds_up(
    chromium: Browser, house: str, shop: Member
) -> None:
    alice = make_member("Phạm Ngọc Alice", email="alice@thu.example")
    ledger.earn(member_id=alice.pk, amounts={"spend": 35}, source="till", key="receipt-2", at=clock.now())
    relay.drain()
    before = balance(alice.pk)["spend"]
    context = chromium.new_context(locale="vi-VN", viewport={"width": 390, "height": 844})
    page = context.new_page()
    come_by_number(page, house)
    fill_the_claim(page, alice.email, "Alice ở quán")
    page.wait_for_url("**/phone/join/")
    assert str(HELD) in page.locator("main").inner_text()
    page.locator("form:has(button[type=submit])[action$='/join/'] button").click()
    page.wait_for_url("**/vi/my/")
    relay.drain()
    alice.refresh_from_db()
    shop.refresh_from_db()
    assert (alice.phone, shop.merged_into_id, shop.is_active) == ("+84912345678", alice.pk, False)
    assert shown_balance(page, house) == balance(alice.pk)["spend"] == before + HELD
    context.close()
