"""Blocks that show what is true right now: found on a page, each kind read once however often it stands there."""

from collections import defaultdict
from collections.abc import Callable, Iterator
from typing import Any

from django.db.models import Model, prefetch_related_objects
from django.http import HttpRequest
from wagtail import blocks
from wagtail.fields import StreamField
from wagtail.images.models import AbstractImage

# A reader gets every value of its kind that stands on the page, and puts what it found into `value.alive`.
BlockReader = Callable[[list[Any], HttpRequest], None]
_readers: dict[type[blocks.Block], BlockReader] = {}


def reads_for_block(kind: type[blocks.Block]) -> Callable[[BlockReader], BlockReader]:
    """Says which function reads for a living block. The reads stand above the blocks, so they register themselves."""

    def register(reader: BlockReader) -> BlockReader:
        _readers[kind] = reader
        return reader

    return register


def _walk(block: blocks.Block, value: Any) -> Iterator[tuple[blocks.Block, Any]]:
    """Every block below and with this one, with its value."""
    if value is None:
        return
    yield block, value
    if isinstance(block, blocks.StreamBlock):
        for child in value:
            yield from _walk(child.block, child.value)
    elif isinstance(block, blocks.ListBlock):
        for one in value:
            yield from _walk(block.child_block, one)
    elif isinstance(block, blocks.StructBlock) and isinstance(value, blocks.StructValue):
        for name, child_block in block.child_blocks.items():
            yield from _walk(child_block, value.get(name))


def _bring_to_life(found: Iterator[tuple[blocks.Block, Any]], request: HttpRequest) -> None:
    kinds: dict[type[blocks.Block], list[Any]] = defaultdict(list)
    pictures: list[Any] = []
    for block, value in found:
        if isinstance(value, AbstractImage):
            pictures.append(value)
        elif type(block) in _readers:
            kinds[type(block)].append(value)
    if pictures:
        prefetch_related_objects(pictures, "renditions")
    for kind, values in kinds.items():
        _readers[kind](values, request)


def bring_to_life(page: Model, request: HttpRequest) -> None:
    """Reads for every living block of a page and fetches the sizes of all its pictures, in constant queries."""
    _bring_to_life(in_page(page), request)


def bring_one_to_life(block: blocks.Block, value: Any, request: HttpRequest) -> None:
    """The same for a block that stands alone, as in its preview."""
    _bring_to_life(_walk(block, value), request)


def in_page(page: Model) -> Iterator[tuple[blocks.Block, Any]]:
    """Every block of every stream of a page, with its value."""
    for field in page._meta.get_fields():
        if isinstance(field, StreamField):
            yield from _walk(field.stream_block, getattr(page, field.name))


def pictures_in(page: Model) -> list[tuple[AbstractImage, str]]:
    """The pictures in the streams of a page, each with the shape in which its block shows it."""
    return [
        (picture, getattr(block.meta, "shape", "whole"))
        for block, value in in_page(page)
        if isinstance(value, blocks.StructValue)
        for picture in value.values()
        if isinstance(picture, AbstractImage)
    ]
