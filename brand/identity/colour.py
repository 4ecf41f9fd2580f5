"""Contrast of colours after WCAG 2.2, and the nearest shade that passes."""

import colorsys
import re

HEX = re.compile(r"#[0-9a-fA-F]{6}")
# The grounds of the two themes that a brand's colours stand on (static/css/tokens.css).
PAPER, NIGHT = "#fbf8f3", "#131a17"
INK, CREAM, WHITE = "#1f1a17", "#f3ede2", "#ffffff"


def channels(colour: str) -> tuple[int, int, int]:
    """Red, green, blue of `#rrggbb`, 0 to 255."""
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def mix(one: str, other: str, part: float) -> str:
    """`one` with `part` (0 to 1) of `other`, linear in sRGB."""
    pairs = zip(channels(one), channels(other), strict=True)
    return "#" + "".join(f"{round(a + (b - a) * part):02x}" for a, b in pairs)


def luminance(colour: str) -> float:
    """Relative luminance, WCAG 2.2 definition."""
    linear = [c / 255 / 12.92 if c / 255 <= 0.04045 else ((c / 255 + 0.055) / 1.055) ** 2.4 for c in channels(colour)]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    """Contrast ratio, 1 to 21, WCAG 2.2 definition."""
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def nearest_passing(colour: str, ground: str, ratio: float) -> str:
    """The colour itself if it passes on the ground, else the closest mix towards black or white that does."""
    towards = "#000000" if luminance(ground) > 0.2 else WHITE
    for step in range(101):
        shade = mix(colour, towards, step / 100)
        if contrast(shade, ground) >= ratio:
            return shade
    return towards


def shade_for(colour: str, needs: list[tuple[str, float]]) -> str:
    """The colour itself if it passes on every light ground of `needs`, else the nearest darker mix that does."""
    for step in range(101):
        shade = mix(colour, "#000000", step / 100)
        if all(contrast(shade, ground) >= ratio for ground, ratio in needs):
            return shade
    return "#000000"


def by_night(colour: str, ratio: float = 7.4) -> str:
    """The same hue for dark pages: lightened, not greyed, until it reads on the night ground at `ratio`."""
    hue, lightness, saturation = colorsys.rgb_to_hls(*(c / 255 for c in channels(colour)))
    for step in range(round(lightness * 100), 100):
        rgb = colorsys.hls_to_rgb(hue, step / 100, min(saturation, 0.7))
        shade = "#" + "".join(f"{round(c * 255):02x}" for c in rgb)
        if contrast(shade, NIGHT) >= ratio:
            return shade
    return WHITE


def lightest(colour: str, ground: str, ratio: float) -> str:
    """The lightest shade of the same hue that still stands out from a light ground at `ratio`; else the colour."""
    hue, lightness, saturation = colorsys.rgb_to_hls(*(c / 255 for c in channels(colour)))
    for step in range(90, round(lightness * 100), -1):
        rgb = colorsys.hls_to_rgb(hue, step / 100, min(saturation, 0.6))
        shade = "#" + "".join(f"{round(c * 255):02x}" for c in rgb)
        if contrast(shade, ground) >= ratio:
            return shade
    return colour
