"""What templates need of a post or a topic beyond its columns, for a page and for a neutral broadcast alike."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, NamedTuple

from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from community.forum import permissions, quotes, selectors
from community.forum.models import Level, Post, Reaction, Space, Tag, Topic
from portal.accounts.chips import Chip
from portal.accounts.models import Member
from portal.accounts.roles import is_moderator
from portal.cards.models import Card
from portal.cards.selectors import card_for
from portal.core import speech
from portal.core.addresses import HOLES, address

NOBODY = Chip(0, "", "", "", "", "", "", "", ())
EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
KINDS = tuple(kind.value for kind in Reaction.Kind)


class PostCard(NamedTuple):
    """One post as `_post.html` shows it to one reader: plain values alone, for the post is drawn once for all
    readers to whom it is the same (`portal.ui.keeping`). `gone` hides the words; `reason` tells the author (and
    moderators) why.
    """

    public_id: str
    number: int
    page: int
    topic_id: str
    topic_slug: str
    topic_author_id: int
    question: bool
    author_id: int
    author: Chip
    # The post that it answers, and whose it is; None where it answers none, or one that was put away.
    answers: tuple[str, str] | None
    html: str
    language: str
    created_at: datetime
    edited: bool
    counts: tuple[int, ...]
    pressed: tuple[bool, ...]
    gone: bool
    hidden: bool
    hidden_by_author: bool
    reason: str
    restorable: bool
    own: bool
    accepted: bool
    asked: bool
    moderated: bool
    # She may keep it at hand (a visitor may not, and a neutral card shows nothing); whether she does.
    keepable: bool
    is_saved: bool

    @property
    def url(self) -> str:
        """Leads to the post on whichever page of the topic it stands."""
        return address("community:post", self.public_id)

    @property
    def topic_url(self) -> str:
        """The first page of its topic."""
        return address("community:topic", self.topic_id, self.topic_slug)

    @property
    def is_first(self) -> bool:
        """Whether it opens its topic."""
        return self.number == 1

    @property
    def stencil(self) -> tuple["PostCard", tuple[str, ...]]:
        """The card as far as what can be done with the post follows from it, with holes (`portal.ui.keeping`), and the
        words that belong there. Whatever `_acts.html` comes to show of a card has to stay in it or become a hole.
        """
        holes: Any = HOLES  # two of them stand for numbers
        form = self._replace(
            public_id=holes[0], topic_id=holes[1], topic_slug=holes[2], author_id=holes[3], topic_author_id=holes[4],
            number=min(self.number, 2), author=NOBODY, answers=None, html="", language="", created_at=EPOCH,
            edited=False, reason="", hidden_by_author=False,
        )  # fmt: skip
        return form, (self.public_id, self.topic_id, self.topic_slug, str(self.author_id), str(self.topic_author_id))

    @property
    def reactions(self) -> list[dict[str, Any]]:
        """The reaction bar's items: every kind with its count and whether she pressed it."""
        url = address("community:react", self.public_id)
        return [
            {"kind": kind.value, "label": kind.label, "count": count, "pressed": on, "url": f"{url}?kind={kind.value}"}
            for kind, count, on in zip(Reaction.Kind, self.counts, self.pressed, strict=True)
        ]


class TopicRow(NamedTuple):
    """One topic as `_topic_row.html` shows it in a list: plain values alone, like `PostCard`."""

    public_id: str
    slug: str
    title: str
    author: Chip
    kind: str
    answer_id: bool
    pinned: bool
    locked: bool
    hidden_at: bool
    unread: bool
    waiting: int
    next_unread: int
    # Code and name of its space where rows of several stand together.
    space: tuple[str, str] | None
    # Who had the last word, where it was somebody else.
    last_word: str
    last_posted_at: datetime
    # Name and slug of each tag.
    tags: tuple[tuple[str, str], ...]
    reply_count: int
    reaction_count: int

    def get_absolute_url(self) -> str:
        """The topic's first page in the active language."""
        return address("community:topic", self.public_id, self.slug)


def topic_row(topic: Topic, show_space: bool = False) -> TopicRow:
    """A topic as the selectors of lists bring it. No query."""
    other = topic.reply_count and topic.last_poster_id != topic.author_id
    return TopicRow(
        public_id=topic.public_id,
        slug=topic.slug or "-",
        title=topic.title,
        author=topic.author.standing.chip,
        kind=topic.kind,
        answer_id=topic.answer_id is not None,
        pinned=topic.pinned,
        locked=topic.locked,
        hidden_at=topic.hidden_at is not None,
        unread=bool(getattr(topic, "unread", False)),
        waiting=getattr(topic, "waiting", 0) or 0,
        next_unread=getattr(topic, "next_unread", 0) or 0,
        space=(topic.space.code, topic.space.text.name) if show_space else None,
        last_word=topic.last_poster.standing.known_as if other else "",
        last_posted_at=topic.last_posted_at,
        tags=tuple((tag.name, tag.slug) for tag in topic.tags.all()),
        reply_count=topic.reply_count,
        reaction_count=topic.reaction_count,
    )


@dataclass(frozen=True)
class Origin:
    """What a topic was opened for: its card, or None when that has been taken down."""

    card: Card | None


def origin_of(topic: Topic, viewer: Member | None) -> Origin | None:
    """The story that a topic belongs to; None for a topic of its own. One query for a story's topic, else none."""
    kind, _colon, ref = topic.key.partition(":")
    if kind != "story":
        return None
    return Origin(card_for(viewer, kind, ref, get_language() or topic.language))


def post_card(
    post: Post,
    viewer: Member | None = None,
    *,
    mine: Collection[tuple[int, str]] = (),
    saved: Collection[int] = (),
    sources: quotes.Sources | None = None,
) -> PostCard:
    """A post for a viewer; without one it is the neutral card that everybody's page may receive."""
    sources = quotes.sources_of([post]) if sources is None else sources
    own = viewer is not None and viewer.pk == post.author_id
    hidden = post.hidden_at is not None
    answered, topic = post.reply_to, post.topic
    gone = not post.html or (hidden and not permissions.can_read_post(viewer, post))
    return PostCard(
        public_id=post.public_id,
        number=post.number,
        page=selectors.page_of(post.number),
        topic_id=topic.public_id,
        topic_slug=topic.slug or "-",
        topic_author_id=topic.author_id,
        question=topic.kind == Topic.Kind.QUESTION,
        author_id=post.author_id,
        author=post.author.standing.chip,
        answers=(answered.public_id, answered.author.standing.known_as)
        if answered is not None and answered.hidden_at is None
        else None,
        html="" if gone else str.__str__(quotes.shown(post, viewer, sources)),
        language="" if gone else speech.language_of(post.html),
        created_at=post.created_at,
        edited=post.edited_at is not None,
        counts=tuple(post.reactions.get(kind, 0) for kind in KINDS),
        pressed=tuple((post.pk, kind) in mine for kind in KINDS),
        gone=gone,
        hidden=hidden,
        hidden_by_author=hidden and post.hidden_by_id == post.author_id,
        reason=post.hidden_reason if hidden and not gone else "",
        restorable=permissions.can_restore(viewer, post),
        own=own,
        asked=viewer is not None and viewer.pk == topic.author_id,
        accepted=topic.answer_id == post.pk and not hidden,
        moderated=is_moderator(viewer),
        keepable=viewer is not None,
        is_saved=post.pk in saved,
    )


def answer_of(topic: Topic, viewer: Member | None) -> Post | None:
    """The accepted answer of a question, for the pointer under its first post. One query, none while there is none."""
    if topic.answer_id is None:
        return None
    found = Post.objects.select_related("author__standing").filter(pk=topic.answer_id).first()
    if found is not None:
        found.topic = topic
    return found if found is not None and permissions.can_read_post(viewer, found) else None


def post_cards(
    posts: Iterable[Post],
    viewer: Member | None,
    *,
    mine: Collection[tuple[int, str]],
    saved: Collection[int] = (),
) -> list[PostCard]:
    """The posts of a page for a viewer."""
    posts = list(posts)
    sources = quotes.sources_of(posts, viewer)
    return [post_card(post, viewer, mine=mine, saved=saved, sources=sources) for post in posts]


@dataclass(frozen=True)
class FollowMenu:
    """What `_follow.html` shows: where the choice is sent, the choices, and which one counts now."""

    id: str
    url: str
    choices: list[dict[str, Any]]
    current: dict[str, Any]


def follow_menu(what: Topic | Space | Tag, level: int | None) -> FollowMenu:
    """The choice how much of a topic, a space or a tag reaches her; `level` None counts as normal."""
    of_topic = isinstance(what, Topic)
    if isinstance(what, Topic):
        name, url = "topic", address("community:watch", what.public_id)
    elif isinstance(what, Space):
        name, url = "space", address("community:watch_space", what.code)
    else:
        name, url = "tag", address("community:watch_tag", what.slug)
    counts = Level.NORMAL if level is None else level
    choices = [
        {"code": one.name.lower(), "label": label, "text": words, "icon": symbol, "is_current": one == counts}
        for one, label, words, symbol in _levels(of_topic)
    ]
    current = next((choice for choice in choices if choice["is_current"]), choices[-2])
    return FollowMenu(f"{name}-follow", url, choices, current)


def _levels(of_topic: bool) -> list[tuple[Level, str, str, str]]:
    every = _("You hear of every answer.") if of_topic else _("You hear of every new topic and of every answer.")
    rows = [
        (Level.WATCHING, pgettext("follow", "Watching"), every, "bell-ring"),
        (Level.FIRST, pgettext("follow", "New topics"), _("You hear of new topics, not of the answers."), "bell-plus"),
        (
            Level.TRACKING,
            pgettext("follow", "Tracking"),
            _("What is new is counted in your list “Unread”."),
            "bell-dot",
        ),
        (Level.NORMAL, pgettext("follow", "Normal"), _("You hear of what is said to you."), "bell"),
        (Level.MUTED, pgettext("follow", "Muted"), _("It leaves your lists and your inbox."), "bell-off"),
    ]
    return [row for row in rows if not (of_topic and row[0] == Level.FIRST)]
