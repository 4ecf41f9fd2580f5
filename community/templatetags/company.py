"""Template tags about company: words of somebody whom the reader blocked lie folded, under a line that opens them."""

from typing import Any

from django import template
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe

from portal.accounts.blocks.selectors import folded_for
from portal.accounts.viewers import viewer

register = template.Library()
NOTHING = mark_safe("")


def _folded(context: Any) -> frozenset[int]:
    """Whose words lie folded for the reader of this page, asked once. A fragment for everybody has no reader."""
    request = context.get("request")
    if request is None:
        return frozenset()
    if not hasattr(request, "folded_members"):
        member = viewer(request)
        request.folded_members = folded_for(member.pk) if member is not None else frozenset()
    return request.folded_members


@register.simple_tag(takes_context=True)
def fold(context: Any, *author_ids: int) -> SafeString:
    """The line under which the words after it lie, when the reader blocked their author, or one of them; else nothing.
    A title is words of who began the topic, whoever else stands in its row."""
    return render_to_string("components/fold.html") if _folded(context).intersection(author_ids) else NOTHING


@register.simple_tag(takes_context=True)
def is_folded(context: Any, author_id: int) -> bool:
    """Whether the reader blocked an author, where a line has no room to open."""
    return author_id in _folded(context)


@register.inclusion_tag("components/_folds.html", takes_context=True)
def folds(context: Any) -> dict[str, Any]:
    """Tells a live page whose words it has to fold by itself. Nothing for who blocked nobody."""
    return {"folded": sorted(_folded(context))}
