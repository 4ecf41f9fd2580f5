"""The browser starts and draws."""

import pytest


@pytest.mark.browser
def test_chromium_opens_a_page(browser_page):
    browser_page.set_content("<h1>Xin chào</h1>")
    assert browser_page.inner_text("h1") == "Xin chào"
