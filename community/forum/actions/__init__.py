"""Writes of the forum, a file per verb. Lock the topic, check, write, publish the event, record for open pages."""

from community.forum.actions.edit_post import edit_post
from community.forum.actions.hiding import hide_post, restore_post
from community.forum.actions.post_reply import post_reply
from community.forum.actions.reacting import react, unreact
from community.forum.actions.reading import mark_read, watch
from community.forum.actions.start_topic import start_topic
from community.forum.actions.steering import set_locked, set_pinned

__all__ = [
    "edit_post",
    "hide_post",
    "mark_read",
    "post_reply",
    "react",
    "restore_post",
    "set_locked",
    "set_pinned",
    "start_topic",
    "unreact",
    "watch",
]
