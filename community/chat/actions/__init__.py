"""Writes of the chat. Every one locks the room's row first: numbers are gapless and all follow one order of locks."""

from community.chat.actions._parts import CHANGES, LONGEST, clean_message
from community.chat.actions.answering import follow_thread, mark_thread_read
from community.chat.actions.conversations import MOST_PEOPLE, leave_conversation, start_conversation
from community.chat.actions.pictures import add_picture, describe_picture, forget_pictures, sweep_pictures
from community.chat.actions.pinning import pin_message, unpin_message
from community.chat.actions.posting import edit_message, post_message, remove_message, remove_reported
from community.chat.actions.purging import purge_removed
from community.chat.actions.reacting import react, take_back_reaction
from community.chat.actions.rooms import follow_space, keep_room, keep_room_of_space, mark_read, mute_room, sit_down

__all__ = [
    "CHANGES",
    "LONGEST",
    "MOST_PEOPLE",
    "add_picture",
    "clean_message",
    "describe_picture",
    "edit_message",
    "follow_space",
    "follow_thread",
    "forget_pictures",
    "keep_room",
    "keep_room_of_space",
    "leave_conversation",
    "mark_read",
    "mark_thread_read",
    "mute_room",
    "pin_message",
    "post_message",
    "purge_removed",
    "react",
    "remove_message",
    "remove_reported",
    "sit_down",
    "start_conversation",
    "sweep_pictures",
    "take_back_reaction",
    "unpin_message",
]
