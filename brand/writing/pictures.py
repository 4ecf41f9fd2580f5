"""In which sizes and cuts pages ask for a picture: one table for the tag that shows and the task that draws."""

from dataclasses import dataclass

FORMATS = ("avif", "webp")


@dataclass(frozen=True)
class Shape:
    """A cut. `fill` cuts keep the focal point in sight; `width` keeps the whole picture."""

    wide: tuple[str, ...]
    sizes: str
    # Another cut for phones, where the wide one would be a slit.
    phone: tuple[str, ...] = ()

    @property
    def specs(self) -> tuple[str, ...]:
        """Every rendition that a page may ask for."""
        return tuple(f"{cut}|format-{form}" for form in FORMATS for cut in (*self.wide, *self.phone))


SHAPES: dict[str, Shape] = {
    "whole": Shape(("width-640", "width-1200", "width-1600"), "(max-width: 75rem) 100vw, 75rem"),
    "cover": Shape(
        ("fill-1200x514", "fill-1680x720", "fill-2100x900"), "100vw", ("fill-640x480", "fill-960x720", "fill-1200x900")
    ),
    "plate": Shape(("fill-480x400", "fill-840x700", "fill-1200x1000"), "(max-width: 60rem) 100vw, 55vw"),
    "pair": Shape(("fill-480x360", "fill-800x600", "fill-1200x900"), "(max-width: 40rem) 100vw, 38rem"),
    "thing": Shape(("fill-320x320", "fill-640x640"), "(max-width: 40rem) 45vw, 20rem"),
    "face": Shape(("fill-192x192", "fill-384x384"), "12rem"),
}
