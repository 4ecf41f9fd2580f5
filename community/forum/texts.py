"""What people write, checked: length, letters, cleaning, rendering. One gate for preview, form and action."""

from dataclasses import dataclass
from typing import Any

from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from community import markup
from portal.core import text
from portal.core.errors import Invalid

TITLE_LEAST, TITLE_MOST = 8, 200
# "Dạ" and "Có" are answers; a lone dot is not.
BODY_LETTERS = 2
REASON_LEAST, REASON_MOST = 3, 300


@dataclass(frozen=True)
class Words:
    """A checked body: as typed (cleaned) and as shown."""

    source: str
    html: str


def _letters(value: str) -> int:
    return sum(1 for letter in value if letter.isalnum())


def _as_text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def check_title(value: Any) -> str:
    """The title on one line; raises Invalid when it is too short, too long or says nothing."""
    title = text.clean_line(_as_text(value))
    if text.length(title) < TITLE_LEAST or len(set(title.lower())) < 4 or _letters(title) < 4:
        raise Invalid(
            _("A title of a few words, please, so that people know what it is about."),
            code="title_too_short",
            field="title",
        )
    if len(title) > TITLE_MOST:
        raise Invalid(
            _("The title is too long. Up to 200 characters fit; the rest belongs into the text."),
            code="title_too_long",
            field="title",
        )
    return title


def check_body(value: Any) -> Words:
    """The body, cleaned and rendered; raises Invalid when it is empty, says nothing or is over 20,000 characters."""
    source = text.clean(_as_text(value))
    if _letters(source) < BODY_LETTERS:
        raise Invalid(_("There are no words here yet. Write a little, then send."), code="body_too_short", field="body")
    return Words(source=source, html=markup.render(source))


def check_reason(value: Any, *, required: bool) -> str:
    """Why words are hidden; moderators must say it. Raises Invalid."""
    reason = text.clean_line(_as_text(value))
    if required and _letters(reason) < REASON_LEAST:
        raise Invalid(
            _("Please give a reason. The author reads it, and so do other moderators."),
            code="reason_missing",
            field="reason",
        )
    if len(reason) > REASON_MOST:
        raise Invalid(_("The reason is too long. Up to 300 characters fit."), code="reason_too_long", field="reason")
    return reason


def slug(title: str) -> str:
    """The readable part of a topic's address; never empty."""
    return slugify(text.fold(title))[:80].strip("-") or "topic"
