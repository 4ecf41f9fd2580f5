"""Pages of the forum, a file per purpose. Each view reads one thing or does one act, and shows the result."""

from community.forum.views.answering import accept, poll
from community.forum.views.drafting import draft, suggest, upload
from community.forum.views.following import read, watch, watch_space, watch_tag
from community.forum.views.history import history, turn_version
from community.forum.views.joining import merge, split, suggest_goals
from community.forum.views.keeping import hide, restore, steer
from community.forum.views.moving import move
from community.forum.views.reading import at_number, index, post, topic
from community.forum.views.writing import edit, new_topic, preview, react, reply

__all__ = [
    "accept", "at_number", "draft", "edit", "hide", "history", "index", "merge", "move", "new_topic", "poll", "post",
    "preview", "react", "read", "reply", "restore", "split", "steer", "suggest", "suggest_goals", "topic",
    "turn_version", "upload", "watch", "watch_space", "watch_tag",
]  # fmt: skip
