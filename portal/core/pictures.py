"""Pictures that people send: drawn anew from their pixels, so that nothing but the pixels is kept.

A photograph carries the place where it was taken, the camera, sometimes a thumbnail of what was cut away. All of that
goes; the orientation is applied first, so that the picture stands upright. What is not a plain picture, or would grow
beyond all measure when opened, is refused before a single pixel is read.
"""

from io import BytesIO
from typing import IO, Any

from django.utils.translation import gettext_lazy as _
from PIL import Image, ImageCms, ImageOps, UnidentifiedImageError

from portal.core.errors import Invalid

# What may come in; SVG is a program and is never taken.
FORMATS = ("JPEG", "PNG", "WEBP", "AVIF")
ENDINGS = {"JPEG": "jpg", "PNG": "png", "WEBP": "webp", "AVIF": "avif"}
MAX_PIXELS = 40_000_000
MAX_BYTES = 10 * 1024 * 1024
LONGEST_SIDE = 3200
_QUALITY: dict[str, dict[str, Any]] = {
    "JPEG": {"quality": 90, "optimize": True, "progressive": True},
    "PNG": {"optimize": False},
    "WEBP": {"quality": 90, "method": 4},
    "AVIF": {"quality": 75, "speed": 8},
}


def drawn_anew(file: IO[bytes]) -> tuple[bytes, str]:
    """The picture's bytes without anything but its pixels, and the ending of its kind.

    Raises Invalid (`code` picture_kind, picture_size, picture_broken) with words for the person who sent it. Sides are
    held to LONGEST_SIDE; of a moving picture the first frame is kept. Reads the file from its start.
    """
    file.seek(0, 2)
    if file.tell() > MAX_BYTES:
        raise Invalid(_("This picture is larger than 10 MB. Please send a smaller one."), code="picture_size")
    file.seek(0)
    try:
        with Image.open(file, formats=FORMATS) as picture:
            kind = str(picture.format)
            if picture.width * picture.height > MAX_PIXELS:
                raise Invalid(_("This picture has too many pixels. Please send a smaller one."), code="picture_size")
            return _encode(_upright(picture), kind), ENDINGS[kind]
    except UnidentifiedImageError as error:
        raise Invalid(_("Only JPEG, PNG, WebP and AVIF pictures can be kept here."), code="picture_kind") from error
    except (Image.DecompressionBombWarning, Image.DecompressionBombError) as error:
        raise Invalid(_("This picture has too many pixels. Please send a smaller one."), code="picture_size") from error
    except (OSError, SyntaxError, ValueError, EOFError) as error:
        raise Invalid(_("This picture is damaged. Please send it once more."), code="picture_broken") from error


def _upright(picture: Image.Image) -> Image.Image:
    if picture.format == "JPEG":  # decodes near the wanted size at once, which bounds memory
        picture.draft(None, (LONGEST_SIDE, LONGEST_SIDE))
    profile = picture.info.get("icc_profile")
    whole = ImageOps.exif_transpose(picture)
    whole.thumbnail((LONGEST_SIDE, LONGEST_SIDE), Image.Resampling.LANCZOS)
    mode = "RGBA" if "A" in whole.getbands() or "transparency" in whole.info else "RGB"
    return _in_plain_colour(whole, profile).convert(mode)


def _in_plain_colour(picture: Image.Image, profile: bytes | None) -> Image.Image:
    """Colours of a camera's or a screen's own profile as sRGB; a profile that cannot be read is left aside."""
    if not profile or picture.mode not in ("RGB", "RGBA", "CMYK"):
        return picture
    try:
        found = ImageCms.profileToProfile(
            picture, ImageCms.ImageCmsProfile(BytesIO(profile)), ImageCms.createProfile("sRGB"),
            outputMode="RGB" if picture.mode == "CMYK" else picture.mode,
        )  # fmt: skip
    except (ImageCms.PyCMSError, OSError):
        return picture
    return found or picture


def _encode(picture: Image.Image, kind: str) -> bytes:
    """The bytes; a fresh picture of the same pixels first, because encoders copy what `info` carries."""
    fresh = Image.new(picture.mode, picture.size)
    fresh.paste(picture)
    out = BytesIO()
    fresh.convert("RGB" if kind == "JPEG" else fresh.mode).save(out, kind, **_QUALITY[kind])
    return out.getvalue()
