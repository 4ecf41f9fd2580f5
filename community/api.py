"""The only door into community for brand and the roof."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from community.chat import actions as chat
from community.chat.models import Message, Room, RoomText
from community.forum import actions, permissions, selectors
from community.forum.models import Post, Reaction, Space, SpaceText, Topic
from community.markup import excerpt
from portal.accounts.models import Member, Standing
from portal.scopes.models import Scope


# ── Forum ───────────────────────────────────────────────────────────────────────────────────────────────────────
@transaction.atomic
def open_space(
    *,
    code: str,
    scope: Scope,
    position: int,
    texts: Mapping[str, tuple[str, str]],
    picture: str = "",
    read_from_rank: int | None = None,
    write_from_rank: int = 0,
    staff_only: bool = False,
) -> Space:
    """A space with its name and description per language; one that exists under this code is brought up to date.

    `picture` is an address. Idempotent.
    """
    space, _created = Space.objects.update_or_create(
        code=code,
        defaults={
            "scope": scope,
            "position": position,
            "picture": picture,
            "read_from_rank": read_from_rank,
            "write_from_rank": write_from_rank,
            "staff_only": staff_only,
        },
    )
    for locale, (name, description) in texts.items():
        SpaceText.objects.update_or_create(
            space=space, locale=locale, defaults={"name": name, "description": description}
        )
    return space


def start_topic(
    *,
    actor: Member,
    space_code: str,
    title: str,
    source: str,
    key: str,
    at: datetime,
    tags: Iterable[str] = (),
    language: str = "vi",
    live: bool = True,
) -> Topic:
    """Opens a topic; see `community.forum.actions.start_topic`. `live=False` replays the past: no limits on speed."""
    return actions.start_topic(
        actor=actor, space=space_code, title=title, body=source, key=key, at=at, tags=tags, language=language,
        limited=live,
    )  # fmt: skip


def open_discussion(
    *, story: str, actor: Member, space_code: str, title: str, source: str, at: datetime, language: str = "vi"
) -> Topic:
    """The one topic that belongs to a story, in whatever language it is told. Idempotent by the story's key.

    A second call returns the first topic, even when title or words have changed since; the topic lives its own life.
    """
    key = f"story:{story}"
    if (known := discussion_of(story)) is not None:
        return known
    return actions.start_topic(
        actor=actor, space=space_code, title=title, body=source, key=key, at=at, language=language, limited=False
    )


def discussion_of(story: str) -> Topic | None:
    """The topic that was opened for a story, hidden or not; ask `can_read_topic` before showing it."""
    return Topic.objects.filter(key=f"story:{story}").select_related("space", "author__standing").order_by("pk").first()


def can_read_topic(viewer: Member | None, topic: Topic) -> bool:
    """Whether this viewer may see the topic."""
    return permissions.can_read_topic(viewer, topic)


def first_post(topic: Topic) -> Post:
    """The post that opens a topic."""
    return topic.posts.get(number=1)


def post_reply(
    *,
    actor: Member,
    topic: Topic,
    source: str,
    key: str,
    at: datetime,
    reply_to: Post | None = None,
    live: bool = True,
) -> Post:
    """Replies in a topic; see `forum.actions.post_reply`. `live=False` replays the past: no limits on speed."""
    return actions.post_reply(
        actor=actor, topic=topic.public_id, body=source, key=key, at=at, limited=live,
        reply_to=reply_to.public_id if reply_to is not None else "",
    )  # fmt: skip


def react(*, actor: Member, post: Post, kind: str, at: datetime, live: bool = True) -> Reaction:
    """Reacts to a post; see `community.forum.actions.react`. `live=False` replays the past: no limits on speed."""
    return actions.react(actor=actor, post=post.public_id, kind=kind, at=at, limited=live)


def latest_topics(viewer: Member | None, limit: int = 10) -> list[Topic]:
    """The topics with the newest answers that this viewer may read; with author, last poster and space."""
    return selectors.latest_topics(viewer, limit)


def public_spaces() -> list[Space]:
    """The spaces that a visitor may read. Two queries."""
    return selectors.spaces_for(None)


def public_topic_ranges(size: int) -> list[tuple[int, datetime]]:
    """Topics that a visitor may read, in ranges of `size` keys: (number, newest change). One query."""
    return selectors.topic_ranges(None, size)


def public_topics(number: int, size: int) -> list[Topic]:
    """The topics of one such range. One query."""
    return selectors.topics_in_range(None, number, size)


def latest_by_space(viewer: Member | None, limit: int = 8) -> list[Topic]:
    """The newest `limit` topics of each space that this viewer may read, newest answer first. Two queries."""
    return selectors.latest_by_space(viewer, limit)


def spaces(viewer: Member | None) -> list[Space]:
    """The spaces that this viewer may read, with their texts. Two queries."""
    return selectors.spaces_for(viewer)


@dataclass(frozen=True)
class PublicPost:
    """A post as everybody may read it: the beginning of its words, who wrote it and where it stands."""

    words: str
    author: Standing
    url: str
    topic: str


def public_posts(public_ids: Collection[str], *, length: int = 320) -> dict[str, PublicPost]:
    """Posts that a visitor may read, by their public id; hidden, restricted and unknown ones are left out. 1 query."""
    found = selectors.posts_for_all(public_ids)
    return {
        post.public_id: PublicPost(
            excerpt(post.html, length), post.author.standing, post.get_absolute_url(), post.topic.title
        )
        for post in found
    }


def topics_by(author: Member, viewer: Member | None, limit: int = 6) -> list[Topic]:
    """The newest topics that a member began, as far as this viewer may read them."""
    return selectors.topics_by(author, viewer, limit)


def replies_by(author: Member, viewer: Member | None, limit: int = 6) -> list[Post]:
    """The newest replies of a member, with topic and space, as far as this viewer may read them."""
    return selectors.replies_by(author, viewer, limit)


# ── Chat ────────────────────────────────────────────────────────────────────────────────────────────────────────
@transaction.atomic
def open_room(
    *,
    code: str,
    scope: Scope,
    position: int,
    texts: Mapping[str, tuple[str, str]],
    from_rank: int = 0,
    staff_only: bool = False,
) -> Room:
    """A room with its name and purpose per language; one under this code is brought up to date. Idempotent."""
    room, _created = Room.objects.update_or_create(
        code=code,
        defaults={"scope": scope, "position": position, "from_rank": from_rank, "staff_only": staff_only},
    )
    for locale, (name, description) in texts.items():
        RoomText.objects.update_or_create(room=room, locale=locale, defaults={"name": name, "description": description})
    return room


def post_message(*, actor: Member, room: Room, source: str, key: str, at: datetime, live: bool = True) -> Message:
    """Says something in a room; see `community.chat.actions.post_message`. `live=False` replays the past."""
    return chat.post_message(actor=actor, room_id=room.pk, text=source, key=key, at=at, live=live)


def edit_message(*, actor: Member, message: Message, source: str, at: datetime) -> Message:
    """Changes one's own message within the window; see `community.chat.actions.edit_message`."""
    return chat.edit_message(actor=actor, message_id=message.pk, text=source, at=at)


def remove_message(*, actor: Member, message: Message, at: datetime) -> Message:
    """Takes one's own message away; it keeps its place. See `community.chat.actions.remove_message`."""
    return chat.remove_message(actor=actor, message_id=message.pk, at=at)
