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

from community.forum.ballots import Poll
from community.forum.models import Post, Space, Topic
from community.forum.writing import PostRevision, Upload
from portal.accounts.models import Member
from portal.accounts.permissions import check_can_write
from portal.accounts.roles import BRAND_MANAGERS, is_house, is_moderator
from portal.core.errors import DomainError, Forbidden, NotFound

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


def _rank(viewer: Member | None) -> int:
    """Her tier's rank; -1 for a visitor, who stands below every tier."""
    return viewer.standing.tier_rank if viewer is not None else -1


def _held(viewer: Member | None) -> list[str]:
    """Codes of the badges that she holds, as her name chip's row has them."""
    return viewer.standing.held if viewer is not None else []


def _role(viewer: Member | None) -> str:
    """The role by which she works here; staff without one of the chip's roles work for the brand."""
    return (viewer.role or Member.NamePart.BRAND) if viewer is not None else ""


def _enters(viewer: Member | None, roles: str) -> bool:
    """Whether she enters by her work: no gate of tiers or badges is meant for her."""
    if viewer is None or not is_house(viewer):
        return False
    return viewer.is_superuser or not roles or f",{_role(viewer)}," in roles


def _can(check: Callable[[], None]) -> bool:
    try:
        check()
    except DomainError:
        return False
    return True


# ── Spaces ──────────────────────────────────────────────────────────────────────────────────────────────────────
# A space is live or it is nobody's. Who works here (in a role that the space names, if it names any) enters as such;
# all others need every gate that is set: not for staff alone, the tier, the badge. Commas stand around each role.
def visible_spaces(viewer: Member | None, prefix: str = "") -> Q:
    """The spaces she may read, as a condition on Space (or, with `prefix="space__"`, on what hangs on one)."""
    live = Q(**{f"{prefix}live": True})
    if viewer is not None and viewer.is_superuser:
        return live
    rank = Q(**{f"{prefix}read_from_rank": None}) | Q(**{f"{prefix}read_from_rank__lte": _rank(viewer)})
    badge = Q(**{f"{prefix}read_badge": ""}) | Q(**{f"{prefix}read_badge__in": _held(viewer)})
    as_guest = Q(**{f"{prefix}staff_only": False}) & rank & badge
    if not is_house(viewer):
        return live & as_guest
    named = Q(**{f"{prefix}read_roles": ""}) | Q(**{f"{prefix}read_roles__contains": f",{_role(viewer)},"})
    return live & (named | as_guest)


def can_read_space(viewer: Member | None, space: Space) -> bool:
    """The same for a space at hand."""
    if not space.live or _enters(viewer, space.read_roles):
        return space.live
    rank = space.read_from_rank is None or space.read_from_rank <= _rank(viewer)
    return not space.staff_only and rank and (not space.read_badge or space.read_badge in _held(viewer))


def check_read_space(viewer: Member | None, space: Space) -> None:
    """Raises NotFound: a space that she may not enter looks like one that never was."""
    if not can_read_space(viewer, space):
        raise NotFound


def check_write_in(actor: Member | None, space: Space, *, at: datetime) -> None:
    """Raises NotFound, SignInRequired, or Forbidden with the reason (muted, or a tier that writes here)."""
    check_read_space(actor, space)
    check_can_write(actor, at=at)
    if _enters(actor, space.write_roles):
        return
    if space.write_from_rank > _rank(actor):
        raise Forbidden(_("Writing here opens with a higher tier. You are welcome to read along."), code="tier_too_low")
    if space.write_badge and space.write_badge not in _held(actor):
        raise Forbidden(_("Who holds a certain badge writes here. You are welcome to read along."), code="no_badge")


def can_write_in(viewer: Member | None, space: Space, *, at: datetime) -> bool:
    """Whether the page offers her to start a topic."""
    return _can(lambda: check_write_in(viewer, space, at=at))


def check_keep_spaces(actor: Member | None) -> None:
    """Laying spaces and saying who enters: raises Forbidden for all but brand managers and administrators."""
    manages = actor is not None and actor.groups.filter(name=BRAND_MANAGERS).exists()
    if actor is None or not (actor.is_superuser or manages):
        raise Forbidden


def can_keep_spaces(viewer: Member | None) -> bool:
    """Whether the workshop offers her the room of spaces."""
    return _can(lambda: check_keep_spaces(viewer))


# ── Topics ──────────────────────────────────────────────────────────────────────────────────────────────────────
def visible_topics(viewer: Member | None) -> Q:
    """The topics she may read, as a condition on Topic. Of hidden ones she sees her own, moderators see all.

    One that was joined with another is nobody's any more.
    """
    spaces = visible_spaces(viewer, "space__") & Q(merged_into=None)
    if is_moderator(viewer):
        return spaces
    shown = Q(hidden_at=None)
    return spaces & (shown if viewer is None else shown | Q(author=viewer))


def can_read_topic(viewer: Member | None, topic: Topic) -> bool:
    """The same for a topic at hand (with its space)."""
    own = viewer is not None and topic.author_id == viewer.pk
    shown = topic.hidden_at is None or own or is_moderator(viewer)
    return topic.merged_into_id is None and can_read_space(viewer, topic.space) and shown


def can_know_title(viewer: Member | None, topic: Topic) -> bool:
    """Whether a notice may name the topic to her: she may read it, or could until it was joined with another."""
    return can_read_topic(viewer, topic) or (topic.merged_into_id is not None and can_read_space(viewer, topic.space))


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


def check_join(actor: Member | None, topic: Topic) -> None:
    """Splitting posts off a topic and joining it with another: as `check_steer`, and Forbidden for a hidden one.

    What was put away with its topic would come to light in another.
    """
    check_steer(actor, topic)
    if topic.hidden_at is not None:
        raise Forbidden(_("This topic is put away. Bring it back first."), code="hidden")


def joinable_topics(viewer: Member | None) -> Q:
    """The topics to which she may give the posts of another, as a condition on Topic: `check_join` for lists."""
    return visible_topics(viewer) & Q(hidden_at=None) if is_moderator(viewer) else Q(pk__in=[])


def can_steer(viewer: Member | None, topic: Topic) -> bool:
    """Whether the page offers her to close and pin."""
    return _can(lambda: check_steer(viewer, topic))


# ── Tags ────────────────────────────────────────────────────────────────────────────────────────────────────────
TAGS_FROM_TRUST = 1


def can_make_tag(actor: Member | None) -> bool:
    """Whether she may bring a new tag into the house: who works here, and members who are known a little."""
    return is_house(actor) or (actor is not None and actor.trust_level >= TAGS_FROM_TRUST)


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
    """Raises NotFound, SignInRequired, or Forbidden: the author edits what is visible in an open topic, and moderators
    may, with a reason."""
    check_read_post(actor, post)
    check_write_in(actor, post.topic.space, at=at)
    if actor is None or (post.author_id != actor.pk and not is_moderator(actor)):
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


def check_vote(actor: Member | None, poll: Poll, *, at: datetime) -> None:
    """Raises NotFound, SignInRequired, or Forbidden with the reason: muted, hidden, a closed topic, a poll that is
    over."""
    check_read_topic(actor, poll.topic)
    check_can_write(actor, at=at)
    if poll.topic.hidden_at is not None:
        raise Forbidden(_("This topic is hidden. Nobody could see your choice."), code="hidden")
    if is_over(poll, at=at):
        raise Forbidden(_("This poll is over. What was chosen stands."), code="poll_closed")
    if poll.topic.locked:
        raise Forbidden(_("This topic is closed. You can still read it."), code="locked")


def can_vote(viewer: Member | None, poll: Poll, *, at: datetime) -> bool:
    """Whether the page offers her to choose."""
    return viewer is not None and _can(lambda: check_vote(viewer, poll, at=at))


def is_over(poll: Poll, *, at: datetime) -> bool:
    """Whether the poll has closed, by the server's clock."""
    return poll.closes_at is not None and poll.closes_at <= at


def can_see_numbers(poll: Poll, *, voted: bool, at: datetime) -> bool:
    """Whether a reader of the topic may see a poll's numbers now; nobody is an exception, so that nobody can tell."""
    if is_over(poll, at=at) or poll.results == Poll.Results.ALWAYS:
        return True
    return poll.results == Poll.Results.VOTED and voted


def check_upload(actor: Member | None, *, at: datetime) -> None:
    """Raises SignInRequired, or Forbidden for who may not write."""
    check_can_write(actor, at=at)


def can_see_upload(viewer: Member | None, upload: Upload) -> bool:
    """A picture is its post's: whoever may read that sees it, else its owner alone while no post shows it."""
    if upload.post is not None:
        return can_read_post(viewer, upload.post)
    return viewer is not None and viewer.pk == upload.owner_id


def check_history(viewer: Member | None, post: Post) -> None:
    """The earlier versions of a post: raises NotFound for whoever may not read it now."""
    check_read_post(viewer, post)


def can_read_version(viewer: Member | None, version: PostRevision) -> bool:
    """A version that was hidden is read by moderators alone."""
    return version.hidden_at is None or is_moderator(viewer)


def check_hide_version(actor: Member | None, version: PostRevision) -> None:
    """Raises NotFound, or Forbidden for all but moderators."""
    check_read_post(actor, version.post)
    if not is_moderator(actor):
        raise Forbidden


def check_choose(actor: Member | None, topic: Topic, *, at: datetime) -> None:
    """Whose word it is which answer helped: raises NotFound, SignInRequired, or Forbidden with the reason."""
    check_read_topic(actor, topic)
    check_can_write(actor, at=at)
    if not (is_moderator(actor) or (actor is not None and topic.author_id == actor.pk)):
        raise Forbidden(_("Only whoever asked, or a moderator, chooses the answer."), code="not_asker")
    if topic.kind != Topic.Kind.QUESTION:
        raise Forbidden(_("This is a talk, not a question: it waits for no answer."), code="no_question")
    if topic.hidden_at is not None:
        raise Forbidden(_("This topic is hidden. Nobody could read the answer."), code="hidden")


def check_accept(actor: Member | None, post: Post, *, at: datetime) -> None:
    """Choosing this post as the answer: as `check_choose`, and Forbidden for the question itself and hidden words."""
    check_read_post(actor, post)
    check_choose(actor, post.topic, at=at)
    if post.is_first:
        raise Forbidden(_("These words are the question. Choose one of the answers."), code="the_question")
    _refuse_hidden(post, _("These words are hidden. Choose an answer that everyone can read."))


def can_choose(viewer: Member | None, topic: Topic, *, at: datetime) -> bool:
    """Whether the page offers her to choose an answer."""
    return viewer is not None and _can(lambda: check_choose(viewer, topic, at=at))


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
