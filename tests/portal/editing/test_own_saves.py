"""On a slow line the question who else works here crosses the editor's own automatic save: that is nobody else's."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

SCRIPT = Path(__file__).resolve().parents[3] / "static" / "js" / "own-saves.js"
# The names by which Wagtail's editor tells these things, in an order: what reached the form and what was asked anew.
TELL = """(names) => {
  const form = document.querySelector("form"), heard = [];
  const hear = ({ type }) => heard.push(type);
  for (const name of ["w-swap:json", "w-session:visible"]) form.addEventListener(name, hear);
  for (const name of names) {
    const place = name.startsWith("w-autosave") ? document.body : form;
    place.dispatchEvent(new CustomEvent(name, { bubbles: true }));
  }
  for (const name of ["w-swap:json", "w-session:visible"]) form.removeEventListener(name, hear);
  return heard;
}"""
ASKED, SAVED, ANSWERED = "w-session:ping", "w-autosave:save", "w-swap:json"


@pytest.mark.browser
def test_an_answer_that_crossed_an_own_save_is_put_aside_and_asked_for_anew(browser_page: Any) -> None:
    browser_page.set_content("<form class='w-editing-sessions'></form>")
    browser_page.add_script_tag(content=SCRIPT.read_text(encoding="utf-8"))
    assert browser_page.evaluate(TELL, [SAVED, ANSWERED]) == ["w-session:visible"]  # the first is asked on the way in
    assert browser_page.evaluate(TELL, [ASKED, ANSWERED]) == [ANSWERED]
    assert browser_page.evaluate(TELL, [ASKED, SAVED, ANSWERED]) == ["w-session:visible"]
    assert browser_page.evaluate(TELL, [SAVED, ASKED, ANSWERED]) == [ANSWERED]  # asked after it: it knows the save
    assert browser_page.evaluate(TELL, [ASKED, SAVED, "w-swap:error", ASKED, ANSWERED]) == [ANSWERED]
