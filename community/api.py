"""The only door into community for brand and the roof. `moderation` is what those who keep the talk kind can do."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.urls import reverse

from community.chat import actions as chat
from community.chat import permissions as chat_permissions
from community.chat.models import Message, Room, RoomText
from community.chat.selectors.gated import rooms_from
from community.forum import actions, finding, index, permissions, selectors, texts
from community.forum import growth as growth  # for `manage.py seed`
from community.forum.actions import polling
from community.forum.finding import Narrowed, Talk, Talks
from community.forum.models import Post, Reaction, Space, SpaceText, Tag, Topic
from community.forum.selectors import listing
from community.forum.selectors import tags as worn
from community.forum.selectors.gated import spaces_from
from community.forum.tasks import rank_topics as reckon
from community.forum.texts import tag_slug
from community.markup import excerpt as excerpt
from community.moderation import actions as moderation
from portal.accounts.models import Member, Standing
from portal.core import gate
from portal.core.errors import Waits
from portal.core.finding import Asked
from portal.core.ids import body_hash
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
    read_badge: str = "",
    write_badge: str = "",
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
            "read_badge": read_badge,
            "write_badge": write_badge,
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
    kind: str = "talk",
    poll: Mapping[str, Any] | None = None,
    live: bool = True,
) -> Topic:
    """Opens a topic; see `community.forum.actions.start_topic`. `live=False` replays the past: no limits on speed.

    `kind` is "talk" or "question"; `poll` holds question, options and, if need be, multiple, public, results, days.
    """
    want = None
    if poll is not None:
        want = polling.wanted(
            poll["question"], "\n".join(poll["options"]), multiple=poll.get("multiple", False),
            results=poll.get("results", "always"), secret=not poll.get("public", False), days=poll.get("days", 0),
        )  # fmt: skip
    return actions.start_topic(
        actor=actor, space=space_code, title=title, body=source, key=key, at=at, tags=tags, language=language,
        kind=kind, poll=want, limited=live,
    )  # fmt: skip


def accept_answer(*, actor: Member, post: Post, at: datetime, live: bool = True) -> Topic:
    """Chooses the answer of a question; see `community.forum.actions.accept_answer`."""
    return actions.accept_answer(actor=actor, post=post.public_id, at=at, limited=live)


def vote(*, actor: Member, topic: Topic, choices: Iterable[int], at: datetime, live: bool = True) -> None:
    """Votes in a topic's poll, by the places of its options from 0; see `community.forum.actions.vote`."""
    options = dict(topic.poll.options.values_list("position", "pk"))
    chosen = [options[place] for place in choices]
    actions.vote(actor=actor, topic=topic.public_id, options=chosen, at=at, limited=live)


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


def keep_waiting(*, actor: Member, topic: Topic, source: str, key: str, at: datetime) -> None:
    """Keeps a reply until a moderator has read it, as the gate does with a newcomer's links. Idempotent by key."""
    words = texts.check_body(source)
    verdict = gate.Verdict({"body": words.source}, action=gate.HOLD, why="newcomer_link")
    try:
        moderation.hold(
            verdict, author=actor, key=key, at=at, body_hash=body_hash(words.source), verb="reply", space=topic.space,
            topic=topic, source=words.source, html=words.html, given={"topic": topic.public_id, "reply_to": ""},
        )  # fmt: skip
    except Waits:
        pass


def react(*, actor: Member, post: Post, kind: str, at: datetime, live: bool = True) -> Reaction:
    """Reacts to a post; see `community.forum.actions.react`. `live=False` replays the past: no limits on speed."""
    return actions.react(actor=actor, post=post.public_id, kind=kind, at=at, limited=live)


def mark_read(*, actor: Member, topic: Topic, number: int, at: datetime) -> int:
    """Notes how far a member has read a topic; see `community.forum.actions.mark_read`."""
    return actions.mark_read(actor=actor, topic=topic.public_id, number=number, at=at)


def save_post(*, actor: Member, post: Post, note: str, at: datetime) -> None:
    """Keeps a post at hand; see `community.forum.actions.save_post`."""
    actions.save_post(actor=actor, post=post.public_id, note=note, at=at)


def follow(*, actor: Member, level: str, at: datetime, space: str = "", tag: str = "") -> None:
    """Sets how much of a space (its code) or a tag (its name) reaches a member; see `actions.watch_space`."""
    if space:
        actions.watch_space(actor=actor, space=space, level=level, at=at)
    if tag:
        actions.watch_tag(actor=actor, tag=tag_slug(tag), level=level, at=at)


def rank_topics(at: datetime) -> int:
    """Reckons what the lists “hot” and “best” sort by, as the calendar does every five minutes."""
    return reckon(at)


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


# ── Finding ─────────────────────────────────────────────────────────────────────────────────────────────────────
def find_talks(
    viewer: Member | None, asked: Asked, to: Narrowed, *, limit: int, offset: int = 0, loose: bool = False
) -> Talks:
    """One page of the topics that she may read and that answer what was asked; `loose`: those that hold some of it."""
    return finding.find_talks(viewer, asked, to, limit=limit, offset=offset, loose=loose)


def suggest_topics(viewer: Member | None, asked: Asked, *, limit: int) -> list[Talk]:
    """Topics whose title holds what was typed so far. At most three queries."""
    return finding.suggest_topics(viewer, asked, limit=limit)


def find_spaces(viewer: Member | None, asked: Asked, *, beginning: bool = False) -> list[Space]:
    """Spaces that she may read, by name. Two queries."""
    return finding.find_spaces(viewer, asked, beginning=beginning)


def find_tags(viewer: Member | None, asked: Asked, *, limit: int = 5) -> list[Tag]:
    """Tags whose name holds what was typed, as far as the viewer meets them. One query."""
    return worn.suggestions(viewer, asked.text, limit) if asked else []


def weekly_topics(member: Member, *, since: datetime, at: datetime, limit: int = 5) -> list[Topic]:
    """What was said since then that she has not read and did not mute, the liveliest first. A few queries."""
    waiting = listing.waiting(listing.Wanted(member), at=at).filter(last_posted_at__gte=since)
    chosen = waiting.exclude(reply_count=0, author=member).order_by("-hot_score", "-reaction_count", "-last_posted_at")
    return list(listing.dressed(chosen)[:limit])


def rebuild_words() -> int:
    """Writes the index of posts anew; returns how many posts it holds."""
    return index.rebuild()


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


def room_of(space_code: str) -> Room:
    """The room of a space."""
    return Room.objects.select_related("space").get(space__code=space_code)


def post_message(
    *,
    actor: Member,
    room: Room,
    source: str,
    key: str,
    at: datetime,
    live: bool = True,
    above: Message | None = None,
) -> Message:
    """Says something in a room, or under a message; see `community.chat.actions.post_message`.

    `live=False` replays the past.
    """
    parent = above.public_id if above is not None else ""
    return chat.post_message(actor=actor, room_id=room.pk, text=source, key=key, at=at, live=live, parent=parent)


def react_to_message(*, actor: Member, message: Message, kind: str, at: datetime) -> Message:
    """Reacts to a message, as in the past: no limits on speed. See `community.chat.actions.react`."""
    return chat.react(actor=actor, message_id=message.pk, kind=kind, at=at, live=False)


def pin_message(*, actor: Member, message: Message, at: datetime) -> Message:
    """Keeps a message at the top of its room; see `community.chat.actions.pin_message`."""
    return chat.pin_message(actor=actor, message_id=message.pk, at=at)


def start_conversation(*, actor: Member, people: Iterable[Member], at: datetime) -> Room:
    """The conversation of these people; see `community.chat.actions.start_conversation`. No limits on speed."""
    ids = [member.pk for member in people]
    return chat.start_conversation(actor=actor, people=ids, at=at, live=False)


def edit_message(*, actor: Member, message: Message, source: str, at: datetime) -> Message:
    """Changes one's own message within the window; see `community.chat.actions.edit_message`."""
    return chat.edit_message(actor=actor, message_id=message.pk, text=source, at=at)


def remove_message(*, actor: Member, message: Message, at: datetime) -> Message:
    """Takes one's own message away; it keeps its place. See `community.chat.actions.remove_message`."""
    return chat.remove_message(actor=actor, message_id=message.pk, at=at)


@dataclass(frozen=True)
class Gate:
    """A space or room that asks for a tier: `kind` space, writing (anyone reads) or room; `open` to this member."""

    rank: int
    kind: str
    name: str
    hint: str
    url: str
    open: bool


def gates(member: Member) -> list[Gate]:
    """Every live space and room that opens with a tier above the first, with its name and theme and nothing else of
    it. Four queries."""
    found = []
    for space, rank, kind in spaces_from(1):
        if space.live and not space.staff_only:
            may = permissions.can_read_space(member, space)
            found.append(Gate(rank, kind, space.text.name, space.text.description, space.get_absolute_url(), may))
    for room, text in rooms_from(1):
        if room.live and not room.staff_only:
            url, may = reverse("chat:room", args=[room.code]), chat_permissions.can_enter(member, room)
            found.append(Gate(room.from_rank, "room", text.name, text.description, url, may))
    return found


def doors_from(rank: int) -> list[Gate]:
    """Every space and room that asks for this rank or above, closed ones too, by its address in the workshop."""
    rooms = [Gate(one.from_rank, "room", text.name, "", one.desk_url, one.live) for one, text in rooms_from(rank)]
    return [Gate(asked, kind, s.text.name, "", s.desk_url, s.live) for s, asked, kind in spaces_from(rank)] + rooms
