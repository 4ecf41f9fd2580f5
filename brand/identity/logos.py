"""Uploaded logos: what is taken, and what is kept of it. Only pixels are kept, under the name of what they are."""

import hashlib
from io import BytesIO
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils.translation import gettext as _
from PIL import Image, ImageOps

FORMATS = ("PNG", "JPEG", "WEBP")
MOST_BYTES = 2 * 1024 * 1024
MOST_PIXELS = 4096 * 4096
SIDE = 1024


def keep(upload: Any, *, one_colour: bool = False) -> str:
    """Stores the pixels of an uploaded logo and returns their path below the media folder.

    Raises ValidationError for anything but PNG, JPEG and WebP, for files that are too heavy or too large when opened.
    What else the file holds (place, camera, comments) is left behind. The same picture gives the same path.
    """
    if upload.size > MOST_BYTES:
        raise ValidationError(_("This file is too heavy: two megabytes are enough for a logo."))
    raw = upload.read()
    if raw.lstrip()[:5].lower() in (b"<?xml", b"<svg ", b"<svg>") or b"<svg" in raw[:1024].lower():
        raise ValidationError(
            _("SVG files can carry programs and are not taken. A PNG of about 1,000 pixels does well.")
        )
    try:
        with Image.open(BytesIO(raw), formats=FORMATS) as opened:
            # Only the head has been read so far: a small file that opens into a vast picture ends here.
            if opened.width * opened.height > MOST_PIXELS:
                raise ValidationError(_("This picture is too large: at most 4,096 pixels to a side."))
            picture = ImageOps.exif_transpose(opened).convert("RGBA")
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as refused:
        raise ValidationError(_("This is not a picture we can read. Please give a PNG, JPEG or WebP.")) from refused
    picture.thumbnail((SIDE, SIDE), Image.Resampling.LANCZOS)
    if one_colour:
        picture = _one_colour(picture)
    out = BytesIO()
    # A fresh picture: what hung on the old one (comments, profiles) does not come along.
    Image.frombytes("RGBA", picture.size, picture.tobytes()).save(out, "PNG", optimize=True)
    path = f"identity/logos/{hashlib.sha256(out.getvalue()).hexdigest()[:24]}.png"
    if not default_storage.exists(path):
        default_storage.save(path, ContentFile(out.getvalue()))
    return path


def _one_colour(picture: Image.Image) -> Image.Image:
    """The shape in black: what is opaque, or, where nothing is clear, what is dark."""
    shape = picture.getchannel("A")
    if shape.getextrema()[0] == 255:
        shape = ImageOps.invert(picture.convert("L"))
    plain = Image.new("RGBA", picture.size, (0, 0, 0, 0))
    plain.putalpha(shape)
    return plain
