"""Wagtail looks here: what the desk adds to the workshop."""

from portal.editing import hooks as desk_hooks

__all__ = ["desk_hooks"]
