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
    # In whose house it was said: the code of the space's scope.
    scope: str = ""


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
    # In whose house it was said: the code of the space's scope.
    scope: str = ""


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


@dataclass(frozen=True, kw_only=True)
class PostsMoved(Event):
    """A moderator gave posts another topic: all of one that was joined with it, or some that are a topic of their own.

    A topic that went to another space whole moved into itself: `topic` is `into`, and `posts` is the one that opens it.
    `before` and `title` are the titles of both topics then.
    """

    name: ClassVar[str] = "posts_moved"
    topic: int
    into: int
    posts: tuple[int, ...]
    before: str
    title: str


@dataclass(frozen=True, kw_only=True)
class AnswerAccepted(Event):
    """`actor` (who asked, or a moderator) chose `author`'s post as the answer to a question.

    `acceptance` is this choice alone: choosing the same answer again later is another. `helper` is whom the programme
    thanks: the author, and nobody when it is the author's own question.
    """

    name: ClassVar[str] = "answer_accepted"
    acceptance: int
    topic: int
    post: int
    author: int
    topic_author: int
    helper: int | None
    title: str


@dataclass(frozen=True, kw_only=True)
class AnswerUnaccepted(Event):
    """A chosen answer is chosen no more: by hand, for another one, or because its words were hidden."""

    name: ClassVar[str] = "answer_unaccepted"
    acceptance: int
    topic: int
    post: int
    author: int
    topic_author: int
    helper: int | None
    title: str
    # "withdrawn", "replaced" or "hidden"
    why: str


@dataclass(frozen=True, kw_only=True)
class MembersMentioned(Event):
    """A post names members who were not named in it before; `members` are their ids."""

    name: ClassVar[str] = "members_mentioned"
    topic: int
    post: int
    author: int
    members: tuple[int, ...]
    title: str


@dataclass(frozen=True, kw_only=True)
class MessagePosted(Event):
    """Somebody said in the chat what others are to be told: the few of a conversation, who is named, who follows.

    Words in an open room that name nobody tell no event. `thread` is the message that a reply stands under.
    """

    name: ClassVar[str] = "message_posted"
    message: int
    room: int
    thread: int | None
    direct: bool
    mentioned: tuple[int, ...]


@dataclass(frozen=True, kw_only=True)
class TradingFound(Event):
    """A moderator suspended a member for trading thanks for points; what others got from her is taken back."""

    name: ClassVar[str] = "trading_found"
    member: int


@dataclass(frozen=True, kw_only=True)
class TradingCleared(Event):
    """Such a decision was lifted: what was taken back because of it is given again."""

    name: ClassVar[str] = "trading_cleared"
    member: int
