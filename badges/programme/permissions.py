"""Who may write the programme, who approves it, who corrects points, and who opens a member's book."""

from badges.programme.models import Adjustment, Draft, DraftStep
from badges.tiers.models import TierOverride
from portal.accounts import roles
from portal.accounts.models import Member
from portal.core.errors import Forbidden, NotFound

_REMEMBERED = "_groups_of_the_programme"


def _in(member: Member | None, *groups: str) -> bool:
    """Whether she is in one of these groups, or keeps the house. One query at most for one object."""
    if member is None or not member.is_active:
        return False
    if member.is_superuser:
        return True
    if not hasattr(member, _REMEMBERED):
        setattr(member, _REMEMBERED, set(member.groups.values_list("name", flat=True)))
    return bool(set(groups) & getattr(member, _REMEMBERED))


def can_write(member: Member | None) -> bool:
    """Whether she drafts changes of the programme and corrects points: brand managers."""
    return _in(member, roles.BRAND_MANAGERS)


def can_decide(member: Member | None) -> bool:
    """Whether she approves what others wrote: programme approvers."""
    return _in(member, roles.PROGRAMME_APPROVERS)


def can_see_desk(member: Member | None) -> bool:
    """Whether the programme's desk is hers to read: who writes and who decides."""
    return can_write(member) or can_decide(member)


def can_see_waiting(member: Member | None) -> bool:
    """Whether she reads which points wait and why, to find who trades them: moderators, and who sees the desk."""
    return _in(member, roles.MODERATORS, roles.BRAND_MANAGERS, roles.PROGRAMME_APPROVERS)


def check_see_waiting(member: Member | None) -> None:
    """Raises Forbidden for who may not read what waits."""
    if not can_see_waiting(member):
        raise Forbidden


def can_decide_rings(member: Member | None) -> bool:
    """Whether she says if members who thank each other much trade: moderators and brand managers."""
    return _in(member, roles.MODERATORS, roles.BRAND_MANAGERS)


def check_decide_rings(member: Member | None) -> None:
    """Raises Forbidden for who does not decide that."""
    if not can_decide_rings(member):
        raise Forbidden


def can_see_books(member: Member | None) -> bool:
    """Whether she opens members' books of points: care and brand managers. Never moderators, never the counter."""
    return _in(member, roles.CARE, roles.BRAND_MANAGERS)


def check_write(member: Member | None) -> None:
    """Raises Forbidden for who does not write the programme."""
    if not can_write(member):
        raise Forbidden


def check_see_desk(member: Member | None) -> None:
    """Raises Forbidden for who neither writes nor decides."""
    if not can_see_desk(member):
        raise Forbidden


def check_see_books(member: Member | None) -> None:
    """Raises NotFound: for everybody else there is no such room."""
    if not can_see_books(member):
        raise NotFound


def wrote(member: Member, draft: Draft) -> bool:
    """Whether words of this draft are hers: she began it, wrote in it, or handed it in."""
    own = (DraftStep.Kind.WRITTEN, DraftStep.Kind.HANDED_IN)
    return draft.author_id == member.pk or draft.steps.filter(actor=member, kind__in=own).exists()


def may_decide(member: Member, draft: Draft) -> bool:
    """Whether she may approve or send back this very draft: never one that holds a word of hers, administrators
    included."""
    return draft.state == Draft.State.WAITING and can_decide(member) and not wrote(member, draft)


def may_decide_adjustment(member: Member, adjustment: Adjustment) -> bool:
    """Whether she may decide this correction: neither her own writing nor her own points."""
    waits = adjustment.state == Adjustment.State.WAITING
    return waits and can_decide(member) and member.pk not in (adjustment.author_id, adjustment.member_id)


def may_decide_override(member: Member, override: TierOverride) -> bool:
    """Whether she may decide this tier set by hand: neither her own writing nor her own tier."""
    waits = override.state == TierOverride.State.WAITING
    return waits and can_decide(member) and member.pk not in (override.author_id, override.member_id)
