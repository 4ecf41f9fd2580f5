"""Pictures: drawn anew when they arrive, cut by their focal point, described for those who cannot see them."""

from __future__ import annotations

import struct
import time
import zlib
from io import BytesIO
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.template import Context, Template
from PIL import Image, ImageDraw
from wagtail.blocks import StreamBlockValidationError
from wagtail.images import get_image_model
from wagtail.images.forms import get_image_form

from brand.writing.blocks import SharedBlocks
from brand.writing.pictures import SHAPES
from portal.core.errors import Invalid
from portal.core.pictures import LONGEST_SIDE, drawn_anew

GPS, ORIENTATION = 0x8825, 0x0112


def photograph(kind: str = "JPEG", size: tuple[int, int] = (120, 80), orientation: int = 6) -> bytes:
    """A photograph as a telephone takes it: lying on its side, with the place where it was taken."""
    image = Image.new("RGB", size, "#2b5a4c")
    ImageDraw.Draw(image).rectangle((0, 0, 20, 20), fill="#a2392a")
    exif = Image.Exif()
    exif[ORIENTATION] = orientation
    exif[0x010F] = "Maker"
    exif.get_ifd(GPS)[1] = "N"
    exif.get_ifd(GPS)[2] = (21.0, 18.0, 3.0)
    out = BytesIO()
    image.save(out, kind, exif=exif.tobytes())
    return out.getvalue()


def bomb(width: int = 12_000, height: int = 8_000) -> bytes:
    """A few kilobytes that would open to 96 million pixels."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    header = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    rows = zlib.compress(b"\0" * ((width // 8 + 1) * height), 9)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def carried(content: bytes) -> tuple[dict[int, Any], set[str]]:
    """What of a picture is not its pixels."""
    with Image.open(BytesIO(content)) as image:
        return dict(image.getexif()), {"exif", "xmp", "icc_profile", "comment"} & set(image.info)


# ── Drawn anew ──────────────────────────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "AVIF"])
def test_place_and_camera_go_and_the_picture_stands_upright(kind: str) -> None:
    sent = photograph(kind)
    assert carried(sent)[0]
    content, ending = drawn_anew(BytesIO(sent))
    assert carried(content) == ({}, set())
    assert ending == {"JPEG": "jpg"}.get(kind, kind.lower())
    with Image.open(BytesIO(content)) as image:
        assert image.size == (80, 120)
        red, green, _blue = image.convert("RGB").getpixel((75, 5))
        assert red > green, "the corner that was marked lies at the top right now"


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (bomb(), "picture_size"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>", "picture_kind"),
        (b"GIF89a" + b"\0" * 64, "picture_kind"),
        (b"%PDF-1.7", "picture_kind"),
        (b"", "picture_kind"),
        (photograph()[:400], "picture_broken"),
    ],
    ids=["bomb", "svg", "gif", "pdf", "nothing", "torn"],
)
def test_what_is_no_plain_picture_is_refused_at_once(content: bytes, code: str) -> None:
    begun = time.process_time()
    with pytest.raises(Invalid) as refused:
        drawn_anew(BytesIO(content))
    assert refused.value.code == code
    assert time.process_time() - begun < 2


def test_a_huge_file_is_refused_unread_and_a_large_picture_is_made_smaller() -> None:
    with pytest.raises(Invalid) as refused:
        drawn_anew(BytesIO(photograph() + b"\0" * (10 * 1024 * 1024)))
    assert refused.value.code == "picture_size"
    content, _ending = drawn_anew(BytesIO(photograph(size=(LONGEST_SIDE + 800, 100), orientation=1)))
    with Image.open(BytesIO(content)) as image:
        assert max(image.size) == LONGEST_SIDE


# ── The ways in ─────────────────────────────────────────────────────────────────────────────────────────────────
def form(name: str, content: bytes) -> Any:
    """The editor's form with an upload."""
    from wagtail.models import Collection

    root = Collection.get_first_root_node()
    files = {"file": SimpleUploadedFile(name, content)}
    words = {"title": "Suối", "description": "Một con suối", "collection": root.pk, "tags": ""}
    return get_image_form(get_image_model())(words, files)


@pytest.mark.django_db
def test_a_picture_without_words_for_who_cannot_see_it_is_not_taken() -> None:
    sent = form("IMG_0001.jpg", photograph())
    sent.data = {**sent.data, "description": ""}
    assert set(sent.errors) == {"description"}


@pytest.mark.django_db
def test_the_editors_form_keeps_only_pixels() -> None:
    sent = form("IMG_0001.jpg", photograph())
    assert sent.is_valid(), sent.errors
    kept = sent.save()
    kept.refresh_from_db()
    with kept.file.open() as handle:
        content = handle.read()
    assert carried(content) == ({}, set())
    assert (kept.width, kept.height, kept.file_size) == (80, 120, len(content))
    assert kept.get_file_hash()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.png", bomb()),
        ("a.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>"),
        ("a.gif", b"GIF89a\1\0\1\0\0\0\0;"),
        ("a.jpg", photograph()[:400]),
        ("a.jpg", photograph("PNG")),
        ("a.jpg", b"<script>alert(1)</script>"),
    ],
    ids=["bomb", "svg", "gif", "torn", "other kind", "script"],
)
def test_the_editors_form_refuses_with_a_reason(name: str, content: bytes) -> None:
    sent = form(name, content)
    assert sent.is_valid() is False
    assert sent.errors["file"]
    assert get_image_model().objects.count() == 0


@pytest.mark.django_db
def test_no_other_way_in_keeps_more() -> None:
    kept = get_image_model().objects.create(title="Suối", file=ContentFile(photograph(), name="x.jpg"))
    with kept.file.open() as handle:
        assert carried(handle.read()) == ({}, set())
    assert (kept.width, kept.height) == (80, 120)
    with pytest.raises(Invalid):
        get_image_model().objects.create(title="Bom", file=ContentFile(bomb(8000, 6000), name="x.png"))


# ── On the page ─────────────────────────────────────────────────────────────────────────────────────────────────
def shown(picture: Any, arguments: str) -> str:
    return Template("{% load writing %}{% photo picture " + arguments + " %}").render(Context({"picture": picture}))


@pytest.mark.django_db
def test_a_picture_comes_in_new_kinds_with_its_measures_and_waits_below_the_fold() -> None:
    picture = get_image_model().objects.create(
        title="Suối",
        description="Một con suối",
        file=ContentFile(photograph(size=(1600, 900), orientation=1), name="x.jpg"),
    )
    picture.get_renditions(*SHAPES["plate"].specs)  # as the worker does when a page is published
    below, lead = shown(picture, '"plate"'), shown(picture, '"cover" lead=True alt="Đồi"')
    assert 'type="image/avif"' in below
    assert 'loading="lazy"' in below
    assert 'alt="Một con suối"' in below
    assert 'height="800"' in below
    assert 'width="960"' in below
    assert "sizes=" in below
    assert "480w" in below
    assert 'fetchpriority="high"' in lead
    assert "loading=" not in lead
    assert "avif" not in lead, "nobody waits for the slow format: it is shown once it has been drawn"
    assert "(max-width: 40rem)" in lead
    assert 'alt="Đồi"' in lead
    assert shown(None, '"plate"') == ""


@pytest.mark.django_db
def test_a_cut_keeps_the_focal_point_in_sight() -> None:
    picture = get_image_model().objects.create(
        title="Suối", file=ContentFile(photograph(size=(1600, 400), orientation=1), name="x.jpg"),
        focal_point_x=10, focal_point_y=10, focal_point_width=20, focal_point_height=20,
    )  # fmt: skip
    with picture.get_rendition("fill-320x320|format-webp").file.open() as handle, Image.open(handle) as cut:
        red, green, _blue = cut.convert("RGB").getpixel((8, 8))
    assert red > green, "the marked corner is still there"


@pytest.mark.django_db
def test_a_block_wants_words_for_its_picture_or_the_choice_that_it_is_decorative() -> None:
    picture = get_image_model().objects.create(title="Suối", file=ContentFile(photograph(), name="x.jpg"))
    body = SharedBlocks()

    def cleaned(**words: Any) -> Any:
        raw = [{"type": "wide_picture", "value": {"picture": {"image": picture.pk, **words}, "caption": ""}}]
        return body.clean(body.to_python(raw))

    with pytest.raises(StreamBlockValidationError):
        cleaned(alt_text="", decorative=False)
    cleaned(alt_text="Một con suối", decorative=False)
    cleaned(alt_text="", decorative=True)
