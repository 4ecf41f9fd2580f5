"""Wagtail looks here: what the desk adds to the workshop."""

from portal.api import workshop as api_desk
from portal.editing import hooks as desk_hooks
from portal.editing import translation_room, work

__all__ = ["api_desk", "desk_hooks", "translation_room", "work"]
