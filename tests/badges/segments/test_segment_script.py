"""The segment's form with its script: of each condition what it asks for, and always one condition more."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.template.loader import render_to_string

from badges.programme.segment_form import PARTS, ROWS, SegmentForm, word_choices

SCRIPT = Path(__file__).resolve().parents[3] / "static" / "js" / "segment-desk.js"
TIERS, BADGES = {"silver": "Bạc"}, {"first-words": "Lời đầu tiên"}


def opened(page: Any, initial: dict[str, Any] | None = None) -> None:
    form = SegmentForm(initial=initial or {"mode": "all"}, words_of=word_choices(TIERS, BADGES))
    page.set_content(render_to_string("badges/programme/_segment_form.html", {"form": form}))
    assert shown(page, 1) == list(PARTS)  # without the script every field is there
    page.add_script_tag(content=SCRIPT.read_text(encoding="utf-8"))


def shown(page: Any, row: int) -> list[str]:
    return [part for part in PARTS if page.locator(f"[name=c{row}_{part}]").is_visible()]


def rows_shown(page: Any) -> list[int]:
    return [row for row in range(1, ROWS + 1) if shown(page, row)]


@pytest.mark.browser
def test_a_condition_shows_what_it_asks_for_and_the_next_one_comes_by_itself(browser_page: Any) -> None:
    opened(browser_page)
    assert (rows_shown(browser_page), shown(browser_page, 1)) == ([1], ["what"])
    browser_page.select_option("[name=c1_what]", "did")
    assert rows_shown(browser_page) == [1, 2]
    assert shown(browser_page, 1) == ["sign", "what", "word", "number", "days", "place"]
    browser_page.select_option("[name=c1_what]", "joined_since")
    assert shown(browser_page, 1) == ["sign", "what", "day", "place"]
    browser_page.select_option("[name=c1_what]", "birth_month")
    assert shown(browser_page, 1) == ["sign", "what", "number", "place"]
    label = browser_page.locator("label[for=id_c1_number]")
    asked = label.inner_text()
    browser_page.select_option("[name=c1_what]", "spend")
    assert label.inner_text() != asked


@pytest.mark.browser
def test_only_words_of_the_kind_can_be_chosen_and_what_is_hidden_is_not_sent(browser_page: Any) -> None:
    opened(browser_page)
    browser_page.select_option("[name=c1_what]", "did")
    browser_page.select_option("[name=c1_word]", "metric:reply_posted")
    browser_page.fill("[name=c1_days]", "30")
    browser_page.select_option("[name=c1_what]", "tier")
    free = browser_page.locator("[name=c1_word] option:not([disabled])").evaluate_all(
        "all => all.map(one => one.value)"
    )
    assert free == ["", "tier:silver"]
    sent = browser_page.evaluate("Object.fromEntries(new FormData(document.querySelector('[data-segment]')))")
    assert (sent["c1_word"], sent["c1_days"]) == ("", "")


@pytest.mark.browser
def test_how_the_group_goes_is_asked_only_where_there_is_one(browser_page: Any) -> None:
    opened(browser_page, {"mode": "any", "c1_what": "seen", "c1_days": 7, "c2_what": "spend", "c2_number": 50})
    assert rows_shown(browser_page) == [1, 2, 3]
    assert browser_page.input_value("[name=c1_days]") == "7"
    assert not browser_page.locator("[name=group_mode]").is_visible()
    browser_page.select_option("[name=c2_place]", "group")
    assert browser_page.locator("[name=group_mode]").is_visible()
