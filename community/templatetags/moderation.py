"""Template tags of moderation: a member's own words that wait, where they will stand."""

from typing import Any

from django import template

from community.chat.models import Room
from community.forum import quotes
from community.forum.models import Space, Topic
from community.moderation.selectors import waiting_of
from portal.accounts.viewers import viewer

register = template.Library()


@register.inclusion_tag("community/moderation/_waiting.html", takes_context=True)
def waiting_words(context: dict[str, Any], place: Topic | Space | Room | str) -> dict[str, Any]:
    """The reader's own words that wait in a topic, as new topics of a space, in a room, or as a part of her profile
    (`name`, `profile`). One query for a member.
    """
    member = viewer(context["request"])
    column = "topic" if isinstance(place, Topic) else "space" if isinstance(place, Space) else "room"
    where: dict[str, Any] = {"verb" if isinstance(place, str) else column: place}
    if isinstance(place, Space):
        where["topic"] = None
    held = waiting_of(member, **where)
    for one in held:
        one.shown = quotes.previewed(one.html, member)  # type: ignore[attr-defined, arg-type]
    return {"held": held}
