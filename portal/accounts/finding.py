"""Finding members by name: whom a viewer may find, and who is found."""

from django.db.models import Q, QuerySet

from portal.accounts.index import INDEX
from portal.accounts.models import Member
from portal.accounts.profiles import MEMBERS, PUBLIC
from portal.accounts.selectors import present_members
from portal.core.finding import Asked, holding


def findable_by(viewer: Member | None) -> "QuerySet[Member]":
    """Whom this viewer may find by name, as far as she may open the page (`profiles.field_visible`).

    A visitor finds whoever lets search engines list her page; a member everybody whose page is open to members. Nobody
    finds who left, never joined or was erased.
    """
    present = present_members().exclude(standing__name="")
    # Nothing stored means the default, which is open; a level that no code knows any more hides.
    unsaid = Q(profile=None) | ~Q(profile__privacy__has_key="page")
    if viewer is None:
        return present.filter(Q(profile__findable=True) & (unsaid | Q(profile__privacy__page=PUBLIC)))
    return present.filter(unsaid | Q(profile__privacy__page__in=[PUBLIC, MEMBERS]) | Q(pk=viewer.pk))


def find_members(
    viewer: Member | None, asked: Asked, *, limit: int, offset: int = 0, beginning: bool = False
) -> tuple[list[Member], int]:
    """Members whose name or handle holds everything asked, the best first, and how many there are. Two queries.

    Each has her chip loaded, and `score`.
    """
    found = holding(findable_by(viewer), INDEX, asked, beginning=beginning)
    ordered = found.select_related("standing").order_by("-score", "-standing__reputation", "pk")
    return list(ordered[offset : offset + limit]), found.order_by().count()
