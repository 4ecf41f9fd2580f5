"""The process in which a stranger's picture is decoded. Reads the picture from its input, writes WebP parts.

It binds itself before it looks: memory, time, no files. A picture that needs more ends this process and no other.
"""

import sys
from io import BytesIO
from typing import Any

MEMORY = 900 * 1024 * 1024  # of addresses; the points themselves stay below a third of it
SECONDS = 10


def bind() -> None:
    """Limits of this process, where the system has them."""
    try:
        import resource
    except ImportError:  # not on every system; the caller's clock still ends it
        return
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def main(order: dict[str, Any]) -> None:
    """Does one order and ends."""
    from PIL import Image, ImageFile, ImageOps

    from portal.core import portraits

    portraits.know_heif()
    ImageFile.LOAD_TRUNCATED_IMAGES = False
    Image.MAX_IMAGE_PIXELS = portraits.PIXELS_MOST
    bind()
    data = sys.stdin.buffer.read(portraits.BYTES_MOST + 1)
    with Image.open(BytesIO(data), formats=[order["kind"]]) as opened:
        opened.seek(0)  # of what moves, the first picture
        longest = order["longest"]
        if order["kind"] == "JPEG":
            opened.draft("RGB", (longest, longest))
        opened.thumbnail((longest, longest), Image.Resampling.BICUBIC, reducing_gap=2.0)
        upright = ImageOps.exif_transpose(opened)
        plain = upright.convert("RGBA" if "A" in upright.getbands() or "transparency" in upright.info else "RGB")
        ground = Image.new("RGB", plain.size, (247, 243, 236))
        ground.paste(plain, mask=plain.getchannel("A") if plain.mode == "RGBA" else None)
    parts = [_webp(ground)]
    for width, height, x, y in order["cuts"]:
        parts.append(_webp(portraits.fitted(ground, portraits.Cut(width, height, x, y))))
    sys.stdout.buffer.write(portraits.together(parts))


def _webp(picture: Any) -> bytes:
    written = BytesIO()
    picture.info.clear()
    picture.save(written, "WEBP", quality=82, method=3)
    return written.getvalue()
