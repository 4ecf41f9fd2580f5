"""Changing words that stand already: one's own, or, as a moderator and with a reason, somebody else's."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from community.forum import index, permissions, selectors, texts
from community.forum.actions import _parts, _words
from community.forum.actions.tagging import put_tags
from community.forum.locks import lock_post_for
from community.forum.models import Post
from community.forum.writing import PostRevision
from portal.accounts import pace
from portal.accounts.models import Member
from portal.core import gate
from portal.core.errors import Conflict, NotFound

# So soon after writing, a change of one's own is a slip of the pen and leaves no version.
GRACE = timedelta(minutes=5)


def edit_post(
    *,
    actor: Member,
    post: str,
    body: str,
    revision: int,
    at: datetime,
    title: str | None = None,
    tags: Iterable[str] | None = None,
    reason: str = "",
    draft: int | None = None,
    limited: bool = True,
) -> Post:
    """Replaces the words of a post, written from `revision`; of a first post also the topic's title and tags.

    Raises NotFound (also when the post was hidden meanwhile), SignInRequired, Forbidden (neither author nor moderator,
    locked), Invalid (`field` body, title; reason, which a moderator owes for others' words), TooMany, and Waits when a
    moderator has to read the author's change first: what stood goes on standing meanwhile; Conflict when the post has
    moved on, with `mine`, `theirs` and the present `revision` in details, so that nothing typed is lost: who
    sends again from that revision has seen both. Side effects: a version of what stood (none within the grace of its
    own writer), MembersMentioned for who is newly named, moderation log, open pages; a change that waited ends.
    `limited=False` is for words that a moderator has read. Idempotent: words that stand already change nothing,
    whatever revision they were written from.
    """
    found = selectors.get_post_for(actor, post)
    if found.hidden_at is not None:
        raise NotFound
    verdict = gate.Verdict({"body": body} | ({"title": title} if title is not None else {}))
    if limited:
        verdict = gate.read(
            "edit", verdict.texts, author=actor, at=at, waits=found.author_id == actor.pk,
            before={"body": found.source, "title": found.topic.title}, about=f"post:{found.pk}",
        )  # fmt: skip
    words, title = texts.check_body(verdict.texts["body"]), verdict.texts.get("title")
    permissions.check_edit(actor, found, at=at)
    if limited:
        pace.spend("edit", actor)
    if verdict.action == gate.HOLD:
        _let_wait(actor, found, verdict, words, title, tags, revision, draft, at)
    with transaction.atomic():
        locked = lock_post_for(actor, post)
        if locked.hidden_at is not None:  # taken away a moment ago
            raise NotFound
        permissions.check_edit(actor, locked, at=at)
        reason = texts.check_reason(reason, required=locked.author_id != actor.pk)
        new_title = texts.check_title(title) if title is not None and locked.is_first else locked.topic.title
        retagged = tags is not None and locked.is_first and put_tags(locked.topic, tags, actor=actor, at=at)
        if locked.source == words.source and locked.topic.title == new_title:
            return _retagged(locked) if retagged else locked
        _refuse_stale(locked, words, revision)
        if limited and locked.author_id == actor.pk:
            gate.overtake(f"post:{locked.pk}", author_id=actor.pk, at=at)
        _keep_version(actor, locked, reason, at)
        _replace(actor, locked, words, new_title, at, retagged=retagged)
        gate.note(verdict, f"post:{locked.pk}", author_id=actor.pk, words=words.source, at=at)
        if draft is not None:
            _words.clear_draft(actor, f"edit-{locked.public_id}", draft)
    return locked


def _let_wait(
    actor: Member,
    post: Post,
    verdict: gate.Verdict,
    words: texts.Words,
    title: str | None,
    tags: Iterable[str] | None,
    revision: int,
    draft: int | None,
    at: datetime,
) -> None:
    """Hands a change over that a moderator reads first; comes back when the same words stand already."""
    new_title = texts.check_title(title) if title is not None and post.is_first else ""
    if post.source == words.source and new_title in ("", post.topic.title):
        return
    _refuse_stale(post, words, revision)
    given = {"revision": revision, "tags": list(tags) if tags is not None and post.is_first else None}
    before = f"{post.topic.title}\n\n{post.source}" if new_title else post.source
    gate.hold(
        verdict, author=actor, at=at, verb="edit", about=f"post:{post.pk}", before=before, space=post.topic.space,
        topic=post.topic, post=post, title=new_title, source=words.source, html=words.html, given=given,
        kept=lambda: _words.clear_draft(actor, f"edit-{post.public_id}", draft),
    )  # fmt: skip


def _refuse_stale(post: Post, words: texts.Words, revision: int) -> None:
    if post.revision != revision:
        raise Conflict(
            _("Your post was changed in another window meanwhile. Both versions are here: keep what you need."),
            code="edit_conflict",
            mine=words.source,
            theirs=post.source,
            revision=post.revision,
        )


def _keep_version(actor: Member, post: Post, reason: str, at: datetime) -> None:
    """Keeps the words that are about to go, unless their own writer mends them within the grace."""
    before = post.revisions.order_by("number").last()
    writer = before.replaced_by_id if before else post.author_id
    begun = before.replaced_at if before else post.created_at
    if writer == actor.pk and at - begun <= GRACE:
        return
    PostRevision.objects.create(
        post=post, number=post.revision, title=post.topic.title if post.is_first else "", source=post.source,
        written_by_id=writer, written_at=begun, replaced_by=actor, replaced_at=at, reason=reason,
    )  # fmt: skip


def _replace(actor: Member, post: Post, words: texts.Words, title: str, at: datetime, *, retagged: bool) -> None:
    topic = post.topic
    post.source, post.html, post.edited_at = words.source, words.html, at
    post.revision += 1
    post.save(update_fields=["source", "html", "edited_at", "revision"])
    _words.settle(actor, post, words, at=at)
    if actor.pk != post.author_id:
        before, after = {"revision": post.revision - 1}, {"revision": post.revision}
        reason = post.revisions.latest("number").reason
        _parts.log(actor, "edit_post", topic, post=post, reason=reason, at=at, before=before, after=after)
    renamed = retagged or topic.title != title
    topic.title, topic.slug = title, texts.slug(title)
    topic.version += 1
    topic.save(update_fields=["title", "slug", "version"])
    index.keep(post, topic)
    _parts.tell_pages(topic.pk, "post_edited", post.pk)
    if renamed:
        _parts.tell_pages(topic.pk, "topic_changed")


def _retagged(post: Post) -> Post:
    """Other tags and the same words: no revision, and open pages hear of it."""
    post.topic.version += 1
    post.topic.save(update_fields=["version"])
    index.keep(post, post.topic)
    _parts.tell_pages(post.topic_id, "topic_changed")
    return post
