"""What a browser would send: the fields of a page's form as they stand there."""

from __future__ import annotations

from html.parser import HTMLParser


class _Forms(HTMLParser):
    """Gathers every form with what its fields hold. Buttons and files are left out."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[tuple[str, dict[str, list[str]]]] = []
        self._fields: dict[str, list[str]] | None = None
        self._select = self._area = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = {name: value or "" for name, value in attrs}
        name = said.get("name", "")
        if tag == "form":
            self._fields = {}
            self.forms.append((said.get("method", "get").lower(), self._fields))
        elif self._fields is None:
            return
        elif tag == "input" and name:
            self._input(name, said)
        elif tag == "select":
            self._select = name
        elif tag == "option" and self._select and "selected" in said:
            self._fields.setdefault(self._select, []).append(said.get("value", ""))
        elif tag == "textarea" and name:
            self._area = name
            self._fields.setdefault(name, []).append("")

    def _input(self, name: str, said: dict[str, str]) -> None:
        assert self._fields is not None
        kind = said.get("type", "text")
        if kind in ("submit", "button", "file", "image", "reset"):
            return
        if kind not in ("checkbox", "radio") or "checked" in said:
            self._fields.setdefault(name, []).append(said.get("value", "on" if kind == "checkbox" else ""))

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._fields = None
        elif tag == "select":
            self._select = ""
        elif tag == "textarea":
            self._area = ""

    def handle_data(self, data: str) -> None:
        if self._area and self._fields is not None:
            self._fields[self._area][-1] += data


def form_of(html: str) -> dict[str, list[str]]:
    """The largest form of a page that is sent by POST; nothing where there is none."""
    reader = _Forms()
    reader.feed(html)
    return max((fields for method, fields in reader.forms if method == "post"), key=len, default={})
