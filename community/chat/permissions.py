"""Who may enter a room and what she may do there: one predicate in three shapes (check, can, visible)."""

from datetime import datetime, timedelta

from django.db.models import Q
from django.utils.translation import gettext as _

from community.chat.models import Message, Room
from portal.accounts.models import Member
from portal.accounts.permissions import check_can_write
from portal.core.errors import DomainError, Forbidden, NotFound, SignInRequired

EDIT_WINDOW = timedelta(minutes=15)


def is_moderator(viewer: Member | None) -> bool:
    """Whether she keeps the talk kind in every room."""
    return viewer is not None and (viewer.role == Member.NamePart.MODERATOR or viewer.is_superuser)


def is_house(viewer: Member | None) -> bool:
    """Whether she belongs to the house: rooms of the staff and of every tier are open to her."""
    return viewer is not None and (bool(viewer.role) or viewer.is_staff)


def visible_to(viewer: Member | None) -> Q:
    """The rooms she may enter, as a condition on Room. Visitors read the open rooms; a closed room is nobody's."""
    if is_house(viewer):
        return Q(live=True)
    return Q(live=True, staff_only=False, from_rank__lte=_rank(viewer))


def _rank(viewer: Member | None) -> int:
    standing = getattr(viewer, "standing", None)
    return standing.tier_rank if standing is not None else 0


def can_enter(viewer: Member | None, room: Room) -> bool:
    """The same for a room at hand."""
    if not room.live:
        return False
    return is_house(viewer) or (not room.staff_only and room.from_rank <= _rank(viewer))


def check_enter(viewer: Member | None, room: Room) -> None:
    """Raises NotFound: a room that she may not enter looks like one that never was."""
    if not can_enter(viewer, room):
        raise NotFound()


def check_send(actor: Member | None, room: Room, at: datetime) -> None:
    """Raises NotFound for a hidden room, SignInRequired for a visitor, Forbidden with the reason for a muted member."""
    check_enter(actor, room)
    if actor is None:
        raise SignInRequired()
    check_can_write(actor, at=at)


def can_send(viewer: Member | None, room: Room, at: datetime) -> bool:
    """Whether the page offers her the box to write in."""
    return why_not_send(viewer, room, at) is None


def why_not_send(viewer: Member | None, room: Room, at: datetime) -> DomainError | None:
    """The refusal that she would meet, so that the page can say it beforehand."""
    try:
        check_send(viewer, room, at)
    except DomainError as refusal:
        return refusal
    return None


def check_edit(actor: Member, message: Message, at: datetime) -> None:
    """Raises NotFound once it is removed, Forbidden for another's message, after the window and while she is muted."""
    check_enter(actor, message.room)
    if message.removed_at is not None:
        raise NotFound()
    if message.author_id != actor.pk:
        raise Forbidden()
    check_can_write(actor, at=at)
    if at - message.created_at > EDIT_WINDOW:
        raise Forbidden(_("A message can be changed for 15 minutes."), code="too_late")


def can_edit(viewer: Member | None, message: Message, at: datetime) -> bool:
    """Whether the page offers her to change it."""
    if viewer is None:
        return False
    try:
        check_edit(viewer, message, at)
    except DomainError:
        return False
    return True


def check_remove(actor: Member, message: Message) -> None:
    """The author takes back her own, at any time; a moderator takes away any. Raises NotFound or Forbidden."""
    check_enter(actor, message.room)
    if message.author_id != actor.pk and not is_moderator(actor):
        raise Forbidden()


def can_remove(viewer: Member | None, message: Message) -> bool:
    """Whether the page offers her to remove it."""
    own = viewer is not None and message.author_id == viewer.pk
    return message.removed_at is None and can_enter(viewer, message.room) and (own or is_moderator(viewer))


def check_source(viewer: Member | None, message: Message) -> None:
    """The text as typed: for its author while it stands, for moderators also after its removal. Raises NotFound."""
    own = viewer is not None and message.author_id == viewer.pk and message.removed_at is None
    if not (can_enter(viewer, message.room) and (own or is_moderator(viewer))):
        raise NotFound()
