"""Pictures that people bring: judged by their content, decoded within bounds in a process of its own, encoded anew.

What a picture is is read from its own header, never from a name or a declared type. Bytes and pixels are bounded before
anything is decoded; the decoding runs in a child process with limits on memory and time, so that a bomb (or a fault in
a decoder) ends there. What comes out was drawn by us: no metadata, no second file hidden behind the first.
"""

import json
import subprocess
import sys
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from django.utils.translation import gettext_lazy as _
from PIL import Image, UnidentifiedImageError

from portal.core.errors import Invalid

BYTES_MOST = 8 * 1024 * 1024
PIXELS_MOST = 40_000_000
SIDE_MOST = 20_000
SIDE_LEAST = 48
SECONDS = 20
# The decoders of these formats hold the whole picture more than once; JPEG is drawn smaller while it is read.
PIXELS_MOST_OF = {"JPEG": PIXELS_MOST, "PNG": PIXELS_MOST, "WEBP": 16_000_000, "AVIF": 20_000_000, "HEIF": 20_000_000}
FORMATS = tuple(PIXELS_MOST_OF)

TOO_HEAVY = _("That file is heavier than 8 MB. Please choose a smaller picture.")
TOO_LARGE = _("That picture has more points than this house can look at. Please make it smaller first.")
TOO_SMALL = _("That picture is very small. It should be at least %(side)d points on each side.")
NOT_A_PICTURE = _("We could not read that as a picture. JPEG, PNG, WebP, AVIF and HEIC are welcome.")


@dataclass(frozen=True)
class Cut:
    """One size to cut: its sides, and the focus (per cent from the left and the top) that stays in the picture."""

    width: int
    height: int
    focus_x: int = 50
    focus_y: int = 50


def know_heif() -> None:
    """Lets Pillow read the pictures of phones, where the decoder is installed."""
    try:
        import pillow_heif
    except ImportError:
        return
    pillow_heif.register_heif_opener(thumbnails=False)


def inspect(data: bytes) -> str:
    """The format of a picture, from its header alone; raises Invalid (`field="picture"`) for what is refused.

    Nothing is decoded here: width, height and kind stand in the first bytes.
    """
    if len(data) > BYTES_MOST:
        raise Invalid(TOO_HEAVY, code="too_heavy", field="picture")
    know_heif()
    try:
        # Only these plug-ins are tried: SVG, TIFF, PostScript and the rest are no pictures here.
        with Image.open(BytesIO(data), formats=_openers()) as picture:
            kind, (width, height) = picture.format or "", picture.size
    except (
        UnidentifiedImageError,
        OSError,
        ValueError,
        SyntaxError,
        EOFError,
        Image.DecompressionBombError,
    ) as refused:
        bomb = isinstance(refused, Image.DecompressionBombError)
        raise Invalid(TOO_LARGE if bomb else NOT_A_PICTURE, code="not_a_picture", field="picture") from None
    if width * height > PIXELS_MOST_OF.get(kind, 0) or max(width, height) > SIDE_MOST:
        raise Invalid(TOO_LARGE, code="too_large", field="picture")
    if min(width, height) < SIDE_LEAST:
        raise Invalid(TOO_SMALL % {"side": SIDE_LEAST}, code="too_small", field="picture")
    return kind


def _openers() -> list[str]:
    Image.init()
    return [kind for kind in FORMATS if kind in Image.OPEN]


def redraw(data: bytes, *, longest: int, cuts: list[Cut]) -> list[bytes]:
    """The picture as WebP, first itself no longer than `longest`, then each cut; turned upright, nothing but points.

    Raises Invalid for what `inspect` refuses, for what cannot be decoded, and for what needs more memory or time than
    it may have. Runs in a child process; takes well under a second for a photograph.
    """
    kind = inspect(data)
    order = {"longest": longest, "cuts": [[c.width, c.height, c.focus_x, c.focus_y] for c in cuts], "kind": kind}
    try:
        done = subprocess.run(  # noqa: S603  (our own module, no shell, nothing of the upload on the command line)
            [sys.executable, "-I", "-c", _CHILD, json.dumps({**order, "path": sys.path})],
            input=data, capture_output=True, timeout=SECONDS, check=False,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        raise Invalid(TOO_LARGE, code="too_slow", field="picture") from None
    if done.returncode != 0:
        raise Invalid(NOT_A_PICTURE, code="not_decoded", field="picture")
    return _apart(done.stdout, 1 + len(cuts))


# Isolated (-I) Python knows no path but its own; the order carries ours.
_CHILD = """
import json, sys
order = json.loads(sys.argv[1])
sys.path[:] = order.pop("path")
from portal.core.portrait_child import main
main(order)
"""


def _apart(answer: bytes, count: int) -> list[bytes]:
    parts, rest = [], memoryview(answer)
    for _n in range(count):
        size = int.from_bytes(rest[:4], "big")
        parts.append(bytes(rest[4 : 4 + size]))
        rest = rest[4 + size :]
    if rest or not all(parts):
        raise Invalid(NOT_A_PICTURE, code="not_decoded", field="picture")
    return parts


def together(parts: list[bytes]) -> bytes:
    """The answer of the child process: each part behind its length."""
    return b"".join(len(part).to_bytes(4, "big") + part for part in parts)


def fitted(picture: Any, cut: Cut) -> Any:
    """The part of a picture that fills a cut, with the focus as near to the middle as the edges allow."""
    width, height = picture.size
    scale = max(cut.width / width, cut.height / height)
    wide, high = cut.width / scale, cut.height / scale
    left = min(max(width * cut.focus_x / 100 - wide / 2, 0), width - wide)
    top = min(max(height * cut.focus_y / 100 - high / 2, 0), height - high)
    return picture.resize((cut.width, cut.height), Image.Resampling.LANCZOS, box=(left, top, left + wide, top + high))
