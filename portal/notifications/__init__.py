"""Telling members what concerns them. The names here are the whole door for other packages."""

from portal.notifications.actions import mark_many_read, mark_read, notify, readdress, rescind, restore
from portal.notifications.registry import Kind, LetterKind, register, register_letter

__all__ = [
    "Kind", "LetterKind", "mark_many_read", "mark_read", "notify", "readdress", "register", "register_letter",
    "rescind", "restore",
]  # fmt: skip
