"""The roles of the house: the groups in which people work here, by the names that the migration gives them."""

from django.contrib.auth.models import Group
from django.db.models import Q, QuerySet

from portal.accounts.models import Member
from portal.core.prepared import prepared

BRAND_MANAGERS = "Brand managers"
PROGRAMME_APPROVERS = "Programme approvers"
MODERATORS = "Moderators"
STORE_STAFF = "Store staff"
CARE = "Care"
ANALYSTS = "Analysts"
STAFF_GROUPS = (BRAND_MANAGERS, PROGRAMME_APPROVERS, MODERATORS, STORE_STAFF, CARE, ANALYSTS)

_REMEMBERED = "_works_here"


def is_moderator(viewer: Member | None) -> bool:
    """Whether she keeps the talk kind, in every space and room: the desk of moderation, what is put away, old names."""
    return viewer is not None and (viewer.role == Member.NamePart.MODERATOR or viewer.is_superuser)


def moderators() -> Q:
    """The same as a condition on Member."""
    return Q(role=Member.NamePart.MODERATOR) | Q(is_superuser=True)


def is_house(viewer: Member | None) -> bool:
    """Whether she belongs to the house, by the role on her chip or as staff: rooms and spaces are open to her, and no
    pace is set for her. Asks nothing of the database, unlike `works_here`, which decides about the second factor."""
    return viewer is not None and (bool(viewer.role) or viewer.is_staff)


def forget_role(member: Member) -> None:
    """Lets `works_here` look anew: a group of hers changed while this object was in use."""
    member.__dict__.pop(_REMEMBERED, None)


@prepared
def _works(member: int) -> QuerySet[Group, int]:
    works = Q(name__in=STAFF_GROUPS) | Q(permissions__codename="access_admin")
    return Group.objects.filter(works, user=member).values_list("pk", flat=True)[:1]


def works_here(member: Member | None) -> bool:
    """Whether she holds a role in the house, and so never gets anywhere without a second factor.

    A superuser, `is_staff`, or in a staff group; a group that opens the workshop counts as one, whatever its name. One
    query at most, remembered on this very object: on `request.user` that is once a request.
    """
    if member is None:
        return False
    if member.is_superuser or member.is_staff:
        return True
    if not hasattr(member, _REMEMBERED):
        setattr(member, _REMEMBERED, bool(_works(member.pk)))
    return bool(getattr(member, _REMEMBERED))
