"""Border post to Wagtail: pictures that reach it by any way, and pages whose pictures are drawn ahead."""

from typing import Any

from django.core.files.base import ContentFile
from django.db.models.signals import pre_save
from django.dispatch import receiver
from wagtail.images import get_image_model
from wagtail.signals import page_published, page_unpublished
from wagtail_localize.segments.extract import StreamFieldSegmentExtractor

from brand.writing import index
from brand.writing.models import LivingPage
from brand.writing.tasks import draw_pictures
from portal.core.pictures import drawn_anew


@receiver(pre_save, sender=get_image_model())
def picture_saved(instance: Any, **_kwargs: Any) -> None:
    """A picture that did not come by the editors' form is drawn anew here: no way in keeps what a camera added.

    Raises Invalid for what is no picture.
    """
    file = instance.file
    if not file or file._committed or getattr(file.file, "drawn_anew", False):
        return
    content, ending = drawn_anew(file.file)
    instance.file = ContentFile(content, name=f"{file.name.rpartition('.')[0] or 'picture'}.{ending}")
    instance.file_size = len(content)
    instance.file_hash = ""  # Wagtail reckons it from the new bytes when it asks for it


@receiver(page_published)
def pictures_wanted(instance: Any, **_kwargs: Any) -> None:
    """A page went live: the worker draws its pictures before a reader has to wait for them."""
    if isinstance(instance, LivingPage):
        draw_pictures.enqueue(instance.pk)


@receiver(page_published)
@receiver(page_unpublished)
def words_wanted(instance: Any, **_kwargs: Any) -> None:
    """What a page says can be found from the moment it says it, and no longer. A deleted page takes its row along."""
    index.keep(instance)


_words_of_block = StreamFieldSegmentExtractor.handle_block


def _words_of_block_if_any(self: Any, block_type: Any, block_value: Any, raw_value: Any = None) -> list[Any]:
    """What was left out, or came to a block after the page was written, has nothing to translate; the library takes
    pictures and words for granted."""
    if block_value is None:
        return []
    return list(_words_of_block(self, block_type, block_value, raw_value=raw_value))


StreamFieldSegmentExtractor.handle_block = _words_of_block_if_any
