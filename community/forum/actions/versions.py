"""Hiding an earlier version of a post, such as one with somebody's telephone number, and showing it again."""

from datetime import datetime

from django.db import transaction

from community.forum import around, permissions, texts
from community.forum.actions import _parts
from community.forum.locks import lock_post_for
from community.forum.writing import PostRevision
from portal.accounts.models import Member


def hide_version(*, actor: Member, post: str, number: int, reason: str, at: datetime) -> PostRevision:
    """Hides one earlier version from all but moderators.

    Raises NotFound, Forbidden, Invalid (`field` reason). Side effects: moderation log. Idempotent.
    """
    return _turn(actor, post, number, reason, at, hide=True)


def show_version(*, actor: Member, post: str, number: int, reason: str, at: datetime) -> PostRevision:
    """Shows a hidden version to every reader of the post again. Raises as `hide_version`. Idempotent."""
    return _turn(actor, post, number, reason, at, hide=False)


def _turn(actor: Member, post: str, number: int, reason: str, at: datetime, *, hide: bool) -> PostRevision:
    with transaction.atomic():
        locked = lock_post_for(actor, post)
        version = around.get_version_for(actor, post, number)
        permissions.check_hide_version(actor, version)
        reason = texts.check_reason(reason, required=True)
        if (version.hidden_at is not None) == hide:
            return version
        version.hidden_at, version.hidden_by = (at, actor) if hide else (None, None)
        version.save(update_fields=["hidden_at", "hidden_by"])
        _parts.log(
            actor, "hide_version" if hide else "show_version", locked.topic, post=locked, reason=reason, at=at,
            before={"version": number, "hidden": not hide}, after={"version": number, "hidden": hide},
        )  # fmt: skip
    return version
