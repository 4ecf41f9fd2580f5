"""Motifs as data: each an ordered list of parts inside a box of -30 to 30, one drawing for every metal and size.

Kinds of parts: `mass` raised metal · `bar` a raised line of some width · `carved` a cut line · `accent` inlaid enamel ·
`cut` cut down to the field · `facet` a shaded side · `light` a touch of light. A new motif is a new entry of the file.
"""

import json
from pathlib import Path
from typing import NamedTuple


class Part(NamedTuple):
    """One part of a motif: what it is, its path, and for a bar its width."""

    kind: str
    d: str
    width: float = 0


def _read() -> dict[str, tuple[Part, ...]]:
    raw = json.loads((Path(__file__).parent / "motifs.json").read_text(encoding="utf-8"))
    return {name: tuple(Part(**part) for part in parts) for name, parts in raw.items()}


MOTIFS = _read()
