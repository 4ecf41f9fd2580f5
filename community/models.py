"""All tables of the community, gathered for Django."""

from community.chat.models import ChatDay, Message, Room, RoomText, Seat
from community.forum.models import ModerationEntry, Post, Reaction, ReadMark, Space, SpaceText, Topic, Watch

__all__ = [
    "ChatDay",
    "Message",
    "ModerationEntry",
    "Post",
    "Reaction",
    "ReadMark",
    "Room",
    "RoomText",
    "Seat",
    "Space",
    "SpaceText",
    "Topic",
    "Watch",
]
