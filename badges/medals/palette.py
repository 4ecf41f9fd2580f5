"""Colours of medals: enamels by role, three metals, and the reckoning that keeps a motif legible on any of them."""

from typing import NamedTuple

# Roles of the palette. A motif's colour follows from the contrast with its enamel, so that any of these may be another.
ENAMELS = {
    "ink": "#1F1A17", "paper": "#FBF8F3", "mist": "#E6ECEC", "leaf": "#2F5D50", "cherry": "#A63A2B", "gold": "#B98A2F",
    "sky": "#7FA7B5", "dusk": "#2C4A5A", "roast": "#4A2E22", "plum": "#5B3048",
}  # fmt: skip
# The weave of a ribbon on each enamel: ground, stripe, thread.
CLOTH_COLOURS = {
    "leaf": ("leaf", "cherry", "paper"), "cherry": ("cherry", "ink", "gold"), "sky": ("dusk", "sky", "paper"),
    "ink": ("ink", "cherry", "paper"), "dusk": ("dusk", "gold", "paper"), "roast": ("roast", "cherry", "mist"),
    "plum": ("plum", "gold", "paper"), "gold": ("gold", "ink", "paper"), "mist": ("leaf", "ink", "mist"),
    "paper": ("cherry", "leaf", "paper"),
}  # fmt: skip


class Metal(NamedTuple):
    """A metal by its light: lit edge, body, shade, line; and how many beads sit in its lower rim."""

    hi: str
    mid: str
    lo: str
    key: str
    beads: int


METALS = {
    "bronze": Metal("#F6C9A2", "#B9703F", "#74401F", "#3A1D0E", 1),
    "silver": Metal("#FFFFFF", "#C3CCD1", "#75838C", "#2E373D", 2),
    "gold": Metal("#FFF3C4", "#DDB044", "#966A17", "#40290A", 3),
}
LEGIBLE = 3.0  # WCAG 1.4.11, for what is not text


def _rgb(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def mix(first: str, second: str, share: float) -> str:
    """`first` with so much of `second` in it."""
    pairs = zip(_rgb(first), _rgb(second), strict=True)
    return "#" + "".join(f"{round(a + (b - a) * share):02X}" for a, b in pairs)


def luminance(colour: str) -> float:
    """Relative luminance as WCAG reckons it."""
    parts = [c / 255 for c in _rgb(colour)]
    r, g, b = (c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * r + 0.7152 * g + 0.0722 * b


def contrast(first: str, second: str) -> float:
    """The contrast of two colours, 1 to 21."""
    low, high = sorted((luminance(first), luminance(second)))
    return (high + 0.05) / (low + 0.05)


def face_of(metal: Metal, enamel: str) -> tuple[str, bool]:
    """The colour in which a motif stands on an enamel, and whether it is oxidised: dark, where bright metal fails."""
    bright = mix(metal.mid, metal.hi, 0.62)
    return (bright, False) if contrast(bright, enamel) >= LEGIBLE else (metal.key, True)


def accent_of(metal: Metal, enamel: str, accent: str) -> str:
    """The accent on a motif's face, or the deep enamel where the two would run together."""
    face, _dark = face_of(metal, enamel)
    return accent if contrast(accent, face) >= 2 else mix(enamel, "#000000", 0.42)
