"""Who keeps the talk kind, and what she may not decide: what concerns herself."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from community.moderation.models import Case, Held, Sanction
from portal.accounts.models import Member
from portal.accounts.pace import is_exempt
from portal.accounts.roles import is_moderator
from portal.core.errors import DomainError, Forbidden, NotFound, SignInRequired


def check_moderator(viewer: Member | None) -> Member:
    """The moderator; raises SignInRequired for a visitor and NotFound for others, to whom there is no such page."""
    if viewer is None:
        raise SignInRequired
    if not is_moderator(viewer):
        raise NotFound
    return viewer


def check_report(actor: Member | None, author_id: int, *, at: datetime) -> None:
    """Raises SignInRequired, or Forbidden for one's own words and for who rests. The silenced may report."""
    if actor is None:
        raise SignInRequired
    if actor.pk == author_id:
        raise Forbidden(_("These are your own words. You can change them or put them away yourself."), code="own")
    if actor.joined_at is None or (actor.suspended_until is not None and actor.suspended_until > at):
        raise Forbidden(_("Your account rests. Reports wait until you are back."), code="suspended")


def check_decide(actor: Member | None, case: Case) -> None:
    """Raises NotFound for non-moderators, Forbidden for her own words and for an appeal against her own decision."""
    check_moderator(actor)
    assert actor is not None
    if case.author_id == actor.pk:
        raise Forbidden(_("This is about your own words. Another moderator decides."), code="own_case")
    if case.kind == Case.Kind.APPEAL and case.appeal.decided_first_by_id == actor.pk:
        raise Forbidden(_("You decided first. Somebody else looks at the appeal."), code="own_decision")


def why_not_decide(viewer: Member, case: Case) -> DomainError | None:
    """The refusal she would meet, so that the page says it instead of offering buttons."""
    try:
        check_decide(viewer, case)
    except DomainError as refusal:
        return refusal
    return None


def check_sanction(actor: Member | None, member: Member) -> None:
    """Raises NotFound for non-moderators, Forbidden for herself and for people who work here."""
    check_moderator(actor)
    assert actor is not None
    if member.pk == actor.pk or is_exempt(member):
        raise Forbidden(_("People who work here are spoken to by their own house, not by this form."), code="house")


def check_see_held(viewer: Member | None, held: Held) -> None:
    """Waiting words are for their author and moderators; raises NotFound for everybody else."""
    if viewer is None:
        raise SignInRequired
    if held.author_id != viewer.pk and not is_moderator(viewer):
        raise NotFound


def check_see_sanction(viewer: Member | None, sanction: Sanction) -> None:
    """The member herself and moderators; raises NotFound for everybody else."""
    if viewer is None:
        raise SignInRequired
    if sanction.member_id != viewer.pk and not is_moderator(viewer):
        raise NotFound
