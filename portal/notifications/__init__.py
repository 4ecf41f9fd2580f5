"""Telling members what concerns them. The names here are the whole door for other packages."""

from portal.notifications.actions import mark_read, notify, rescind, restore
from portal.notifications.registry import Kind, register

__all__ = ["Kind", "mark_read", "notify", "register", "rescind", "restore"]
