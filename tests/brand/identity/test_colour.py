"""Contrast after WCAG, and the nearest shade that passes."""

from __future__ import annotations

import pytest

from brand.identity import colour


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
