"""Wagtail looks here: what the desk adds to the workshop."""

from portal.editing import hooks as desk_hooks
from portal.editing import translation_room, work

__all__ = ["desk_hooks", "translation_room", "work"]
