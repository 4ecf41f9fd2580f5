"""Who may change how the house looks."""

from portal.accounts.models import Member
from portal.core.errors import Forbidden


def can_edit(member: Member | None) -> bool:
    """Whether the member may change identities and see them unpublished (Wagtail's own right, given by groups)."""
    return member is not None and member.has_perm("brand.change_identity")


def check_edit(member: Member | None) -> None:
    """Lets her change identities; raises Forbidden."""
    if not can_edit(member):
        raise Forbidden
