"""Letters: one way to turn a template into a mail with text and HTML, in the reader's language.

A letter `NAME` is three templates: `email/NAME.subject.txt`, `email/NAME.txt`, `email/NAME.html`. Styles are inlined,
because mail readers drop style sheets.
"""

from collections.abc import Callable
from functools import lru_cache
from typing import Any

import css_inline
from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.utils import translation


def _settings_name() -> str:
    return str(settings.WAGTAIL_SITE_NAME)


_signature: list[Callable[[], str]] = [_settings_name]


def sign_with(name: Callable[[], str]) -> None:
    """Lets the brand's identity say which name stands at the head of letters."""
    _signature[0] = name


def house_name() -> str:
    """The name at the head of letters now."""
    return _signature[0]()


@lru_cache(maxsize=1)
def _styles() -> str:
    return (settings.BASE_DIR / "static" / "css" / "email.css").read_text(encoding="utf-8")


def absolute(path: str) -> str:
    """The full address of a path of this site; letters never trust a request's Host."""
    return settings.SITE_URL.rstrip("/") + path


def compose(
    name: str, *, to: str, language: str, context: dict[str, Any], headers: dict[str, str] | None = None
) -> EmailMultiAlternatives:
    """A letter ready to send. Nothing is sent here."""
    with translation.override(language):
        full = {"site_name": house_name(), "site_url": settings.SITE_URL.rstrip("/"), **context}
        subject = " ".join(render_to_string(f"email/{name}.subject.txt", full).split())
        text = render_to_string(f"email/{name}.txt", full).strip() + "\n"
        html = render_to_string(f"email/{name}.html", full)
    letter = EmailMultiAlternatives(subject, text, settings.DEFAULT_FROM_EMAIL, [to], headers=headers)
    inlined = css_inline.CSSInliner(extra_css=_styles(), load_remote_stylesheets=False).inline(html)
    letter.attach_alternative(inlined, "text/html")
    return letter
