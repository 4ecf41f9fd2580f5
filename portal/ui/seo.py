"""What machines read of a page: addresses, languages, pictures to share, structured data. Plain values, no query."""

import json
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.urls import get_urlconf, translate_url
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from portal.core.mail import absolute

# A data block ends at the first "</script", and a comment mark changes how it is read: neither may stand in it. The
# two separators are line ends to older readers of JSON.
_ESCAPES = str.maketrans({"<": "\\u003C", ">": "\\u003E", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029"})
OG_LOCALES = {"vi": "vi_VN", "en": "en_GB"}


def json_ld(data: Mapping[str, Any]) -> SafeString:
    """Structured data as a block that browsers do not run; whatever a title holds stays inside it."""
    body = json.dumps({"@context": "https://schema.org", **data}, ensure_ascii=False, separators=(",", ":"))
    return format_html(
        '<script type="application/ld+json">{}</script>',
        mark_safe(body.translate(_ESCAPES)),  # noqa: S308  (escaped in the line above, for a script and not for HTML)
    )


def breadcrumb_list(steps: Iterable[tuple[str, str]]) -> dict[str, Any]:
    """The way to a page, as (name, path) from the top."""
    rows = [
        {"@type": "ListItem", "position": number, "name": str(name), "item": absolute(path)}
        for number, (name, path) in enumerate(steps, 1)
    ]
    return {"@type": "BreadcrumbList", "itemListElement": rows}


def questions(rows: Iterable[tuple[str, str]]) -> dict[str, Any]:
    """Questions with their answers in plain words."""
    return {
        "@type": "FAQPage",
        "inLanguage": get_language() or settings.LANGUAGE_CODE,
        "mainEntity": [
            {"@type": "Question", "name": asked, "acceptedAnswer": {"@type": "Answer", "text": answer}}
            for asked, answer in rows
        ],
    }


def in_language(path: str, code: str) -> str | None:
    """The same path below another language's prefix, or None for a path without such a prefix."""
    return _in_language(path, code, get_language(), get_urlconf())


@lru_cache(maxsize=4096)
def _in_language(path: str, code: str, language: str | None, urlconf: Any) -> str | None:
    active = f"/{language}/"
    if not path.startswith(active):
        return None
    translated = translate_url(path, code)
    if translated == path and code != language:  # an address that only Wagtail knows
        return f"/{code}/{path.removeprefix(active)}"
    return translated


def language_versions(path: str, given: Mapping[str, str] | None) -> dict[str, str]:
    """Full address by language. `given` are the versions that are public, where that is less than all of them."""
    paths = given if given is not None else {code: in_language(path, code) for code, _name in settings.LANGUAGES}
    return {code: absolute(paths[code] or "") for code, _name in settings.LANGUAGES if paths.get(code)}


__all__ = ["OG_LOCALES", "absolute", "breadcrumb_list", "in_language", "json_ld", "language_versions", "questions"]
