"""Writes of the forum, a file per verb. Lock the topic, check, write, publish the event, record for open pages."""

from community.forum.actions.answering import accept_answer, unaccept_answer
from community.forum.actions.drafting import discard_draft, save_draft
from community.forum.actions.edit_post import edit_post
from community.forum.actions.feeds import end_feed_key, make_feed_key
from community.forum.actions.following import watch, watch_space, watch_tag
from community.forum.actions.hiding import hide_by_house, hide_post, restore_post
from community.forum.actions.polling import vote
from community.forum.actions.post_reply import post_reply
from community.forum.actions.reacting import react, unreact
from community.forum.actions.reading import mark_all_read, mark_read, mark_unread
from community.forum.actions.saving import save_post, unsave_post
from community.forum.actions.spaces import keep_space
from community.forum.actions.start_topic import start_topic
from community.forum.actions.steering import set_locked, set_pinned
from community.forum.actions.uploading import upload_picture
from community.forum.actions.versions import hide_version, show_version

__all__ = [
    "accept_answer",
    "discard_draft",
    "edit_post",
    "end_feed_key",
    "hide_by_house",
    "hide_post",
    "hide_version",
    "keep_space",
    "make_feed_key",
    "mark_all_read",
    "mark_read",
    "mark_unread",
    "post_reply",
    "react",
    "restore_post",
    "save_draft",
    "save_post",
    "set_locked",
    "set_pinned",
    "show_version",
    "start_topic",
    "unaccept_answer",
    "unreact",
    "unsave_post",
    "upload_picture",
    "vote",
    "watch",
    "watch_space",
    "watch_tag",
]
