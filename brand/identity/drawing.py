"""Pictures drawn from a look: icons, the card that is shared, the head of letters. The same look, the same bytes.

The front end's own woff2 files letter them: FreeType reads woff2, no further font is needed. A face is two files (Latin
and Vietnamese); a line changes the file where its letters do.
"""

import math
import unicodedata
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from django.core.files.storage import default_storage
from PIL import Image, ImageChops, ImageDraw, ImageFont

from brand.identity import marks, typefaces
from brand.identity.colour import channels, mix
from brand.identity.looks import Look

Colour = tuple[int, int, int]
_FINE = 4  # drawn so many times larger, then made small: smooth edges
SHARE = (1200, 630)
LETTER_HEIGHT, LETTER_WIDTH = 104, 1040
# The letters of the Vietnamese file (static/css/fonts.css).
_VIETNAMESE = (
    (0x0102, 0x0103), (0x0110, 0x0111), (0x0128, 0x0129), (0x0168, 0x0169), (0x01A0, 0x01A1), (0x01AF, 0x01B0),
    (0x1EA0, 0x1EF9), (0x20AB, 0x20AB),
)  # fmt: skip
_LATIN = ((0x20, 0x7E), (0xA0, 0xFF), (0x131, 0x131), (0x152, 0x153), (0x2010, 0x2027), (0x20AC, 0x20AC))


def _within(letter: str, ranges: tuple[tuple[int, int], ...]) -> bool:
    return any(low <= ord(letter) <= high for low, high in ranges)


class Hand:
    """Writes lines in one typeface and size."""

    def __init__(self, pair: str, size: int) -> None:
        self.size = size
        self._faces = [ImageFont.truetype(path, size) for path in typefaces.files(pair)]
        weight = typefaces.PAIRS[pair].weight
        if weight is not None:
            for face in self._faces:
                face.set_variation_by_axes([weight])

    def _runs(self, text: str) -> Iterator[tuple[ImageFont.FreeTypeFont, str]]:
        run, face = "", self._faces[0]
        for letter in unicodedata.normalize("NFC", text):
            if _within(letter, _VIETNAMESE):
                its = self._faces[1]
            elif _within(letter, _LATIN):
                its = self._faces[0]
            else:
                continue  # a sign that neither file holds would stand there as an empty box
            if its is not face and run:
                yield face, run
                run = ""
            run, face = run + letter, its
        if run:
            yield face, run

    def length(self, text: str) -> float:
        """How wide the line becomes."""
        return sum(face.getlength(run) for face, run in self._runs(text))

    def write(self, draw: ImageDraw.ImageDraw, at: tuple[float, float], text: str, fill: Colour) -> None:
        """Writes a line whose base begins at a point."""
        x, y = at
        for face, run in self._runs(text):
            draw.text((x, y), run, font=face, fill=fill, anchor="ls")
            x += face.getlength(run)

    def wrap(self, text: str, width: float) -> list[str]:
        """The text in lines no wider than `width`; a word wider than that stands alone."""
        lines: list[str] = []
        for word in text.split() or [""]:
            longer = f"{lines[-1]} {word}" if lines else word
            if lines and self.length(longer) <= width:
                lines[-1] = longer
            else:
                lines.append(word)
        return lines


def fitted(pair: str, text: str, sizes: tuple[tuple[int, int], ...], width: float) -> tuple[Hand, list[str]]:
    """The first (size, most lines) into which the text fits; in the last it is cut with an ellipsis."""
    for size, most in sizes:
        hand = Hand(pair, size)
        lines = hand.wrap(text, width)
        if len(lines) <= most and all(hand.length(line) <= width for line in lines):
            return hand, _balanced(hand, text, width, len(lines))
    lines = lines[:most]
    while lines[-1] and hand.length(lines[-1] + "…") > width:
        lines[-1] = lines[-1][:-1].rstrip()
    return hand, [*lines[:-1], lines[-1] + "…"]


def _balanced(hand: Hand, text: str, width: float, count: int) -> list[str]:
    """The same number of lines, as even as they can be: no last word alone."""
    lines = hand.wrap(text, width)
    while count > 1 and len(narrower := hand.wrap(text, width := width - 16)) == count:
        if max(hand.length(line) for line in narrower) > width:
            break
        lines = narrower
    return lines


def _stored(name: str) -> Image.Image | None:
    """An uploaded variant of the logo; None when there is none or its file is gone."""
    if not name or not default_storage.exists(name):
        return None
    with default_storage.open(name) as handle, Image.open(handle) as picture:
        return picture.convert("RGBA")


def mark_mask(look: Look, side: int) -> Image.Image:
    """The drawn mark as a mask, filled even-odd."""
    fine = side * _FINE
    mask = Image.new("L", (fine, fine), 0)
    if look.mark not in marks.OUTLINES:
        hand = Hand(look.type_pair, round(fine * 0.92))
        left, top, right, bottom = _box(hand, look.initial, fine)
        at = (fine / 2 - (left + right) / 2, fine / 2 - (top + bottom) / 2)
        hand.write(ImageDraw.Draw(mask), at, look.initial, 255)  # type: ignore[arg-type]  # a mask has one channel
        return mask.resize((side, side), Image.Resampling.LANCZOS)
    scale = fine / marks.SIDE
    for polygon in marks.flatten(marks.OUTLINES[look.mark]):
        part = Image.new("L", (fine, fine), 0)
        ImageDraw.Draw(part).polygon([(x * scale, y * scale) for x, y in polygon], fill=255)
        mask = ImageChops.difference(mask, part)
    return mask.resize((side, side), Image.Resampling.LANCZOS)


def _box(hand: Hand, text: str, side: int) -> tuple[float, float, float, float]:
    """Where the ink of a line lies when its base begins at nought."""
    paper = Image.new("L", (side * 3, side * 3), 0)
    hand.write(ImageDraw.Draw(paper), (side, side * 2), text, 255)  # type: ignore[arg-type]
    left, top, right, bottom = paper.getbbox() or (side, side * 2, side, side * 2)
    return left - side, top - side * 2, right - side, bottom - side * 2


def _place_mark(picture: Image.Image, look: Look, at: tuple[int, int], side: int, colour: Colour) -> None:
    """The uploaded mark, or the drawn one in a colour, in a square."""
    own = _stored(look.mark_file)
    if own is not None:
        own.thumbnail((side, side), Image.Resampling.LANCZOS)
        picture.paste(own, (at[0] + (side - own.width) // 2, at[1] + (side - own.height) // 2), own)
    else:
        picture.paste(colour, (at[0], at[1], at[0] + side, at[1] + side), mark_mask(look, side))


def icon(look: Look, side: int, *, full: bool = False) -> Image.Image:
    """The icon: light mark on the deep ground. `full` fills the square and keeps the mark in the safe middle."""
    deep, cream = channels(look.tokens()["--color-deep"][0]), channels("#f4f0e6")
    one_colour, own = _stored(look.mono_file), _stored(look.mark_file)
    ground = channels(look.tokens()["--color-surface"][0]) if own is not None and one_colour is None else deep
    fine = side * _FINE
    shape = Image.new("L", (fine, fine), 255 if full else 0)
    if not full:
        ImageDraw.Draw(shape).rounded_rectangle((0, 0, fine - 1, fine - 1), radius=fine * 0.22, fill=255)
    picture = Image.new("RGBA", (side, side), (0, 0, 0, 0))
    picture.paste(ground, (0, 0, side, side), shape.resize((side, side), Image.Resampling.LANCZOS))
    inner = round(side * (0.56 if full else 0.7))
    at = ((side - inner) // 2, (side - inner) // 2)
    if one_colour is not None:
        one_colour.thumbnail((inner, inner), Image.Resampling.LANCZOS)
        spot = ((side - one_colour.width) // 2, (side - one_colour.height) // 2)
        picture.paste(
            cream, (*spot, spot[0] + one_colour.width, spot[1] + one_colour.height), one_colour.getchannel("A")
        )
    else:
        _place_mark(picture, look, at, inner, cream)
    return picture


def _hills(picture: Image.Image, look: Look) -> None:
    """Sky, sun and five ridges in the brand's colours, the nearest the deepest."""
    width, height = picture.size
    shades = {name: light for name, (light, _dark) in look.tokens().items()}
    page, accent, deep = shades["--color-page"], shades["--color-accent"], shades["--color-deep"]
    draw = ImageDraw.Draw(picture)
    low = mix(page, look.colours["act"], 0.12)
    for y in range(height):
        part = max(0.0, (y - height * 0.35) / (height * 0.4))
        draw.line((0, y, width, y), fill=channels(mix(page, low, min(1.0, part))))
    sun = round(height * 0.115)
    middle = (round(width * 0.845), round(height * 0.70))
    draw.ellipse(
        (middle[0] - sun, middle[1] - sun, middle[0] + sun, middle[1] + sun),
        fill=channels(mix(look.colours["act"], page, 0.45)),
    )
    for number in range(5):
        near = number / 4
        ground = mix(mix(accent, page, 0.72), deep, near**1.1)
        crest = height * (0.735 + 0.06 * number)
        swell = height * (0.05 - 0.006 * number)
        line = [
            (
                x,
                crest
                + swell * math.sin(x / width * (5.1 + number * 1.3) + number * 1.9)
                + swell * 0.45 * math.sin(x / width * (13.7 + number * 2.1) + number * 0.8),
            )
            for x in range(0, width + 8, 8)
        ]
        draw.polygon([*line, (width, height), (0, height)], fill=channels(ground))


def share_card(look: Look, language: str, title: str = "") -> Image.Image:
    """What a shared link shows: mark, name, and the title of the page or the brand's slogan, above its hills."""
    width, height = SHARE[0] * 2, SHARE[1] * 2
    picture = Image.new("RGB", (width, height))
    _hills(picture, look)
    draw = ImageDraw.Draw(picture)
    shades = {name: light for name, (light, _dark) in look.tokens().items()}
    accent, ink = channels(shades["--color-accent"]), channels("#1f1a17")
    left, words = 144, title or look.slogan(language) or look.name
    _place_mark(picture, look, (left, 116), 120, accent)
    name, [line, *_rest] = fitted(look.type_pair, look.name, ((80, 1), (64, 1), (52, 1)), width - left * 2 - 160)
    name.write(draw, (left + 152, 176 + name.size * 0.33), line, accent)
    wide = width - left * 2
    hand, lines = fitted(look.type_pair, words, ((144, 2), (128, 2), (112, 3), (96, 3), (84, 3)), wide)
    step = hand.size * 1.2
    top = 320 + (520 - step * len(lines)) * 0.3 + hand.size * 0.8
    for number, text in enumerate(lines):
        hand.write(draw, (left, top + number * step), text, ink)
    return picture.resize(SHARE, Image.Resampling.LANCZOS)


def letter_head(look: Look) -> Image.Image:
    """The head of letters: the uploaded wordmark, or mark and name, on the paper of the letter."""
    ground = channels(look.tokens()["--color-page"][0])
    word = _stored(look.wordmark_file)
    if word is not None:
        word.thumbnail((LETTER_WIDTH, LETTER_HEIGHT), Image.Resampling.LANCZOS)
        picture = Image.new("RGB", (_even(word.width), LETTER_HEIGHT), ground)
        picture.paste(word, (0, (LETTER_HEIGHT - word.height) // 2), word)
        return picture
    accent = channels(look.tokens()["--color-accent"][0])
    hand, [line, *_rest] = fitted(look.type_pair, look.name, ((64, 1), (52, 1), (40, 1)), LETTER_WIDTH - 104)
    picture = Image.new("RGB", (_even(min(LETTER_WIDTH, 104 + math.ceil(hand.length(line)))), LETTER_HEIGHT), ground)
    _place_mark(picture, look, (0, 14), 76, accent)
    hand.write(ImageDraw.Draw(picture), (96, 52 + hand.size * 0.34), line, accent)
    return picture


def _even(width: int) -> int:
    return width + width % 2  # shown at half its pixels


_sizes: dict[str, tuple[int, int]] = {}


def letter_size(look: Look) -> tuple[int, int]:
    """How large the head of letters is shown: half its pixels, so that it is sharp on fine screens."""
    if look.version not in _sizes:
        if len(_sizes) > 50:
            _sizes.clear()
        picture = letter_head(look)
        _sizes[look.version] = (picture.width // 2, picture.height // 2)
    return _sizes[look.version]


def as_bytes(picture: Image.Image, kind: str) -> bytes:
    """The picture as a file of a kind (`PNG`, `JPEG`, `ICO`), without anything but the picture in it."""
    out = BytesIO()
    if kind == "ICO":
        picture.save(out, "ICO", sizes=[(16, 16), (32, 32), (48, 48)])
    elif kind == "JPEG":
        picture.convert("RGB").save(out, "JPEG", quality=88, optimize=True)
    else:
        picture.save(out, "PNG", optimize=True)
    return out.getvalue()


def fonts_are_there() -> bool:
    """Whether the front end has been built, without which no picture can be lettered."""
    return all(Path(path).exists() for pair in typefaces.PAIRS for path in typefaces.files(pair))
