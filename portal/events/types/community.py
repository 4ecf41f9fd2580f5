"""Facts about talk, told by community. The programme hears them by name and never sees the forum."""

from dataclasses import dataclass
from typing import ClassVar

from portal.events.types.base import Event


@dataclass(frozen=True, kw_only=True)
class TopicStarted(Event):
    """A member opened a topic; `post` is its first post, `author` wrote it."""

    name: ClassVar[str] = "topic_started"
    topic: int
    post: int
    space: int
    author: int
    title: str


@dataclass(frozen=True, kw_only=True)
class ReplyPosted(Event):
    """A member replied in a topic."""

    name: ClassVar[str] = "reply_posted"
    topic: int
    post: int
    space: int
    author: int
    topic_author: int
    title: str
    # The post it answers, when the writer chose one.
    reply_to: int | None = None


@dataclass(frozen=True, kw_only=True)
class ReactionAdded(Event):
    """`actor` reacted to `author`'s post. `first_post` says that the post opens its topic."""

    name: ClassVar[str] = "reaction_added"
    reaction: int
    kind: str
    topic: int
    post: int
    author: int
    first_post: bool
    title: str


@dataclass(frozen=True, kw_only=True)
class ReactionRemoved(Event):
    """A reaction was taken back."""

    name: ClassVar[str] = "reaction_removed"
    reaction: int
    kind: str
    topic: int
    post: int
    author: int


@dataclass(frozen=True, kw_only=True)
class PostHidden(Event):
    """A post left the public's sight, by a moderator or by its author; what it earned is reversed."""

    name: ClassVar[str] = "post_hidden"
    topic: int
    post: int
    author: int
    reason: str


@dataclass(frozen=True, kw_only=True)
class PostRestored(Event):
    """A hidden post is back; what it had earned is given again, once."""

    name: ClassVar[str] = "post_restored"
    topic: int
    post: int
    author: int


@dataclass(frozen=True, kw_only=True)
class TalkedInChat(Event):
    """A member's first message of a programme day, in any room. `day` is ISO text."""

    name: ClassVar[str] = "talked_in_chat"
    member: int
    room: int
    message: int
    day: str
