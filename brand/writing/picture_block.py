"""A picture within a page."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail.images.blocks import ImageBlock


class PictureBlock(ImageBlock):
    """Wagtail's own, whose first field is named in English only. Migrations know it by Wagtail's name."""

    def __init__(self, required: bool = True, **kwargs: Any) -> None:
        super().__init__(required=required, **kwargs)
        image = self.child_blocks["image"]
        image.label = image.meta.label = _("Image")
