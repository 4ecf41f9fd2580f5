"""The composer: a recipe becomes a medal of champlevé enamel, drawn in layers, large or small, earned or still closed.

One lamp, top left. The silhouette is the edge of the enamel; the rim is that same outline stroked, widest first. What
tells the metals apart without colour is the outline: bronze smooth, silver beaded, gold with lotus petals. The markup
has presentation attributes only and ids that begin with the caller's prefix; colours of a closed medal are classes of
the page, so that it follows light and dark.
"""

import math
import random
import re
from functools import lru_cache
from typing import NamedTuple

from badges.medals.motifs import MOTIFS
from badges.medals.palette import CLOTH_COLOURS, ENAMELS, METALS, Metal, accent_of, face_of, mix
from badges.medals.recipe import Recipe
from badges.medals.ribbons import ribbon
from badges.medals.shapes import SHAPES, Shape, along, foot, perimeter
from badges.medals.svg import circle, gradient, group, line, number, path, petal

EARNED, LOCKED, SECRET = "earned", "locked", "secret"
SMALL, MIDDLE, LARGE = "S", "M", "L"
# Paper, embossed: the colours of what is still closed, which the page's style sheet mixes.
PAPER = Metal(".hi", ".mid", ".lo", ".key", 0)
_PREFIX = re.compile(r"[a-z][a-z0-9-]*")
_UPPER_LEFT, _LOWER_RIGHT = (-44, -48, 42, 50), (42, 50, -40, -48)


class Frame(NamedTuple):
    """The part of the plane that a drawing needs."""

    x: float
    y: float
    wide: float
    high: float


def frame(recipe: Recipe, *, small: bool = False, state: str = EARNED) -> Frame:
    """How wide and high a drawing is, in its own units: a ribbon makes it taller, never the medal smaller."""
    if state == SECRET:
        return Frame(-58, -58, 116, 116) if small else Frame(-70, -70, 140, 140)
    outline = SHAPES[recipe.shape].outline
    if small:
        reach = max(60, max(abs(v) for point in outline for v in point) + 19)
        return Frame(-reach, -reach, 2 * reach, 2 * reach)
    if state != EARNED or recipe.ribbon == "none":
        return Frame(-70, -70, 140, 140)
    if recipe.ribbon in ("bar", "vee"):
        return Frame(-70, -98, 140, 168)
    below = max(y for _x, y in outline) + 12 + (36 if recipe.ribbon == "tassel" else 28)
    return Frame(-70, -70, 140, round(below) + 70)


@lru_cache(maxsize=512)
def draw(
    recipe: Recipe, uid: str, *, size: str = LARGE, state: str = EARNED, progress: int = 0, label: str = ""
) -> str:
    """A medal as SVG. The same arguments give the same bytes; two drawings on a page need two prefixes `uid`.

    `size`: "S" for 24 to 47 pixels, "M" to 119, "L" beyond. `progress` (per cent) fills the rim of a closed medal.
    `label` names it where it stands alone; without one it is decoration. Raises ValueError for a prefix that is none.
    """
    if not _PREFIX.fullmatch(uid):
        raise ValueError(f"{uid!r} cannot begin an id")
    box = frame(recipe, small=size == SMALL, state=state)
    view = " ".join(number(v) for v in box)
    named = f'role="img" aria-label="{_escape(label)}"' if label else 'aria-hidden="true" focusable="false"'
    inner = _secret(uid, size) if state == SECRET else _Medal(recipe, uid, size, state, progress).markup()
    high = number(140 * box.high / box.wide)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="medal is-{state}" viewBox="{view}" '
        f'width="140" height="{high}" '
        f'stroke-linejoin="round" stroke-linecap="round" {named}>{inner}</svg>'
    )


def _escape(text: str) -> str:
    return text.replace("&", "&amp;").replace('"', "&quot;").replace("<", "&lt;").replace(">", "&gt;")


class _Medal:
    """One drawing in the making: what all its layers share."""

    def __init__(self, recipe: Recipe, uid: str, size: str, state: str, progress: int) -> None:
        self.recipe, self.uid, self.size, self.progress = recipe, uid, size, progress
        self.earned, self.small = state == EARNED, size == SMALL
        self.shape: Shape = SHAPES[recipe.shape]
        self.metal = METALS[recipe.metal] if self.earned else PAPER
        self.enamel = recipe.colour(recipe.enamel)
        self.deep, self.lit = mix(self.enamel, "#000000", 0.42), mix(self.enamel, "#FFFFFF", 0.3)
        self.edge = mix(self.metal.lo, self.metal.key, 0.55) if self.earned else self.metal.key

    def markup(self) -> str:
        """All layers, from the ground up."""
        layers = [
            group(self.shadow(), name="shadow"), group(self.ribbon(), name="ribbon"), group(self.hem(), name="hem"),
            group(self.rim(), name="rim"), group(self.field(), name="field"), group(self.beads(), name="beads"),
            self.arc(),
        ]  # fmt: skip
        return self.defs() + "".join(layers)

    def defs(self) -> str:
        """Gradients of metal, enamel and motif, and the outline that everything is made of."""
        uid, (hi, mid, lo, key, _beads) = self.uid, self.metal
        body = [(0.0, hi), (0.46, mid), (0.54, hi), (0.66, mid), (1.0, lo)]
        face = [(0.0, hi), (1.0, mid)]
        if self.earned:
            body = [(0, hi), (0.3, mix(mid, hi, 0.35)), (0.46, mid), (0.54, mix(mid, hi, 0.6)), (0.66, mid), (1, lo)]
            _colour, dark = face_of(self.metal, self.enamel)
            tones = (mix(key, mid, 0.4), key, key) if dark else (mix(hi, "#FFFFFF", 0.25), mix(mid, hi, 0.62), mid)
            face = list(zip((0.0, 0.55, 1.0), tones, strict=True))
        field = [(0, mix(self.enamel, "#FFFFFF", 0.16)), (0.55, self.enamel), (1, self.deep)]
        if not self.earned:
            field = [(0, hi), (0.6, mid), (1, lo)]
        return (
            "<defs>"
            + gradient(f"{uid}m", body, line_of=_UPPER_LEFT)
            + gradient(f"{uid}i", body, line_of=_LOWER_RIGHT)
            + gradient(f"{uid}t", face, line_of=(-22, -28, 24, 30))
            + gradient(f"{uid}f", field, line_of=(-34, -42, 36, 46))
            + f'<path id="{uid}p" d="{line(self.shape.outline)}"/>'
            + f'<clipPath id="{uid}c"><use href="#{uid}p"/></clipPath></defs>'
        )

    def stroke(self, width: float, colour: str, **more: object) -> str:
        """The outline, stroked."""
        painted = {"fill": "none", "stroke": colour, "stroke_width": number(width), **more}
        return path("", **painted).replace('<path d=""', f'<use href="#{self.uid}p"')

    def shadow(self) -> str:
        """Two soft strokes on the paper, to the lower right."""
        if self.small or not self.earned:
            return ""
        ink = ENAMELS["ink"]
        return self.stroke(24, ink, opacity=0.1, transform="translate(1.5 3.5)") + self.stroke(
            26, ink, opacity=0.06, transform="translate(2 6.5)"
        )

    def ribbon(self) -> str:
        """What it hangs from, or what hangs from it."""
        if self.small or not self.earned:
            return ""
        ground, stripe, thread = CLOTH_COLOURS[self.recipe.enamel]
        colour = self.recipe.colour
        ys = [y for _x, y in self.shape.outline]
        return ribbon(
            self.uid, self.recipe.ribbon, self.recipe.cloth, (colour(ground), colour(stripe), colour(thread)),
            min(ys) - 12, max(ys) + 12, self.metal,
        )  # fmt: skip

    def hem(self) -> str:
        """The outer edge that tells the metals apart: nothing, round beads, pointed petals."""
        around = perimeter(self.shape.outline) + 70
        metal_fill = self.metal.mid if self.small else f"url(#{self.uid}m)"
        look: dict[str, object] = {"fill": metal_fill, "stroke": self.metal.key if self.small else self.edge,
                "stroke_width": 2 if self.small else 0.9}  # fmt: skip
        if self.recipe.metal == "gold":
            return self._petals(around, look)
        if self.recipe.metal == "silver":
            count, radius = int(around / (15 if self.small else 8.2)), 5 if self.small else 3.5
            places = along(self.shape.outline, count, 9 if self.small else 12)
            out = path("".join(circle(s.x, s.y, radius) for s in places), **look)
            if self.size == LARGE:
                glints = "".join(circle(s.x - 0.9, s.y - 1, 1.1) for s in places)
                out += path(glints, fill=self.metal.hi, fill_opacity=0.85)
            return out
        return ""

    def _petals(self, around: float, look: dict[str, object]) -> str:
        count = int(around / (12.5 if self.small else 8.6))
        base, length = (7, 11.5) if self.small else (10, 8.6)
        half = (perimeter(self.shape.outline) + 2 * math.pi * base) / count / 2
        d = []
        for s in along(self.shape.outline, count, base, 0.5):
            d.append(_lotus_petal(s.x, s.y, s.nx, s.ny, half, length))
        out = path("".join(d), **look)
        if self.size == LARGE:
            veins = along(self.shape.outline, count, 12.6, 0.5)
            rays = "".join(line([(s.x, s.y), (s.x + s.nx * 3.6, s.y + s.ny * 3.6)], closed=False) for s in veins)
            out += path(rays, fill="none", stroke=self.metal.hi, stroke_width=1, stroke_opacity=0.9)
        return out

    def rim(self) -> str:
        """Cast metal: edge, bevel towards the lamp, band away from it, its ornament, the inner lip."""
        uid, (hi, _mid, lo, key, _beads) = self.uid, self.metal
        if self.small:
            return self.stroke(19, key) + self.stroke(15.4, f"url(#{uid}m)") + self.stroke(4.4, key)
        out = self.stroke(24.2, self.edge) + self.stroke(22.8, f"url(#{uid}m)") + self.stroke(18.4, f"url(#{uid}i)")
        if self.recipe.metal == "gold":
            pearls = along(self.shape.outline, int((perimeter(self.shape.outline) + 40) / 4.6), 6.1)
            out += path("".join(circle(s.x, s.y, 1.75) for s in pearls), fill=hi, stroke=lo, stroke_width=0.8)
        else:
            width, dash = (16.4, "1.5 2.5") if self.recipe.metal == "bronze" else (13, "4.6 2.2")
            out += self.stroke(width, lo, stroke_dasharray=dash, stroke_linecap="butt", opacity=0.85)
        return out + self.stroke(7.6, lo) + self.stroke(6, f"url(#{uid}m)") + self.stroke(1.5, key)

    def field(self) -> str:
        """The pool of enamel with its engraving, the shade of its wall, the motif, one gloss."""
        inner = f'<use href="#{self.uid}p" fill="url(#{self.uid}f)"/>'
        if self.earned and not self.small:
            inner += group(self.ground(), name="ground")
            inner += self.stroke(6, "#000000", opacity=0.28, transform="translate(1.2 2)")
        inner += group(self.motif(), name="motif")
        if self.earned and not self.small:
            inner += path("M-60-60H60C30-46-30-34-44 20L-60 30Z", name="gloss", fill="#FFFFFF", fill_opacity=0.13)
        return f'<g clip-path="url(#{self.uid}c)">{inner}</g>'

    def ground(self) -> str:
        """Engraving seen through the enamel."""
        kind = self.recipe.ground
        if kind == "ridge":
            return self._ridges()
        lines = {"rays": _rays, "rings": _rings, "weave": _weave, "mist": _mist}[kind]()
        return path(lines, fill="none", stroke=self.lit, stroke_opacity=0.42, stroke_width=0.7)

    def _ridges(self) -> str:
        chance, out = random.Random(f"{self.recipe.shape}-{self.recipe.motif}"), []  # noqa: S311  (drawing, no secret)
        for k, (y, share) in enumerate(((-2, 0.3), (12, 0.45), (25, 0.6))):
            crest = [(x, y + chance.uniform(-7, 7) + 5 * math.sin(x / 11 + k * 2)) for x in range(-60, 61, 10)]
            out.append(path(f"M-60 60L{line(crest, closed=False)[1:]}L60 60Z", fill=self.deep, fill_opacity=share))
        return "".join(out)

    def motif(self) -> str:
        """The motif in relief: its shade, its lit edge, itself."""
        scale, dy = self.shape.scale * (1.16 if self.small else 1), self.shape.dy
        hi, mid, _lo, key, _beads = self.metal
        if not self.earned:
            out = "" if self.small else _at(1, dy + 1.2, scale, _flat(self.recipe.motif, hi))
            return out + _at(0, dy, scale, _parts(self.recipe.motif, (".sunk", key, ".sunk", mid, hi), key, self.size))
        _face, dark = face_of(self.metal, self.enamel)
        accent = accent_of(self.metal, self.enamel, self.recipe.colour(self.recipe.accent))
        if self.small:
            fills = (key if dark else hi, self.lit if dark else key, accent, self.deep, hi)
            return _at(0, dy, scale, _parts(self.recipe.motif, fills, self.lit if dark else self.deep, SMALL))
        out = group(_at(1.6, dy + 2.4, scale, _flat(self.recipe.motif, "#000000")), opacity=0.34)
        if self.size == LARGE:
            out += group(_at(-0.8, dy - 0.9, scale, _flat(self.recipe.motif, mid if dark else hi)), opacity=0.85)
        fills = (f"url(#{self.uid}t)", key, accent, self.deep, hi)
        return out + _at(0, dy, scale, _parts(self.recipe.motif, fills, self.edge, self.size))

    def beads(self) -> str:
        """One, two or three beads in the lower rim: the metal, said once more."""
        if self.small:
            return ""
        out, accent = [], self.recipe.colour(self.recipe.accent)
        for x, y in foot(self.shape.outline, 6.2, METALS[self.recipe.metal].beads):
            out.append(path(circle(x, y, 4.3), fill=self.metal.key))
            out.append(path(circle(x, y, 3.1), fill=accent if self.earned else self.metal.mid))
            if self.earned:
                out.append(path(circle(x - 0.9, y - 1, 1), fill="#FFFFFF", fill_opacity=0.8))
        return "".join(out)

    def arc(self) -> str:
        """How far: the rim fills clockwise from the top. It never says it alone; words stand beside it."""
        if self.earned or not self.progress:
            return ""
        places = along(self.shape.outline, 200, 5 if self.small else 6.3)[: max(2, self.progress * 2 + 1)]
        d = line([(s.x, s.y) for s in places], closed=False)
        return path(d, name="arc", fill="none", stroke=".arc", stroke_width=6 if self.small else 5)


def _lotus_petal(x: float, y: float, nx: float, ny: float, half: float, length: float) -> str:
    def at(side: float, out: float) -> str:
        return f"{number(x - ny * half * side + nx * out)} {number(y + nx * half * side + ny * out)}"

    right = f"M{at(1, -3)}C{at(1.25, length * 0.45)} {at(0.5, length * 0.7)} {at(0, length)}"
    return right + f"C{at(-0.5, length * 0.7)} {at(-1.25, length * 0.45)} {at(-1, -3)}Z"


def _at(x: float, y: float, scale: float, inner: str) -> str:
    return f'<g transform="translate({number(x)} {number(y)}) scale({scale:.3f})">{inner}</g>'


def _flat(motif: str, colour: str) -> str:
    """The motif as one blot of colour, for what lies under it."""
    out = []
    for part in MOTIFS[motif]:
        if part.kind in ("mass", "accent"):
            out.append(path(part.d, fill=colour))
        elif part.kind == "bar":
            out.append(path(part.d, fill="none", stroke=colour, stroke_width=number(part.width)))
    return "".join(out)


def _parts(motif: str, fills: tuple[str, str, str, str, str], outline: str, size: str) -> str:
    """Each part of a motif in its colour: face, carving, accent, what is cut down, light."""
    face, key, accent, cut, hi = fills
    small, out = size == SMALL, []
    for kind, d, width in MOTIFS[motif]:
        if kind == "mass":
            out.append(path(d, fill=face, stroke=outline, stroke_width=1.2 if small else 0.55))
        elif kind == "bar":
            wide = width * (1.25 if small else 1)
            out.append(path(d, fill="none", stroke=outline, stroke_width=number(wide + 1)))
            out.append(path(d, fill="none", stroke=face, stroke_width=number(wide)))
        elif kind == "accent":
            out.append(path(d, fill=accent, stroke=outline if small else face, stroke_width=1.5))
        elif kind == "cut":
            out.append(path(d, fill=cut))
        elif kind == "facet":
            out.append(path(d, fill=key, fill_opacity=0.38))
        elif kind == "light" and not small:
            out.append(path(d, fill="none", stroke="#FFFFFF", stroke_opacity=0.75, stroke_width=2))
        elif kind == "carved" and small:
            out.append(path(d, fill="none", stroke=key, stroke_width=2.6))
        elif kind == "carved":
            if size == LARGE:
                lip = {"stroke": hi, "stroke_opacity": 0.8, "stroke_width": 1.1}
                out.append(path(d, transform="translate(.7 .8)", fill="none", **lip))
            out.append(path(d, fill="none", stroke=key, stroke_width=1.5))
    return "".join(out)


def _rays() -> str:
    out = []
    for i in range(48):
        a = math.radians(i * 7.5)
        inner = 9 + (i * 37 % 11) / 2.2
        out.append(
            line([(inner * math.cos(a), inner * math.sin(a)), (58 * math.cos(a), 58 * math.sin(a))], closed=False)
        )
    return "".join(out)


def _rings() -> str:
    return "".join(circle(0, 0, 7 + i * 4.2) for i in range(11))


def _weave() -> str:
    return "".join(f"M{-60 + i * 7} -60l120 120M{60 - i * 7} -60l-120 120" for i in range(-8, 18))


def _mist() -> str:
    return "".join(
        f"M-60 {y}" + "".join(f"q7.5 {(-3, 3)[(i + y // 6) % 2]} 15 0" for i in range(8)) for y in range(-54, 56, 6)
    )


def _secret(uid: str, size: str) -> str:
    """A sun behind three banks of cloud on a plain disc: nothing of shape, metal or motif is in the markup."""
    small = size == SMALL
    disc = circle(0, 0, 39)
    rim = [(24.2, ".key"), (22.8, ".mid"), (18.4, ".hi"), (7.6, ".lo"), (6, ".mid"), (1.5, ".key")]
    if small:
        rim = [(19, ".key"), (15.4, ".mid"), (4.4, ".key")]
    out = [path(disc, fill="none", stroke=colour, stroke_width=width) for width, colour in rim]
    sun = circle(3, -5, 13)
    for angle in range(-170, 0, 20):
        a = math.radians(angle)
        sun += petal(3 + 17 * math.cos(a), -5 + 17 * math.sin(a), 12, 3.4, angle)
    banks = [path(disc, fill=".mid"), path(sun, fill=".sun", stroke=".key", stroke_width=2 if small else 0.8)]
    for k, (y, tone) in enumerate(zip((4, 16, 30), (".hi", ".lo", ".sunk"), strict=True)):
        bank = f"M-70 {y}" + "".join(f"a{r} {r} 0 0 1 {2 * r} 0" for r in (11, 8, 13, 9, 12, 8, 11)) + "V60H-70Z"
        cloud = path(bank, fill=tone, stroke=".key", stroke_width=3 if small else 1.1)
        banks.append(f'<g transform="translate({(-8, 9, -3)[k]} 0)">{cloud}</g>')
    clip = f'<defs><clipPath id="{uid}c"><path d="{disc}"/></clipPath></defs>'
    return clip + group("".join(out), name="rim") + f'<g clip-path="url(#{uid}c)">{"".join(banks)}</g>'
