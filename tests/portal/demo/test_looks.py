"""The demo's brands: every colour can be read on its paper, and no house looks like another."""

from __future__ import annotations

import itertools
from typing import Any

import pytest

from brand.identity import palette
from portal.demo import files

LOOKS = files.identities()
HOUSES = [code for code in LOOKS if code != "may"]


def worn(code: str) -> dict[str, Any]:
    """What a house wears: its own, and the brand's where it says nothing."""
    return {**LOOKS["may"], **LOOKS[code]}


@pytest.mark.parametrize("code", LOOKS)
def test_every_colour_can_be_read_on_its_paper(code: str) -> None:
    look = worn(code)
    for part in palette.COLOURS:
        assert palette.trouble(part, look[f"color_{part}"], look["paper"]) is None, part


def test_no_house_looks_like_another() -> None:
    """Each has its own mark, colours of belonging and ground, paper or typefaces, slogan and pictures."""
    for one, other in itertools.combinations(("may", *HOUSES), 2):
        mine, theirs = worn(one), worn(other)
        for part in ("mark", "color_accent", "color_deep", "slogan_vi", "slogan_en"):
            assert mine[part] != theirs[part], (one, other, part)
    faces = {(worn(code)["paper"], worn(code)["type_pair"]) for code in HOUSES}
    assert len(faces) == len(HOUSES)
    covers = {files.page(code)["vi"]["picture"] for code in HOUSES}
    assert len(covers) == len(HOUSES)


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("code", HOUSES)
def test_what_a_house_offers_is_shown(code: str, language: str) -> None:
    shelves = [block["things"] for block in files.page(code)[language]["body"] if block["type"] == "things"]
    assert shelves
    assert all("picture" in thing for things in shelves for thing in things)
