"""Uploaded logos: pixels are kept, everything else is left at the door."""

from __future__ import annotations

import struct
import zlib
from io import BytesIO
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image, PngImagePlugin

from brand.identity import logos


@pytest.fixture(autouse=True)
def own_media(settings: object, tmp_path: Path) -> None:
    """A media folder of this test's own."""
    settings.MEDIA_ROOT = tmp_path  # type: ignore[attr-defined]


def upload(content: bytes, name: str = "logo.png") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def picture(kind: str = "PNG", size: tuple[int, int] = (300, 200), **save: object) -> bytes:
    out = BytesIO()
    Image.new("RGB", size, "#a2392a").save(out, kind, **save)
    return out.getvalue()


def kept(path: str) -> Image.Image:
    with default_storage.open(path) as handle:
        return Image.open(BytesIO(handle.read()))


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_a_picture_is_kept_as_pixels_alone(kind: str) -> None:
    exif = Image.Exif()
    exif[0x010E] = "secret place"
    more = {"pnginfo": PngImagePlugin.PngInfo()} if kind == "PNG" else {}
    if kind == "PNG":
        more["pnginfo"].add_text("Comment", "secret place")
    found = kept(logos.keep(upload(picture(kind, exif=exif, **more))))
    assert found.format == "PNG"
    assert (found.size, dict(found.getexif()), found.info) == ((300, 200), {}, {})


def test_a_picture_that_lies_on_its_side_stands_up() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    assert kept(logos.keep(upload(picture("JPEG", exif=exif)))).size == (200, 300)


def test_the_same_picture_gives_the_same_path() -> None:
    assert logos.keep(upload(picture())) == logos.keep(upload(picture()))


def test_a_large_picture_is_made_small() -> None:
    assert max(kept(logos.keep(upload(picture(size=(3000, 1500))))).size) == logos.SIDE


@pytest.mark.parametrize(
    "content",
    [
        b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
        b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"/>',
        b"\n  <!-- x --><SVG/>",
    ],
)
def test_svg_is_refused_whatever_its_name(content: bytes) -> None:
    with pytest.raises(ValidationError, match="SVG"):
        logos.keep(upload(content, "logo.png"))


@pytest.mark.parametrize("content", [b"", b"GIF89a", picture("GIF"), picture("BMP"), picture()[:60], b"<html>"])
def test_what_is_no_such_picture_is_refused(content: bytes) -> None:
    with pytest.raises(ValidationError):
        logos.keep(upload(content))


def test_a_small_file_that_opens_into_a_vast_picture_is_refused_before_it_opens() -> None:
    head = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)
    chunk = b"IHDR" + head
    bomb = b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + chunk + struct.pack(">I", zlib.crc32(chunk))
    with pytest.raises(ValidationError):
        logos.keep(upload(bomb))


def test_a_heavy_file_is_refused_unread() -> None:
    with pytest.raises(ValidationError):
        logos.keep(upload(b"\0" * (logos.MOST_BYTES + 1)))


def test_of_a_mark_in_one_colour_the_shape_is_kept() -> None:
    ink = Image.new("RGB", (40, 40), "white")
    ink.paste("black", (10, 10, 30, 30))
    out = BytesIO()
    ink.save(out, "PNG")
    found = kept(logos.keep(upload(out.getvalue()), one_colour=True))
    assert found.getpixel((20, 20)) == (0, 0, 0, 255)
    assert found.getpixel((2, 2))[3] == 0
