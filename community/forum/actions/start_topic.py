"""Opening a topic."""

from collections.abc import Iterable
from datetime import datetime

from django.db import IntegrityError, transaction

from community.forum import counters, limits, permissions, selectors, texts
from community.forum.actions import _parts
from community.forum.models import Post, Space, Topic
from portal.accounts.models import Member
from portal.core.errors import Invalid
from portal.core.ids import body_hash, check_key
from portal.events.bus import publish
from portal.events.types.community import TopicStarted

# Topics that belong to something of the house are found by their key; a member's form must not be able to name one.
HOUSE_KEY = "story:"


def start_topic(
    *,
    actor: Member,
    space: str,
    title: str,
    body: str,
    key: str,
    at: datetime,
    tags: Iterable[str] = (),
    language: str = "vi",
    limited: bool = True,
) -> Topic:
    """Opens a topic with its first post in the space of that code.

    Raises NotFound (space), SignInRequired, Forbidden (muted, tier), Invalid (`field` title, body; a key of the
    house), TooMany, KeyReused.
    Side effects: the author follows the topic and has read it; the space's numbers; TopicStarted. `limited=False` is
    for trusted replays of the past only. Idempotent by (actor, key): the same key and body return the first topic.
    """
    check_key(key)
    if limited and key.startswith(HOUSE_KEY):
        raise Invalid(code="bad_key")
    title, words = texts.check_title(title), texts.check_body(body)
    digest = body_hash(["topic", space, title, words.source])
    if (kept := _parts.first_result(Topic, actor, key, digest)) is not None:
        return kept
    found = selectors.get_space_for(actor, space)
    permissions.check_write_in(actor, found, at=at)
    if limited:
        limits.spend(limits.TOPIC, actor.pk)
    try:
        with transaction.atomic():
            return _open(actor, found, title, words, key, digest, at, _parts.clean_tags(tags), language)
    except IntegrityError:
        # The same key a moment earlier, from another tab: its topic is the result.
        if (kept := _parts.first_result(Topic, actor, key, digest)) is None:
            raise
        return kept


def _open(
    actor: Member,
    space: Space,
    title: str,
    words: texts.Words,
    key: str,
    digest: str,
    at: datetime,
    tags: list[str],
    language: str,
) -> Topic:
    topic = Topic.objects.create(
        space=space, author=actor, title=title, slug=texts.slug(title), tags=tags, language=language, created_at=at,
        last_posted_at=at, last_poster=actor, people_count=1, next_number=2, key=key, body_hash=digest,
    )  # fmt: skip
    post = Post.objects.create(
        topic=topic, number=1, author=actor, source=words.source, html=words.html, created_at=at, key=key,
        body_hash=digest,
    )  # fmt: skip
    counters.count_new_topic(space.pk, at)
    _parts.follow(topic.pk, actor.pk)
    _parts.raise_mark(topic.pk, actor.pk, 1, at)
    publish(
        TopicStarted(actor=actor.pk, topic=topic.pk, post=post.pk, space=space.pk, author=actor.pk, title=title),
        at=at,
    )
    return topic
