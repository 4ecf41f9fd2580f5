"""Who may see and do what in the forum.

One predicate per right, in three shapes: `visible_*` for lists, `can_*` for templates, `check_*` for actions. A
hidden or foreign object raises NotFound; a forbidden act on a visible one raises Forbidden (or SignInRequired) with the
reason.
"""

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from community.forum.models import Post, Space, Topic
from portal.accounts.models import Member
from portal.accounts.permissions import check_can_write
from portal.core.errors import DomainError, Forbidden, NotFound

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


def is_moderator(viewer: Member | None) -> bool:
    """Whether she keeps the talk kind in every space."""
    return viewer is not None and (viewer.role == Member.NamePart.MODERATOR or viewer.is_superuser)


def is_house(viewer: Member | None) -> bool:
    """Whether she belongs to the house: spaces of the staff and of every tier are open to her."""
    return viewer is not None and (bool(viewer.role) or viewer.is_staff)


def _rank(viewer: Member | None) -> int:
    """Her tier's rank; -1 for a visitor, who stands below every tier."""
    return viewer.standing.tier_rank if viewer is not None else -1


def _can(check: Callable[[], None]) -> bool:
    try:
        check()
    except DomainError:
        return False
    return True


# ── Spaces ──────────────────────────────────────────────────────────────────────────────────────────────────────
def visible_spaces(viewer: Member | None, prefix: str = "") -> Q:
    """The spaces she may read, as a condition on Space (or, with `prefix="space__"`, on what hangs on one)."""
    if is_house(viewer):
        return Q(**{f"{prefix}live": True})
    open_to_all = Q(**{f"{prefix}read_from_rank": None})
    by_rank = Q(**{f"{prefix}read_from_rank__lte": _rank(viewer)})
    return Q(**{f"{prefix}live": True, f"{prefix}staff_only": False}) & (open_to_all | by_rank)


def can_read_space(viewer: Member | None, space: Space) -> bool:
    """The same for a space at hand."""
    if not space.live:
        return False
    if is_house(viewer):
        return True
    return not space.staff_only and (space.read_from_rank is None or space.read_from_rank <= _rank(viewer))


def check_read_space(viewer: Member | None, space: Space) -> None:
    """Raises NotFound: a space that she may not enter looks like one that never was."""
    if not can_read_space(viewer, space):
        raise NotFound


def check_write_in(actor: Member | None, space: Space, *, at: datetime) -> None:
    """Raises NotFound, SignInRequired, or Forbidden with the reason (muted, or a tier that writes here)."""
    check_read_space(actor, space)
    check_can_write(actor, at=at)
    if not is_house(actor) and space.write_from_rank > _rank(actor):
        raise Forbidden(_("Writing here opens with a higher tier. You are welcome to read along."), code="tier_too_low")


def can_write_in(viewer: Member | None, space: Space, *, at: datetime) -> bool:
    """Whether the page offers her to start a topic."""
    return _can(lambda: check_write_in(viewer, space, at=at))


# ── Topics ──────────────────────────────────────────────────────────────────────────────────────────────────────
def visible_topics(viewer: Member | None) -> Q:
    """The topics she may read, as a condition on Topic. Of hidden ones she sees her own, moderators see all."""
    spaces = visible_spaces(viewer, "space__")
    if is_moderator(viewer):
        return spaces
    shown = Q(hidden_at=None)
    return spaces & (shown if viewer is None else shown | Q(author=viewer))


def can_read_topic(viewer: Member | None, topic: Topic) -> bool:
    """The same for a topic at hand (with its space)."""
    own = viewer is not None and topic.author_id == viewer.pk
    return can_read_space(viewer, topic.space) and (topic.hidden_at is None or own or is_moderator(viewer))


def check_read_topic(viewer: Member | None, topic: Topic) -> None:
    """Raises NotFound."""
    if not can_read_topic(viewer, topic):
        raise NotFound


def check_reply(actor: Member | None, topic: Topic, *, at: datetime) -> None:
    """Raises NotFound, SignInRequired, or Forbidden with the reason. A locked topic takes words of moderators only."""
    check_read_topic(actor, topic)
    check_write_in(actor, topic.space, at=at)
    if topic.hidden_at is not None:
        raise Forbidden(_("This topic is hidden. Nobody could read your answer."), code="hidden")
    if topic.locked and not is_moderator(actor):
        raise Forbidden(_("This topic is closed. You can still read it."), code="locked")


def why_not_reply(viewer: Member | None, topic: Topic, *, at: datetime) -> DomainError | None:
    """The refusal that she would meet, so that the page says it beforehand instead of offering a box."""
    try:
        check_reply(viewer, topic, at=at)
    except DomainError as refusal:
        return refusal
    return None


def can_reply(viewer: Member | None, topic: Topic, *, at: datetime) -> bool:
    """Whether the page offers her the composer."""
    return why_not_reply(viewer, topic, at=at) is None


def check_steer(actor: Member | None, topic: Topic) -> None:
    """Closing, opening and pinning: raises NotFound, or Forbidden for all but moderators."""
    check_read_topic(actor, topic)
    if not is_moderator(actor):
        raise Forbidden


def can_steer(viewer: Member | None, topic: Topic) -> bool:
    """Whether the page offers her to close and pin."""
    return _can(lambda: check_steer(viewer, topic))


# ── Posts ───────────────────────────────────────────────────────────────────────────────────────────────────────
def visible_posts(viewer: Member | None) -> Q:
    """The posts whose words she may read, as a condition on Post, inside a topic that she may read."""
    if is_moderator(viewer):
        return Q()
    shown = Q(hidden_at=None)
    return shown if viewer is None else shown | Q(author=viewer)


def can_read_post(viewer: Member | None, post: Post) -> bool:
    """The same for a post at hand (with its topic and space)."""
    own = viewer is not None and post.author_id == viewer.pk
    return can_read_topic(viewer, post.topic) and (post.hidden_at is None or own or is_moderator(viewer))


def check_read_post(viewer: Member | None, post: Post) -> None:
    """Raises NotFound."""
    if not can_read_post(viewer, post):
        raise NotFound


def _refuse_hidden(post: Post, words: "StrOrPromise") -> None:
    if post.hidden_at is not None:
        raise Forbidden(words, code="hidden")


def check_edit(actor: Member | None, post: Post, *, at: datetime) -> None:
    """Raises NotFound, SignInRequired, or Forbidden: only the author edits what is visible in an open topic."""
    check_read_post(actor, post)
    check_write_in(actor, post.topic.space, at=at)
    if actor is None or post.author_id != actor.pk:
        raise Forbidden(_("Only the author can change these words."), code="not_author")
    _refuse_hidden(post, _("These words are hidden. They can be changed once they are back."))
    if post.topic.locked and not is_moderator(actor):
        raise Forbidden(_("This topic is closed. You can still read it."), code="locked")


def can_edit(viewer: Member | None, post: Post, *, at: datetime) -> bool:
    """Whether the page offers her to edit."""
    return _can(lambda: check_edit(viewer, post, at=at))


def check_react(actor: Member | None, post: Post, *, at: datetime) -> None:
    """Raises NotFound, SignInRequired, or Forbidden: not to one's own words, not to hidden ones."""
    check_read_post(actor, post)
    check_can_write(actor, at=at)
    _refuse_hidden(post, _("These words are hidden. Reactions wait until they are back."))
    if actor is not None and post.author_id == actor.pk:
        raise Forbidden(_("These are your own words. Let others thank you for them."), code="own_post")


def can_react(viewer: Member | None, post: Post, *, at: datetime) -> bool:
    """Whether the page offers her the reactions."""
    return _can(lambda: check_react(viewer, post, at=at))


def check_hide(actor: Member | None, post: Post) -> None:
    """Raises NotFound, or Forbidden for all but the author and moderators."""
    check_read_post(actor, post)
    if not (is_moderator(actor) or (actor is not None and post.author_id == actor.pk)):
        raise Forbidden


def can_hide(viewer: Member | None, post: Post) -> bool:
    """Whether the page offers her to hide it."""
    return post.hidden_at is None and _can(lambda: check_hide(viewer, post))


def check_restore(actor: Member | None, post: Post) -> None:
    """Raises NotFound, or Forbidden: an author brings back only what she hid herself, a moderator anything."""
    check_read_post(actor, post)
    if is_moderator(actor):
        return
    if actor is None or post.author_id != actor.pk:
        raise Forbidden
    if post.hidden_at is not None and post.hidden_by_id != actor.pk:
        raise Forbidden(_("A moderator hid these words; a moderator can bring them back."), code="hidden_by_moderator")


def can_restore(viewer: Member | None, post: Post) -> bool:
    """Whether the page offers her to bring it back."""
    return post.hidden_at is not None and _can(lambda: check_restore(viewer, post))
