"""Silhouettes of medals: the edge of the enamel as a closed outline, clockwise from the top, about 39 units out.

Everything outside the enamel is made by stroking that same outline, so every shape has the same rim. What stands along
the rim (beads, petals, pearls) is spaced evenly on the outline's true offset.
"""

import math
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import NamedTuple

Point = tuple[float, float]


class Shape(NamedTuple):
    """An outline, and how a motif must be scaled and moved to stand in its optical middle."""

    outline: tuple[Point, ...]
    scale: float
    dy: float


class Stand(NamedTuple):
    """A place on an offset outline with the direction that leads outwards."""

    x: float
    y: float
    nx: float
    ny: float


def _on(angle: float, radius: float) -> Point:
    return radius * math.cos(math.radians(angle)), radius * math.sin(math.radians(angle))


def _polar(radius: Callable[[float], float], count: int) -> list[Point]:
    return [_on(i * 360 / count, radius(i * 2 * math.pi / count)) for i in range(count)]


def _curve(start: Point, *segments: tuple[Point, Point, Point], steps: int = 14) -> list[Point]:
    """Points along cubic curves that follow each other."""
    out = [start]
    for a, b, c in segments:
        p = out[-1]
        for i in range(1, steps + 1):
            t = i / steps
            s = 1 - t
            weights = (s**3, 3 * s * s * t, 3 * s * t * t, t**3)
            x, y = (sum(w * q[k] for w, q in zip(weights, (p, a, b, c), strict=True)) for k in (0, 1))
            out.append((x, y))
    return out


def _mirror(right: list[Point]) -> list[Point]:
    return right + [(-x, y) for x, y in reversed(right)]


def _rounded(corners: Sequence[Point], radius: float) -> list[Point]:
    """A polygon whose corners are rounded."""
    out: list[Point] = []
    for i, p in enumerate(corners):
        ends = []
        for q in (corners[i - 1], corners[(i + 1) % len(corners)]):
            length = math.dist(p, q)
            share = min(radius, length / 2) / length
            ends.append((p[0] + (q[0] - p[0]) * share, p[1] + (q[1] - p[1]) * share))
        for t in (0, 0.2, 0.4, 0.6, 0.8, 1):
            s = 1 - t
            x, y = (s * s * ends[0][k] + 2 * s * t * p[k] + t * t * ends[1][k] for k in (0, 1))
            out.append((x, y))
    return out


def _banks(circles: Sequence[tuple[float, float, float]], floor: float) -> list[Point]:
    """The outer edge of circles lying together, cut flat at the floor."""

    def radius(t: float) -> float:
        c, s = math.cos(t), math.sin(t)
        best = 5.0
        for x, y, r in circles:
            along = x * c + y * s
            inside = along * along - (x * x + y * y - r * r)
            if inside >= 0:
                best = max(best, along + math.sqrt(inside))
        return min(best, floor / s) if s > 0.05 else best

    return _polar(radius, 144)


def _from_top(points: list[Point]) -> tuple[Point, ...]:
    """The same outline clockwise, beginning at its top."""
    around = zip(points, points[1:] + points[:1], strict=True)
    if sum(a[0] * b[1] - b[0] * a[1] for a, b in around) < 0:
        points = points[::-1]
    first = min(range(len(points)), key=lambda k: (round(points[k][1], 2), abs(points[k][0])))
    return tuple(points[first:] + points[:first])


def _star(rays: int, outer: float, inner: float) -> list[Point]:
    return [_on(-90 + i * 180 / rays, outer if i % 2 == 0 else inner) for i in range(2 * rays)]


def _bean() -> list[Point]:
    out = []
    for i in range(100):
        t = i * math.pi / 50
        x, y = _on(-58, 46 * math.cos(t))
        dx, dy = _on(32, 31 * math.sin(t))
        out.append((x + dx, y + dy))
    return out


_CLOUD = [(0, -15, 26), (-26, 2, 20), (26, 2, 20), (-14, 14, 22), (14, 14, 22), (-16, -16, 17), (17, -14, 18)]
_OUTLINES: dict[str, tuple[list[Point], float, float]] = {
    "disc": (_polar(lambda t: 39, 90), 1.0, 0),
    "lotus": (_polar(lambda t: 31 + 11 * abs(math.cos(4 * t)) ** 0.55, 160), 0.93, 0),
    "hex": (_rounded([_on(a, 45) for a in range(-90, 270, 60)], 4), 0.98, 0),
    "shield": (_mirror(_curve((0, -38), ((12, -38), (24, -40), (35, -36)), ((38, -4), (34, 26), (0, 47)))), 0.92, -3),
    "lozenge": (_rounded([(0, -51), (47, 0), (0, 51), (-47, 0)], 5), 0.82, 0),
    "leaf": (_mirror(_curve((0, -52), ((20, -34), (32, -14), (32, 6)), ((32, 28), (16, 40), (0, 44)))), 0.82, 3),
    "cloud": (_banks(_CLOUD, 31), 0.92, 0),
    "bell": (
        _mirror(_curve((0, -44), ((12, -44), (24, -36), (26, -18)), ((28, 2), (30, 16), (43, 29)),
                       ((34, 39), (14, 41), (0, 41)))), 0.8, 6,
    ),
    "star": (_rounded(_star(8, 49, 35.5), 3), 0.98, 0),
    "tile": (_polar(lambda t: 37.5 / (abs(math.cos(t)) ** 5 + abs(math.sin(t)) ** 5) ** 0.2, 100), 1.0, 0),
    "arch": (
        _mirror(_curve((0, -46), ((20, -43), (33, -28), (33, -6)), ((33, 10), (33, 26), (33, 38)),
                       ((22, 41), (10, 41), (0, 41)))), 0.93, 3,
    ),
    "bean": (_bean(), 0.86, 0),
}  # fmt: skip
SHAPES = {name: Shape(_from_top(points), scale, dy) for name, (points, scale, dy) in _OUTLINES.items()}


def perimeter(outline: Sequence[Point]) -> float:
    """The length of a closed outline."""
    return sum(math.dist(a, outline[(i + 1) % len(outline)]) for i, a in enumerate(outline))


def walk(outline: Sequence[Point], count: int, off: float, phase: float = 0.0, blend: float = 0.4) -> list[Stand]:
    """`count` places at equal arc length, pushed out by `off`; the normal leans to the radius by `blend`."""
    total, out, i, passed = perimeter(outline), [], 0, 0.0
    for k in range(count):
        goal = (k + phase) / count * total % total
        if goal < passed:
            i, passed = 0, 0.0
        while passed + (length := math.dist(outline[i], outline[(i + 1) % len(outline)])) < goal:
            passed += length
            i += 1
        (ax, ay), (bx, by) = outline[i], outline[(i + 1) % len(outline)]
        length = length or 1
        t = (goal - passed) / length
        x, y = ax + (bx - ax) * t, ay + (by - ay) * t
        away = math.hypot(x, y) or 1
        nx = (by - ay) / length * (1 - blend) + x / away * blend
        ny = -(bx - ax) / length * (1 - blend) + y / away * blend
        size = math.hypot(nx, ny) or 1
        out.append(Stand(x + nx / size * off, y + ny / size * off, nx / size, ny / size))
    return out


@lru_cache(maxsize=128)
def offset(outline: tuple[Point, ...], off: float) -> tuple[Point, ...]:
    """The outline pushed out without the loops that notches make: the edge that a round-joined stroke shows."""
    near = (off * 0.97) ** 2
    pushed = walk(outline, 360, off, blend=0)
    return tuple((s.x, s.y) for s in pushed if min((s.x - a) ** 2 + (s.y - b) ** 2 for a, b in outline) > near)


def along(outline: tuple[Point, ...], count: int, off: float, phase: float = 0.0) -> list[Stand]:
    """Places evenly spaced along the pushed-out edge, so that beads keep one size round corners and notches."""
    return walk(offset(outline, off), count, 0, phase, 0.25)


@lru_cache(maxsize=128)
def foot(outline: tuple[Point, ...], off: float, count: int) -> tuple[Point, ...]:
    """The middles of `count` beads in the lower rim."""
    many = walk(outline, 400, off)
    lowest = max(range(400), key=lambda i: many[i].y - abs(many[i].x) * 0.9)
    step = 400 * 8.4 / (perimeter(outline) + 2 * math.pi * off)
    places = (many[round(lowest + (j - (count - 1) / 2) * step) % 400] for j in range(count))
    return tuple((place.x, place.y) for place in places)
