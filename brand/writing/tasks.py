"""Work that a reader should not have to wait for."""

from typing import Any

from django_tasks import task
from wagtail.images.models import SourceImageIOError
from wagtail.models import Page

from brand.writing import seo
from brand.writing.living import pictures_in
from brand.writing.pictures import SHAPES

# A cover is shown in these cuts: at the head of its page, and on shelves.
COVER = ("cover", "plate")


@task()
def draw_pictures(page_id: int) -> int:
    """Draws every size of a page's pictures that its templates may ask for; returns how many. Idempotent."""
    page = Page.objects.filter(pk=page_id).specific().first()
    if page is None:
        return 0
    cover = getattr(page, "cover", None)
    drawn = _draw(cover, COVER, seo.SHARED) if cover is not None else 0
    return drawn + sum(_draw(picture, (shape,)) for picture, shape in pictures_in(page))


def _draw(picture: Any, shapes: tuple[str, ...], *more: str) -> int:
    specs = [*(spec for shape in shapes for spec in SHAPES[shape].specs), *more]
    try:
        return len(picture.get_renditions(*specs))
    except SourceImageIOError:  # its file has gone: the page shows an empty frame, and nothing can be drawn
        return 0
