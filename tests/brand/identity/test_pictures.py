"""Icons, cards and heads of letters: drawn once per version, the same for everybody."""

from __future__ import annotations

import re
import time
import unicodedata
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from threading import Timer
from typing import Any

import pytest
from django.core.cache import cache
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.test import Client
from PIL import Image

from brand.identity import drawing, marks, pictures, selectors
from brand.identity.actions import publish_identity
from brand.identity.looks import Look
from portal.cards.actions import put_card, withdraw_card
from portal.core import mail
from tests.brand.identity.conftest import Brands

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fonts")]
LOOK = Look("may", "Mây", slogan_vi="Mây xuống thấp, người ngồi lại gần.")
VIETNAMESE = "Ấm trà Tà Xùa, lửa đượm: ễ ữ ậ ẳ ỡ ượ đ Ằ Ổ Ỹ"


@pytest.fixture(autouse=True)
def own_media(settings: Any, tmp_path: Path) -> None:
    """A media folder of this test's own."""
    settings.MEDIA_ROOT = tmp_path


def opened(response: Any) -> Image.Image:
    assert response.status_code == 200
    return Image.open(BytesIO(response.content))


# ── Drawing ─────────────────────────────────────────────────────────────────────────────────────────────────────
def test_the_same_look_gives_the_same_bytes() -> None:
    for draw in (lambda: drawing.icon(LOOK, 32), lambda: drawing.letter_head(LOOK)):
        assert drawing.as_bytes(draw(), "PNG") == drawing.as_bytes(draw(), "PNG")


@pytest.mark.parametrize("pair", ["house", "book", "plain"])
def test_every_vietnamese_letter_is_drawn_and_not_as_an_empty_box(pair: str) -> None:
    hand = drawing.Hand(pair, 40)
    box = None
    for letter in set(VIETNAMESE.replace(" ", "")):
        [(face, run)] = hand._runs(letter)
        box = box or bytes(face.getmask("\uf8ff"))
        assert bytes(face.getmask(run)) != box, letter


def test_a_sign_that_no_face_holds_is_left_out() -> None:
    hand = drawing.Hand("house", 40)
    assert [run for _face, run in hand._runs("a漢b")] == ["ab"]


def test_decomposed_letters_are_drawn_like_composed_ones() -> None:
    hand = drawing.Hand("house", 40)
    assert hand.length(unicodedata.normalize("NFD", VIETNAMESE)) == hand.length(VIETNAMESE) > 0


@pytest.mark.parametrize("title", ["Mây", "Một tựa đề rất dài " * 20, "dàidàidài" * 40, "  "])
def test_every_title_finds_its_place(title: str) -> None:
    assert drawing.share_card(LOOK, "vi", title).size == (1200, 630)


@pytest.mark.parametrize("mark", list(marks.LABELS))
def test_every_mark_fills_a_fair_part_of_its_square(mark: str) -> None:
    mask = drawing.mark_mask(replace(LOOK, mark=mark), 96)
    inked = sum(mask.histogram()[128:]) / 96**2
    assert 0.12 < inked < 0.75
    left, top, right, bottom = mask.getbbox() or (0, 0, 0, 0)
    assert max(right - left, bottom - top) > 60


def test_a_maskable_icon_keeps_its_mark_in_the_safe_middle() -> None:
    picture = drawing.icon(LOOK, 192, full=True).convert("RGB")
    ground = picture.getpixel((0, 0))
    for x in range(0, 192, 4):
        for y in range(0, 192, 4):
            if (x - 96) ** 2 + (y - 96) ** 2 > (0.4 * 192) ** 2:
                assert picture.getpixel((x, y)) == ground


# ── Handed out ──────────────────────────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize(
    ("path", "size", "kind"),
    [
        ("icon-32.png", (32, 32), "PNG"),
        ("icon-192.png", (192, 192), "PNG"),
        ("icon-512.png", (512, 512), "PNG"),
        ("full-180.png", (180, 180), "PNG"),
        ("full-512.png", (512, 512), "PNG"),
        ("favicon.ico", (48, 48), "ICO"),
        ("share.jpg", (1200, 630), "JPEG"),
    ],
)
def test_each_picture_has_its_size_and_is_light(brands: Brands, path: str, size: tuple[int, int], kind: str) -> None:
    response = Client().get(f"/identity/may/{path}")
    picture = opened(response)
    assert (picture.size, picture.format) == (size, kind)
    assert len(response.content) < 150_000
    assert dict(picture.getexif()) == {}


@pytest.mark.parametrize("path", ["icon-33.png", "icon-9999.png", "full-32.png"])
def test_no_other_size_is_drawn(brands: Brands, path: str) -> None:
    assert Client().get(f"/identity/may/{path}").status_code == 404


def test_a_picture_is_drawn_once_per_version(brands: Brands, monkeypatch: pytest.MonkeyPatch) -> None:
    drawn: list[str] = []
    draw = drawing.icon

    def counted(look: Look, side: int, **more: Any) -> Image.Image:
        drawn.append(look.version)
        return draw(look, side, **more)

    monkeypatch.setattr(drawing, "icon", counted)
    for _ in range(3):
        assert Client().get("/identity/may/icon-32.png").status_code == 200
    assert len(drawn) == 1
    publish_identity(actor=None, scope=brands.root, values={"color_deep": "#1f4250"})
    first = Client().get("/identity/may/icon-32.png")
    assert (len(drawn), len(set(drawn))) == (2, 2)
    kept = default_storage.listdir("identity/drawn/may")[1]
    assert [name for name in kept if name.startswith("icon32-")] == [f"icon32-{first['ETag'][1:-1]}.png"]


def test_of_many_at_once_one_draws_and_all_are_given_the_picture() -> None:
    drawn: list[int] = []

    def slowly() -> Image.Image:
        drawn.append(1)
        time.sleep(0.3)
        return drawing.icon(LOOK, 32)

    with ThreadPoolExecutor(4) as people:
        asked = [people.submit(pictures.drawn, LOOK, "icon32", "PNG", slowly) for _ in range(4)]
        assert len({one.result() for one in asked}) == 1
    assert drawn == [1]


def test_nobody_is_given_half_a_picture_while_it_is_written() -> None:
    path, whole = f"identity/drawn/may/icon32-{LOOK.version}.png", drawing.as_bytes(drawing.icon(LOOK, 32), "PNG")
    cache.add(f"drawing:{path}", 1, 20)
    default_storage.save(path, ContentFile(whole[:50]))

    def finish() -> None:
        (Path(default_storage.path(path))).write_bytes(whole)
        cache.delete(f"drawing:{path}")

    writer = Timer(0.2, finish)
    writer.start()
    assert pictures.drawn(LOOK, "icon32", "PNG", lambda: drawing.icon(LOOK, 32)) == whole
    writer.join()


def test_while_one_draws_for_long_the_others_are_asked_to_come_back(
    brands: Brands, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pictures, "_PATIENCE", 0.1)
    version = selectors.dressed("may").look.version
    cache.add(f"drawing:identity/drawn/may/icon32-{version}.png", 1, 20)
    response = Client().get("/identity/may/icon-32.png")
    assert (response.status_code, response["Retry-After"]) == (429, "1")


def test_a_picture_is_for_everybody_alike_and_for_ever_under_its_version(brands: Brands, desk: Client) -> None:
    version = selectors.dressed("may").look.version
    response = desk.get(f"/identity/may/icon-32.png?v={version}")
    assert response["Cache-Control"] == "public, max-age=31536000, immutable"
    assert not {"Vary", "Set-Cookie"} & set(response.headers)
    assert desk.get("/identity/may/icon-32.png?v=old")["Cache-Control"] == "public, no-cache"
    again = desk.get("/identity/may/icon-32.png", headers={"If-None-Match": response["ETag"]})
    assert again.status_code == 304


def test_versions_of_one_picture_are_told_from_those_of_another() -> None:
    assert pictures._is_version_of("icon32-ab12.png", "icon32-")
    assert not pictures._is_version_of("icon320-ab12.png", "icon32-")


def test_a_page_names_its_icons_and_each_is_there(brands: Brands) -> None:
    html = Client().get("/vi/accounts/login/").content.decode()
    found = re.findall(r'<link rel="(icon|apple-touch-icon|manifest)" href="([^"]+)"', html)
    assert [rel for rel, _url in found] == ["icon", "apple-touch-icon", "manifest"]
    for _rel, url in found:
        assert Client().get(url)["Cache-Control"].endswith("immutable")


def test_the_manifest_names_icons_that_are_there(brands: Brands) -> None:
    told = Client().get("/identity/may-rang/manifest.webmanifest").json()
    assert told["name"] == "Mây Rang"
    assert {(i["sizes"], i["purpose"]) for i in told["icons"]} == {
        (size, use) for size in ("192x192", "512x512") for use in ("any", "maskable")
    }
    for one in told["icons"]:
        assert f"{opened(Client().get(one['src'])).width}" in one["sizes"]


def test_a_storys_card_carries_its_title_and_only_public_pages_have_one(brands: Brands) -> None:
    put_card(kind="story", ref="k-1", locale="vi", title="Năm sương muối", url="/vi/stories/x/")
    plain, own = (Client().get(f"/identity/may/{path}") for path in ("share.jpg", "share/story/k-1.jpg"))
    assert opened(own).size == (1200, 630)
    assert own.content != plain.content
    before = own["ETag"]
    put_card(kind="story", ref="k-1", locale="vi", title="Năm không sương", url="/vi/stories/x/")
    assert Client().get("/identity/may/share/story/k-1.jpg")["ETag"] != before
    assert Client().get("/identity/may/share/story/none.jpg").status_code == 404
    withdraw_card(kind="story", ref="k-1")
    assert Client().get("/identity/may/share/story/k-1.jpg").status_code == 404


def test_the_card_speaks_the_language_that_was_asked_for(brands: Brands) -> None:
    one, other = (Client().get(f"/identity/may/share.jpg?l={language}") for language in ("vi", "en"))
    assert one.content != other.content


# ── Letters ─────────────────────────────────────────────────────────────────────────────────────────────────────
def letter() -> str:
    made = mail.compose("notice", to="han@thu.example", language="vi", context={"lines": [{"title": "A", "url": "/"}]})
    return str(made.alternatives[0][0])


def test_a_letter_begins_with_the_drawn_head_and_reads_well_without_it(brands: Brands) -> None:
    found = re.search(r'<img src="(http[^"]+)" alt="Mây" width="(\d+)" height="(\d+)"', letter())
    assert found
    picture = opened(Client().get("/" + found[1].split("/", 3)[3]))
    assert picture.size == (int(found[2]) * 2, int(found[3]) * 2)


def test_letters_wear_the_brands_colours(brands: Brands) -> None:
    publish_identity(actor=None, scope=brands.root, values={"color_act": "#0b3d91"})
    assert "background: #0b3d91" in letter() or "background:#0b3d91" in letter()
