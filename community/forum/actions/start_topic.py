"""Opening a topic."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from community.forum import counters, index, permissions, selectors, texts
from community.forum.actions import _parts, _words, polling
from community.forum.actions.tagging import put_tags
from community.forum.models import Level, Post, Space, Topic
from portal.accounts import pace
from portal.accounts.models import Member
from portal.core import gate
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
    kind: str = Topic.Kind.TALK,
    poll: polling.Wanted | Mapping[str, Any] | None = None,
    draft: int | None = None,
    limited: bool = True,
) -> Topic:
    """Opens a topic with its first post in the space of that code.

    `poll` comes from `polling.wanted`; `draft` is the sequence of the draft it was sent from (None: there was none).
    Raises NotFound (space), SignInRequired, Forbidden (muted, tier), Invalid (`field` title, body, kind, tags; a key
    of the house; words that the gate refuses), TooMany, KeyReused, and Waits when a moderator has to read the words
    first.
    Side effects: the author watches the topic and has read it; the space's numbers; TopicStarted. `limited=False` is
    for trusted replays of the past only. Idempotent by (actor, key): the same key and body return the first topic.
    """
    check_key(key)
    if limited and key.startswith(HOUSE_KEY):
        raise Invalid(code="bad_key")
    names = [name for name in tags if isinstance(name, str)]
    verdict = gate.Verdict({"title": title, "body": body, "tags": ", ".join(names), **polling.words_of(poll)})
    if limited:
        verdict = gate.read("topic", verdict.texts, author=actor, at=at, waits=True)
    title, words = texts.check_title(verdict.texts["title"]), texts.check_body(verdict.texts["body"])
    if kind not in Topic.Kind.values:
        raise Invalid(code="unknown_kind", field="kind")
    digest = body_hash(["topic", space, title, words.source])
    if (kept := _parts.first_result(Topic, actor, key, digest)) is not None:
        return kept
    found = selectors.get_space_for(actor, space)
    permissions.check_write_in(actor, found, at=at)
    if limited:
        pace.spend("topic", actor)
    want = polling.with_words(poll, verdict.texts)
    given = {"space": space, "tags": names, "language": language, "kind": str(kind), "poll": polling.as_given(want)}
    gate.hold(
        verdict, author=actor, key=key, at=at, verb="topic", space=found, title=title, source=words.source,
        html=words.html, body_hash=digest, given=given,
        kept=lambda: _words.clear_draft(actor, f"new-{found.code}", draft),
    )  # fmt: skip
    try:
        with transaction.atomic():
            topic, post = _open(actor, found, title, words, key, digest, at, language, kind)
            if put_tags(topic, names, actor=actor, at=at, trusted=not limited):
                index.keep_first(topic)
            _words.settle(actor, post, words, at=at)
            if want is not None:
                polling.add_poll(topic, want, at=at)
            _words.clear_draft(actor, f"new-{found.code}", draft)
            _parts.note(verdict, topic, at)
            return topic
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
    language: str,
    kind: str,
) -> tuple[Topic, Post]:
    topic = Topic.objects.create(
        space=space, author=actor, title=title, slug=texts.slug(title), language=language, kind=kind,
        created_at=at, last_posted_at=at, last_poster=actor, people_count=1, next_number=2, key=key, body_hash=digest,
    )  # fmt: skip
    post = Post.objects.create(
        topic=topic, number=1, author=actor, source=words.source, html=words.html, created_at=at, key=key,
        body_hash=digest,
    )  # fmt: skip
    index.keep(post, topic)
    counters.count_new_topic(space.pk, at)
    _parts.follow(topic.pk, actor.pk, Level.WATCHING)
    _parts.raise_mark(topic.pk, actor.pk, 1, at)
    publish(
        TopicStarted(
            actor=actor.pk,
            topic=topic.pk,
            post=post.pk,
            space=space.pk,
            author=actor.pk,
            title=title,
            scope=space.scope.code,
        ),
        at=at,
    )
    return topic, post
