"""Medals: every recipe gives whole, quiet SVG; nothing of it meets anything else on a page; every motif is legible."""

from __future__ import annotations

import itertools
import re
from xml.etree import ElementTree as ET

import pytest

from badges.medals.drawing import EARNED, LARGE, LOCKED, MIDDLE, SECRET, SMALL, draw, frame
from badges.medals.motifs import MOTIFS
from badges.medals.palette import ENAMELS, METALS, accent_of, contrast, face_of
from badges.medals.recipe import CLOTHS, GROUNDS, RIBBONS, Recipe, address, recipe_of
from badges.medals.shapes import SHAPES
from portal.core.errors import Invalid

SVG = "{http://www.w3.org/2000/svg}"
WORDS = {"grammar": 1, "shape": "disc", "enamel": "leaf", "motif": "bean"}


def recipes():
    """Each shape with each metal and motif, the other parts going round, so that every pair of parts meets."""
    rest = itertools.cycle(itertools.product(ENAMELS, RIBBONS, CLOTHS, GROUNDS))
    for metal, shape, motif in itertools.product(METALS, SHAPES, MOTIFS):
        enamel, ribbon, cloth, ground = next(rest)
        yield Recipe(metal, shape, enamel, motif, ground, ribbon, cloth)


def ids(svg: str) -> list[str]:
    return re.findall(r' id="([^"]+)"', svg)


def refers(svg: str) -> set[str]:
    return set(re.findall(r"url\(#([^)]+)\)", svg)) | set(re.findall(r'href="#([^"]+)"', svg))


def test_every_recipe_is_whole_xml_without_style_script_or_outside_and_no_id_is_used_twice():
    page: set[str] = set()
    sizes = itertools.cycle([(LARGE, EARNED), (MIDDLE, EARNED), (SMALL, EARNED), (MIDDLE, LOCKED), (SMALL, LOCKED)])
    for number, (recipe, (size, state)) in enumerate(zip(recipes(), sizes, strict=False)):
        svg = draw.__wrapped__(recipe, f"p{number}-", size=size, state=state, progress=number % 101)
        root = ET.fromstring(svg)
        assert root.tag == f"{SVG}svg"
        assert {node.tag.removeprefix(SVG) for node in root.iter()} <= {
            "svg", "defs", "linearGradient", "stop", "path", "clipPath", "use", "g", "circle",
        }  # fmt: skip
        for node in root.iter():
            assert not {name for name in node.attrib if name in ("style", "filter") or name.startswith("on")}
        own = ids(svg)
        assert len(own) == len(set(own))
        assert all(one.startswith(f"p{number}-") for one in own)
        assert refers(svg) <= set(own)
        assert not page & set(own)
        page |= set(own)
        assert "NaN" not in svg
        assert not re.search(r"\d\.\d{4,}", svg)


def test_the_same_recipe_gives_the_same_bytes_and_another_gives_others():
    drawings = {draw.__wrapped__(recipe, "x-", size=SMALL) for recipe in itertools.islice(recipes(), 120)}
    assert len(drawings) == 120
    recipe = Recipe("gold", "lotus", "cherry", "giving", "ridge", "tassel")
    assert draw.__wrapped__(recipe, "x-") == draw.__wrapped__(recipe, "x-")


@pytest.mark.parametrize("metal", METALS)
@pytest.mark.parametrize("enamel", ENAMELS)
def test_a_motif_stands_three_to_one_from_its_enamel_and_an_accent_from_its_face(metal, enamel):
    face, _dark = face_of(METALS[metal], ENAMELS[enamel])
    assert contrast(face, ENAMELS[enamel]) >= 3
    for accent in ENAMELS.values():
        assert accent_of(METALS[metal], ENAMELS[enamel], accent) != face


def test_metals_differ_by_their_outline_and_beads_where_colour_says_nothing():
    def grey(metal: str, size: str) -> str:
        svg = draw.__wrapped__(Recipe(metal, "disc", "leaf", "bean"), "x-", size=size)
        return re.sub(r"#[0-9A-F]{6}", "", svg)

    for size in (SMALL, LARGE):
        assert len({grey(metal, size) for metal in METALS}) == 3
    assert 'class="medal-hem"' not in draw.__wrapped__(Recipe("bronze", "disc", "leaf", "bean"), "x-", size=SMALL)
    for metal, beads in (("bronze", 1), ("silver", 2), ("gold", 3)):
        svg = draw.__wrapped__(Recipe(metal, "disc", "leaf", "bean"), "x-")
        group = svg.split('class="medal-beads"')[1].split("</g>")[0]
        assert group.count("<path") == 3 * beads


def test_a_closed_medal_takes_its_colours_from_the_page_and_says_how_far():
    svg = draw(Recipe("silver", "hex", "plum", "moon", ribbon="bar"), "x-", size=MIDDLE, state=LOCKED, progress=40)
    assert not re.search(r"#[0-9A-F]{6}\b", svg)
    assert "medal-fill-key" in svg
    assert "medal-stroke-arc" in svg
    assert "medal-ribbon" not in svg


def test_nothing_of_a_secret_badge_is_in_its_drawing():
    drawings = {draw.__wrapped__(recipe, "x-", state=SECRET) for recipe in itertools.islice(recipes(), 0, 1152, 97)}
    assert len(drawings) == 1
    assert ET.fromstring(drawings.pop()) is not None


def test_a_name_is_text_and_a_prefix_is_a_prefix():
    recipe = Recipe("gold", "star", "ink", "star")
    svg = draw(recipe, "x-", label='"><script>alert(1)</script>&')
    assert ET.fromstring(svg).attrib["aria-label"] == '"><script>alert(1)</script>&'
    assert "<script" not in svg
    for bad in ("", "1x", 'x"', "x y", "X-"):
        with pytest.raises(ValueError):
            draw(recipe, bad)


@pytest.mark.parametrize("ribbon", RIBBONS)
def test_what_hangs_makes_the_drawing_taller_and_the_medal_no_smaller(ribbon):
    box = frame(Recipe("gold", "disc", "leaf", "bean", ribbon=ribbon))
    assert box.wide == 140
    assert (box.high > 140) == (ribbon != "none")


@pytest.mark.parametrize(
    ("metal", "words", "field"),
    [
        ("tin", {}, "metal"), ("gold", {"grammar": 2}, "grammar"), ("gold", {"shape": "<svg>"}, "shape"),
        ("gold", {"motif": ["bean"]}, "motif"), ("gold", {"style": "x"}, "medal"),
        ("gold", {"ribbon": "rope"}, "ribbon"),
    ],
)  # fmt: skip
def test_a_recipe_is_only_what_is_on_the_lists(metal, words, field):
    with pytest.raises(Invalid) as refusal:
        recipe_of(metal, WORDS | words)
    assert refusal.value.details["field"] == field


def test_the_address_changes_with_the_recipe_and_cannot_be_reckoned_without_the_key(settings):
    one, two = recipe_of("gold", WORDS), recipe_of("gold", WORDS | {"enamel": "plum"})
    assert address("a", one) != address("a", two)
    before = address("a", one)
    settings.SECRET_KEY = "another" * 9
    assert address("a", one) != before


def test_drawings_stay_light():
    for recipe in itertools.islice(recipes(), 0, 1152, 61):
        assert len(draw.__wrapped__(recipe, "x-", size=SMALL)) < 9_000
        assert len(draw.__wrapped__(recipe, "x-", size=LARGE)) < 26_000
