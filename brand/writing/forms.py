"""The form by which editors hand in pictures."""

from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from wagtail.images.forms import BaseImageForm

from portal.core.errors import Invalid
from portal.core.pictures import drawn_anew


class PictureForm(BaseImageForm):
    """Wagtail's form; a picture that arrives is drawn anew before anything is kept of it."""

    def clean_file(self) -> Any:
        """The picture without anything but its pixels; refuses what is none, with the reason."""
        sent = self.cleaned_data["file"]
        if "file" not in self.changed_data or not sent:
            return sent
        try:
            content, ending = drawn_anew(sent.file if hasattr(sent, "file") else sent)
        except Invalid as error:
            raise ValidationError(str(error), code=error.code) from error
        clean = ContentFile(content, name=f"{sent.name.rpartition('.')[0] or 'picture'}.{ending}")
        clean.drawn_anew = True  # type: ignore[attr-defined]
        return clean
