"""Colours that can be read, and the style sheet that carries them."""

from __future__ import annotations

import re

import pytest
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.test import Client
from wagtail.models import Site

from brand.identity import colour
from brand.identity.models import BrandIdentity
from brand.identity.selectors import theme_css

PAIR = re.compile(r"(--[\w-]+):light-dark\((#[0-9a-f]{6}),(#[0-9a-f]{6})\);")


@pytest.fixture
def identity(db: None) -> BrandIdentity:
    """The saved identity of the default site."""
    cache.clear()
    return BrandIdentity.for_site(Site.objects.get(is_default_site=True))


def test_contrast_is_the_one_of_wcag() -> None:
    assert colour.contrast("#000000", "#ffffff") == pytest.approx(21)
    assert colour.contrast("#777777", "#ffffff") == pytest.approx(4.478, abs=0.001)
    assert colour.contrast("#767676", "#ffffff") == pytest.approx(4.542, abs=0.001)
    assert colour.contrast("#2b5a4c", "#2b5a4c") == 1


@pytest.mark.parametrize(("one", "other"), [("#a2392a", "#fbf8f3"), ("#131a17", "#ffcc00")])
def test_contrast_is_the_same_both_ways(one: str, other: str) -> None:
    assert colour.contrast(one, other) == colour.contrast(other, one)


def test_a_colour_that_passes_stays_as_it_is() -> None:
    assert colour.nearest_passing("#2b5a4c", colour.PAPER, 4.5) == "#2b5a4c"


@pytest.mark.parametrize("given", ["#ffcc00", "#8fc1a9", "#ffffff", "#c98f86"])
@pytest.mark.parametrize("ground", [colour.PAPER, colour.NIGHT, colour.WHITE])
def test_the_nearest_passes_and_one_step_less_would_not(given: str, ground: str) -> None:
    found = colour.nearest_passing(given, ground, 4.5)
    assert colour.contrast(found, ground) >= 4.5
    if found != given:
        towards = "#000000" if colour.luminance(ground) > 0.2 else colour.WHITE
        steps = [colour.mix(given, towards, n / 100) for n in range(101)]
        assert colour.contrast(steps[steps.index(found) - 1], ground) < 4.5


def test_the_palette_it_begins_with_passes(identity: BrandIdentity) -> None:
    identity.full_clean()


@pytest.mark.parametrize(
    ("field", "weak", "ground"),
    [
        ("color_act", "#e08a7d", colour.WHITE),
        ("color_accent", "#8fc1a9", colour.PAPER),
        ("color_reward", "#d9a521", colour.PAPER),
        ("color_deep", "#7fa899", colour.CREAM),
    ],
)
def test_a_weak_colour_is_refused_with_the_nearest_that_passes(
    identity: BrandIdentity, field: str, weak: str, ground: str
) -> None:
    setattr(identity, field, weak)
    with pytest.raises(ValidationError) as refused:
        identity.full_clean()
    assert list(refused.value.message_dict) == [field]
    [words] = refused.value.message_dict[field]
    better = colour.nearest_passing(weak, ground, 4.5)
    assert words.endswith(better)
    assert f"{colour.contrast(weak, ground):.1f}" in words
    setattr(identity, field, better)
    identity.full_clean()


@pytest.mark.parametrize("bad", ["red", "#fff", "#12345g", "#a2392a;", "a2392a", "#a2392a\n"])
def test_what_is_no_colour_is_refused(identity: BrandIdentity, bad: str) -> None:
    identity.color_act = bad
    with pytest.raises(ValidationError) as refused:
        identity.full_clean()
    assert list(refused.value.message_dict) == ["color_act"]


def test_the_sheet_sets_each_token_once_for_light_and_dark(identity: BrandIdentity) -> None:
    sheet = theme_css(identity)
    pairs = {name: (light, dark) for name, light, dark in PAIR.findall(sheet)}
    assert sheet == ":root{" + "".join(f"{n}:light-dark({a},{b});" for n, (a, b) in pairs.items()) + "}\n"
    assert [pairs[f"--color-{part}"][0] for part in ("act", "accent", "reward", "deep")] == [
        identity.color_act,
        identity.color_accent,
        identity.color_reward,
        identity.color_deep,
    ]


@pytest.mark.parametrize(
    "palette", [{}, {"color_act": "#0b3d91", "color_accent": "#5b2a6f", "color_reward": "#7a1f3d"}]
)
def test_words_in_brand_colours_are_readable_in_both_themes(identity: BrandIdentity, palette: dict[str, str]) -> None:
    for field, value in palette.items():
        setattr(identity, field, value)
    identity.full_clean()
    pairs = {name: (light, dark) for name, light, dark in PAIR.findall(theme_css(identity))}
    for part in ("accent", "reward"):
        light, dark = pairs[f"--color-{part}"]
        assert colour.contrast(light, colour.PAPER) >= 4.5
        assert colour.contrast(dark, colour.NIGHT) >= 4.5
    for fill, words in zip(pairs["--color-act"], pairs["--color-on-act"], strict=True):
        assert colour.contrast(fill, words) >= 4.5


def test_the_sheet_is_kept_for_ever_under_its_version_and_asked_for_again_without(identity: BrandIdentity) -> None:
    client = Client()
    versioned, plain = client.get("/theme.css?v=7"), client.get("/theme.css")
    assert versioned.content.decode() == plain.content.decode() == theme_css(identity)
    assert versioned["Content-Type"] == "text/css; charset=utf-8"
    assert versioned["Cache-Control"] == "public, max-age=31536000, immutable"
    assert plain["Cache-Control"] == "public, no-cache"
    assert "Set-Cookie" not in versioned.headers


def test_a_saved_identity_is_seen_by_the_next_page_under_a_new_version(identity: BrandIdentity) -> None:
    client = Client()
    before = client.get("/vi/accounts/login/").content.decode()
    old = identity.version
    identity.color_act, identity.name = "#0b3d91", "Sương"
    identity.save()
    after = client.get("/vi/accounts/login/").content.decode()
    assert identity.version == old + 1
    assert f"theme.css?v={old}" in before
    assert f"theme.css?v={old + 1}" in after
    assert "Sương" in after
    assert "--color-act:light-dark(#0b3d91," in client.get("/theme.css").content.decode()


def test_a_slogan_that_is_missing_in_english_is_said_in_vietnamese() -> None:
    assert BrandIdentity(slogan_vi="Vị của mây", slogan_en="").slogan("en") == "Vị của mây"
    assert BrandIdentity(slogan_vi="Vị của mây", slogan_en="Taste of mist").slogan("en") == "Taste of mist"
