"""Whatever is chosen, every pair of tokens that meets on a page can be read, by day and by night."""

from __future__ import annotations

import re

import pytest
from django.conf import settings
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from brand.identity import colour, palette
from brand.identity.looks import Look, sheet

PAIR = re.compile(r"(--[\w-]+):light-dark\((#[0-9a-f]{6}),(#[0-9a-f]{6})\);")
COLOURS = st.integers(0, 0xFFFFFF).map(lambda number: f"#{number:06x}")
PALETTES = st.fixed_dictionaries(dict.fromkeys(palette.COLOURS, COLOURS))


def weak_pairs(css: str) -> list[tuple[str, str, str, float]]:
    """Pairs of a style sheet that are below what they need, with the theme and the ratio."""
    said = {**palette.FIXED, **{name: (light, dark) for name, light, dark in PAIR.findall(css)}}
    return [
        (words, ground, theme, ratio)
        for words, ground, needed in palette.PAIRS
        for index, theme in enumerate(("light", "dark"))
        if (ratio := colour.contrast(said[words][index], said[ground][index])) < needed
    ]


@hypothesis_settings(max_examples=150, deadline=None)
@given(colours=PALETTES, paper=st.sampled_from(sorted(palette.PAPERS)))
def test_every_pair_of_every_sheet_passes_in_light_and_dark(colours: dict[str, str], paper: str) -> None:
    assert weak_pairs(sheet(Look("x", "X", colours=colours, paper=paper), [])) == []


@hypothesis_settings(max_examples=80, deadline=None)
@given(colours=PALETTES, paper=st.sampled_from(sorted(palette.PAPERS)))
def test_a_piece_of_another_brand_can_be_read_on_this_page(colours: dict[str, str], paper: str) -> None:
    page, piece = Look("a", "A", paper=paper), Look("b", "B", colours=colours, paper="warm")
    css = sheet(page, [piece])
    rules = {name: (light, dark) for name, light, dark in PAIR.findall(css.split("\n")[1])}
    for theme in (0, 1):
        assert colour.contrast(palette.FIXED["--color-on-deep"][theme], rules["--color-deep"][theme]) >= 4.5
        assert colour.contrast(rules["--color-on-deep-soft"][theme], rules["--color-deep"][theme]) >= 4.5


@hypothesis_settings(max_examples=150, deadline=None)
@given(part=st.sampled_from(palette.COLOURS), value=COLOURS, paper=st.sampled_from(sorted(palette.PAPERS)))
def test_an_offer_passes_and_is_the_nearest_of_its_way(part: str, value: str, paper: str) -> None:
    trouble = palette.trouble(part, value, paper)
    if trouble is None:
        return
    assert palette.trouble(part, trouble.offer, paper) is None
    steps = [colour.mix(value, "#000000", n / 100) for n in range(101)]
    assert palette.trouble(part, steps[steps.index(trouble.offer) - 1], paper) is not None


@hypothesis_settings(max_examples=60, deadline=None)
@given(colours=PALETTES, paper=st.sampled_from(sorted(palette.PAPERS)))
def test_a_palette_without_trouble_is_worn_as_it_was_chosen(colours: dict[str, str], paper: str) -> None:
    good = {part: palette.passing(part, value, paper) for part, value in colours.items()}
    said = palette.tokens(good, paper)
    assert {part: said[f"--color-{part}"][0] for part in palette.COLOURS} == good


@pytest.mark.parametrize("paper", sorted(palette.PAPERS))
def test_the_palette_of_the_house_has_no_trouble_on_any_paper(paper: str) -> None:
    assert [palette.trouble(part, value, paper) for part, value in palette.HOUSE.items()] == [None] * 4


def test_what_no_brand_changes_is_what_the_style_sheet_says() -> None:
    text = (settings.BASE_DIR / "static/css/tokens.css").read_text()
    paint = dict(re.findall(r"(--p-[\w-]+): (#[0-9a-f]{6})", text))

    def plain(word: str) -> str:
        word = word.strip()
        found = re.fullmatch(r"var\((--p-[\w-]+)\)", word)
        return paint[found[1]] if found else word

    written = {
        name: (plain(light), plain(dark))
        for name, light, dark in re.findall(r"(--(?:color|tier)-[\w-]+): light-dark\(([^,]+), ([^;]+)\);", text)
    }
    written["--color-on-deep"] = ("#f4f0e6", "#f4f0e6")
    assert {name: written[name] for name in palette.FIXED} == palette.FIXED
    page = ("--color-page", "--color-surface", "--color-sunken", "--color-line", "--color-line-strong")
    assert tuple(written[name][0] for name in page) == palette.PAPERS["warm"]
    assert tuple(written[name][1] for name in page) == palette.NIGHTS
    assert {part: written[f"--color-{part}"][0] for part in palette.COLOURS} == palette.HOUSE


def test_a_page_without_a_brands_sheet_can_be_read_too() -> None:
    text = (settings.BASE_DIR / "static/css/tokens.css").read_text()
    assert "--color-on-deep: #f4f0e6" in text
    assert colour.contrast("#ffffff", palette.HOUSE["act"]) >= 4.5
