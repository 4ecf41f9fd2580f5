"""Changing one's own words."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from community.forum import limits, permissions, selectors, texts
from community.forum.actions import _parts
from community.forum.locks import lock_post_for
from community.forum.models import Post
from portal.accounts.models import Member
from portal.core.errors import Conflict


def edit_post(
    *,
    actor: Member,
    post: str,
    body: str,
    revision: int,
    at: datetime,
    title: str | None = None,
    limited: bool = True,
) -> Post:
    """Replaces the words of the actor's post (and the topic's title, for its first post), written from `revision`.

    Raises NotFound, SignInRequired, Forbidden (not the author, hidden, locked), Invalid, TooMany; Conflict when the
    post has moved on, with `mine`, `theirs` and the present `revision` in details, so that nothing typed is lost. Side
    effects: open pages. Idempotent: words that stand already change nothing, whatever revision they were written from.
    """
    words = texts.check_body(body)
    permissions.check_edit(actor, selectors.get_post_for(actor, post), at=at)
    if limited:
        limits.spend(limits.EDIT, actor.pk)
    with transaction.atomic():
        locked = lock_post_for(actor, post)
        permissions.check_edit(actor, locked, at=at)
        topic = locked.topic
        new_title = texts.check_title(title) if title is not None and locked.is_first else topic.title
        if locked.source == words.source and topic.title == new_title:
            return locked
        if locked.revision != revision:
            raise Conflict(
                _("Your post was changed in another window meanwhile. Both versions are here: keep what you need."),
                code="edit_conflict",
                mine=words.source,
                theirs=locked.source,
                revision=locked.revision,
            )
        locked.source, locked.html, locked.edited_at = words.source, words.html, at
        locked.revision += 1
        locked.save(update_fields=["source", "html", "edited_at", "revision"])
        renamed = topic.title != new_title
        topic.title, topic.slug = new_title, texts.slug(new_title)
        topic.version += 1
        topic.save(update_fields=["title", "slug", "version"])
        _parts.tell_pages(topic.pk, "post_edited", locked.pk)
        if renamed:
            _parts.tell_pages(topic.pk, "topic_changed")
    return locked
