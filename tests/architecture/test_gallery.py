"""What is not in the gallery is not looked at: each component has an example, and each example renders."""

import json
import re
from pathlib import Path

import pytest
from django.conf import settings

from portal.ui.gallery import EXAMPLES, Example
from portal.ui.navigation import PLACES
from portal.ui.templatetags.ui import NOTICE_ICONS

COMPONENTS = Path(settings.BASE_DIR) / "templates" / "components"
TEMPLATES = Path(settings.BASE_DIR) / "templates"
STATIC = Path(settings.BASE_DIR) / "static"
STYLES = Path(settings.BASE_DIR) / "static" / "css"


def component_names() -> list[str]:
    """Fragments of a component begin with an underscore and are shown by their owner."""
    return sorted(path.stem for path in COMPONENTS.glob("*.html") if not path.stem.startswith("_"))


def test_every_component_has_an_example() -> None:
    assert sorted(EXAMPLES) == component_names()
    assert [name for name, examples in EXAMPLES.items() if not examples] == []


@pytest.mark.parametrize(
    "example", [pytest.param(one, id=f"{name}-{one.state}") for name, several in EXAMPLES.items() for one in several]
)
def test_example_renders_without_inline_style_or_script(example: Example) -> None:
    html = example.html()
    assert html.strip()
    for forbidden in (" style=", "<script", " onclick=", "csrfmiddlewaretoken"):
        assert forbidden not in html


def test_every_component_style_sheet_is_part_of_the_build() -> None:
    sheet = (STYLES / "app.css").read_text()
    missing = [
        path.name for path in sorted((STYLES / "components").glob("*.css")) if f"components/{path.name}" not in sheet
    ]
    assert missing == []


def icons_used() -> set[str]:
    """Names that templates and our own code write literally; brand's are those of Wagtail's admin."""
    named = re.compile(r'{% icon "([a-z0-9-]+)"')
    given = re.compile(r'\bicon"?\s*[=:]\s*"([a-z0-9-]+)"')
    written = {name for path in TEMPLATES.rglob("*.html") for name in named.findall(path.read_text())}
    for package in ("portal", "community", "badges"):
        for path in (Path(settings.BASE_DIR) / package).rglob("*.py"):
            written |= set(given.findall(path.read_text()))
    return written | {place.icon for place in PLACES} | set(NOTICE_ICONS.values())


def test_every_icon_named_is_in_the_sprite() -> None:
    marks = {path.stem.removeprefix("solid-") for path in (STATIC / "marks").glob("*.svg")}
    chosen = set(json.loads((STATIC / "icons.json").read_text()))
    assert icons_used() - chosen - marks == set()
    assert marks & chosen == set()
