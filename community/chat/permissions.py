"""Who may enter a room and what she may do there: one predicate in three shapes (check, can, visible)."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q
from django.utils.translation import gettext as _

from community.chat.models import Message, Room, Seat
from portal.accounts.blocks import selectors as blocks
from portal.accounts.models import Member
from portal.accounts.permissions import check_can_write
from portal.accounts.roles import BRAND_MANAGERS, is_house, is_moderator
from portal.core.errors import DomainError, Forbidden, Invalid, NotFound, SignInRequired

EDIT_WINDOW = timedelta(minutes=15)


@dataclass(frozen=True)
class SpaceRights:
    """How spaces answer: the forum's own three functions. A room of a space has no right of its own."""

    visible: Callable[..., Q]
    can_read: Callable[..., bool]
    check_write: Callable[..., None]


_spaces: list[SpaceRights] = []


def ask_spaces(rights: SpaceRights) -> None:
    """Names whoever answers for spaces; said once, when the house starts. Until then rooms of spaces are nobody's."""
    _spaces[:] = [rights]


def visible_to(viewer: Member | None) -> Q:
    """The rooms she may enter, as a condition on Room. Visitors read the open rooms; a closed room is nobody's.

    A direct conversation is for those who have a seat in it, and for nobody else: not for moderators, not for the
    administrator.
    """
    free = Q(kind=Room.Kind.FREE)
    if not is_house(viewer):
        free &= Q(staff_only=False, from_rank__lte=_rank(viewer))
    rooms = free
    for spaces in _spaces:
        rooms |= Q(kind=Room.Kind.SPACE) & spaces.visible(viewer, "space__")
    if viewer is not None:
        mine = Seat.objects.filter(member=viewer, left_at=None, room__kind=Room.Kind.DIRECT).values("room")
        rooms |= Q(kind=Room.Kind.DIRECT, pk__in=mine)
    return Q(live=True) & rooms


def _rank(viewer: Member | None) -> int:
    standing = getattr(viewer, "standing", None)
    return standing.tier_rank if standing is not None else 0


def can_enter(viewer: Member | None, room: Room) -> bool:
    """The same for a room at hand. A conversation costs one query."""
    if not room.live:
        return False
    if room.kind == Room.Kind.DIRECT:
        return viewer is not None and Seat.objects.filter(room=room, member=viewer, left_at=None).exists()
    if room.kind == Room.Kind.SPACE:
        return any(spaces.can_read(viewer, room.space) for spaces in _spaces)
    return is_house(viewer) or (not room.staff_only and room.from_rank <= _rank(viewer))


def check_enter(viewer: Member | None, room: Room) -> None:
    """Raises NotFound: a room that she may not enter looks like one that never was."""
    if not can_enter(viewer, room):
        raise NotFound()


# ── What she reads there ────────────────────────────────────────────────────────────────────────────────────────
def reads_from(viewer: Member | None, room: Room) -> int | None:
    """The number after which the room's history begins for her; None when she has to sit down first.

    0 where everything may be read. Asked by history, search, pictures, pins and live pages alike.
    """
    if not room.begins_with_seat:
        return 0
    if viewer is None:
        return None
    return Seat.objects.filter(room=room, member=viewer).values_list("from_number", flat=True).first()


def can_read(viewer: Member | None, message: Message) -> bool:
    """Whether she may see the message's place: she may enter its room, and its history reaches that far for her."""
    if not can_enter(viewer, message.room):
        return False
    begins = reads_from(viewer, message.room)
    stands_at = message.parent.number if message.parent is not None else message.number
    return begins is not None and stands_at > begins


def check_read(viewer: Member | None, message: Message) -> None:
    """Raises NotFound."""
    if not can_read(viewer, message):
        raise NotFound()


def check_send(actor: Member | None, room: Room, at: datetime) -> None:
    """Raises NotFound for a hidden room, SignInRequired for a visitor, Forbidden with the reason for a muted member."""
    check_enter(actor, room)
    if actor is None:
        raise SignInRequired()
    check_can_write(actor, at=at)
    if room.kind == Room.Kind.SPACE:
        for spaces in _spaces:
            spaces.check_write(actor, room.space, at=at)
    if room.kind == Room.Kind.DIRECT:
        _check_company(actor, room)


def _check_company(actor: Member, room: Room) -> None:
    """Of two who are apart neither writes to the other; where more sit, the others still hear."""
    others = list(Seat.objects.filter(room=room, left_at=None).exclude(member=actor).values_list("member", flat=True))
    if not others:
        raise Forbidden(_("Everybody else has left this conversation."), code="alone")
    if len(others) == 1 and others[0] in blocks.apart(actor.pk):
        raise Forbidden(_("You two cannot write to each other at present."), code="apart")


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


def check_edit(actor: Member, message: Message, at: datetime, *, late: bool = False) -> None:
    """Raises NotFound once it is removed, Forbidden for another's message, after the window and while she is muted.

    `late` is for words that she sent within the window and that were read by a moderator after it.
    """
    check_read(actor, message)
    if message.removed_at is not None:
        raise NotFound()
    if message.author_id != actor.pk:
        raise Forbidden()
    check_can_write(actor, at=at)
    if not late and at - message.created_at > EDIT_WINDOW:
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
    check_read(actor, message)
    if message.author_id != actor.pk and not is_moderator(actor):
        raise Forbidden()


def check_remove_reported(actor: Member) -> None:
    """Taking away through a report what stands in a conversation: moderators. Raises Forbidden."""
    if not is_moderator(actor):
        raise Forbidden()


def can_remove(viewer: Member | None, message: Message) -> bool:
    """Whether the page offers her to remove it."""
    own = viewer is not None and message.author_id == viewer.pk
    return message.removed_at is None and can_read(viewer, message) and (own or is_moderator(viewer))


def check_source(viewer: Member | None, message: Message) -> None:
    """The text as typed: for its author while it stands, for moderators also after its removal. Raises NotFound."""
    own = viewer is not None and message.author_id == viewer.pk and message.removed_at is None
    if not (can_read(viewer, message) and (own or is_moderator(viewer))):
        raise NotFound()


# ── What else she does ──────────────────────────────────────────────────────────────────────────────────────────
def check_answer(actor: Member, message: Message, at: datetime) -> None:
    """Replying under a message: Invalid when it stands elsewhere or is gone, else as for any word in the room."""
    if not can_read(actor, message) or message.is_reply:
        raise Invalid(_("The message that this answers is not here any more."), code="no_parent", field="parent")
    if message.removed_at is not None:
        raise Invalid(_("The message that this answers was taken away."), code="no_parent", field="parent")
    check_send(actor, message.room, at)


def why_not_answer(viewer: Member | None, message: Message, at: datetime) -> DomainError | None:
    """The refusal that she would meet under a message, so that the page can say it beforehand."""
    try:
        if viewer is None:
            raise SignInRequired()
        check_answer(viewer, message, at)
    except DomainError as refusal:
        return refusal
    return None


def check_react(actor: Member | None, message: Message, at: datetime) -> None:
    """Raises NotFound (gone, or hidden), SignInRequired, or Forbidden: muted, or one's own words."""
    check_read(actor, message)
    if message.removed_at is not None:
        raise NotFound()
    if actor is None:
        raise SignInRequired()
    check_can_write(actor, at=at)
    if message.author_id == actor.pk:
        raise Forbidden(_("These are your own words. Let others thank you for them."), code="own_message")
    if message.room.is_direct:
        _check_company(actor, message.room)


def can_keep(viewer: Member | None) -> bool:
    """Whether she keeps the rooms (opens and changes them, pins what matters): moderators and brand managers."""
    if is_moderator(viewer):
        return True
    return viewer is not None and is_house(viewer) and viewer.groups.filter(name=BRAND_MANAGERS).exists()


def check_pin(actor: Member, message: Message) -> None:
    """The house pins in its rooms; in a conversation whoever sits there does. Raises NotFound or Forbidden."""
    check_read(actor, message)
    if message.removed_at is not None or message.is_reply:
        raise NotFound()
    if not can_pin(actor, message.room):
        raise Forbidden()


def can_pin(viewer: Member | None, room: Room) -> bool:
    """Whether the page offers her to pin; she is in the room."""
    return viewer is not None and (room.is_direct or can_keep(viewer))


def check_keep(actor: Member | None) -> None:
    """Opening and changing rooms. Raises NotFound: for everybody else there is no such page."""
    if not can_keep(actor):
        raise NotFound()
