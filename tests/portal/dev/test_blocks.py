"""The gallery of blocks: none is missing, each is drawn as pages draw it, what is alive also with nothing to show."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from django.test import Client, RequestFactory
from wagtail.blocks import Block

from brand.writing.blocks import SharedBlocks
from brand.writing.living_blocks import LivingBlock
from portal.dev.blocks import all_blocks, states_of, streams

pytestmark = pytest.mark.django_db
BLOCKS = {name: block for name, (_frame, block) in all_blocks().items()}
SHOWN, EMPTY = "Như người viết xem trước", "Lúc chưa có gì để bày"


@pytest.fixture
def request_() -> HttpRequest:
    """What the gallery is asked with."""
    request = RequestFactory().get("/dev/gallery/blocks/")
    request.user = AnonymousUser()
    return request


def test_every_block_that_a_page_may_hold_stands_in_the_gallery(client: Client) -> None:
    held = {name for _frame, stream in streams() for name in stream.child_blocks}
    assert set(SharedBlocks().child_blocks) < held
    assert set(BLOCKS) == held
    page = client.get("/dev/gallery/blocks/").content.decode()
    assert [name for name in sorted(held) if f'id="block-{name}"' not in page] == []


def test_two_blocks_of_one_name_are_the_same_block() -> None:
    kinds: dict[str, set[type[Block]]] = {}
    for _frame, stream in streams():
        for name, block in stream.child_blocks.items():
            kinds.setdefault(name, set()).add(type(block))
    assert {name: kind for name, kind in kinds.items() if len(kind) > 1} == {}


@pytest.mark.parametrize("name", sorted(BLOCKS))
def test_a_block_is_told_and_drawn_without_inline_style_or_script(name: str, request_: HttpRequest) -> None:
    block = BLOCKS[name]
    assert block.get_description()
    states = dict(states_of(block, request_))
    assert set(states) == ({SHOWN, EMPTY} if isinstance(block, LivingBlock) else {SHOWN})
    for html in states.values():
        for forbidden in (" style=", "<script", " onclick=", "csrfmiddlewaretoken"):
            assert forbidden not in html
