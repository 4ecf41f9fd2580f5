"""Somebody with a browser: signs in from /dev/, or joins with the code from the mail page."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tests.journeys.household import Household

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Locator, Page

PATIENCE = 60_000  # ms; only for a slow machine: no journey is quicker for it, and none asserts a time


def line_of(page: Page, key: str) -> Locator:
    """Her line on /dev/, by her whole address: `huy@` is also the end of `thuy@`."""
    return page.locator("li.cast").filter(has=page.get_by_text(f"{key}@may.example", exact=True))


class Visitor:
    """One person in a browser profile of her own. `errors` gathers what the console complained about."""

    def __init__(self, browser: Browser, house: Household, *, web: int = 0, **options: object) -> None:
        self.house, self.url = house, house.urls[web]
        self.context = browser.new_context(
            locale="vi-VN", timezone_id="Asia/Ho_Chi_Minh", viewport={"width": 1280, "height": 900}, **options
        )
        self.context.set_default_timeout(PATIENCE)
        self.page: Page = self.context.new_page()
        self.errors: list[str] = []
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.on("console", lambda m: self.errors.append(m.text) if "Content Security Policy" in m.text else None)

    def go(self, path: str) -> Page:
        """Opens a page of the house."""
        answer = self.page.goto(self.url + path)
        assert answer is not None, f"{path}: no answer"
        assert answer.ok, f"{path}: {answer.status}"
        return self.page

    def sign_in(self, key: str) -> None:
        """One click on /dev/, as somebody of the demo world; who works there shows the second key printed there."""
        self.go("/dev/")
        with self.page.expect_navigation():
            line_of(self.page, key).locator("button").click()
        self.settled()
        if "/2fa/" in self.page.url:
            self.page.fill("[name=code]", self.second_key(key))
            with self.page.expect_navigation():
                self.page.locator("main form:has([name=code]) button:visible").first.click()
            self.settled()

    def second_key(self, key: str) -> str:
        """What her app shows now, as /dev/ prints it."""
        tab = self.context.new_page()
        tab.goto(self.url + "/dev/")
        found = re.search(r"\b(\d{6})\b", line_of(tab, key).inner_text())
        tab.close()
        assert found, key
        return found.group(1)

    def join(self, name: str, email: str) -> None:
        """Asks for a seat and types the six digits from the letter."""
        self.go("/vi/accounts/signup/")
        self.page.fill("[name=name]", name)
        self.page.fill("[name=email]", email)
        self.page.check("[name=of_age]")
        self.page.check("[name=terms]")
        self.page.locator("main form button").first.click()
        self.page.wait_for_selector("[name=code]")
        self.page.fill("[name=code]", self.code_for(email))
        with self.page.expect_navigation():
            self.page.locator("main form:has([name=code]) button").first.click()
        self.settled()

    def code_for(self, email: str) -> str:
        """The six digits of the newest letter to this address, read on the mail page as a person would."""
        tab = self.context.new_page()
        for _look in range(60):
            tab.goto(self.url + "/dev/mail/")
            letters = tab.locator("main li, main tr, main article", has_text=email).locator("a[href*='/dev/mail/']")
            if letters.count():
                letters.first.click()
                found = re.search(r"\b(\d{6})\b", tab.inner_text("main"))
                if found:
                    tab.close()
                    return found.group(1)
            tab.wait_for_timeout(500)
        raise AssertionError(f"no letter with a code for {email}\n{self.house.log('worker')}\n{self.house.log('web0')}")

    def settled(self) -> None:
        """The page stands and its socket is open."""
        self.page.wait_for_load_state("load")

    def close(self) -> None:
        """Ends the browser profile; nothing may have gone wrong in it."""
        self.context.close()
        assert not self.errors, self.errors
