"""The drawn marks a brand may wear before it has one of its own: outlines in a square of 24, filled even-odd.

The same outline becomes an SVG in the page's head and, flattened, a filled shape in pictures.
"""

import re

from django.utils.translation import gettext_lazy as _

SIDE = 24
Point = tuple[float, float]

LABELS = {
    "mist": _("Mist between hills"),
    "peak": _("Peak and sun"),
    "leaf": _("Tea leaf"),
    "bean": _("Coffee bean"),
    "cup": _("Cup with steam"),
    "house": _("House on stilts"),
    "initial": _("The first letter of the name"),
}
# "initial" has no outline: it is written with the brand's own typeface.
OUTLINES = {
    "mist": (
        "M2.5 16.2c3.3-2.3 6.2-2.3 9.5 0s6.2 2.3 9.5 0v3.3c-3.3 2.3-6.2 2.3-9.5 0s-6.2-2.3-9.5 0Z"
        "M2.5 10.2c3.3-2.3 6.2-2.3 9.5 0s6.2 2.3 9.5 0v3.3c-3.3 2.3-6.2 2.3-9.5 0s-6.2-2.3-9.5 0Z"
        "M6.5 4.9c2-1.5 3.6-1.5 5.5 0s3.6 1.5 5.5 0v3c-1.9 1.5-3.5 1.5-5.5 0s-3.5-1.5-5.5 0Z"
    ),
    "peak": (
        "M1.5 20.5 8.4 8.6C8.8 7.9 9.6 7.9 10 8.6L13 13.4 14.6 11.2C15 10.6 15.8 10.6 16.2 11.2L22.5 20.5Z"
        "M17.6 2.8C19.2 2.8 20.4 4 20.4 5.6S19.2 8.4 17.6 8.4 14.8 7.2 14.8 5.6 16 2.8 17.6 2.8Z"
    ),
    "leaf": (
        "M20.8 3.2C12 2.9 4.9 6.3 4 13.4 3.8 15.5 4.3 17.3 5 18.5L2.8 20.9 4.4 22.2 6.5 19.9C8 20.7 9.8 21 11.6 20.7"
        "C18.5 19.4 21.1 11.9 20.8 3.2ZM17 7.3C12.7 9.4 9 12.8 6.7 16.9L8 17.7C10.3 13.8 13.4 10.8 17.6 8.5Z"
    ),
    "bean": (
        "M17.4 3.4C20.8 5.6 21.1 11.1 18.2 15.9C15.2 20.6 10.1 22.7 6.6 20.6C3.2 18.4 2.9 12.9 5.8 8.1"
        "C8.8 3.4 13.9 1.3 17.4 3.4Z"
        "M15.9 4.3C11.7 7.1 11.0 8.8 11.7 12.1C12.5 15.4 11.5 17.1 7.4 19.6L8.6 19.9"
        "C13.0 17.8 14.0 15.5 13.4 11.9C12.6 8.6 13.3 7.4 17.1 5.0Z"
    ),
    "cup": (
        "M3.5 9.5H17V14.5C17 18.2 14.3 20.8 10.2 20.8S3.5 18.2 3.5 14.5Z"
        "M17.6 10.2H18.8C21 10.2 22.3 11.6 22.3 13.6S20.8 17.2 18.4 17.2H17C17.4 16.6 17.6 16 17.7 15.3H18.4"
        "C19.7 15.3 20.4 14.7 20.4 13.6S19.7 12 18.6 12H17.6Z"
        "M8.2 2C9.9 3.7 7.2 5 8.6 7.4H6.8C5.4 5 8.1 3.7 6.4 2Z"
        "M13.2 2C14.9 3.7 12.2 5 13.6 7.4H11.8C10.4 5 13.1 3.7 11.4 2Z"
    ),
    "house": "M1.8 12 12 3.6 22.2 12 20.7 13.8 12 6.7 3.3 13.8ZM5.6 14.4 12 9.2 18.4 14.4V21H16.2V16.6H7.8V21H5.6Z",
}
CHOICES = list(LABELS.items())
_WORD = re.compile(r"[MLHVCSZmlhvcsz]|-?(?:\d+\.?\d*|\.\d+)")
_TAKES = {"m": 2, "l": 2, "h": 1, "v": 1, "c": 6, "s": 4}


def flatten(outline: str, steps: int = 24) -> list[list[Point]]:
    """The outline as closed polygons; curves become `steps` straight pieces each."""
    words = _WORD.findall(outline)
    polygons: list[list[Point]] = []
    x = y = 0.0
    control: Point | None = None
    command, at = "", 0
    while at < len(words):
        if words[at].isalpha():
            command, at = words[at], at + 1
        kind = command.lower()
        if kind == "z":
            x, y = polygons[-1][0]
            continue
        given = [float(word) for word in words[at : at + _TAKES[kind]]]
        at += len(given)
        base = (x, y) if command.islower() else (0.0, 0.0)
        points = _points(kind, given, base, (x, y))
        if kind == "m":
            polygons.append([points[0]])
            command = "l" if command == "m" else "L"
        elif kind in "cs":
            first = points[0] if kind == "c" else (2 * x - control[0], 2 * y - control[1]) if control else (x, y)
            second, end = points[-2], points[-1]
            polygons[-1] += _curve((x, y), first, second, end, steps)
        else:
            polygons[-1].append(points[0])
        control = points[-2] if kind in "cs" else None
        x, y = points[-1]
    return polygons


def _points(kind: str, given: list[float], base: Point, here: Point) -> list[Point]:
    if kind == "h":
        return [(base[0] + given[0], here[1])]
    if kind == "v":
        return [(here[0], base[1] + given[0])]
    return [(base[0] + given[i], base[1] + given[i + 1]) for i in range(0, len(given), 2)]


def _curve(start: Point, first: Point, second: Point, end: Point, steps: int) -> list[Point]:
    found = []
    for step in range(1, steps + 1):
        t = step / steps
        weights = ((1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t * t * (1 - t), t**3)
        corners = (start, first, second, end)
        found.append(
            (
                sum(w * p[0] for w, p in zip(weights, corners, strict=True)),
                sum(w * p[1] for w, p in zip(weights, corners, strict=True)),
            )
        )
    return found
