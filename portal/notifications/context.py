"""The bell in the masthead of every page."""

from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from portal.accounts.viewers import viewer
from portal.notifications import selectors


def bell(request: HttpRequest) -> dict[str, Any]:
    """Context processor: `unread_kinds` and `unread_count`, read only when a template asks, never for visitors."""
    member = viewer(request) if hasattr(request, "user") else None
    if member is None:
        return {}
    kinds = SimpleLazyObject(lambda: selectors.unread_kinds(member.pk))
    return {"unread_kinds": kinds, "unread_count": SimpleLazyObject(lambda: sum(kinds.values()))}
