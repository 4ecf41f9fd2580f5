"""A house's own enamels: the ten of the kit, turned to the palette that its identity wears.

Whoever knows the palettes (the rooms above) tells them here; without a teller every medal wears the kit as it was
drawn. Metal, motif and silhouette never follow a palette: a badge stays the badge that it is. Leaf and cherry become
the house's two colours themselves; what is kin to them turns with them and keeps its own light, so that ten enamels
stay ten. Ink and paper are nobody's.
"""

import colorsys
import hashlib
import re
from collections.abc import Callable, Mapping
from functools import lru_cache

from badges.medals.palette import ENAMELS, LEGIBLE, METALS, contrast, face_of

# A palette as the identity names its parts, and what the kit was drawn for.
DRAWN_FOR = {"act": "#a2392a", "accent": "#2b5a4c", "reward": "#69490b", "deep": "#19352d"}
# Which part of a palette each enamel follows; the first two take its very colour.
FOLLOWS = {
    "leaf": "accent", "cherry": "act", "sky": "accent", "mist": "accent", "dusk": "deep", "roast": "act",
    "plum": "act", "gold": "reward",
}  # fmt: skip
_WHOLE = ("leaf", "cherry")
_HEX = re.compile(r"#[0-9A-Fa-f]{6}")
Enamels = tuple[tuple[str, str], ...]
Teller = Callable[[int | None], Mapping[str, str]]
_tellers: list[Teller] = []


def register(teller: Teller) -> Teller:
    """Names who knows palettes: `teller(scope id or None)` gives act, accent, reward and deep as #rrggbb."""
    _tellers[:] = [teller]
    return teller


def enamels_of(scope_id: int | None) -> Enamels:
    """The enamels of a house, () where they are those of the kit. As quick as the teller; reckoned once a palette."""
    return mixed(tuple(sorted(_tellers[0](scope_id).items()))) if _tellers else ()


@lru_cache(maxsize=128)
def mixed(palette: tuple[tuple[str, str], ...]) -> Enamels:
    """The kit, turned to a palette: role and colour of every enamel that differs. Pure.

    What no motif could be read on, in some metal, is lightened or darkened until each can.
    """
    colours = {part: one for part, one in palette if part in DRAWN_FOR and _HEX.fullmatch(one)}
    found = []
    for role, part in FOLLOWS.items():
        if colours.get(part, DRAWN_FOR[part]).lower() != DRAWN_FOR[part]:
            turned = colours[part] if role in _WHOLE else _turned(ENAMELS[role], DRAWN_FOR[part], colours[part])
            found.append((role, legible(turned.upper())))
    return tuple(found)


def version(enamels: Enamels) -> str:
    """What the address of a drawing says of its enamels, so that another palette has another address."""
    return hashlib.sha256(repr(enamels).encode()).hexdigest()[:10] if enamels else ""


def _hls(colour: str) -> tuple[float, float, float]:
    return colorsys.rgb_to_hls(*(int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)))


def _hex(hue: float, light: float, saturation: float) -> str:
    return "#" + "".join(f"{round(c * 255):02X}" for c in colorsys.hls_to_rgb(hue % 1, light, saturation))


def _turned(enamel: str, before: str, now: str) -> str:
    """An enamel, its hue and strength moved as the palette's colour moved; its light stays its own."""
    (hue, light, strength), (old, _l, old_strength), (new, _n, new_strength) = _hls(enamel), _hls(before), _hls(now)
    grown = min(max(new_strength / max(old_strength, 0.05), 0.15), 1.6)
    return _hex(hue + new - old, light, min(strength * grown, 1))


def legible(enamel: str) -> str:
    """The colour itself where every metal's motif stands out on it, else the nearest lighter or darker one."""
    hue, light, strength = _hls(enamel)
    for step in range(101):
        for moved in (light - step / 100, light + step / 100):
            colour = enamel if step == 0 else _hex(hue, min(max(moved, 0), 1), strength)
            if all(contrast(face_of(metal, colour)[0], colour) >= LEGIBLE for metal in METALS.values()):
                return colour
    return ENAMELS["ink"]
