"""Every block that a page of the brand can be made of, drawn as a reader meets it: for whoever draws the house."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template import RequestContext
from django.template.loader import get_template
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from wagtail.blocks import Block, StreamBlock
from wagtail.fields import StreamField
from wagtail.models import get_page_models

from brand.writing.living_blocks import LivingBlock

TEMPLATE = "portal/dev/blocks.html"
# Stands across the page, outside what is put around the others.
ACROSS = {"message"}


@dataclass(frozen=True)
class Specimen:
    """One block: what editors read of it, and how it looks in each state. `frame` is what pages put around it."""

    name: str
    label: str | Promise
    description: str | Promise
    frame: str
    states: list[tuple[str, str]] = field(default_factory=list)


def streams() -> Iterator[tuple[str, StreamBlock]]:
    """Every stream of every page of the brand, each with the class of what its pages put around the blocks."""
    frames = {"StoryPage": "page tale", "HelpPage": "page help-body", "LegalPage": "page help-body"}
    for model in get_page_models():
        if model._meta.app_label == "brand":
            for one in model._meta.get_fields():
                if isinstance(one, StreamField) and one.model is model:
                    yield frames.get(model.__name__, "blocks"), one.stream_block


def all_blocks() -> dict[str, tuple[str, Block]]:
    """Every block once, by its name, however many pages may hold it; the commonest frame wins."""
    found: dict[str, tuple[str, Block]] = {}
    for frame, stream in sorted(streams(), key=lambda pair: pair[0] != "blocks"):
        for name, block in stream.child_blocks.items():
            found.setdefault(name, ("" if name in ACROSS else frame, block))
    return dict(sorted(found.items()))


def states_of(block: Block, request: HttpRequest) -> list[tuple[str, str]]:
    """As the editor previews it; what is alive is shown also while there is nothing to show."""
    value = block.get_preview_value()
    context = block.get_preview_context(value, {"request": request})
    states = [(_("As the editor sees it beforehand"), _drawn(block, value, context, request))]
    if isinstance(block, LivingBlock):
        nothing: Any = block.normalize(block.get_preview_value())
        nothing.alive = {}
        states.append((_("While there is nothing to show"), _drawn(block, nothing, {}, request)))
    return states


def _drawn(block: Block, value: Any, context: dict[str, Any], request: HttpRequest) -> str:
    return str(block.render(value, context={**_around(request), **context, "request": request})).strip()


def _around(request: HttpRequest) -> dict[str, Any]:
    """What every page gives its blocks besides their values; gathered once a request."""
    if not hasattr(request, "_around_blocks"):
        context = RequestContext(request)
        with context.bind_template(get_template(TEMPLATE).template):  # type: ignore[attr-defined]
            request._around_blocks = context.flatten()  # type: ignore[attr-defined]
    found: dict[str, Any] = request._around_blocks  # type: ignore[attr-defined]
    return found


def gallery(request: HttpRequest) -> HttpResponse:
    """The blocks, one below the other."""
    specimens = [
        Specimen(name, block.label, block.get_description(), frame, states_of(block, request))
        for name, (frame, block) in all_blocks().items()
    ]
    return render(request, TEMPLATE, {"specimens": specimens})
