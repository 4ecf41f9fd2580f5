"""Enamels follow the palette of a badge's house; metal and motif stay, and all can still be read and told apart."""

from __future__ import annotations

import itertools
import re
from xml.etree import ElementTree as ET

import pytest
from django.core.cache import cache
from django.test import Client

from badges.awards.models import Award, Badge
from badges.awards.selectors import badge_view
from badges.medals import houses
from badges.medals.drawing import LARGE, SMALL, draw
from badges.medals.houses import DRAWN_FOR, mixed
from badges.medals.motifs import MOTIFS
from badges.medals.palette import ENAMELS, METALS, accent_of, contrast, face_of
from badges.medals.recipe import Recipe, address
from badges.medals.shapes import SHAPES
from brand.identity.actions import publish_identity
from portal.accounts.models import Member, Standing
from portal.events import relay
from portal.scopes.models import Scope

PALETTES = {
    "blue": {"act": "#0b4fa0", "accent": "#104c63", "reward": "#5b4300", "deep": "#0e2a47"},
    "pink": {"act": "#b0125b", "accent": "#7a1f5c", "reward": "#6d4300", "deep": "#3a0f2b"},
    "grey": {"act": "#555555", "accent": "#444444", "reward": "#595959", "deep": "#222222"},
    "pale": {"act": "#767676", "accent": "#6f7f3f", "reward": "#8a6d1d", "deep": "#2f3f1f"},
    "loud": {"act": "#d0021b", "accent": "#7ed321", "reward": "#f5a623", "deep": "#000000"},
}


def enamels(name: str) -> houses.Enamels:
    return mixed(tuple(sorted(PALETTES[name].items())))


def test_the_kit_is_what_the_houses_own_palette_gives():
    assert mixed(tuple(sorted(DRAWN_FOR.items()))) == ()
    assert mixed(()) == ()
    assert mixed((("act", "no colour"),)) == ()


def test_leaf_and_cherry_are_the_palettes_own_colours_and_ink_and_paper_are_nobodys():
    blue = dict(enamels("blue"))
    assert (blue["leaf"], blue["cherry"]) == ("#104C63", "#0B4FA0")
    assert not {"ink", "paper"} & set(blue)


@pytest.mark.parametrize("name", PALETTES)
@pytest.mark.parametrize("metal", METALS)
def test_every_motif_stands_three_to_one_from_the_enamel_of_every_house(name, metal):
    recipe = Recipe(metal, "disc", "leaf", "bean", enamels=enamels(name))
    for role in ENAMELS:
        colour = recipe.colour(role)
        assert contrast(face_of(METALS[metal], colour)[0], colour) >= 3, role
        for accent in ENAMELS:
            assert accent_of(METALS[metal], colour, recipe.colour(accent)) != face_of(METALS[metal], colour)[0]


def test_any_colour_at_all_becomes_an_enamel_that_can_be_read():
    steps = (0, 51, 90, 102, 119, 128, 140, 153, 204, 255)
    for red, green, blue in itertools.product(steps, repeat=3):
        colour = houses.legible(f"#{red:02X}{green:02X}{blue:02X}")
        assert all(contrast(face_of(metal, colour)[0], colour) >= 3 for metal in METALS.values())


@pytest.mark.parametrize("name", PALETTES)
def test_at_32_pixels_medals_of_a_house_tell_apart_by_metal_shape_and_motif_without_colour(name):
    own = enamels(name)

    def grey(*parts: str) -> str:
        return re.sub(r"#[0-9A-F]{6}", "", draw.__wrapped__(Recipe(*parts, enamels=own), "x-", size=SMALL))

    assert len({grey(metal, "disc", "leaf", "bean") for metal in METALS}) == len(METALS)
    assert len({grey("gold", shape, "leaf", "bean") for shape in SHAPES}) == len(SHAPES)
    assert len({grey("gold", "disc", "leaf", motif) for motif in MOTIFS}) == len(MOTIFS)


@pytest.mark.parametrize("size", [SMALL, LARGE])
def test_only_colours_change_and_the_metal_keeps_its_own(size):
    kit = Recipe("silver", "lotus", "leaf", "cup", "weave", "bar", "brocade", "cherry")
    blue = Recipe("silver", "lotus", "leaf", "cup", "weave", "bar", "brocade", "cherry", enamels("blue"))
    one, other = (draw.__wrapped__(recipe, "x-", size=size) for recipe in (kit, blue))
    assert one != other
    assert ET.fromstring(other) is not None
    assert ENAMELS["leaf"] not in other
    assert "#104C63" in other
    for shade in METALS["silver"][:4]:
        assert one.count(shade) <= other.count(shade) + other.count("#FFFFFF")


def test_another_palette_is_another_address_and_the_kit_keeps_the_one_it_had():
    kit, blue, pink = (
        Recipe("gold", "disc", "leaf", "bean", enamels=e) for e in ((), enamels("blue"), enamels("pink"))
    )
    assert address("a", kit).endswith(".svg")
    assert len({address("a", kit), address("a", blue), address("a", pink)}) == 3
    assert address("a", blue).startswith(address("a", kit))


@pytest.fixture
def house(db: None) -> Scope:
    """A sub-brand of the brand."""
    cache.clear()
    brand = Scope.objects.filter(kind="brand").first() or Scope.objects.create(code="may", kind="brand", name="Mây")
    yield Scope.objects.create(code="may-tra", kind="sub_brand", parent=brand, name="Mây Trà")
    cache.clear()


@pytest.mark.django_db
def test_a_badge_of_a_house_wears_its_palette_and_others_wear_the_brands(house: Scope, client: Client):
    badge, other = Badge.objects.order_by("pk")[:2]
    Badge.objects.filter(pk=badge.pk).update(scope=house)
    badge.refresh_from_db()
    before = badge_view(badge, "vi").src
    colours = {f"color_{part}": colour for part, colour in PALETTES["blue"].items()}
    publish_identity(actor=None, scope=house, values=colours)
    after = badge_view(badge, "vi")
    assert after.src != before
    assert dict(after.recipe.enamels)["leaf"] == "#104C63"
    assert badge_view(other, "vi").recipe.enamels == ()
    fresh, stale = client.get(after.src), client.get(before)
    assert "immutable" in fresh["Cache-Control"]
    assert "immutable" not in stale["Cache-Control"]
    assert stale.content == fresh.content


@pytest.mark.django_db
def test_medals_beside_names_follow_a_new_palette(house: Scope, alice: Member):
    relay.drain()
    badge = Award.objects.get(member=alice).badge  # for joining
    Badge.objects.filter(pk=badge.pk).update(scope=house)
    Standing.objects.filter(pk=alice.pk).update(badges=[])
    colours = {f"color_{part}": colour for part, colour in PALETTES["pink"].items()}
    publish_identity(actor=None, scope=house, values=colours)
    relay.drain()
    [mark, *_] = [m for m in Standing.objects.get(pk=alice.pk).badges if badge.code in m["src"]]
    assert "?v=" in mark["src"]
