"""The bell on open pages: the member's own stream carries each item and the count of what waits."""

from typing import Any

from django.template.loader import render_to_string

from portal import realtime
from portal.accounts.models import Member
from portal.notifications import selectors


def render(member_id: int, entries: list[tuple[str, dict[str, Any]]]) -> list[dict[str, Any]]:
    """Count and items as they are now; what was read, taken back or lost meanwhile carries no html."""
    member = Member.objects.get(pk=member_id)
    ids = {int(ref["id"]) for _kind, ref in entries}
    rows = list(selectors.inbox(member_id).filter(pk__in=ids, read_at=None))
    shown = {row.pk: row for row in selectors.visible(member, rows)}
    unread = selectors.unread_count(member_id)
    answers = []
    for _kind, ref in entries:
        row = shown.get(int(ref["id"]))
        html = (
            render_to_string("components/notification_item.html", {"item": selectors.shown(row)}).strip() if row else ""
        )
        answers.append({"unread": unread, "html": html})
    return answers


realtime.register_kind("member", "notification", render)
