"""The brand manager changes a colour in a real browser: refused with a way out, taken, published, followed."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from brand.identity import palette
from brand.identity.selectors import identity_for_scope
from portal.accounts.models import Member
from tests.brand.identity.conftest import Brands
from tests.cast import enter

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_manager_changes_the_colour_of_belonging(
    live_server: Any, browser_page: Any, brands: Brands, manager: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Playwright's own loop runs in this thread; nothing here is asynchronous.
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
    cookies = enter(Client(), manager).cookies
    browser_page.context.add_cookies(
        [{"name": name, "value": morsel.value, "url": live_server.url} for name, morsel in cookies.items()]
    )
    edit = live_server.url + reverse("wagtailsnippets_brand_identity:edit", args=[brands.identity.pk])
    browser_page.set_default_timeout(60_000)
    browser_page.goto(edit)
    assert browser_page.locator('[data-look-colour] input[type="color"]').count() == 4
    browser_page.fill('input[name="color_accent"]', "#8fc1a9")
    with browser_page.expect_navigation():
        browser_page.locator('button[name="action-publish"]').first.evaluate("button => button.click()")
    take = browser_page.locator('button[name="take-color_accent"]')
    offer = palette.passing("accent", "#8fc1a9", "warm")
    assert take.get_attribute("value") == offer
    assert browser_page.input_value('input[name="color_accent"]') == "#8fc1a9"
    with browser_page.expect_navigation():
        take.click()
    browser_page.goto(edit)
    assert browser_page.input_value('input[name="color_accent"]') == offer
    assert identity_for_scope(brands.root).colours["accent"] == "#2b5a4c"
    with browser_page.expect_navigation():
        browser_page.locator('button[name="action-publish"]').first.evaluate("button => button.click()")
    for code, colour in (("may", offer), ("may-tra", offer), ("may-rang", "#6b412b")):
        sheet = browser_page.request.get(f"{live_server.url}/theme/{code}.css").text()
        assert f"--color-accent:light-dark({colour}," in sheet.split("\n")[0]
