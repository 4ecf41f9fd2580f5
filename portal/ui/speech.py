"""Template filters of the reader's language; `portal/ui/templatetags/ui.py` puts them into `{% load ui %}`."""

from decimal import Decimal

from django.utils.html import format_html
from django.utils.safestring import SafeString

from portal.core import speech


def tongue(text: object) -> SafeString:
    """` lang="vi"` for words that tell their language, else nothing: `<p{{ post.html|tongue }}>`."""
    language = speech.language_of(str(text))
    return format_html(' lang="{}"', language) if language else SafeString("")


def money(dong: int | Decimal) -> str:
    """`85.000 đ` in Vietnamese, `85,000 VND` in English."""
    return speech.money(dong)
