"""A Chromium that walks the pages of a house as the people of the demo world."""

from __future__ import annotations

import shutil
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import urlsplit

from playwright.async_api import Browser, BrowserContext, Page, async_playwright

from tests.helpers.servers import CHROMIUM_MISSING
from tests.tooling.house import House

ARGS = ["--no-sandbox", "--disable-dev-shm-usage", "--force-color-profile=srgb", "--font-render-hinting=none"]
# Pictures further down are fetched at once and decoded, letters are there: the page stands still.
SETTLE = """async () => {
  document.querySelectorAll('img[loading=lazy]').forEach((img) => { img.loading = 'eager'; });
  await Promise.all([...document.images].map((img) => img.decode().catch(() => {})));
  await document.fonts.ready;
  await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
}"""


def chromium_program() -> str:
    """Where Chromium is; ends the run with one sentence where there is none."""
    found = shutil.which("chromium") or shutil.which("chromium-browser")
    if found is None:
        sys.exit(CHROMIUM_MISSING)
    return found


@asynccontextmanager
async def chromium() -> AsyncIterator[Browser]:
    """One browser for a run."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium_program(), args=ARGS)
        try:
            yield browser
        finally:
            await browser.close()


async def context_for(browser: Browser, house: House, who: str, lang: str, **options: Any) -> BrowserContext:
    """A fresh profile, signed in as `who` (nobody for a visitor), that reaches nothing but the house."""
    context = await browser.new_context(
        locale={"vi": "vi-VN", "en": "en-GB"}[lang],
        timezone_id="Asia/Ho_Chi_Minh",
        reduced_motion="reduce",
        **options,
    )
    host = urlsplit(house.url).netloc

    async def only_ours(route: Any) -> None:
        await (route.continue_() if urlsplit(route.request.url).netloc == host else route.abort())

    await context.route(lambda url: urlsplit(url).netloc != host, only_ours)
    if who:
        await context.add_cookies([{"name": "sessionid", "value": house.cookies[who], "url": house.url}])
    return context


async def go(page: Page, house: House, row: dict[str, Any]) -> int:
    """Open a page of the list (through its form where it has one); returns the status that was answered."""
    answer = await page.goto(house.url + row["address"], wait_until="load", timeout=30_000)
    if row["begins"]:
        for name, value in row["fills"]:
            field = page.locator(f"[name={name}]")
            await (field.fill(value) if value else field.check())
        # The browser's own checks would keep a refused form from ever reaching the server.
        await page.evaluate("document.querySelectorAll('form').forEach((form) => { form.noValidate = true; })")
        async with page.expect_navigation(wait_until="load") as arrived:
            await page.locator("main form [type=submit]:visible, main form button:not([type]):visible").first.click()
        answer = await arrived.value
    return answer.status if answer else 0


async def settle(page: Page) -> None:
    """Wait until nothing moves any more."""
    await page.evaluate(SETTLE)
