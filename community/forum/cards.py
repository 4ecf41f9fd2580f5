"""What templates need of a post or a topic beyond its columns, for a page and for a neutral broadcast alike."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import get_language

from community.forum import permissions, selectors
from community.forum.models import Post, Reaction, Topic
from portal.accounts.models import Member
from portal.cards.models import Card
from portal.cards.selectors import card_for


@dataclass(frozen=True)
class PostCard:
    """One post as `_post.html` shows it. `gone` hides the words; `reason` tells the author (and moderators) why."""

    post: Post
    number: int
    reactions: list[dict[str, Any]]
    gone: bool
    hidden: bool
    editable: bool
    hideable: bool
    restorable: bool
    own: bool
    moderated: bool
    url: str
    page: int


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


def reactions_of(post: Post, mine: Collection[tuple[int, str]] = ()) -> list[dict[str, Any]]:
    """The reaction bar's items: every kind with its count; `mine` are pressed."""
    url = reverse("community:react", args=[post.public_id])
    return [
        {
            "kind": kind.value,
            "label": kind.label,
            "count": post.reactions.get(kind.value, 0),
            "pressed": (post.pk, kind.value) in mine,
            "url": f"{url}?kind={kind.value}",
        }
        for kind in Reaction.Kind
    ]


def post_card(
    post: Post, viewer: Member | None = None, *, mine: Collection[tuple[int, str]] = (), at: datetime | None = None
) -> PostCard:
    """A post for a viewer; without one it is the neutral card that everybody's page may receive."""
    own = viewer is not None and viewer.pk == post.author_id
    hidden = post.hidden_at is not None
    return PostCard(
        post=post,
        number=post.number,
        reactions=reactions_of(post, mine),
        gone=not post.html or (hidden and not permissions.can_read_post(viewer, post)),
        hidden=hidden,
        editable=at is not None and permissions.can_edit(viewer, post, at=at),
        hideable=permissions.can_hide(viewer, post),
        restorable=permissions.can_restore(viewer, post),
        own=own,
        moderated=permissions.is_moderator(viewer),
        url=reverse("community:post", args=[post.public_id]),
        page=selectors.page_of(post.number),
    )


def post_cards(
    posts: Iterable[Post], viewer: Member | None, *, mine: Collection[tuple[int, str]], at: datetime
) -> list[PostCard]:
    """The posts of a page for a viewer."""
    return [post_card(post, viewer, mine=mine, at=at) for post in posts]
