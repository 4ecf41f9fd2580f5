"""Ribbons: cloth woven from three colours, and four ways in which it hangs."""

from collections.abc import Callable

from badges.medals.palette import Metal
from badges.medals.svg import line, number, path

Colours = tuple[str, str, str]
TOP = -92.0


def _stripe(left: float, right: float, top: float, bottom: float, colours: Colours) -> str:
    _ground, stripe, thread = colours
    wide, middle = right - left, (left + right) / 2
    bands = [(middle, wide * 0.34, stripe), (middle, 1.4, thread)]
    bands += [(middle + side * wide * 0.3, 1.6, thread) for side in (-1, 1)]
    return "".join(_band(x, w, top, bottom, colour) for x, w, colour in bands)


def _brocade(left: float, right: float, top: float, bottom: float, colours: Colours) -> str:
    """Highland brocade: a column of lozenges between zigzag selvedges."""
    _ground, stripe, thread = colours
    wide, middle = right - left, (left + right) / 2
    out = []
    for side in (-1, 1):
        out.append(_band(middle + side * wide * 0.41, wide * 0.18, top, bottom, stripe))
        zigzag = [
            (middle + side * wide * (0.36 + 0.1 * (i % 2)), top + i * 2.6) for i in range(int((bottom - top) / 2.6) + 2)
        ]
        out.append(path(line(zigzag, closed=False), fill="none", stroke=thread, stroke_width=1.1))
    y = top + 4
    while y < bottom + 5:
        out.append(path(_lozenge(middle, y, 6, 4.6), fill=thread) + path(_lozenge(middle, y, 3, 2.4), fill=stripe))
        y += 10.6
    return "".join(out)


def _ladder(left: float, right: float, top: float, bottom: float, colours: Colours) -> str:
    _ground, stripe, thread = colours
    wide, middle = right - left, (left + right) / 2
    out = [_band(middle, wide * 0.46, top, bottom, stripe)]
    y = top + 2
    while y < bottom:
        out.append(path(_box(middle - wide * 0.18, y, wide * 0.36, 1.7), fill=thread))
        y += 4.6
    return "".join(out) + "".join(_band(middle + s * wide * 0.36, 1.3, top, bottom, thread) for s in (-1, 1))


_WEAVES: dict[str, Callable[..., str]] = {"stripe": _stripe, "brocade": _brocade, "ladder": _ladder}


def weave(cloth: str, left: float, right: float, top: float, bottom: float, colours: Colours) -> str:
    """Cloth inside a box."""
    ground = path(_box(left, top, right - left, bottom - top), fill=colours[0])
    return ground + _WEAVES[cloth](left, right, top, bottom, colours)


def _box(x: float, y: float, wide: float, high: float) -> str:
    return f"M{number(x)} {number(y)}h{number(wide)}v{number(high)}h{number(-wide)}Z"


def _band(x: float, wide: float, top: float, bottom: float, colour: str) -> str:
    return path(_box(x - wide / 2, top, wide, bottom - top), fill=colour)


def _lozenge(x: float, y: float, wide: float, high: float) -> str:
    return line([(x, y - high), (x + wide, y), (x, y + high), (x - wide, y)])


def _clipped(uid: str, d: str, inner: str) -> str:
    return f'<clipPath id="{uid}"><path d="{d}"/></clipPath><g clip-path="url(#{uid})">{inner}</g>'


def _ring(uid: str, top: float, metal: Metal) -> str:
    y = number(top - 2.5)
    return "".join(
        f'<circle cy="{y}" r="4.6" fill="none" stroke="{colour}" stroke-width="{width}"/>'
        for colour, width in ((metal.key, "3.8"), (f"url(#{uid}m)", "2.2"))
    )


def ribbon(uid: str, kind: str, cloth: str, colours: Colours, top: float, bottom: float, metal: Metal) -> str:
    """A ribbon for a medal whose rim reaches from `top` to `bottom`; "" for none. Uses gradient `m` of the medal."""
    if kind == "none":
        return ""
    hang: dict[str, Callable[..., str]] = {"bar": _bar, "vee": _vee, "tails": _tails, "tassel": _tassel}
    return hang[kind](uid, cloth, colours, top, bottom, metal)


def _bar(uid: str, cloth: str, colours: Colours, top: float, bottom: float, metal: Metal) -> str:
    end = top + 3
    shape = line([(-17, TOP + 3), (17, TOP + 3), (17, end - 13), (0, end - 3), (-17, end - 13)])
    inner = weave(cloth, -17, 17, TOP, end, colours)
    inner += path(_box(-17, TOP, 34, 9) + _box(9, TOP, 8, end - TOP), fill=metal.key, fill_opacity=0.22)
    inner += path(_box(-13, TOP, 5, end - TOP), fill="#FFFFFF", fill_opacity=0.16)
    bar = path(_box(-21, TOP - 1, 42, 8), fill=metal.key) + path(_box(-20, TOP, 40, 6), fill=f"url(#{uid}m)")
    light = path(f"M-19 {number(TOP + 1)}H19", stroke=metal.hi, stroke_width=0.9)
    return _clipped(f"{uid}r", shape, inner) + bar + light + _ring(uid, top, metal)


def _vee(uid: str, cloth: str, colours: Colours, top: float, bottom: float, metal: Metal) -> str:
    end, out = top + 3, []
    for side, shade, name in ((-1, 0.0, "q"), (1, 0.2, "r")):
        inward, outward = (5, -7) if side < 0 else (-7, 5)
        shape = line([(side * 30, TOP), (side * 8, TOP), (inward, end), (outward, end)])
        turned = f"translate({side * 7} {number((TOP + end) / 2)}) rotate({side * 23})"
        inner = f'<g transform="{turned}">{weave(cloth, -11, 11, -42, 42, colours)}</g>'
        inner += path(shape, fill=metal.key, fill_opacity=shade)
        out.append(_clipped(f"{uid}{name}", shape, inner))
    return "".join(out) + _ring(uid, top, metal)


def _tails(uid: str, cloth: str, colours: Colours, top: float, bottom: float, metal: Metal) -> str:
    out = []
    for side, name in ((-1, "q"), (1, "r")):
        inner = weave(cloth, -11, 11, 0, 56, colours) + path(_box(-11, 0, 22, 36), fill=metal.key, fill_opacity=0.3)
        inner += path(_box(-8, 0, 3, 60), fill="#FFFFFF", fill_opacity=0.14)
        tail = _clipped(f"{uid}{name}", "M-11 0H11V54L0 45L-11 54Z", inner)
        out.append(f'<g transform="translate({side * 15} {number(bottom - 30)}) rotate({-side * 17})">{tail}</g>')
    return "".join(out)


def _tassel(uid: str, cloth: str, colours: Colours, top: float, bottom: float, metal: Metal) -> str:
    ground, stripe, thread = colours
    cord = "M-3 0C-14 6 14 8 0 13"
    return _moved(
        bottom,
        path(cord, fill="none", stroke=ground, stroke_width=3)
        + path(cord, fill="none", stroke=thread, stroke_width=0.9, stroke_dasharray="1.4 1.6")
        + path("M-4 13H4L9 34L5 32L2 35L-2 32L-5 35L-9 33Z", fill=ground)
        + path("M-2 15L-5 31M2 15L4 31M0 15V32", fill="none", stroke=stripe, stroke_width=1)
        + path("M-5 12H5V17H-5Z", fill=f"url(#{uid}m)", stroke=metal.key, stroke_width=0.8),
    )


def _moved(down: float, inner: str) -> str:
    return f'<g transform="translate(0 {number(down)})">{inner}</g>'
