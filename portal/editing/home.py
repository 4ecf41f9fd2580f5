"""The first panel of the workshop: what needs whoever has come in."""

from collections.abc import Mapping
from typing import Any

from wagtail.admin.ui.components import Component

from portal.core.clock import now
from portal.editing.attention import heaps
from portal.editing.selectors import shelves_of


class AttentionPanel(Component):
    """Heaps of things that wait for her, or a calm word; and where she begins a story."""

    name = "attention"
    template_name = "portal/editing/attention.html"
    order = 50

    def get_context_data(self, parent_context: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """The heaps and the shelves of the member who looks."""
        assert parent_context is not None  # Wagtail's desk always hands its own over
        member = parent_context["request"].user
        return {"heaps": heaps(member, at=now()), "name": member.get_short_name(), "shelves": shelves_of(member)}
