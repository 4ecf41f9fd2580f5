"""Links and rich text: what could run something is refused when saved and stripped when shown."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError
from django.utils import translation
from wagtail.blocks import StreamBlockValidationError, StructBlockValidationError

from brand.writing import links
from brand.writing.blocks import LinkBlock, ProseBlock, SharedBlocks
from tests.brand.conftest import Shelf

BAD = [
    "javascript:alert(1)", "JaVaScript:alert(1)", " javascript:alert(1)",
    "java\tscript:alert(1)", "java\nscript:alert(1)",
    "javascript&#58;alert(1)", "&#106;avascript:alert(1)", "\u200bjavascript:alert(1)",
    "data:text/html,<script>x</script>",
    "vbscript:x", "file:///etc/passwd", "ftp://x.example/", "//evil.example/", "/\\evil.example", "https:", "evil",
]  # fmt: skip
GOOD = [
    "https://may.example/x?y=1#z",
    "http://may.example",
    "mailto:a@may.example",
    "tel:+84912345678",
    "/vi/",
    "#duoi",
]


@pytest.mark.parametrize("address", BAD)
def test_an_address_that_could_run_or_mislead_is_refused(address: str) -> None:
    assert links.is_allowed(address) is False
    block = LinkBlock()
    with pytest.raises(StructBlockValidationError):
        block.clean(block.to_python({"label": "Xem", "address": address}))
    assert block.to_python({"label": "Xem", "address": address}).url == ""


@pytest.mark.parametrize("address", GOOD)
def test_an_honest_address_stays(address: str) -> None:
    block = LinkBlock()
    assert block.clean(block.to_python({"label": "Xem", "address": address})).url == address


@pytest.mark.parametrize("address", ["javascript:alert(1)", "data:text/html,x", "java&#09;script:alert(1)"])
def test_rich_text_with_such_a_link_is_not_saved_and_not_shown(address: str) -> None:
    block = ProseBlock()
    source = f'<p>Xem <a href="{address}">ở đây</a></p>'
    with pytest.raises(ValidationError):
        block.clean(block.to_python(source))
    assert links.shown(source) == '<p>Xem <a rel="noopener">ở đây</a></p>'


def test_nothing_but_what_the_editor_offers_is_shown_whatever_was_stored() -> None:
    stored = (
        '<h3 onclick="x()">Suối</h3><script>alert(1)</script><iframe src="https://x.example"></iframe>'
        '<p style="color:red" class="x">Nghe <b>kỹ</b> <a href="https://x.example" onmouseover="x()">đi</a></p>'
        '<img src="x" onerror="alert(1)"><svg onload="x()"></svg><ul><li>Một</li></ul>'
    )
    assert links.shown(stored) == (
        '<h3>Suối</h3><p>Nghe <b>kỹ</b> <a href="https://x.example" rel="noopener">đi</a></p><ul><li>Một</li></ul>'
    )


def test_a_link_leads_to_one_place_and_has_words() -> None:
    block = LinkBlock()
    for raw in (
        {"label": "Xem", "address": "/vi/", "place": "chat:index"},
        {"label": "Xem"},
        {"address": "/vi/"},
    ):
        with pytest.raises(StructBlockValidationError):
            block.clean(block.to_python(raw))
    assert block.clean(block.to_python({})).url == ""
    assert block.to_python({"label": "Nói", "place": "chat:index"}).url == "/vi/chat/"


def test_no_block_takes_raw_html_and_a_bad_link_deep_inside_is_found() -> None:
    def kinds(block: object) -> set[str]:
        below = getattr(block, "child_blocks", {}).values() or [getattr(block, "child_block", None)]
        return {type(block).__name__} | {name for child in below if child for name in kinds(child)}

    assert not {name for name in kinds(SharedBlocks()) if "RawHTML" in name or "Embed" in name}
    body = SharedBlocks()
    raw = [
        {
            "type": "questions",
            "value": {"questions": [{"question": "?", "answer": '<p><a href="javascript:x">x</a></p>'}]},
        }
    ]
    with pytest.raises(StreamBlockValidationError):
        body.clean(body.to_python(raw))


def test_a_link_to_a_page_follows_the_readers_language_once_it_is_public(shelf: Shelf) -> None:
    vi, en = shelf.tell_in_both("suong")
    value = {"label": "Xem", "page": vi.pk}
    with translation.override("en"):
        assert LinkBlock().to_python(value).url == en.url
        en.unpublish()
        assert LinkBlock().to_python(value).url == vi.url, "not told in English: the words that there are"
    assert LinkBlock().to_python(value).url == vi.url
