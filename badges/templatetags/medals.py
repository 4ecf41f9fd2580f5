"""Medals in templates: a finished one as a picture that browsers keep, any other drawn where it stands."""

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from badges.awards.selectors import BadgeView
from badges.medals.drawing import EARNED, LARGE, LOCKED, MIDDLE, SECRET, draw, frame

register = template.Library()


@register.simple_tag
def medal_picture(badge: BadgeView, lazy: bool = True) -> SafeString:
    """The finished medal of a badge as an image without words: its name stands beside it."""
    box = frame(badge.recipe)
    return format_html(
        '<img class="medal-picture" src="{}" alt="" width="{}" height="{}"{}>',
        badge.src, round(box.wide), round(box.high), mark_safe(' loading="lazy"') if lazy else "",
    )  # fmt: skip


@register.simple_tag
def medal(badge: BadgeView, uid: str, state: str = EARNED, progress: int = 0, large: bool = False) -> SafeString:
    """A medal drawn into the page. `uid` and the badge's number begin its ids: give each place of a page its own.

    Of a secret one nothing but clouds is drawn.
    """
    size = LARGE if large else MIDDLE
    state = state if state in (EARNED, LOCKED, SECRET) else LOCKED
    return mark_safe(draw(badge.recipe, f"{uid}-{badge.id}-", size=size, state=state, progress=progress))  # noqa: S308  (every value is on a list)
