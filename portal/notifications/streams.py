"""The bell on open pages: the member's own stream says how much waits; the open inbox fetches itself anew."""

from typing import Any

from portal import realtime
from portal.notifications import selectors


def render(member_id: int, entries: list[tuple[str, dict[str, Any]]]) -> list[dict[str, Any]]:
    """The count of what waits now, whatever the entry told: read, taken back or new. One query."""
    unread = selectors.unread_count(member_id)
    return [{"unread": unread} for _entry in entries]


realtime.register_kind("member", "notification", render)
