"""Wagtail's smallest blocks as the workshop tells them: by words in the reader's language, with a picture or none."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.images.blocks import ImageBlock, ImageBlockComparison


class PictureComparison(ImageBlockComparison):
    """Wagtail's own breaks on a part that came or went and has no picture."""

    def htmlvalue(self, val: Any) -> Any:
        """The picture as the page of two versions shows it, nothing for none."""
        image = val["image"] if isinstance(val, dict) else val
        return super().htmlvalue(val) if image is not None else ""


class PictureBlock(ImageBlock):
    """Wagtail's own, whose first field is named in English only. Migrations know it by Wagtail's name."""

    def __init__(self, required: bool = True, **kwargs: Any) -> None:
        super().__init__(required=required, **kwargs)
        image = self.child_blocks["image"]
        image.label = image.meta.label = _("Image")

    def get_comparison_class(self) -> type[PictureComparison]:
        """For the page that lays two versions side by side."""
        return PictureComparison


class WordedChoiceBlock(blocks.ChoiceBlock):
    """A choice that is told by its words, not by its code, where two versions are laid side by side."""

    def render_basic(self, value: Any, context: dict[str, Any] | None = None) -> str:
        """The words of the choice in the reader's language."""
        return str(dict(self.field.choices).get(value, value))
