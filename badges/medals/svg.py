"""The few pieces of SVG that medals are made of. Presentation attributes only: no style, no script, nothing outside."""

import math
from collections.abc import Iterable
from typing import Any

from badges.medals.shapes import Point


def number(value: float) -> str:
    """A number with at most one decimal."""
    if abs(value) <= 0.04:
        return "0"
    return f"{value:.1f}".rstrip("0").rstrip(".")


def line(points: Iterable[Point], *, closed: bool = True) -> str:
    """The path through some points."""
    return "M" + "L".join(f"{number(x)} {number(y)}" for x, y in points) + ("Z" if closed else "")


def circle(x: float, y: float, radius: float) -> str:
    """A circle as a path, so that many can stand in one element."""
    r, left, right = number(radius), number(x - radius), number(x + radius)
    return f"M{left} {number(y)}A{r} {r} 0 1 1 {right} {number(y)}A{r} {r} 0 1 1 {left} {number(y)}Z"


def petal(x: float, y: float, length: float, wide: float, angle: float) -> str:
    """A pointed leaf from a foot into a direction."""
    tip_x, tip_y = x + length * math.cos(math.radians(angle)), y + length * math.sin(math.radians(angle))
    out = []
    for turn in (-90, 90):
        a = math.radians(angle)
        b = math.radians(angle + turn)
        mx, my = x + length * 0.42 * math.cos(a), y + length * 0.42 * math.sin(a)
        out.append(f"{number(mx + wide * math.cos(b))} {number(my + wide * math.sin(b))}")
    foot, tip = f"{number(x)} {number(y)}", f"{number(tip_x)} {number(tip_y)}"
    return f"M{foot}Q{out[0]} {tip}Q{out[1]} {foot}Z"


def path(d: str, **attributes: Any) -> str:
    """A path element; `stroke_width=2` becomes `stroke-width="2"`."""
    return f'<path d="{d}"{attributes_of(attributes)}/>'


def attributes_of(attributes: dict[str, Any]) -> str:
    """Attributes as markup; what is None is left out. Values come from lists and numbers, never from people.

    A colour that begins with a point is a colour of the page, by class: ".mid" as `fill` is `class="medal-fill-mid"`.
    """
    classes, out = [], []
    for key, value in attributes.items():
        if value is None:
            continue
        if isinstance(value, str) and value.startswith("."):
            classes.append(f"medal-{'stop' if key == 'stop_color' else key}-{value[1:]}")
        elif key == "name":
            classes.append(f"medal-{value}")
        else:
            out.append(f'{key.replace("_", "-")}="{value}"')
    if classes:
        out.insert(0, f'class="{" ".join(classes)}"')
    return "".join(f" {one}" for one in out)


def group(inner: str, **attributes: Any) -> str:
    """A group; `name` becomes its class, so that the site's motion can find it. Nothing around nothing."""
    return f"<g{attributes_of(attributes)}>{inner}</g>" if inner else ""


def gradient(uid: str, stops: Iterable[tuple[float, str]], *, line_of: tuple[float, float, float, float]) -> str:
    """A linear gradient in the medal's own units."""
    x1, y1, x2, y2 = line_of
    inner = "".join(f'<stop offset="{offset}"{attributes_of({"stop_color": colour})}/>' for offset, colour in stops)
    where = f'x1="{number(x1)}" y1="{number(y1)}" x2="{number(x2)}" y2="{number(y2)}"'
    return f'<linearGradient id="{uid}" gradientUnits="userSpaceOnUse" {where}>{inner}</linearGradient>'
