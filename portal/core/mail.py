"""Letters: one way to turn a template into a mail with text and HTML, in the reader's language.

A letter `NAME` is three templates: `email/NAME.subject.txt`, `email/NAME.txt`, `email/NAME.html`. Styles are inlined,
because mail readers drop style sheets.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import css_inline
from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.utils import translation


@dataclass(frozen=True)
class Signature:
    """What stands at the head of a letter, and the colours it wears (empty: those of `email.css`).

    `picture` is a path of this site that shows `name`, `width` by `height`; a letter reads well without it.
    """

    name: str
    picture: str = ""
    width: int = 0
    height: int = 0
    act: str = ""
    accent: str = ""
    paper: str = ""


def _plain_signature() -> Signature:
    return Signature(str(settings.WAGTAIL_SITE_NAME))


_signature: list[Callable[[], Signature]] = [_plain_signature]


def sign_with(signature: Callable[[], Signature]) -> None:
    """Lets the brand's identity say what stands at the head of letters."""
    _signature[0] = signature


def letter_head() -> Signature:
    """What stands at the head of letters, and of papers, now."""
    return _signature[0]()


def house_name() -> str:
    """The name at the head of letters now."""
    return letter_head().name


@lru_cache(maxsize=1)
def _styles() -> str:
    return (settings.BASE_DIR / "static" / "css" / "email.css").read_text(encoding="utf-8")


def _dress(signature: Signature) -> str:
    """The style sheet of letters in the brand's colours."""
    rules = (
        (".email-sheet a.email-button{background:%s}", signature.act),
        (".email-brand,.email-sheet a:not(.email-button){color:%s}", signature.accent),
        ("body{background:%s}", signature.paper),
    )
    return _styles() + "\n" + "".join(rule % colour for rule, colour in rules if colour)


def absolute(path: str) -> str:
    """The full address of a path of this site; letters never trust a request's Host."""
    return settings.SITE_URL.rstrip("/") + path


def compose(
    name: str, *, to: str, language: str, context: dict[str, Any], headers: dict[str, str] | None = None
) -> EmailMultiAlternatives:
    """A letter ready to send. Nothing is sent here."""
    signature = letter_head()
    with translation.override(language):
        head = {"site_name": signature.name, "letter_head": signature, "absolute_head": absolute(signature.picture)}
        full = {**head, "site_url": settings.SITE_URL.rstrip("/"), **context}
        subject = " ".join(render_to_string(f"email/{name}.subject.txt", full).split())
        text = render_to_string(f"email/{name}.txt", full).strip() + "\n"
        html = render_to_string(f"email/{name}.html", full)
    letter = EmailMultiAlternatives(subject, text, settings.DEFAULT_FROM_EMAIL, [to], headers=headers)
    # Kept beside the inlined styles: the rules for readers who sit in the dark.
    inliner = css_inline.CSSInliner(extra_css=_dress(signature), load_remote_stylesheets=False, keep_at_rules=True)
    inlined = inliner.inline(html)
    letter.attach_alternative(inlined, "text/html")
    return letter
