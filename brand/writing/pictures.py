"""In which sizes and cuts pages ask for a picture: one table for the tag that shows and the task that draws."""

from dataclasses import dataclass

# The first is small and slow to draw: the worker draws it, and a page shows it once it is there. The second is quick.
FINE, QUICK = "avif", "webp"
FORMATS = (FINE, QUICK)


@dataclass(frozen=True)
class Shape:
    """A cut. `fill` cuts keep the focal point in sight; `width` keeps the whole picture."""

    wide: tuple[str, ...]
    sizes: str
    # Another cut for phones, where the wide one would be a slit.
    phone: tuple[str, ...] = ()

    @property
    def specs(self) -> tuple[str, ...]:
        """Every rendition that a page may show."""
        return (*self.in_format(QUICK), *self.in_format(FINE))

    def in_format(self, form: str) -> tuple[str, ...]:
        """Every cut in one format."""
        return tuple(f"{cut}|format-{form}" for cut in (*self.wide, *self.phone))


SHAPES: dict[str, Shape] = {
    "whole": Shape(("width-640", "width-1400"), "(max-width: 75rem) 100vw, 75rem"),
    "cover": Shape(("fill-1120x480", "fill-1680x720"), "100vw", ("fill-480x360", "fill-880x660")),
    "plate": Shape(("fill-480x400", "fill-960x800"), "(max-width: 60rem) 100vw, 55vw"),
    "pair": Shape(("fill-480x360", "fill-960x720"), "(max-width: 40rem) 100vw, 38rem"),
    "thing": Shape(("fill-240x240", "fill-560x560"), "(max-width: 40rem) 45vw, 20rem"),
    "face": Shape(("fill-192x192",), "6rem"),
}
