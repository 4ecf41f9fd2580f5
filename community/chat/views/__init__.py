"""The chat's pages and their POST doors: the same actions as the socket's frames."""

from community.chat.views import conversations, rooms, talking, threads

__all__ = ["conversations", "rooms", "talking", "threads"]
