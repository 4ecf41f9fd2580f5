"""The form by which editors hand in pictures."""

from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.utils.translation import gettext as _
from wagtail.images.fields import WagtailImageField
from wagtail.images.forms import BaseImageForm

from portal.core.errors import Invalid
from portal.core.pictures import drawn_anew


class PictureField(WagtailImageField):
    """Wagtail's field, which lets the error of a torn file through."""

    def to_python(self, data: Any) -> Any:
        """Refuses a file whose head is torn, as it does one that is no picture."""
        try:
            return super().to_python(data)
        except (OSError, SyntaxError, EOFError) as error:
            raise ValidationError(_("This picture is damaged. Please send it once more."), code="damaged") from error


class PictureForm(BaseImageForm):
    """Wagtail's form; a picture that arrives is drawn anew before anything is kept of it."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "description" in self.fields:
            # Else its file name would be read aloud to whoever cannot see it.
            self.fields["description"].required = True
            self.fields["description"].label = _("What it shows, for readers who cannot see it")
        if "file" in self.fields:
            wagtails = self.fields["file"]
            self.fields["file"] = PictureField(
                label=wagtails.label, required=wagtails.required, widget=wagtails.widget, initial=wagtails.initial
            )

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
