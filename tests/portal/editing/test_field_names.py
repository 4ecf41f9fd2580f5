"""What eyes see beside a field is also what a screen reader calls it, where Wagtail leaves the two apart."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

SCRIPT = Path(__file__).resolve().parents[3] / "static" / "js" / "field-names.js"
# As Wagtail 8 and its translations build them; the second text comes while the page is open.
TEXT = """<div data-contentpath="text"><label>Nội dung<span class="w-required-mark">*</span></label>
<div class="Draftail-Editor"><div role="textbox" contenteditable="true"></div></div></div>"""
FILE = """<div><button>Tải tệp PO lên</button><form><input type="file" name="file"></form></div>"""
NAMES = "[...document.querySelectorAll('[role=textbox], [type=file]')].map((field) => field.ariaLabel)"


@pytest.mark.browser
def test_nameless_fields_are_called_by_the_words_beside_them_also_those_that_come_later(browser_page: Any) -> None:
    browser_page.set_content(TEXT + FILE)
    assert browser_page.evaluate(NAMES) == [None, None]
    browser_page.add_script_tag(content=SCRIPT.read_text(encoding="utf-8"))
    assert browser_page.evaluate(NAMES) == ["Nội dung", "Tải tệp PO lên"]
    browser_page.evaluate("(html) => document.body.insertAdjacentHTML('beforeend', html)", TEXT)
    browser_page.wait_for_function(f"() => ({NAMES}).every(Boolean)", timeout=5_000)
    assert browser_page.evaluate(NAMES)[-1] == "Nội dung"
