"""A small reader of Django templates: what is text, what is markup, what is neither."""

from __future__ import annotations

import re
from html.parser import HTMLParser

SPOKEN_ATTRIBUTES = {"placeholder", "aria-label", "aria-description", "aria-roledescription", "title", "alt", "label"}
# Words that are the same in every language.
SAME_EVERYWHERE = re.compile(
    r"Tri Ân|Tiếng Việt|English|Markdown|QR|Wagtail|E-?mail|https?|SQLite|PostgreSQL|Redis|&[a-z]+;", re.IGNORECASE
)
DATA_TYPES = {"application/json", "application/ld+json"}
LETTER = re.compile(r"[^\W\d_]{2,}")

_COMMENT = re.compile(r"\{#.*?#\}|\{%-?\s*comment\b.*?%\}.*?\{%\s*endcomment\s*%\}|<!--.*?-->", re.DOTALL)
_TRANSLATED = re.compile(r"\{%\s*blocktrans(?:late)?\b.*?%\}.*?\{%\s*endblocktrans(?:late)?\s*%\}", re.DOTALL)
_VERBATIM = re.compile(r"\{%\s*verbatim\b.*?%\}.*?\{%\s*endverbatim\s*%\}", re.DOTALL)
# What a child layout puts into an attribute of its parent is a name for the machine.
_ATTRIBUTE_BLOCK = re.compile(r"\{%\s*block\s+\w*(?:class|attrs|id)\s*%\}.*?\{%\s*endblock\b.*?%\}", re.DOTALL)
# A fragment that its includer puts inside a tag holds attributes and no tag.
_LOOSE_ATTRIBUTE = re.compile(r"\b(?:data-[\w-]+|class|id)=(\"[^\"]*\"|'[^']*')")
_TAG = re.compile(r"\{%.*?%\}", re.DOTALL)
_VARIABLE = re.compile(r"\{\{.*?\}\}", re.DOTALL)
_SPOKEN_ARGUMENT = re.compile(
    r"(?<![\w-])(label|title|text|alt|placeholder|hint|message|heading|empty|action_label)=(\"[^\"]*\"|'[^']*')"
)


def _blank(pattern: re.Pattern, text: str) -> str:
    """Remove what matches, but keep its line breaks, so that line numbers stay true."""
    return pattern.sub(lambda found: "\n" * found.group().count("\n"), text)


def is_spoken(text: str) -> bool:
    """Whether a person would read this as words."""
    return bool(LETTER.search(SAME_EVERYWHERE.sub("", text)))


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=False)
        self.spoken: list[str] = []
        self.forbidden: list[str] = []
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        line = self.getpos()[0]
        names = {name for name, _ in attrs}
        for name, value in attrs:
            if name in SPOKEN_ATTRIBUTES and is_spoken(value or ""):
                self.spoken.append(f"{line}: {name}={value!r}")
            if name == "style":
                self.forbidden.append(f"{line}: style attribute on <{tag}>")
            elif re.fullmatch(r"on[a-z]+|hx-on.*", name):
                self.forbidden.append(f"{line}: handler {name} on <{tag}>")
            elif name in ("href", "src", "action") and (value or "").strip().lower().startswith("javascript:"):
                self.forbidden.append(f"{line}: script in {name} of <{tag}>")
        if tag == "style":
            self.forbidden.append(f"{line}: <style>")
        if tag == "script" and "src" not in names and dict(attrs).get("type") not in DATA_TYPES:
            self.forbidden.append(f"{line}: inline <script>")
        if tag in ("script", "style"):
            self._silent += 1

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in ("script", "style"):
            self._silent = max(0, self._silent - 1)

    def handle_data(self, data: str) -> None:
        data = _LOOSE_ATTRIBUTE.sub("", data)
        if not self._silent and is_spoken(data):
            self.spoken.append(f"{self.getpos()[0]}: {' '.join(data.split())[:60]!r}")


def _spoken_arguments(text: str) -> list[str]:
    """Words handed to a component or an include as a bare literal instead of `_("…")`."""
    found = []
    for tag in _TAG.finditer(text):
        for name, value in _SPOKEN_ARGUMENT.findall(tag.group()):
            if is_spoken(value[1:-1]) and "{" not in value:
                found.append(f"{text.count(chr(10), 0, tag.start()) + 1}: {name}={value}")
    return found


def _read(text: str) -> tuple[str, _Reader]:
    for pattern in (_COMMENT, _TRANSLATED, _VERBATIM, _ATTRIBUTE_BLOCK):
        text = _blank(pattern, text)
    reader = _Reader()
    reader.feed(_blank(_VARIABLE, _blank(_TAG, text)))
    reader.close()
    return text, reader


def untranslated(text: str) -> list[str]:
    """Words in an HTML template that no language but the writer's will ever show."""
    bare, reader = _read(text)
    return reader.spoken + _spoken_arguments(bare)


def untranslated_plain(text: str) -> list[str]:
    """The same for a template of plain text (mail)."""
    for pattern in (_COMMENT, _TRANSLATED, _TAG, _VARIABLE):
        text = _blank(pattern, text)
    return [f"{number}: {line.strip()[:60]!r}" for number, line in enumerate(text.splitlines(), 1) if is_spoken(line)]


def inline_code(text: str) -> list[str]:
    """Inline script or style, which the content security policy of public pages forbids."""
    return _read(text)[1].forbidden
