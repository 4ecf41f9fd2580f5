"""The house's own face for papers: Literata, as the build ships it, unpacked into what a PDF can carry.

The files are WOFF 1.0: a font's tables, each packed with zlib. Each holds some scripts only, so a text is set in runs.
"""

import io
import struct
import zlib
from functools import cache, lru_cache
from pathlib import Path

from django.conf import settings
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont

# In the order in which a letter is looked for.
SCRIPTS = ("latin", "vietnamese", "latin-ext")
WEIGHTS = {"text": "paper", "strong": "paper-strong"}
Run = tuple[str, str]  # the font's name and the letters


def _folder() -> Path:
    return Path(settings.BASE_DIR) / "static" / "build" / "fonts"


def unpack(woff: bytes) -> bytes:
    """A WOFF 1.0 file as plain TrueType. Raises ValueError for anything else."""
    if woff[:4] != b"wOFF":
        raise ValueError("not a WOFF 1.0 font")
    flavour, _length, count = struct.unpack(">4sIH", woff[4:14])
    rows = [struct.unpack(">4sIIII", woff[44 + 20 * n : 64 + 20 * n]) for n in range(count)]
    power = 1 << (count.bit_length() - 1)
    head = flavour + struct.pack(">HHHH", count, power * 16, power.bit_length() - 1, (count - power) * 16)
    places, body, offset = b"", b"", 12 + 16 * count
    for tag, start, packed, size, checksum in rows:
        table = woff[start : start + packed]
        table = zlib.decompress(table) if packed < size else table
        places += struct.pack(">4sIII", tag, checksum, offset + len(body), size)
        body += table + b"\0" * (-size % 4)
    return head + places + body


@cache
def _faces(weight: str) -> list[TTFont]:
    faces = []
    for script in SCRIPTS:
        name = f"{WEIGHTS[weight]}-{script}"
        face = TTFont(name, io.BytesIO(unpack((_folder() / f"{name}.woff").read_bytes())))
        # All files call themselves Literata-Regular, and a PDF knows its fonts by that name.
        face.face.name = name.encode()
        pdfmetrics.registerFont(face)
        faces.append(face)
    return faces


@cache
def _face_of(letter: str, weight: str) -> str | None:
    """The font that holds this letter; None when none does."""
    return next((str(f.fontName) for f in _faces(weight) if ord(letter) in f.face.charToGlyph), None)


@lru_cache(maxsize=4_096)
def runs(text: str, weight: str = "text") -> tuple[Run, ...]:
    """The text in stretches of one font each. What no font of ours holds (a picture sign) becomes a middle dot."""
    found: list[Run] = []
    for letter in text:
        face = _face_of(letter, weight)
        face, letter = (face, letter) if face else (f"{WEIGHTS[weight]}-latin", "·")
        if found and found[-1][0] == face:
            found[-1] = (face, found[-1][1] + letter)
        else:
            found.append((face, letter))
    return tuple(found)


@lru_cache(maxsize=16_384)
def width(text: str, size: float, weight: str = "text") -> float:
    """How wide the text is, in points of a PDF."""
    return sum(pdfmetrics.stringWidth(letters, face, size) for face, letters in runs(text, weight))
